"""The bodies of requests that are not wishes, and the answers. Unknown fields of a request are refused."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from loadzone.core.accounts import TokenInfo
from loadzone.core.store import Entry
from loadzone.domain.facts import Change
from loadzone.domain.model import VM, Group
from loadzone.domain.permissions import Role
from loadzone.web.notes import Notified

GivenRole = Literal["user", "admin"]
GivenScope = Literal["read", "write"]


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all request bodies that are not wishes."""


class Nothing(Body, frozen=True, kw_only=True):
    """No field at all: `{}`, or no body."""


class VMIds(Body, frozen=True, kw_only=True):
    """VMs by their ids."""

    vm_ids: tuple[str, ...]


class Credentials(Body, frozen=True, kw_only=True):
    """Who logs in. In open mode the e-mail alone."""

    email: str
    password: str | None = None


class Setup(Body, frozen=True, kw_only=True):
    """Make the first administrator with the one-time key that the server printed."""

    key: str
    email: str
    password: str


class Registration(Body, frozen=True, kw_only=True):
    """Join as a new person; `invite` is the key of an invitation."""

    email: str
    password: str
    invite: str | None = None


class ChangePassword(Body, frozen=True, kw_only=True):
    """Take another password in place of the current one."""

    current_password: str
    password: str


class AddUser(Body, frozen=True, kw_only=True):
    """Let a person in; without a password they can use tokens only."""

    email: str
    role: GivenRole = "user"
    password: str | None = None


class EditUser(Body, frozen=True, kw_only=True):
    """Change the fields that are given; the others stay."""

    email: str
    role: GivenRole | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    password: str | UnsetType = UNSET


class Email(Body, frozen=True, kw_only=True):
    """A person, by e-mail address."""

    email: str


class AddInvite(Body, frozen=True, kw_only=True):
    """Invite somebody, `email` or whoever has the key."""

    email: str | None = None
    role: GivenRole = "user"


class AddToken(Body, frozen=True, kw_only=True):
    """Make an API token for `days` days, for oneself or, by an administrator, for `email`."""

    name: str
    scope: GivenScope = "read"
    days: int = 90
    email: str | None = None


class CSVPiece(Body, frozen=True, kw_only=True):
    """Piece number `piece`, from 0 on, of the file that the sender calls `upload`; `content` is in Base64."""

    upload: Annotated[str, Meta(min_length=1, max_length=64)]
    piece: Annotated[int, Meta(ge=0)]
    content: bytes


class CSVFile(Body, frozen=True, kw_only=True):
    """A CSV file: its `content` in Base64, or the name of an `upload`."""

    content: bytes | None = None
    upload: str | None = None
    create_groups: bool = False


class RevokeToken(Body, frozen=True, kw_only=True):
    """End a token by its id."""

    id: str


class Answer(Struct, frozen=True, kw_only=True):
    """Base of all answers that are not domain values."""


class Done(Answer, frozen=True, kw_only=True):
    """It is done, and there is nothing to show."""

    status: Literal["ok"] = "ok"


class Ready(Answer, frozen=True, kw_only=True):
    """Bookings can be made and end in time; `reasons` name what somebody should look at nevertheless."""

    status: Literal["ok"] = "ok"
    reasons: list[str] | UnsetType = UNSET


class Registered(Answer, frozen=True, kw_only=True):
    """The account is made: one is in (`ok`), or it waits for an administrator's approval (`waiting`)."""

    status: Literal["ok", "waiting"] = "ok"


class WholeFleet(Answer, frozen=True, kw_only=True):
    """All VMs and groups as of change number `seq`; `now` is the server's clock."""

    vms: list[VM]
    groups: list[Group]
    seq: int
    now: datetime


class ManyVMs(Answer, frozen=True, kw_only=True):
    """Several VMs."""

    vms: list[VM]


class CSVRow(Answer, frozen=True, kw_only=True):
    """A VM as a file names it: the line where it begins, and its cells."""

    line: int
    cells: dict[str, str]


class CheckedCSV(Answer, frozen=True, kw_only=True):
    """What a file holds: how many VMs, the first `rows` of them, and the groups that it names but do not exist.

    A refusal has the same members, with the rows that are wrong first, and how many are in `wrong`.
    """

    count: int
    wrong: int
    rows: list[CSVRow]
    new_groups: list[str]


class CSVImported(Answer, frozen=True, kw_only=True):
    """How many VMs were added, what all their ids begin with, and the groups that were created for them."""

    count: int
    common: str
    groups: list[str]


class Me(Answer, frozen=True, kw_only=True):
    """Who the caller is, and the VMs that they hold."""

    authenticated: bool
    email: str | None
    role: Role
    bookings: list[VM]


class HistoryPage(Answer, frozen=True, kw_only=True):
    """History records, oldest first; `cursor` continues behind them when `limit` left some out."""

    records: list[Entry]
    cursor: str | None


class AuditPage(Answer, frozen=True, kw_only=True):
    """Changes, newest first, each with the facts asked for; `cursor` continues when `limit` left some out."""

    changes: list[Change]
    cursor: str | None


class RecentNotifications(Answer, frozen=True, kw_only=True):
    """What happened of late, newest first, up to change number `seq`."""

    notifications: list[Notified]
    seq: int


class Invited(Answer, frozen=True, kw_only=True):
    """The key of an invitation: shown once."""

    key: str


class NewToken(Answer, frozen=True, kw_only=True):
    """An API token with its secret: shown once."""

    secret: str
    token: TokenInfo


class Problem(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457: what was wrong. Further members, as `holder` and `until`, depend on `code`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    error: str
    errors: "list[FieldProblem] | None" = None


class FieldProblem(Answer, frozen=True, kw_only=True):
    """What is wrong with one field."""

    field: str
    message: str
    code: str
