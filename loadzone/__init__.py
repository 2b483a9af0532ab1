"""LoadZone: see which virtual machines are free, book one, renew, release, and keep the whole history."""

from typing import TYPE_CHECKING, Any

from loadzone.domain.errors import LoadZoneError

if TYPE_CHECKING:
    from loadzone.client import connect as connect

__all__ = ["connect"]
__version__ = "0.1.0"


def _told(error: LoadZoneError) -> str:
    from loadzone.zones.telling import sentence

    return sentence(error)


# Whatever of the package a notebook imports, it comes by here: its errors are told in sentences.
LoadZoneError.told = _told


def __getattr__(name: str) -> Any:
    # `import loadzone` stays light; what needs more is loaded when it is first asked for.
    if name == "connect":
        from loadzone.client import connect

        return connect
    raise AttributeError(f"module 'loadzone' has no attribute {name!r}")


def __dir__() -> list[str]:
    # What is not loaded yet is offered by completion too.
    return sorted({*globals(), *__all__})
