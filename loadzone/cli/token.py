"""`loadzone token`: API tokens for scripts and notebooks."""

import asyncio
from datetime import UTC, datetime, timedelta

import click

from loadzone.cli.language import say
from loadzone.cli.people import accounts_of, print_table
from loadzone.cli.shape import Group, command, option

token = Group(
    "token",
    told="cli-token",
    modules={
        "create": "loadzone.cli.token:create",
        "list": "loadzone.cli.token:list_tokens",
        "revoke": "loadzone.cli.token:revoke",
    },
)


@command("create", told="cli-token-create")
@click.argument("email")
@option("--name", default="command line", told="cli-token-name")
@option("--scope", type=click.Choice(["read", "write"]), default="write", told="cli-token-scope")
@option("--days", type=click.IntRange(1, 3660), default=90, told="cli-token-days")
@option("--auth", metavar="MODE", told="cli-token-auth")
@option("--data", metavar="FILE", told="setting-data")
def create(*, email: str, name: str, scope: str, days: int, auth: str | None, data: str | None) -> None:
    """Print a new token, and nothing else, on the standard output."""
    from loadzone.core.accounts import OPERATOR
    from loadzone.core.auth_file import Scope
    from loadzone.i18n import moment

    expires = datetime.now(UTC) + timedelta(days=days)
    made = accounts_of(data, auth).add_token(OPERATOR, email, name, Scope(scope), expires)
    secret, told = asyncio.run(made)
    click.echo(secret)
    click.echo(say("cli-token-created", email=told.email, scope=told.scope.value, until=moment(expires)), err=True)


@command("list", told="cli-token-list")
@click.argument("email", required=False)
@option("--data", metavar="FILE", told="setting-data")
def list_tokens(email: str | None, data: str | None) -> None:
    """Print the tokens, without their secrets."""
    from loadzone.core.accounts import OPERATOR
    from loadzone.i18n import moment

    head = [say(f"cli-column-{name}") for name in ("id", "email", "name", "scope", "expires", "used")]
    never = say("cli-never")
    rows = [
        [
            each.id,
            each.email,
            each.name,
            each.scope.value,
            moment(each.expires) if each.expires else never,
            moment(each.used) if each.used else never,
        ]
        for each in accounts_of(data).tokens(OPERATOR, email)
    ]
    print_table([head, *rows])


@command("revoke", told="cli-token-revoke")
@click.argument("token_id", metavar="ID")
@option("--data", metavar="FILE", told="setting-data")
def revoke(token_id: str, data: str | None) -> None:
    """End a token at once."""
    from loadzone.core.accounts import OPERATOR

    asyncio.run(accounts_of(data).revoke_token(OPERATOR, token_id))
    click.echo(say("cli-token-revoked", token_id=token_id))
