"""An e-mail address has one form, in whatever script and form it is typed."""

import unicodedata

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.domain import emails
from loadzone.domain.emails import canonical, clean

ONE_PERSON = [
    (
        "ann@münchen.de",
        "ann@xn--mnchen-3ya.de",
        "ANN@MÜNCHEN.DE",
        " ann@mu\u0308nchen.de\n",
        "ann@MU\u0308NCHEN。de",
    ),
    ("иван@пример.рф", "Иван@Пример.РФ", "иван@xn--e1afmkfd.xn--p1ai", "ИВАН@XN--E1AFMKFD.XN--P1AI"),
    ("ann@faß.de", "ann@xn--fa-hia.de"),
    ("josé@example.com", "JOSE\u0301@Example.com"),
    ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
    ("ann+vm@localhost", "Ann+VM@LOCALHOST"),
]
NO_ADDRESS = [
    "ann@mün chen.de",
    "ann vm@münchen.de",
    "иван@",
    "@пример.рф",
    "иван@пример@рф",
    "ann@münchen..de",
    "ann@-münchen.de",
    "ann@münchen.de.",
    "ann@mün_chen.de",
    "an\u200bn@example.com",
    "an\u202en@example.com",
    "ann\ufe0f@example.com",
    "ann\u00a0b@example.com",
    "\u0301ann@example.com",
    "an\ud800n@example.com",
    "я" * 33 + "@example.com",
    "ann@" + "ü" * 63 + ".de",
    "ann@" + ".".join(["ü" * 20] * 12),
    "ann@ex\u202eample.com",
    "ann＠example.com",
]


@pytest.mark.parametrize("forms", ONE_PERSON, ids=lambda forms: forms[0])
def test_all_forms_of_an_address_are_one(forms: tuple[str, ...]) -> None:
    """The form that is kept is the one that people read, and it does not change again."""
    assert {clean(form) for form in forms} == {forms[0]}
    assert {canonical(form) for form in forms} == {forms[0]}


@pytest.mark.parametrize("typed", NO_ADDRESS, ids=ascii)
def test_what_no_mail_server_would_deliver_to_is_no_address(typed: str) -> None:
    assert clean(typed) is None


@pytest.mark.parametrize("typed", ["Ann@xn--zzzzzzzz9999.de", "ann@xn--i-7iq.ws", "ann@xn--a.de"])
def test_a_domain_that_only_looks_encoded_stays_as_it_is(typed: str) -> None:
    assert clean(typed) == typed.lower()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Example.COM", "example.com"),
        ("@example.com", "example.com"),
        ("xn--mnchen-3ya.de", "münchen.de"),
        ("Münche\u006e.de", "münchen.de"),
        ("not a domain", "not a domain"),
    ],
)
def test_a_domain_has_the_form_that_it_has_in_addresses(typed: str, kept: str) -> None:
    assert emails.domain(typed) == kept


letters = st.text(st.characters(exclude_categories=[]), max_size=12)
labels = st.text(st.sampled_from("abzäßéиї東ｅ1-\u0301\u0308\u200dxn"), max_size=10)


@given(st.builds("{}@{}.{}".format, letters, labels | letters, labels))
def test_the_form_that_is_kept_is_its_own(typed: str) -> None:
    """What comes out goes in again unchanged, and so does its domain in ASCII."""
    kept = clean(typed)
    if kept is not None:
        local, _, domain = kept.rpartition("@")
        assert clean(kept) == canonical(kept) == canonical(typed) == kept
        assert unicodedata.is_normalized("NFC", kept)
        assert kept == kept.lower()
        if not domain.isascii():
            assert clean(f"{local}@{idna.encode(domain).decode()}") == kept


@given(st.emails())
def test_a_plain_address_is_only_lower_cased(typed: str) -> None:
    if typed.isascii() and "xn--" not in typed.lower():
        assert clean(typed) in (typed.lower(), None)
        assert canonical(typed) == typed.lower()


@pytest.mark.parametrize(
    "typed", ["\u0301\u0316" * 500_000, "a@" + "\u0301\u0316" * 500_000, "a@" + "ü." * 500_000]
)
def test_a_long_text_is_refused_before_any_work(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emails, "unicodedata", None)
    monkeypatch.setattr(emails, "_domain_forms", None)
    assert clean(typed) is None
    assert canonical(typed) == typed.lower()
