"""What the Analytics page is told is worked out once for all who ask the same, by a process that may die."""

import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from loadzone.web.analyses import FRESH, Analyses, Analysis, Question
from loadzone.web.analyst import Analyst

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
# Answers with how many questions it was asked, in two lines and the end; of a user named "die" it dies in between.
COUNTS = """
import json, sys
for number, line in enumerate(sys.stdin, start=1):
    print(json.dumps({"kind": "head", "asked": number, "of": json.loads(line)["scope"]["user"]}), flush=True)
    if json.loads(line)["scope"]["user"] == "die":
        sys.exit(1)
    print('{"kind":"end"}', flush=True)
"""


@pytest.fixture
async def analyses() -> AsyncIterator[Analyses]:
    made = Analyses(Analyst([sys.executable, "-c", COUNTS]))
    yield made
    await made.close()


async def read(analysis: Analysis) -> list[dict[str, object]]:
    return [json.loads(line) async for line in analysis.lines()]


async def test_one_question_to_one_state_is_asked_once_whoever_asks(analyses: Analyses) -> None:
    first, second = (analyses.of(7, Question(user="ann"), NOW) for _ in range(2))
    assert await read(first) == await read(second) == [{"kind": "head", "asked": 1, "of": "ann"}, {"kind": "end"}]
    later = analyses.of(7, Question(user="ann"), NOW + FRESH)
    assert (await read(later))[0]["asked"] == 1


async def test_another_state_another_question_and_a_minute_are_asked_anew(analyses: Analyses) -> None:
    asked = [
        analyses.of(7, Question(user="ann"), NOW),
        analyses.of(8, Question(user="ann"), NOW),
        analyses.of(8, Question(user="ben"), NOW),
        analyses.of(8, Question(user="ben"), NOW + FRESH + timedelta(seconds=1)),
    ]
    assert [(await read(each))[0]["asked"] for each in asked] == [1, 2, 3, 4]


@pytest.mark.parametrize(("lang", "told"), [("en", "the process that does so ended"), ("ru", "процесс")])
async def test_a_process_that_dies_is_told_of_and_the_next_question_gets_another(
    lang: str, told: str, analyses: Analyses
) -> None:
    lines = await read(analyses.of(7, Question(user="die", lang=lang), NOW))
    assert [line["kind"] for line in lines] == ["head", "problem"]
    assert told in str(lines[1]["message"])
    again = await read(analyses.of(7, Question(user="ann"), NOW))
    assert again == [{"kind": "head", "asked": 1, "of": "ann"}, {"kind": "end"}]
    # What failed is not kept.
    assert analyses.of(7, Question(user="die", lang=lang), NOW).failed is False


async def test_a_command_that_does_not_exist_is_a_failure_like_any_other() -> None:
    analyses = Analyses(Analyst(["/nowhere/python"]))
    lines = await read(analyses.of(1, Question(), NOW))
    assert [line["kind"] for line in lines] == ["problem"]
    await analyses.close()


async def test_after_closing_nothing_is_started(analyses: Analyses) -> None:
    await analyses.close()
    await analyses.analyst.warm()
    assert [line["kind"] for line in await read(analyses.of(1, Question(), NOW))] == ["problem"]
