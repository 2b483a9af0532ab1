"""What msgspec says becomes a place, a stable code and data."""

from datetime import datetime

import msgspec
import pytest
from msgspec import Struct

from loadzone.domain.decoding import Misfit, misfit


class Inner(Struct, forbid_unknown_fields=True):
    number: int
    at: datetime | None = None
    word: str | None = None


class Outer(Struct):
    inner: list[Inner]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            b'{"inner": [{"number": "x"}]}',
            Misfit("inner[0].number", "wrong_type", {"expected": "int", "got": "str"}),
        ),
        (b'{"inner": [{"number": 1}, {}]}', Misfit("inner[1].number", "required", {})),
        (b"{}", Misfit("inner", "required", {})),
        (b'{"inner": [{"number": 1, "nmber": 2}]}', Misfit("inner[0].nmber", "unknown_field", {})),
        (b'{"inner": [{"number": 1, "at": "noon"}]}', Misfit("inner[0].at", "time_malformed", {})),
        (b'{"inner": [{"number": 1, "at": 12}]}', Misfit("inner[0].at", "time_malformed", {})),
        (
            b'{"inner": [{"number": 1, "word": 12}]}',
            Misfit("inner[0].word", "wrong_type", {"expected": "str", "got": "int"}),
        ),
        (b'{"inner": [{"number": 1e999}]}', Misfit("inner[0].number", "number_too_large", {})),
        (b"[]", Misfit("", "wrong_type", {"expected": "object", "got": "array"})),
        (b'{\n  "inner": [,]}', Misfit("2:13", "json_malformed", {})),
        (b'{"inner": [', Misfit("1:12", "json_malformed", {})),
    ],
)
def test_each_misfit_is_named_with_its_place(text: bytes, expected: Misfit) -> None:
    with pytest.raises(msgspec.DecodeError) as wrong:
        msgspec.json.decode(text, type=Outer)
    assert misfit(wrong.value, text) == expected
