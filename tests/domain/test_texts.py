"""What a text may hold: all that people write, nothing that steers a terminal or hides what is said."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.domain import texts
from loadzone.domain.fields import NOTE_MAX, Fields

HARMLESS = {
    "no-break space": "10\u00a0GB",
    "narrow no-break space": "10\u202fGB",
    "ideographic space": "東京\u3000二",
    "soft hyphen": "Daten\u00adbank",
    "family of joined emoji": "👨‍👩‍👧",
    "Persian non-joiner": "می\u200cخواهم",
    "mark of direction": "שלום \u200f(1)",
    "emoji of a later Unicode": "\U0001faea \U0001fadc",
    "flag of tags": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "private use": "\uf8ff server",
    "combining marks": "e\u0301",
    "variation selector": "❤\ufe0f",
}
FORBIDDEN = (
    *map(chr, (*range(9), *range(0x0B, 0x0D), *range(0x0E, 0x20), *range(0x7F, 0xA0))),
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *("\ud800", "\udfff", "\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"),
)
UNSEEN = (
    "",
    " ",
    "\u00a0\u3000",
    "\u200b",
    "\u00ad",
    "\u200d\u200c",
    "\ufeff",
    "\u3164\u115f\uffa0",
    "\u0301",
    "\ufe0f",
)
anything = st.text(st.characters(exclude_categories=[]), max_size=60)


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_people_write_is_kept_as_it_is(text: str) -> None:
    """In notes, purposes, tags and names alike."""
    fields = Fields()
    assert fields.text("note", text, 100) == text
    assert fields.tags((text,)) == (text,)
    assert fields.group_name(text) == text
    assert not fields.errors


@pytest.mark.parametrize("letter", FORBIDDEN, ids=texts.code_point)
def test_what_no_text_may_hold_is_named_with_its_place(letter: str) -> None:
    """Wherever it stands, and in every field."""
    fields = Fields()
    for text, place in ((f"a{letter}b", 2), (f"{letter}b", 1), (f"ab{letter}", 3)):
        fields.text("note", text, 100)
        fields.tags((text,))
        fields.group_name(text)
        told = {(each.code, each.data["character"], each.data["place"]) for each in fields.errors}
        assert told == {("not_printable", texts.code_point(letter), place)}
        assert [each.field for each in fields.errors] == ["note", "tags", "name"]
        fields.errors.clear()


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_a_text_in_which_nothing_can_be_seen_is_empty(text: str) -> None:
    """A name is then missing, a note and a tag are none."""
    fields = Fields()
    assert fields.text("note", text, 100) is None
    assert fields.tags((text, "gpu")) == ("gpu",)
    assert not fields.errors
    fields.group_name(text)
    assert [each.code for each in fields.errors] == ["required"]


def test_lines_are_kept_in_a_text_and_become_spaces_in_a_name() -> None:
    """However the program that wrote them ends a line."""
    fields = Fields()
    typed = "\ufeff one\r\n\r\ntwo\rthree\u2028\tfour \u00a0\r\n"
    assert fields.text("note", typed, 100) == "one\n\ntwo\nthree\n\tfour"
    assert fields.group_name(typed) == "one two three four"
    assert fields.tags((typed,)) == ("one two three four",)
    assert not fields.errors


@given(anything)
def test_a_clean_text_is_clean_again_as_it_is(text: str) -> None:
    """Cleaning changes nothing the second time, and length is counted in code points."""
    fields = Fields()
    clean = fields.text("note", text, NOTE_MAX)
    name = fields.name("name", text, NOTE_MAX)
    if not fields.errors:
        assert clean is not None
        assert fields.text("note", clean, len(clean)) == clean
        assert fields.name("name", name, len(name)) == name
        assert "\n" not in name
        assert "\r" not in clean
        fields.text("note", clean, len(clean) - 1)
        assert [each.code for each in fields.errors] == ["too_long"]


@given(anything)
def test_only_five_kinds_of_characters_are_refused(text: str) -> None:
    """Controls, bidirectional controls, surrogates, noncharacters; never one that is not assigned yet."""
    for letter in text:
        number = ord(letter)
        never = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
        control = unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\t\n"
        turning = unicodedata.bidirectional(letter) in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }
        assert (texts.forbidden(letter) is not None) == (never or control or turning)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPU", "gpu"),
        ("GPU", "ＧＰＵ"),
        ("Straße", "STRASSE"),
        ("Cafe\u0301", "CAFÉ"),
        ("GPU 1", "gpu\u00a01"),
        ("GPU", "G\u200bP\u00adU\u200d"),
        ("GPU 1", "GPU \u200b 1"),
        ("Группа", "ГРУППА"),
    ],
)
def test_names_that_a_person_takes_for_one_are_one(one: str, other: str) -> None:
    assert texts.same_name(one) == texts.same_name(other)


def test_comparing_names_costs_little_however_many_marks_they_have() -> None:
    """Normalising is quadratic in combining marks: a long name is compared without it."""
    calls: list[int] = []
    original = unicodedata.normalize

    def counted(form: Literal["NFKC"], text: str) -> str:
        calls.append(len(text))
        return original(form, text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unicodedata, "normalize", counted)
        texts.same_name("\u0301\u0316" * 500_000)
        texts.same_name("a" + "\u0301\u0316" * 100)
    assert calls
    assert max(calls) <= texts.NORMALISED_MAX


@given(anything)
def test_what_goes_to_a_terminal_cannot_steer_it(text: str) -> None:
    shown = texts.for_terminal(text)
    assert texts.forbidden(shown) is None
    assert texts.forbidden(text) is not None or shown == text
