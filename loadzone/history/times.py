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
    written = _as_one(texts) if None not in texts else None
    if written is None:
        written = pa.array(texts, type=pa.string())
        lengths = pc.utf8_length(written.drop_null() if written.null_count else written).to_numpy()
        if not ((lengths == _USUAL[0]) | (lengths == _USUAL[1])).all():
            raise Unusual
    try:
        return _integers(written.cast(_TIME))
    except pa.ArrowInvalid:
        raise Unusual from None


def _as_one(texts: Sequence[Any]) -> Any:
    """Return texts of one usual length, which is common, as an array; None for others. None is taken by itself."""
    text = "".join(texts).encode()
    number, width = len(texts), len(texts[0]) if texts else 0
    if width not in _USUAL or len(text) != width * number:
        return None
    edges = np.arange(number + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(number, pa.py_buffer(edges), pa.py_buffer(text))


def _integers(times: Any) -> Ints:
    given = times.cast(pa.int64())
    numbers: Ints = (given.fill_null(MISSING) if given.null_count else given).to_numpy().copy()
    return numbers
