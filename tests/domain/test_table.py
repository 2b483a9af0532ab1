"""A Table behaves as a dict that never changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.domain.table import Table

KEYS = st.one_of(st.integers(0, 600), st.text(max_size=2))
EDITS = st.lists(st.tuples(st.sampled_from(["put", "drop"]), KEYS, st.integers()), max_size=60)


@given(EDITS)
def test_table_holds_what_a_dict_holds_after_the_same_edits_in_the_same_order(
    edits: list[tuple[str, int | str, int]],
) -> None:
    table: Table[int | str, int] = Table()
    model: dict[int | str, int] = {}
    for action, key, value in edits:
        if action == "put":
            table, model = table.put(key, value), {**model, key: value}
        elif key in model:
            table = table.drop(key)
            del model[key]
    assert list(table.items()) == list(model.items())
    assert list(table) == list(table.keys()) == list(model)
    assert list(table.values()) == list(model.values())
    assert len(table) == len(model)
    assert table == model
    assert all(key in table and table[key] == value for key, value in model.items())


@given(EDITS)
def test_no_edit_changes_the_table_that_it_was_made_from(edits: list[tuple[str, int | str, int]]) -> None:
    table: Table[int | str, int] = Table((number, number) for number in range(300))
    for action, key, value in edits:
        before = list(table.items())
        edited = table.put(key, value) if action == "put" or key not in table else table.drop(key)
        assert list(table.items()) == before
        table = edited


@given(st.lists(st.tuples(KEYS, st.integers())))
def test_a_table_made_from_pairs_equals_the_dict_made_from_them(pairs: list[tuple[int | str, int]]) -> None:
    assert list(Table(pairs).items()) == list(dict(pairs).items())


def test_dropping_and_reading_a_missing_key_raise_key_error() -> None:
    table: Table[str, int] = Table([("a", 1)])
    with pytest.raises(KeyError, match="b"):
        table.drop("b")
    with pytest.raises(KeyError, match="b"):
        table["b"]
    assert table.get("b") is None
    assert "b" not in table
