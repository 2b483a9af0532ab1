"""A list of VMs as people keep it: CSV of any spreadsheet, read into VMs to add, with the place of every fault.

The page and the command line send the bytes of the file, so that both are judged here and alike.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from loadzone.domain.adding import group_names
from loadzone.domain.errors import FieldError, InvalidInput
from loadzone.domain.model import Group
from loadzone.domain.texts import NotUTF8, decoded, lines, one_line, same_name
from loadzone.domain.wishes import AddVM, AddVMs

COLUMNS: Final = ("id", "group", "internal_ip", "external_ip", "tags", "note")
SEPARATORS: Final = (",", ";", "\t")
_SEPARATOR_LINE: Final = re.compile(r'"?sep=(?P<separator>[,;\t|])"?[,;\t ]*(?:\n|\Z)', re.IGNORECASE)
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Row(Struct, frozen=True, kw_only=True):
    """A line that names a VM: where it begins, and its cells by their columns."""

    line: int
    cells: Mapping[str, str]


class Sheet(Struct, frozen=True, kw_only=True):
    """What a file holds. `faults` of lines have the place `lines[5]`, or `lines[5].group` for one cell."""

    rows: tuple[Row, ...] = ()
    faults: tuple[FieldError, ...] = ()

    def wish(self, *, create_groups: bool) -> AddVMs:
        """Return the VMs to add."""
        return AddVMs(vms=tuple(_vm(row.cells) for row in self.rows), create_groups=create_groups)

    def located(self, refused: InvalidInput) -> InvalidInput:
        """Return what is wrong with VMs as what is wrong with lines."""
        return InvalidInput(*map(self._located, refused.fields))

    def _located(self, fault: FieldError) -> FieldError:
        found = re.match(r"vms\[(\d+)\](?:\.(.+))?\Z", fault.field)
        if found is None:
            return fault
        column = found[2] or ("group" if fault.code == "group_not_found" else "id")
        return FieldError(f"lines[{self.rows[int(found[1])].line}].{column}", fault.code, fault.data)


def read(content: bytes) -> Sheet:
    """Return the lines of a file; what is wrong with the form of the whole, or of a line, is in `faults`."""
    try:
        text = content.decode("utf-16") if content.startswith(_UTF16) else decoded(content)
    except NotUTF8 as wrong:
        return Sheet(faults=(FieldError(f"lines[{wrong.line}]", "csv_not_utf8"),))
    except UnicodeDecodeError:
        return Sheet(faults=(FieldError("lines[1]", "csv_not_utf8"),))
    text = re.sub("\r\n?", "\n", text)
    told = _SEPARATOR_LINE.match(text)
    records = _Records(text, told["separator"] if told else _separator(text), 0 if told is None else told.end())
    try:
        return _sheet(iter(records))
    except _Malformed as wrong:
        return Sheet(faults=(FieldError(f"lines[{wrong.line}]", wrong.code),))


def _separator(text: str) -> str:
    """Return what stands between the columns' names: a spreadsheet writes what its country uses."""
    names = next((line for line in text.split("\n", 20)[:20] if line.strip(" ,;\t")), "")
    return max(SEPARATORS, key=lambda each: sum(_column(name) in COLUMNS for name in names.split(each)))


class _Malformed(Exception):  # never leaves this module
    def __init__(self, line: int, code: str) -> None:
        super().__init__(line, code)
        self.line = line
        self.code = code


class _Records:
    """Yields each line of a CSV text that is not blank: where it begins, and its fields.

    As RFC 4180 has it, and as spreadsheets and people write it: blanks may stand around quotes, and a quote
    inside a field that does not begin with one is a letter.
    """

    def __init__(self, text: str, separator: str, begin: int) -> None:
        part = re.escape(separator)
        blank = r"[ \u00a0]*" if separator == "\t" else r"[ \t\u00a0]*"
        self._text = text
        self._begin = begin
        self._field = re.compile(
            rf'(?:{blank}"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"(?P<rest>[^{part}\n]*)|(?P<plain>[^{part}\n]*))(?P<end>{part}|\n|\Z)'
        )

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        at, line = self._begin, self._text.count("\n", 0, self._begin) + 1
        start, fields = line, list[str]()
        while at < len(self._text) or fields:
            found = self._field.match(self._text, at)
            if found is None:
                raise _Malformed(line, "csv_unclosed")
            fields.append(self._value(found, line))
            line += found[0].count("\n")
            at = found.end()
            if found["end"] not in ("\n", ""):
                continue
            if any(fields):
                yield start, fields
            start, fields = line, []

    @staticmethod
    def _value(found: re.Match[str], line: int) -> str:
        if found["quoted"] is None:
            value = lines(found["plain"])
            if value.startswith('"'):
                raise _Malformed(line, "csv_unclosed")
            return value
        if found["rest"].strip():
            raise _Malformed(line, "csv_after_quote")
        return lines(found["quoted"].replace('""', '"'))


def _column(name: str) -> str:
    """Return what a column is called here: spreadsheets and people write `Internal IP`."""
    return re.sub(r"[\s_-]+", "_", name.strip(' \t\u00a0\ufeff"').lower())


def _sheet(records: Iterator[tuple[int, list[str]]]) -> Sheet:
    line, names = next(records, (1, []))
    columns = [_column(name) for name in names]
    known = [column for column in columns if column]
    if "id" not in known:
        return Sheet(faults=(FieldError(f"lines[{line}]", "csv_no_id"),))
    for name, column in zip(names, columns, strict=True):
        if column and (column not in COLUMNS or known.count(column) > 1):
            data = {"column": name, "columns": ", ".join(COLUMNS)}
            return Sheet(faults=(FieldError(f"lines[{line}]", "csv_column", data),))
    rows, faults = list[Row](), list[FieldError]()
    for number, fields in records:
        rows.append(
            Row(line=number, cells={name: cell for name, cell in zip(columns, fields, strict=False) if name})
        )
        # A spreadsheet writes every line as wide as the widest; what is empty has no column to miss.
        if any(cell for at, cell in enumerate(fields) if at >= len(columns) or not columns[at]):
            faults.append(FieldError(f"lines[{number}]", "csv_too_many_fields"))
    return Sheet(rows=tuple(rows), faults=tuple(faults))


def _vm(cells: Mapping[str, str]) -> AddVM:
    given: dict[str, Any] = {
        name: cells[name] for name in ("internal_ip", "external_ip", "note") if cells.get(name)
    }
    return AddVM(
        id=one_line(cells.get("id", "")),
        group=cells.get("group") or None,
        tags=tags(cells.get("tags", "")),
        **given,
    )


def tags(cell: str) -> tuple[str, ...]:
    """Return the tags of a cell, with semicolons, commas or line breaks between them."""
    return tuple(tag for each in re.split("[;,\n]", cell) if (tag := each.strip()))


def new_groups(rows: Iterable[Row], groups: Iterable[Group]) -> list[str]:
    """Return the names of groups that rows name and that do not exist, each once; a number is no name."""
    known = group_names(list(groups))
    named = dict.fromkeys(row.cells.get("group", "") for row in rows)
    names: dict[str, str] = {}
    for name in filter(None, named):
        names.setdefault(same_name(name), one_line(name))
    return [name for key, name in names.items() if key not in known and not key.isdecimal()]
