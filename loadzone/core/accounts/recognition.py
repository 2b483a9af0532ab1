"""Who is behind a session or an API token, as far as the file and the last uses tell."""

from datetime import datetime, timedelta

from loadzone.core.accounts.digests import id_of_token
from loadzone.core.auth_file import AuthFile, Mode, Scope, Session
from loadzone.domain.permissions import Actor, Role


class Recognition:
    """Recognises by digest, in memory alone.

    Sessions count only in the mode they began in, so that what was let in without a password stays out once
    passwords are asked for. They end `idle` after their last use, and `absolute` after they began.
    """

    def __init__(self, file: AuthFile, mode: Mode, idle: timedelta, absolute: timedelta) -> None:
        self._file = file
        self._mode, self._idle, self._absolute = mode, idle, absolute
        # Last uses that the file does not know yet, by digest of session or token.
        self.uses: dict[str, datetime] = {}

    def session_actor(self, session_id: str, now: datetime) -> Actor | None:
        """Return who is behind a session; None for one that does not count."""
        session = self._file.data.sessions.get(session_id)
        if session is None or session.mode != self._mode or self.is_over(session_id, session, now):
            return None
        if session.mode == "open":
            return Actor(email=session.email, role=Role.ADMIN)
        person = self._file.data.people.get(session.email)
        return Actor(email=session.email, role=person.role) if person is not None and person.is_in else None

    def token_actor(self, digest: str, now: datetime) -> Actor | None:
        """Return who is behind an API token; None for one that does not count."""
        token = self._file.data.tokens.get(digest)
        if token is None or (token.expires is not None and token.expires <= now):
            return None
        read_only = token.scope is Scope.READ
        if token.mode == "open":
            return Actor(email=token.email, role=Role.ADMIN, read_only=read_only) if self._mode == "open" else None
        person = self._file.data.people.get(token.email)
        if person is None or not person.is_in:
            return None
        role = Role.ADMIN if self._mode == "open" else person.role
        return Actor(email=token.email, role=role, read_only=read_only)

    def is_over(self, session_id: str, session: Session, now: datetime) -> bool:
        """Tell whether a session's time is over."""
        seen = self.uses.get(session_id, session.seen)
        return now >= seen + self._idle or now >= session.created + self._absolute

    def live(self, now: datetime) -> dict[str, Role]:
        """Return the sessions and tokens that count, by id, and how far each is trusted."""
        data = self._file.data
        sessions = ((key, self.session_actor(key, now)) for key in data.sessions)
        tokens = ((id_of_token(key), self.token_actor(key, now)) for key in data.tokens)
        return {key: actor.role for found in (sessions, tokens) for key, actor in found if actor is not None}
