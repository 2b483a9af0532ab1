"""What the Analytics page is told is worked out once for all who ask the same, by a process that may die."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from loadzone.web import analyst
from loadzone.web.analyses import ALL, EACH, FRESH_SECONDS, Analyses, Question
from loadzone.web.analyst import Analyst
from loadzone.web.problems import RequestRefused

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
# Answers with how many questions it was asked, in two lines and the end. Of some users it does not answer at once:
# of "die" it dies in between, of "slow" it waits until it is stopped, of "stuck" it does not even stop.
COUNTS = """
import json, sys
number = 0
for line in sys.stdin:
    if "stop" in json.loads(line):
        print('{"kind":"end"}', flush=True)
        continue
    number += 1
    user = json.loads(line)["scope"]["user"]
    print(json.dumps({"kind": "head", "asked": number, "of": user}), flush=True)
    if user == "die":
        sys.exit(1)
    if user == "stuck":
        while True:
            sys.stdin.readline()
    if user != "slow":
        print('{"kind":"end"}', flush=True)
"""


class Elapsed:
    """A timer that a test sets."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def timer() -> Elapsed:
    return Elapsed()


@pytest.fixture
async def analyses(timer: Elapsed) -> AsyncIterator[Analyses]:
    made = Analyses(Analyst([sys.executable, "-c", COUNTS]), timer)
    yield made
    await made.close()


Lines = list[dict[str, object]]


def asked(analyses: Analyses, user: str, whose: str = "ann", *, seq: int = 7) -> AsyncGenerator[bytes]:
    return analyses.answer(seq, Question(user=user), NOW, whose)


async def read(answer: AsyncIterator[bytes]) -> Lines:
    return [json.loads(line) async for line in answer]


async def begun(answer: AsyncGenerator[bytes]) -> dict[str, object]:
    """Read the first line only: the question is under way then."""
    line: dict[str, object] = json.loads(await anext(answer))
    return line


async def waiting(analyses: Analyses, user: str, whose: str) -> "asyncio.Task[Lines]":
    """Ask without waiting for an answer."""
    task = asyncio.create_task(read(asked(analyses, user, whose)))
    await asyncio.sleep(0)
    return task


async def test_one_question_to_one_state_is_asked_once_whoever_asks(analyses: Analyses, timer: Elapsed) -> None:
    first, second = await asyncio.gather(*(read(asked(analyses, "x", whose)) for whose in ("ann", "ben")))
    assert first == second == [{"kind": "head", "asked": 1, "of": "x"}, {"kind": "end"}]
    timer.seconds += FRESH_SECONDS
    assert (await read(asked(analyses, "x")))[0]["asked"] == 1


async def test_another_state_another_question_and_a_minute_are_asked_anew(
    analyses: Analyses, timer: Elapsed
) -> None:
    answers = [await read(asked(analyses, user, seq=seq)) for user, seq in (("x", 7), ("x", 8), ("y", 8))]
    timer.seconds += FRESH_SECONDS + 1
    answers.append(await read(asked(analyses, "y", seq=8)))
    assert [answer[0]["asked"] for answer in answers] == [1, 2, 3, 4]


@pytest.mark.parametrize(("lang", "told"), [("en", "the process that does so ended"), ("ru", "процесс")])
async def test_a_process_that_dies_is_told_of_and_the_next_question_gets_another(
    lang: str, told: str, analyses: Analyses
) -> None:
    lines = await read(analyses.answer(7, Question(user="die", lang=lang), NOW, "ann"))
    assert [line["kind"] for line in lines] == ["head", "problem"]
    assert told in str(lines[1]["message"])
    assert await read(asked(analyses, "x")) == [{"kind": "head", "asked": 1, "of": "x"}, {"kind": "end"}]
    # What failed is not kept.
    assert (await read(asked(analyses, "die")))[0] == {"kind": "head", "asked": 2, "of": "die"}


async def test_a_command_that_does_not_exist_is_a_failure_like_any_other() -> None:
    analyses = Analyses(Analyst(["/nowhere/python"]))
    lines = await read(asked(analyses, "x"))
    assert [line["kind"] for line in lines] == ["problem"]
    await analyses.close()


async def test_after_closing_nothing_is_started(analyses: Analyses) -> None:
    await analyses.close()
    await analyses.analyst.warm()
    assert [line["kind"] for line in await read(asked(analyses, "x"))] == ["problem"]


async def test_a_question_that_nobody_waits_for_is_stopped_and_the_process_goes_on(analyses: Analyses) -> None:
    """The same process answers the next question, with no line of the one that was given up."""
    async with aclosing(asked(analyses, "slow")) as left:
        await begun(left)
    assert await read(asked(analyses, "x", "ben")) == [{"kind": "head", "asked": 2, "of": "x"}, {"kind": "end"}]


async def test_a_process_that_does_not_stop_is_killed(analyses: Analyses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyst, "STOP_SECONDS", 0.1)
    async with aclosing(asked(analyses, "stuck")) as left:
        await begun(left)
    assert await read(asked(analyses, "x", "ben")) == [{"kind": "head", "asked": 1, "of": "x"}, {"kind": "end"}]


async def test_a_question_that_others_wait_for_too_is_not_given_up(analyses: Analyses) -> None:
    async with aclosing(asked(analyses, "slow")) as first, aclosing(asked(analyses, "slow", "ben")) as second:
        await begun(first)
        await begun(second)
        await first.aclose()
        assert (await begun(asked(analyses, "slow", "cat")))["asked"] == 1


async def test_questions_that_wait_are_forgotten_with_those_who_asked(analyses: Analyses) -> None:
    """Whoever asks after many who have gone waits for none of their questions."""
    async with aclosing(asked(analyses, "slow", "ann")) as running:
        await begun(running)
        gone = [await waiting(analyses, f"x{number}", f"p{number}") for number in range(ALL - 1)]
        for task in gone:
            task.cancel()
        await asyncio.wait(gone)
        last = await waiting(analyses, "y", "ben")
    assert (await last)[0] == {"kind": "head", "asked": 2, "of": "y"}


async def test_people_take_turns(analyses: Analyses) -> None:
    """Ben, who asks after Ann's many questions, is next after the one that is under way."""
    running = asked(analyses, "slow", "ann")
    await begun(running)
    anns = [await waiting(analyses, f"a{number}", "ann") for number in range(EACH - 1)]
    bens = [await waiting(analyses, f"b{number}", "ben") for number in range(2)]
    await running.aclose()
    order = [(await task)[0]["asked"] for task in (*anns, *bens)]
    assert order == [2, 4, 6, 3, 5]


async def test_too_many_questions_of_one_person_are_refused_and_those_of_others_are_not(
    analyses: Analyses,
) -> None:
    running = asked(analyses, "slow", "ann")
    await begun(running)
    for number in range(EACH - 1):
        await waiting(analyses, f"a{number}", "ann")
    with pytest.raises(RequestRefused) as refused:
        await read(asked(analyses, "one more", "ann"))
    assert (refused.value.status, refused.value.code) == (429, "too_many_questions")
    # To wait for what is being worked out anyway costs nothing.
    again = await waiting(analyses, "a0", "ann")
    bens = await waiting(analyses, "b", "ben")
    await running.aclose()
    assert (await bens)[-1] == (await again)[-1] == {"kind": "end"}


async def test_too_many_questions_in_all_are_refused(analyses: Analyses) -> None:
    running = asked(analyses, "slow", "ann")
    await begun(running)
    tasks = [await waiting(analyses, f"x{number}", f"p{number}") for number in range(ALL - 1)]
    with pytest.raises(RequestRefused) as refused:
        await read(asked(analyses, "one more", "ben"))
    assert (refused.value.status, refused.value.code) == (503, "analytics_busy")
    await running.aclose()
    await asyncio.gather(*tasks)
    assert (await read(asked(analyses, "one more", "ben")))[-1] == {"kind": "end"}


async def test_a_question_that_takes_too_long_is_given_up_with_a_word() -> None:
    analyses = Analyses(Analyst([sys.executable, "-c", COUNTS]), limit=0.2)
    lines = await read(asked(analyses, "slow"))
    assert lines[-1] == {
        "kind": "problem",
        "message": "The figures took too long to work out. Choose a shorter range.",
    }
    await analyses.close()
