"""Domain errors: a stable code and data, never prose and never HTTP. Each edge translates them once.

The message of a code stands in the language files as `error-<code with dashes>`.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from msgspec import Struct


class LoadZoneError(Exception):
    """Base of all errors that LoadZone raises on purpose.

    `code` is stable and snake_case; `data` fills the message's places and is safe to show to the actor.
    """

    kind: ClassVar[str] = "error"
    told: "ClassVar[Callable[[LoadZoneError], str]]" = str
    """How an error is told to a person. The domain has no texts; the package has (`loadzone.zones.telling`)."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code, data)
        self.code = code
        self.data = data

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this and shows it instead of a traceback. Elsewhere the exception is as any other.
        return [f"{type(self).__name__}: {type(self).told(self)}"]

    def __str__(self) -> str:
        told = ", ".join(f"{key}={value}" for key, value in self.data.items())
        return f"{self.code} ({told})" if told else self.code


class NotFound(LoadZoneError):
    """Something that was named does not exist."""

    kind = "not_found"


class Conflict(LoadZoneError):
    """It clashes with what is: taken, exists, booked."""

    kind = "conflict"


class NotAllowed(LoadZoneError):
    """The actor may not do this."""

    kind = "not_allowed"


class LoginRequired(LoadZoneError):
    """Nobody is logged in, and a stranger may not do this."""

    kind = "login_required"

    def __init__(self, code: str = "login_required", **data: Any) -> None:
        super().__init__(code, **data)


class TooManyTries(LoadZoneError):
    """The same was tried too often; `seconds` says when to try again."""

    kind = "too_many_tries"


class FieldError(Struct, frozen=True):
    """One field that is wrong: its name, the code of what is wrong, and data for the message."""

    field: str
    code: str
    data: dict[str, Any] = {}


class InvalidInput(LoadZoneError):
    """One or more fields are wrong; `fields` names each."""

    kind = "invalid_input"

    def __init__(self, *fields: FieldError, code: str = "invalid_input", **data: Any) -> None:
        super().__init__(code, **data)
        self.fields = fields

    def __str__(self) -> str:
        return "; ".join(f"{each.field}: {each.code}" for each in self.fields) or super().__str__()


class StoreUnavailable(LoadZoneError):
    """The store could not make the change durable; nothing was changed."""

    kind = "store_unavailable"

    def __init__(self, code: str = "store_unavailable", **data: Any) -> None:
        super().__init__(code, **data)


class DataError(LoadZoneError):
    """A data file cannot be trusted; `place` names where, `problem` is the code of what is wrong there."""

    kind = "data_error"

    def __init__(self, place: str, problem: str, **data: Any) -> None:
        super().__init__("data_error", place=place, problem=problem, **data)


_OF_THE_SERVER = frozenset({"path", "place", "reason", "journal"})


def outward(error: LoadZoneError) -> LoadZoneError:
    """Return what those who ask over the network may learn of an error: no file, line or place on the server."""
    if isinstance(error, DataError):
        return StoreUnavailable()
    if _OF_THE_SERVER.isdisjoint(error.data):
        return error
    return StoreUnavailable(error.code if isinstance(error, StoreUnavailable) else "store_unavailable")


def invalid(field: str, code: str, **data: Any) -> InvalidInput:
    """Return the error for one wrong field."""
    return InvalidInput(FieldError(field, code, data))
