"""Counted nouns agree with their numbers, in both languages and wherever a text stands."""

import re
from datetime import UTC, datetime
from itertools import product

import pytest
from fluent.syntax import ast as ftl
from fluent.syntax import parse
from fluent.syntax.visitor import Visitor

from loadzone.i18n import LANGUAGES, date_and_time, number, percent, translate
from tests.browser.people import say
from tests.test_texts import LOCALES

COUNTS = (1, 2, 5, 21, 22, 25)
# Nouns that are counted: with 1, with 2 to 4, with 5; the first is wrong after a 5, the last after a 1 or a 21.
NOUNS = [
    *("бронь брони броней", "пользователь пользователя пользователей", "человек человека людей", "час часа часов"),
    *("день дня дней", "минута минуты минут", "секунда секунды секунд", "строка строки строк", "раз раза разов"),
    *("запись записи записей", "изменение изменения изменений", "группа группы групп", "символ символа символов"),
    *("машина машины машин", "неделя недели недель", "сообщение сообщения сообщений", "байт байта байтов"),
]
PLURALS = (
    "bookings|VMs|hours|days|users|lines|rows|people|groups|records|changes|seconds|minutes|times|weeks|more lines"
)


class Reader(Visitor):
    """Collects what a message counts by, and what else is filled in."""

    def __init__(self) -> None:
        self.counts: set[str] = set()
        self.places: set[str] = set()

    def visit_SelectExpression(self, node: ftl.SelectExpression) -> None:  # noqa: N802  # Fluent's visitor
        if isinstance(node.selector, ftl.VariableReference) and plural(node):
            self.counts.add(node.selector.id.name)
        self.generic_visit(node)

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802  # Fluent's visitor
        self.places.add(node.id.name)


def plural(node: ftl.SelectExpression) -> bool:
    """Tell whether a choice is one of numbers."""
    return any(isinstance(each.key, ftl.Identifier) and each.key.name == "one" for each in node.variants)


def messages(lang: str) -> dict[str, Reader]:
    """Return what each message of a language is made of."""
    found: dict[str, Reader] = {}
    for path in sorted((LOCALES / lang).glob("*.ftl")):
        for entry in parse(path.read_text(encoding="utf-8")).body:
            if isinstance(entry, ftl.Message):
                found[entry.id.name] = Reader()
                found[entry.id.name].visit(entry)
    return found


def wrong(lang: str, text: str) -> list[str]:
    """Return where a text has a number and a noun in another form than that of the number."""
    if lang == "en":
        return re.findall(rf"(?<![\d.,–])1 (?:{PLURALS})\b|(?<![\d.,–])1 (?:are|were|have)\b", text)
    found = []
    for told, word in re.findall(r"(?<![\d.,–])(\d+)\s+([а-яё]+)", text):
        for one, _, many in (noun.split() for noun in NOUNS):
            form = 1 if int(told) % 10 == 1 and int(told) != 11 else 5
            if word == (many if form == 1 else one) and one not in ("раз", "человек"):
                found.append(f"{told} {word}")
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_with_a_count_reads_well_for_each_number(lang: str) -> None:
    """With 1, 2, 5, 21, 22 and 25 at all its counts, none has "1 bookings", "5 бронь" or "21 броней"."""
    bad = []
    for key, reader in messages(lang).items():
        for count in COUNTS if reader.counts else ():
            data = {name: count if name in reader.counts else "x" for name in reader.places}
            bad += [f"{key}: {each}" for each in wrong(lang, translate(lang, key, **data))]
    assert bad == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_of_the_pages_with_a_count_reads_well_for_each_number(lang: str) -> None:
    """The scripts choose between the endings -one, -few, -many and -other of a key; each language has all four."""
    found = messages(lang)
    forms = {key.removesuffix("-one") for key in found if key.endswith("-one")}
    keys = sorted(key for key in forms if {f"{key}-few", f"{key}-many", f"{key}-other"} & found.keys())
    assert [key for key, form in product(keys, ("few", "many", "other")) if f"{key}-{form}" not in found] == []
    told = [(key, say(lang, key, n=count)) for key, count in product(keys, COUNTS)]
    assert [(key, each) for key, text in told for each in wrong(lang, text)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_number_stands_before_a_noun_in_one_form_only(lang: str) -> None:
    """A place that is followed by a plural noun is one that chooses its form."""
    nouns = PLURALS if lang == "en" else "|".join(word for noun in NOUNS for word in noun.split()[1:])
    pattern = re.compile(rf"(?<!–\{{ )\$(\w+)(?: \}})? (?:{nouns})\b")
    found = messages(lang)
    bad = []
    for path in sorted((LOCALES / lang).glob("*.ftl")):
        whole = path.read_text(encoding="utf-8")
        for entry in parse(whole).body:
            if not isinstance(entry, ftl.Message) or re.search(r"-(one|few|many|other)$", entry.id.name):
                continue
            assert entry.span is not None
            places = pattern.findall(whole[entry.span.start : entry.span.end])
            bad += [f"{entry.id.name}: {each}" for each in places if each not in found[entry.id.name].counts]
    assert bad == []


def test_numbers_shares_and_moments_have_one_form_in_each_language() -> None:
    """Thousands are grouped, per cent and decimals are written as the language does; ids stay as they are."""
    assert (number("en", 8278), number("ru", 8278)) == ("8,278", "8\N{NO-BREAK SPACE}278")
    assert (number("en", 6.17, 2), number("ru", 6.17, 2)) == ("6.17", "6,17")
    assert (percent("en", 0.36), percent("ru", 0.36)) == ("36%", "36\N{NO-BREAK SPACE}%")
    at = datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert date_and_time("en", at) == "Nov 23, 2026, 18:00"
    assert date_and_time("ru", at) == "23 нояб. 2026, 18:00"
    assert translate("en", "report-number-bookings", n=1) == "booking"
    assert translate("ru", "report-number-bookings", n=683) == "брони"
    assert translate("ru", "report-number-users", n=41) == "пользователь"
    assert "8,278 bookings" in translate("en", "figure-lengths-note", bookings=8278, median=1.5, long=2)
    assert "1234" in translate("en", "error-group-not-found", group_id=1234)
