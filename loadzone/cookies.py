"""The cookies of LoadZone: their names, and how they are read.

A browser gives a cookie to every port of a host. So each name carries the port that people use, and two LoadZones
on one host neither log each other's people out nor share a language. Names without a port are those of older
releases: they are read where there is none with the port.
"""

from typing import Final

SESSION: Final = "loadzone_session"
DEVICE: Final = "loadzone_device"
FEED: Final = "loadzone_feed"
LANGUAGE: Final = "loadzone_lang"
THEME: Final = "loadzone_theme"
_ALL: Final = (SESSION, DEVICE, FEED, LANGUAGE, THEME)


class Cookies:
    """The cookies of one server. The port may become known later, when the system chooses one."""

    def __init__(self, port: int | None = None) -> None:
        self.use_port(port)

    def use_port(self, port: int | None) -> None:
        """Put the port into the names; None leaves them without one."""
        self.suffix = "" if port is None else f"_{port}"
        self._names = {cookie: cookie + self.suffix for cookie in _ALL}

    def name(self, cookie: str) -> str:
        """Return the name that a cookie has here."""
        return self._names[cookie]

    def read(self, header: str, cookie: str) -> str | None:
        """Return the value of a cookie in a `Cookie` header, None when it is not there."""
        # By hand: Python's parser makes an object of every cookie, which takes longer than the rest of a request.
        wanted, old = self._names[cookie], None
        for part in header.split(";"):
            name, _, value = part.partition("=")
            name = name.strip()
            if name == wanted:
                return value.strip().strip('"')
            if name == cookie and old is None:
                old = value.strip().strip('"')
        return old

    def has_old_name(self, header: str, cookie: str) -> bool:
        """Tell whether a cookie came under the name of an older release."""
        if not self.suffix or f"{cookie}=" not in header:
            return False
        return f"{self._names[cookie]}=" not in header
