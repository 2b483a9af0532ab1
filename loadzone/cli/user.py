"""`loadzone user`: who may log in."""

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from loadzone.cli.language import say
from loadzone.cli.people import accounts_of, print_table
from loadzone.cli.shape import Group, command, option
from loadzone.cli.usage import UsageProblem

if TYPE_CHECKING:
    from loadzone.core.accounts import PersonInfo

user = Group(
    "user",
    told="cli-user",
    modules={
        "add": "loadzone.cli.user:add",
        "list": "loadzone.cli.user:list_users",
        "password": "loadzone.cli.user:password",
        "disable": "loadzone.cli.user:disable",
        "enable": "loadzone.cli.user:enable",
        "approve": "loadzone.cli.user:approve",
        "refuse": "loadzone.cli.user:refuse",
    },
)


def _read_password(from_stdin: bool) -> str:
    """Read a password from the standard input, or ask for it twice where somebody sits at a terminal."""
    if from_stdin:
        return _line_of_stdin()
    if not sys.stdin.isatty():
        raise UsageProblem("cli-wrong-password-stdin")
    first = str(click.prompt(say("cli-user-password-prompt"), hide_input=True, err=True))
    if first != click.prompt(say("cli-user-password-again"), hide_input=True, err=True):
        raise UsageProblem("cli-wrong-passwords-differ")
    return first


def _line_of_stdin() -> str:
    """Return the first line, without the byte order mark that some shells put before it."""
    try:
        line = sys.stdin.readline().removeprefix("\ufeff").rstrip("\r\n")
        # Where the locale lets anything pass, what is no text arrives as lone surrogates; UTF-16 has zeros.
        line.encode()
    except UnicodeError:
        line = "\0"
    if "\0" in line:
        raise UsageProblem("cli-wrong-password-encoding")
    return line


@command("add", told="cli-user-add")
@click.argument("email")
@option("--role", type=click.Choice(["user", "admin"]), default="user", told="cli-user-role")
@option("--password-stdin", is_flag=True, told="cli-user-password-stdin")
@option("--no-password", is_flag=True, told="cli-user-no-password")
@option("--data", metavar="FILE", told="setting-data")
def add(email: str, role: str, password_stdin: bool, no_password: bool, data: str | None) -> None:
    """Let a person in."""
    from loadzone.core.accounts import OPERATOR
    from loadzone.domain.permissions import Role

    if no_password and password_stdin:
        raise UsageProblem("cli-wrong-together", first="--no-password", second="--password-stdin")
    secret = None if no_password else _read_password(password_stdin)
    person = asyncio.run(accounts_of(data).add_person(OPERATOR, email, Role(role), secret))
    click.echo(say("cli-user-added", email=person.email, role=person.role.value))


@command("list", told="cli-user-list")
@option("--data", metavar="FILE", told="setting-data")
def list_users(data: str | None) -> None:
    """Print everybody who may log in."""
    from loadzone.core.accounts import OPERATOR
    from loadzone.i18n import moment

    head = [say(f"cli-column-{name}") for name in ("email", "role", "state", "created")]
    people = accounts_of(data).people(OPERATOR)
    print_table([head, *([p.email, p.role.value, _state(p), moment(p.created)] for p in people)])


@command("password", told="cli-user-password")
@click.argument("email")
@option("--password-stdin", is_flag=True, told="cli-user-password-stdin")
@option("--data", metavar="FILE", told="setting-data")
def password(email: str, password_stdin: bool, data: str | None) -> None:
    """Give a person another password."""
    from loadzone.core.accounts import OPERATOR

    secret = _read_password(password_stdin)
    person = asyncio.run(accounts_of(data).edit_person(OPERATOR, email, password=secret))
    click.echo(say("cli-user-password-set", email=person.email))


@command("disable", told="cli-user-disable")
@click.argument("email")
@option("--data", metavar="FILE", told="setting-data")
def disable(email: str, data: str | None) -> None:
    """Lock a person out, at once."""
    from loadzone.core.accounts import OPERATOR

    person = asyncio.run(accounts_of(data).edit_person(OPERATOR, email, disabled=True))
    click.echo(say("cli-user-now-disabled", email=person.email))


@command("enable", told="cli-user-enable")
@click.argument("email")
@option("--data", metavar="FILE", told="setting-data")
def enable(email: str, data: str | None) -> None:
    """Let a disabled person in again."""
    from loadzone.core.accounts import OPERATOR

    person = asyncio.run(accounts_of(data).edit_person(OPERATOR, email, disabled=False))
    click.echo(say("cli-user-now-enabled", email=person.email))


@command("approve", told="cli-user-approve")
@click.argument("email")
@option("--data", metavar="FILE", told="setting-data")
def approve(email: str, data: str | None) -> None:
    """Let in a person who registered."""
    from loadzone.core.accounts import OPERATOR

    person = asyncio.run(accounts_of(data).approve_person(OPERATOR, email))
    click.echo(say("cli-user-approved", email=person.email))


@command("refuse", told="cli-user-refuse")
@click.argument("email")
@option("--data", metavar="FILE", told="setting-data")
def refuse(email: str, data: str | None) -> None:
    """Forget a person who registered."""
    from loadzone.core.accounts import OPERATOR

    asyncio.run(accounts_of(data).refuse_person(OPERATOR, email))
    click.echo(say("cli-user-refused", email=email))


def _state(person: "PersonInfo") -> str:
    if person.pending:
        return say("cli-user-waits")
    return say("cli-user-disabled" if person.disabled else "cli-user-enabled")
