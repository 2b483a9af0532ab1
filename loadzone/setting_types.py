"""The types of settings: how each is read from a text, and what is refused because it could not work.

A validator names what is wrong by a code, for which the table of settings has the sentence.
"""

import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

from loadzone.domain.emails import clean, domain
from loadzone.origins import Authority, url_parts

LOOPBACK: Final = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# A hundred years: dates that far from now are still dates.
DAYS_MAX: Final = 36_500
HOURS_MAX: Final = 24 * DAYS_MAX
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])\Z")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise PydanticCustomError("zone", "not a time zone") from None
    return name


def _every(given: str) -> str:
    from loadzone.reports.periods import Periods  # noqa: PLC0415  # APScheduler is slow to load, and seldom asked

    try:
        Periods(given)
    except (ValueError, OverflowError):
        raise PydanticCustomError("every", "not when") from None
    return given


def _length(given: Any) -> Any:
    """Read a length of time such as `10m`, `1h` or `7d`."""
    if not isinstance(given, str):
        return given
    match = _LENGTH.match(given.strip().lower())
    if match is None:
        raise PydanticCustomError("length", "not a length of time")
    # One that timedelta cannot hold is out of range as much as the first beyond it.
    return timedelta(seconds=min(float(match[1]) * _UNITS[match[2]], 2 * DAYS_MAX * _UNITS["d"]))


def length_text(length: timedelta) -> str:
    """Return a length of time as settings say it: `10m`, `7d`."""
    seconds = length.total_seconds()
    unit = next((unit for unit in "dhm" if seconds and seconds % _UNITS[unit] == 0), "s")
    number = f"{seconds / _UNITS[unit]:f}".rstrip("0").rstrip(".")
    return f"{number}{unit}"


def read_list(given: Any) -> Any:
    """Read a list: in the file an array, elsewhere a text with commas."""
    if isinstance(given, str):
        return tuple(part.strip() for part in given.split(",") if part.strip())
    return given


def _origin(given: str) -> str:
    """Return an origin as it was given, without the slash behind it; more than an origin cannot work."""
    scheme, authority, rest = url_parts(given.strip())
    if not scheme:
        raise PydanticCustomError("url", "not a URL")
    if "@" in authority or rest.lstrip("/"):
        has_path = rest.startswith("/") and "@" not in authority
        raise PydanticCustomError("url_path" if has_path else "url_extra", "more than an origin")
    if Authority.parse(authority) is None:
        raise PydanticCustomError("url_host", "not a host")
    return f"{scheme}://{authority}"


def _domain(name: str) -> str:
    """Return the domain of e-mail addresses as it was given; nobody could have an address in another."""
    if clean(f"x@{domain(name)}") is None:
        raise PydanticCustomError("domain", "not a domain")
    return name


def _network(given: Any) -> Any:
    """Read a network, or an address as a network of its own."""
    try:
        return ip_network(given if isinstance(given, IPv4Network | IPv6Network) else str(given), strict=False)
    except ValueError:
        raise PydanticCustomError("network", "not a network") from None


Length = Annotated[
    timedelta,
    BeforeValidator(_length),
    Field(gt=timedelta(0), le=timedelta(days=DAYS_MAX)),
    PlainSerializer(length_text),
]
Url = Annotated[str, AfterValidator(_origin)]
Networks = Annotated[
    tuple[Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)], ...],
    NoDecode,
    BeforeValidator(read_list),
]
Domains = Annotated[tuple[Annotated[str, AfterValidator(_domain)], ...], NoDecode, BeforeValidator(read_list)]
Zone = Annotated[str, AfterValidator(_zone)]
Every = Annotated[str, AfterValidator(_every)]
Lengths = Annotated[tuple[Length, ...], NoDecode, BeforeValidator(read_list)]
Urls = Annotated[tuple[Url, ...], NoDecode, BeforeValidator(read_list)]
