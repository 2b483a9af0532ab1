"""The text of a data file before it is decoded: its encoding, and keys that an object has twice."""

import codecs
import mmap
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from loadzone.domain.errors import DataError

# Other encodings than UTF-8 show in the first bytes: by their mark, or by the zeros beside ASCII letters.
_OTHER_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_UTF16: Final = re.compile(rb"[\t\n\r -~]\0|\0+[\t\n\r -~]")


class Key(str):
    """A key of a JSON object that is equal to itself only, so that one written twice is read twice.

    The decoder would keep the last of two equal keys and lose the other without a word.
    """

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


Members = dict[Key, Raw]


def as_key(kind: type[Any], key: str) -> Any:
    """Return a key of a JSON object as `kind`: a decoder's hook."""
    return kind(key)


def body(content: bytes | mmap.mmap, name: str) -> memoryview:
    """Return the text of a file without a byte order mark; raises DataError for an encoding other than UTF-8."""
    start = content[:4]
    if start.startswith(_OTHER_MARKS) or _UTF16.match(start):
        raise DataError(name, "file_not_utf8")
    return memoryview(content)[len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0 :]


_members = msgspec.json.Decoder(Members, dec_hook=as_key)
_rows = msgspec.json.Decoder(list[Members], dec_hook=as_key)
_entries = msgspec.json.Decoder(dict[Key, Members], dec_hook=as_key)


class Pieces(Struct, frozen=True, kw_only=True):
    """The members of a data file as texts, and those of each entry of `users`; none of equal keys is lost."""

    head: Members
    users: dict[Key, Members]

    def raw(self, key: str) -> Raw | None:
        """Return the text of a member of the file, the last of those of one key, None where there is none."""
        return last(self.head, key)


def pieces(text: memoryview) -> Pieces:
    """Cut a file into its members; raises msgspec.DecodeError where that is not possible."""
    head = members(text)
    return Pieces(head=head, users=_entries.decode(last(head, "users") or b"{}"))


def members(text: Any) -> Members:
    """Return the members of a JSON object, those of one key each by itself."""
    return _members.decode(text)


def last(value: Mapping[Key, Raw], key: str) -> Raw | None:
    """Return the last member of a key, which is the one that counts."""
    return next((raw for each, raw in reversed(list(value.items())) if str(each) == key), None)


def twice(keys: Iterable[Key]) -> list[str]:
    """Return the keys that are there more than once."""
    return [key for key, times in Counter(map(str, keys)).items() if times > 1]


def repeated_keys(file: Pieces) -> Iterator[DataError]:
    """Yield each key that stands twice in an object outside the histories, with its place."""
    for email in twice(file.users):
        yield DataError(f'users["{email}"]', "user_repeated", email=email)
    yield from _repeated("", file.head)
    for name in ("vms", "groups"):
        for number, value in enumerate(_rows.decode(file.raw(name) or b"[]")):
            yield from _repeated(f"{name}[{number}].", value)
    for email, user in file.users.items():
        yield from _repeated(f'users["{email}"].', user)


def repeated_in_history(email: str, history: Raw) -> Iterator[DataError]:
    """Yield each key that stands twice in a record of a history."""
    for number, record in enumerate(_rows.decode(history)):
        yield from _repeated(f'users["{email}"].bookings[{number}].', record)


def _repeated(place: str, value: Mapping[Key, Any]) -> Iterator[DataError]:
    for key in twice(value):
        yield DataError(f"{place}{key}", "key_repeated", key=key)
