"""A history as a file for other programs: CSV and JSON as the API gives them, and Apache Parquet.

Each writer takes the history in pieces and has one of them in memory at a time.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from loadzone.history.columns import ACTIONS, REASONS, History
from loadzone.history.times import MISSING, Ints
from loadzone.web.history import BOM, COLUMNS, harmless

Writer = Callable[[Iterable[History], BinaryIO], None]

_TIME: Final = pa.timestamp("us", tz="UTC")
# There are few names and many records: a number for each is a tenth of the texts, also in what reads the file.
_NAME: Final = pa.dictionary(pa.int32(), pa.string())
SCHEMA: Final = pa.schema([(name, _TIME if name in {"start", "end"} else _NAME) for name in COLUMNS])


def write_csv(pieces: Iterable[History], file: BinaryIO) -> None:
    """Write CSV with a line that names the columns."""
    file.write(BOM)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for piece in pieces:
        writer.writerows(_rows(piece, harmless, "{}Z", ""))
        file.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()
    file.write(text.getvalue().encode())


def write_json(pieces: Iterable[History], file: BinaryIO) -> None:
    """Write a JSON list with a record a line."""
    before = "[\n"
    for piece in pieces:
        lines = ",\n".join(
            f'{{"user":{user},"vm_id":{vm},"start":{start},"end":{end},"action":{action}'
            + (reason and f',"reason":{reason}')
            + (by and f',"by":{by}')
            + "}"
            for user, vm, start, end, action, reason, by in _rows(piece, _quoted, '"{}Z"', "null")
        )
        file.write((before + lines).encode())
        before = ",\n"
    file.write(b"[]\n" if before == "[\n" else b"\n]\n")


def _rows(
    piece: History, told: Callable[[str], str], form: str, no_end: str
) -> Iterable[tuple[str, str, str, str, str, str, str]]:
    """Yield records as texts in the order of COLUMNS; names are told once, however many records have them."""
    columns = piece.columns

    def names(codes: Any, table: Sequence[str]) -> Iterable[str]:
        # No name is -1, which is the last place of the list.
        return map([*map(told, map(str, table)), ""].__getitem__, codes.tolist())

    return zip(
        names(piece.user, piece.users),
        names(columns.vm, piece.vms),
        _time_texts(columns.at, form, no_end),
        _time_texts(columns.end, form, no_end),
        names(columns.action, ACTIONS),
        names(columns.reason, REASONS),
        names(columns.by, piece.bys),
        strict=True,
    )


def _time_texts(micros: Ints, form: str, none: str) -> list[str]:
    texts = np.datetime_as_string(micros.view("M8[us]")).tolist()
    return [none if text == "NaT" else form.format(text.removesuffix(".000000")) for text in texts]


def _quoted(name: str) -> str:
    return msgspec.json.encode(name).decode()


def write_parquet(pieces: Iterable[History], file: BinaryIO) -> None:
    """Write Apache Parquet, a row group a piece; names are dictionaries, which pandas reads as categories."""
    with pq.ParquetWriter(file, SCHEMA, compression="zstd") as out:
        for piece in pieces:
            out.write_batch(_batch(piece))


def _batch(piece: History) -> Any:
    columns = piece.columns
    found = {
        "user": _names(piece.user, piece.users),
        "vm_id": _names(columns.vm, piece.vms),
        "start": _times(columns.at),
        "end": _times(columns.end),
        "action": _names(columns.action, ACTIONS),
        "reason": _names(columns.reason, REASONS),
        "by": _names(columns.by, piece.bys),
    }
    return pa.RecordBatch.from_arrays([found[name] for name in COLUMNS], schema=SCHEMA)


def _names(codes: Any, table: Sequence[str]) -> Any:
    numbers = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(numbers, pa.array([str(name) for name in table], type=pa.string()))


def _times(micros: Ints) -> Any:
    return pa.array(micros, mask=micros == MISSING).cast(_TIME)


WRITERS: Final[Mapping[str, Writer]] = {"csv": write_csv, "json": write_json, "parquet": write_parquet}
