"""Times of a history as microseconds since 1970, read many at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]

MISSING: Final = np.iinfo(np.int64).min
"""No time; what numpy's NaT is as an integer."""

_TIME: Final = pa.timestamp("us", tz="UTC")
# `2026-11-23T18:00:00Z` and `2026-11-23T18:00:00.123456Z`. Others are left to msgspec, which is strict about them.
_USUAL: Final = (20, 27)
# Stands for no time while texts are read; nobody plans an end in the year 1.
_NEVER: Final = "0001-01-01T00:00:00Z"
_NEVER_MICROS: Final = -62_135_596_800_000_000


class Unusual(Exception):
    """Times in another form than LoadZone writes."""


def micros(at: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return int(from_values([at])[0])


def from_values(times: Sequence[datetime | None]) -> Ints:
    """Return aware times as numbers, MISSING where there is none."""
    return _integers(pa.array(times, type=_TIME))


def from_texts(texts: Sequence[str | None]) -> Ints:
    """Read times as LoadZone writes them; raises Unusual for others."""
    given = [text or _NEVER for text in texts]
    moments = _integers(_cast(given))
    moments[moments == _NEVER_MICROS] = MISSING
    return moments


def _cast(texts: list[str]) -> Any:
    """Return texts as times. Where all are of one length, which is common, they need not be taken one by one."""
    text = "".join(texts).encode()
    number, width = len(texts), len(texts[0]) if texts else 0
    if width in _USUAL and len(text) == width * number:
        edges = np.arange(number + 1, dtype=np.int32) * np.int32(width)
        written = pa.StringArray.from_buffers(number, pa.py_buffer(edges), pa.py_buffer(text))
    else:
        written = pa.array(texts, type=pa.string())
        lengths = pc.utf8_length(written).to_numpy()
        if not ((lengths == _USUAL[0]) | (lengths == _USUAL[1])).all():
            raise Unusual
    try:
        return written.cast(_TIME)
    except pa.ArrowInvalid:
        raise Unusual from None


def _integers(times: Any) -> Ints:
    numbers: Ints = times.cast(pa.int64()).fill_null(MISSING).to_numpy(zero_copy_only=False).copy()
    return numbers
