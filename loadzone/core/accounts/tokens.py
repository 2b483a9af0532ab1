"""API tokens: secrets that speak for a person, within a scope and until they expire or are revoked."""

import secrets
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from loadzone.core.accounts.book import AccountBook
from loadzone.core.accounts.checks import demand_own
from loadzone.core.accounts.digests import digest_of, id_of_token
from loadzone.core.auth_file import AuthData, Scope, Token
from loadzone.domain.account_facts import TokenAdded, TokenRevoked
from loadzone.domain.errors import LoginRequired, NotFound
from loadzone.domain.fields import Fields, clean_email
from loadzone.domain.permissions import Act, Actor, Role, demand
from loadzone.domain.spans import SUPPORTED_YEARS, is_supported

TOKEN_PREFIX: Final = "lz_"  # noqa: S105  # how tokens begin, so that they are known when they leak
TOKEN_NAME_MAX: Final = 80


class TokenInfo(Struct, frozen=True, kw_only=True):
    """What may be shown of an API token; `expires` None means never, `used` None means not yet."""

    id: str
    email: str
    name: str
    scope: Scope
    created: datetime
    expires: datetime | None
    used: datetime | None


class Tokens:
    """Recognises, lists, makes and revokes API tokens."""

    def __init__(self, book: AccountBook) -> None:
        self._book = book

    def token(self, secret: str) -> tuple[Actor, str] | None:
        """Return who is behind an API token, and the token's id; None for one that does not count."""
        digest = digest_of(secret)
        actor = self._book.token_actor(digest)
        return None if actor is None else (actor, id_of_token(digest))

    def tokens(self, actor: Actor, email: str | None = None) -> tuple[TokenInfo, ...]:
        """Return the tokens of `email`, oldest first; by default one's own, for administrators everybody's."""
        if actor.email is None:
            raise LoginRequired
        if email is None and (actor.role is not Role.ADMIN or actor.read_only):
            email = actor.email
        if email is not None and (email := clean_email(email)) != actor.email:
            demand(actor, Act.ADMINISTER)
        self._book.look()
        found = [self._info(key, each) for key, each in self._book.data.tokens.items()]
        return tuple(
            sorted((each for each in found if email in (None, each.email)), key=lambda each: each.created)
        )

    async def add_token(
        self, actor: Actor, email: str, name: str, scope: Scope, expires: datetime | None = None
    ) -> tuple[str, TokenInfo]:
        """Make a token for `email` (one's own, or anybody's for administrators) and return its secret, once.

        Raises NotFound(`person_not_found`), InvalidInput. One made in open mode does not count in password mode.
        """
        email = clean_email(email)
        demand_own(actor, email)
        now, mode = self._book.now(), self._book.mode
        token = Token(
            email=email,
            name=_clean_name(name, expires, now),
            scope=Scope(scope),
            mode=mode,
            created=now,
            expires=expires,
        )
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        digest = digest_of(secret)
        told = TokenAdded(
            at=now,
            by=actor.email,
            user=email,
            token_id=id_of_token(digest),
            name=token.name,
            scope=token.scope.value,
        )

        def added(data: AuthData) -> AuthData:
            if mode != "open" and email not in data.people:
                raise NotFound("person_not_found", email=email)
            return replace(data, tokens={**data.tokens, digest: token}).telling(told)

        await self._book.change(added)
        return secret, self._info(digest, token)

    async def revoke_token(self, actor: Actor, token_id: str) -> None:
        """Revoke a token, one's own or as administrator anybody's; raises NotFound(`token_not_found`)."""
        demand_own(actor, actor.email or "")

        def revoked(data: AuthData) -> AuthData:
            for key, token in data.tokens.items():
                if id_of_token(key) == token_id and (token.email == actor.email or actor.role is Role.ADMIN):
                    left = {other: each for other, each in data.tokens.items() if other != key}
                    told = TokenRevoked(
                        at=self._book.now(), by=actor.email, user=token.email, token_id=token_id, name=token.name
                    )
                    return replace(data, tokens=left).telling(told)
            raise NotFound("token_not_found", token_id=token_id)

        await self._book.change(revoked)

    def _info(self, digest: str, token: Token) -> TokenInfo:
        return TokenInfo(
            id=id_of_token(digest),
            email=token.email,
            name=token.name,
            scope=token.scope,
            created=token.created,
            expires=token.expires,
            used=self._book.last_use(digest, token.used),
        )


def _clean_name(name: str, expires: datetime | None, now: datetime) -> str:
    fields = Fields()
    clean = fields.name("name", name, TOKEN_NAME_MAX)
    if expires is not None and expires <= now:
        fields.wrong("expires", "expires_in_past")
    elif expires is not None and not is_supported(expires):
        fields.wrong("expires", "time_unsupported", **SUPPORTED_YEARS)
    fields.check()
    return clean
