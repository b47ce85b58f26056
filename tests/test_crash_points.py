"""The process dies between any two steps: after a restart the conversation goes on at the right step, every time."""

import os
from pathlib import Path

import pytest

from bot.crash import CRASHED
from tests.case_world import CONSENTED, IRIS, TO_CONSENT, TO_END, World
from workflows.case import Case

pytestmark = pytest.mark.usefixtures("kind")

ANSWERS = (*TO_CONSENT[1:], *CONSENTED, *TO_END)
POINTS = ("case.before-commit", "case.after-commit")


def the_case(world: World) -> Case:
    found = world.cases.find("C-2026-0001", IRIS.key)
    assert found is not None
    return found


def steps(case: Case) -> list[tuple[str, str]]:
    return [(answer.step, answer.value) for answer in case.run.answers]


def die_while_saying(folder: Path, text: str, point: str) -> None:
    """Let a process of its own answer one message and die at a named point."""
    child = os.fork()
    if child == 0:
        os.environ["CRASH_AT"] = point
        try:
            World(folder, sitting="child").say(text)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == CRASHED


@pytest.mark.parametrize("point", POINTS)
def test_a_death_at_every_step_loses_nothing_and_doubles_nothing(tmp_path: Path, point: str) -> None:
    """At each step: dead, restarted, and the person types the same again because nothing was answered."""
    (tmp_path / "whole").mkdir()
    whole = World(tmp_path / "whole")
    whole.say("/start-case")
    (tmp_path / "dying").mkdir()
    dying = World(tmp_path / "dying", sitting="child")
    dying.say("/start-case")
    dying.database.close()
    for number, text in enumerate(ANSWERS):
        before = steps(the_case(whole))
        whole.say(text)
        after = steps(the_case(whole))
        die_while_saying(tmp_path / "dying", text, point)
        again = World(tmp_path / "dying", sitting=f"again-{number}")
        assert steps(the_case(again)) == (after if point == "case.after-commit" else before)
        if number < len(ANSWERS) - 1 or point == "case.before-commit":
            assert "Ik was even weg" in again.say(text)
            assert steps(the_case(again)) == (after if point == "case.after-commit" else before)
        if point == "case.before-commit":
            again.say(text)
        assert steps(the_case(again)) == after
        # The next message comes to the child in its own sitting, which must have shown the step.
        again.restart("child")
        if number < len(ANSWERS) - 1:
            again.say("status")
        again.database.close()
    final = World(tmp_path / "dying")
    assert "Samenvatting" in final.say("/start-case toon 1")
    assert steps(the_case(final)) == steps(the_case(whole))
    versions = the_case(final).version
    assert versions > 0


@pytest.mark.parametrize("point", POINTS)
def test_a_death_at_the_very_start_leaves_at_most_a_case_to_go_on_with(tmp_path: Path, point: str) -> None:
    World(tmp_path).database.close()
    die_while_saying(tmp_path, "/start-case", point)
    world = World(tmp_path, sitting="again")
    said = world.say("/start-case")
    if point == "case.after-commit":
        assert "nog niet klaar met een eerdere zaak" in said
        said = world.say("/start-case hervat")
    assert "Gevaar?" in said
    assert world.cases.count() == 1


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(
    ("texts", "last"),
    [
        (("stop",), "wissen"),
        (("/start-case intrekken", "ouder 1", "alles"), "vandaag"),
        (("/start-case anders", "wachtlijst"), "nog niet"),
        (("/start-case overdragen C-2026-0001 daan",), "ja"),
        (("/start-case sluit", "ja", "ja"), "nee, sla over"),
    ],
    ids=["erase", "withdraw", "event", "hand over", "close"],
)
def test_a_death_at_the_end_of_a_side_talk_happens_whole_or_not_at_all(
    tmp_path: Path, point: str, texts: tuple[str, ...], last: str
) -> None:
    world = World(tmp_path, sitting="child")
    world.walk(*TO_CONSENT, *CONSENTED, *TO_END, *texts)
    before = the_case(world)
    world.database.close()
    die_while_saying(tmp_path, last, point)
    after = World(tmp_path).cases.find("C-2026-0001", IRIS.key)
    if point == "case.before-commit":
        assert after == before
    else:
        assert after is None or (after.talk, after.version) == ("", before.version + 1)
