"""Origins are equal exactly when they are the same to a browser, and nothing else is read as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.origins import Authority, Origin


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://lab.example", "http://lab.example:80"),
        ("https://lab.example", "https://lab.example:443"),
        ("http://Lab.Example", "HTTP://lab.example."),
        ("http://münchen.example", "http://xn--mnchen-3ya.example"),
        ("http://straße.example", "http://xn--strae-oqa.example"),
        ("http://[::1]:5000", "http://[0:0:0:0:0:0:0:1]:5000"),
        ("http://[2001:DB8::1]", "http://[2001:db8::1]:80"),
        ("http://lab.example:", "http://lab.example:080"),
    ],
)
def test_spellings_of_one_origin_are_equal(one: str, other: str) -> None:
    assert Origin.parse(one) == Origin.parse(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://lab.example", "https://lab.example"),
        ("http://lab.example", "http://lab.example:443"),
        ("http://lab.example", "http://lab.example:8080"),
        ("http://lab.example", "http://vm.lab.example"),
        ("http://lab.example", "http://lab.example.evil.com"),
        ("http://[::1]", "http://[::2]"),
    ],
)
def test_other_origins_are_not(one: str, other: str) -> None:
    assert Origin.parse(one) != Origin.parse(other)


HOSTILE = [
    "null",
    "",
    "lab.example",
    "//lab.example",
    "ftp://lab.example",
    "http:///lab.example",
    "http://",
    "http://lab.example/",
    "http://lab.example/path",
    "http://lab.example?query",
    "http://lab.example#fragment",
    "http://lab.example\\@evil.example",
    "http://lab.example@evil.example",
    "http://evil.example:80@lab.example",
    "http://lab.example, http://evil.example",
    "http://lab.example http://evil.example",
    "http://lab.example:80:80",
    "http://lab.example:99999",
    "http://lab.example:0",
    "http://lab.example:+80",
    "http://lab.example:٨٠",
    "http://lab..example",
    "http://.lab.example",
    "http://*.example",
    "http://[::1",
    "http://[fe80::1%25eth0]",
    "http://::1",
    "http://lab%2eexample",
    "http://lab.example\x00",
    "http://lab.example\n",
    " http://lab.example",
    "http://" + "a" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
def test_what_is_no_origin_is_not_read_as_one(text: str) -> None:
    assert Origin.parse(text) is None


@pytest.mark.parametrize(
    ("host", "origin", "same"),
    [
        ("lab.example", "http://lab.example", True),
        ("lab.example", "https://lab.example", True),
        ("lab.example:80", "http://lab.example", True),
        ("lab.example:443", "https://lab.example", True),
        ("LAB.example.", "http://lab.example:80", True),
        ("lab.example:80", "https://lab.example", False),
        ("lab.example:443", "http://lab.example", False),
        ("lab.example", "http://lab.example:8080", False),
        ("lab.example:8080", "http://lab.example", False),
        ("[::1]:5000", "http://[0::1]:5000", True),
    ],
)
def test_a_host_is_that_of_an_origin_when_a_browser_would_send_it_there(
    host: str, origin: str, same: bool
) -> None:
    named, page = Authority.parse(host), Origin.parse(origin)
    assert named is not None
    assert page is not None
    assert named.is_host_of(page) is same


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_without_an_error(text: str) -> None:
    for given_text in (text, f"http://{text}", f"http://[{text}]"):
        read = Origin.parse(given_text)
        if read is not None:
            assert Origin.parse(f"{read.scheme}://{read.host}:{read.port}") == read
