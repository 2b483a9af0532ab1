"""What is well formed, and what is not."""

import pytest

from loadzone.domain.errors import InvalidInput
from loadzone.domain.fields import Fields, clean_email


def problems(fields: Fields) -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in fields.errors]


@pytest.mark.parametrize("vm_id", ["a", "7", "server-01", "A.b_c-d", "x" * 63])
def test_a_vm_id_of_the_allowed_letters_passes(vm_id: str) -> None:
    fields = Fields()
    assert fields.vm_id(vm_id) == vm_id
    assert not fields.errors


@pytest.mark.parametrize("vm_id", ["", "-a", ".a", "_a", "a b", "a/b", "x" * 64, "сервер", "a\n", "é", "a\x00"])
def test_any_other_vm_id_is_malformed(vm_id: str) -> None:
    fields = Fields()
    fields.vm_id(vm_id)
    assert problems(fields) == [("id", "vm_id_malformed")]


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        (0, "hours_not_positive"),
        (-1, "hours_not_positive"),
        (float("nan"), "hours_not_positive"),
        (float("inf"), "hours_not_positive"),
        (168.01, "hours_too_many"),
        (1e300, "hours_too_many"),
    ],
)
def test_hours_out_of_range_are_refused_with_the_limit_named(hours: float, code: str) -> None:
    fields = Fields()
    fields.hours(hours, 168)
    assert [(each.code, each.data) for each in fields.errors] == [(code, {"max": 168})]


@pytest.mark.parametrize("hours", [0.25, 1, 168])
def test_hours_within_range_pass_fractions_too(hours: float) -> None:
    fields = Fields()
    assert fields.hours(hours, 168) == hours
    assert not fields.errors


@pytest.mark.parametrize(
    ("name", "clean", "code"),
    [
        ("  Production ", "Production", None),
        ("Группа 1", "Группа 1", None),
        ("x" * 80, "x" * 80, None),
        ("", "", "required"),
        (" \t ", "", "required"),
        ("x" * 81, "x" * 81, "too_long"),
        ("a\x00b", "a\x00b", "not_printable"),
    ],
)
def test_a_group_name_is_trimmed_and_checked(name: str, clean: str, code: str | None) -> None:
    fields = Fields()
    assert fields.group_name(name) == clean
    assert problems(fields) == ([] if code is None else [("name", code)])


@pytest.mark.parametrize("email", ["user@example.com", "USER@Example.COM", " user@example.com ", "a+b@localhost"])
def test_an_email_is_lower_cased(email: str) -> None:
    assert clean_email(email) == email.strip().lower()


@pytest.mark.parametrize(
    "email",
    [
        "",
        "user",
        "@example.com",
        "user@",
        "a b@example.com",
        "a@b@c",
        "a@-b.c",
        "a@b..c",
        "a@b.c\n@d",
        "x" * 65 + "@b.c",
        "a@" + "b." * 130 + "c",
    ],
)
def test_what_is_not_an_email_is_refused(email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_email(email)
    assert [each.field for each in refused.value.fields] == ["email"]


def test_empty_text_becomes_none_and_long_or_unprintable_text_is_refused() -> None:
    fields = Fields()
    assert fields.text("note", "  ", 10) is None
    assert fields.text("note", None, 10) is None
    assert fields.text("note", " one\ntwo ", 10) == "one\ntwo"
    assert not fields.errors
    fields.text("note", "x" * 11, 10)
    fields.text("purpose", "a\x1b[31m", 10)
    assert problems(fields) == [("note", "too_long"), ("purpose", "not_printable")]


def test_addresses_are_ipv4_or_ipv6() -> None:
    fields = Fields()
    assert fields.address("internal_ip", "10.0.0.1") == "10.0.0.1"
    assert fields.address("internal_ip", "2001:DB8::1") == "2001:db8::1"
    assert fields.address("internal_ip", "\u00a0FE80::1%eth0 ") == "fe80::1%eth0"
    assert fields.address("internal_ip", "") is None
    assert not fields.errors
    for wrong in ("10.0.0.256", "10.0.0.1%eth0", "fe80::1%", "fe80::1%\x1b[31m", "fe80::1%" + "x" * 16):
        assert fields.address("external_ip", wrong) is None
        assert problems(fields) == [("external_ip", "address_malformed")]
        fields.errors.clear()


def test_tags_are_trimmed_once_each_and_limited() -> None:
    fields = Fields()
    assert fields.tags((" gpu", "gpu ", "", "big")) == ("gpu", "big")
    assert not fields.errors
    fields.tags(tuple(map(str, range(21))))
    fields.tags(("x" * 41,))
    fields.tags(("a\x00",))
    assert [each.code for each in fields.errors] == ["too_many", "too_long", "not_printable"]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    fields = Fields()
    fields.vm_id("?")
    fields.hours(0, 1)
    with pytest.raises(InvalidInput) as refused:
        fields.check()
    assert [each.field for each in refused.value.fields] == ["id", "hours"]
