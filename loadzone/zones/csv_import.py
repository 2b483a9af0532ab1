"""A CSV file sent to a server: whole where one request can hold it, else in pieces."""

import base64
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

PIECE: Final = 512 * 1024
"""Small enough, in Base64 too, for proxies that let no more than a megabyte through."""


class Imported(Struct, frozen=True, kw_only=True):
    """How many VMs were added, and the groups that were created for them."""

    count: int
    groups: list[str]


def send(change: Callable[[str, Mapping[str, Any]], bytes], content: bytes, *, create_groups: bool) -> bytes:
    """Send a file through `change(path, body)` and return the answer to the import."""
    if len(content) <= PIECE:
        return change("/import-csv", {"content": _text(content), "create_groups": create_groups})
    upload = secrets.token_urlsafe(16)
    for piece, begin in enumerate(range(0, len(content), PIECE)):
        part = content[begin : begin + PIECE]
        change("/upload-csv", {"upload": upload, "piece": piece, "content": _text(part)})
    return change("/import-csv", {"upload": upload, "create_groups": create_groups})


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
