"""What reminders are about: cases, schools and the team, from the change in a conversation to the words that go out."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.facts import Facts
from bot.messages import Incoming, Person
from bot.storage.reminder_store import Reminder
from tests.case_world import contacts
from tests.mdo_world import COORDINATOR, IRIS, MdoWorld
from tests.transcripts import ZONE
from workflows.case import FollowUp
from workflows.dates import shipped_calendar

IN_A_WEEK = timedelta(days=9)


@pytest.fixture
def world(tmp_path: Path) -> MdoWorld:
    return MdoWorld(tmp_path)


def with_a_follow_up(world: MdoWorld) -> str:
    """A case of Iris in which somebody is still to be told that it stands still."""
    world.walk("/start-case", "nee", "later", "/start-case anders C-2026-0001", "3", "nog niet")
    return "C-2026-0001"


def stands_still(world: MdoWorld) -> list[Reminder]:
    """What is planned about each time that it stands still."""
    found = world.cases.follow_ups("C-2026-0001")[1]
    return [one for item in found for one in world.planned(f"C-2026-0001/stagnation/{item.due}")]


def shown(world: MdoWorld, at: datetime) -> list[str]:
    """What goes out at that moment, with the place it goes to."""
    return [reply.text for reply in world.play(Incoming(IRIS, "HERINNERINGEN", at))]


def test_what_follows_in_a_case_is_asked_of_its_owner_and_done_by_a_click(world: MdoWorld) -> None:
    ref = with_a_follow_up(world)
    planned = stands_still(world)
    assert [(item.rule, item.dest) for item in planned] == [("case_event", "terminal:iris")]
    told = shown(world, planned[0].due_at)
    assert told[0].startswith("→ terminal:iris\n@iris: in zaak C-2026-0001 speelde iets onderweg: ")
    assert "Genoteerd bij C-2026-0001" in world.say(f"/herinnering {planned[0].id} klaar")
    assert world.cases.follow_ups(ref)[1] == [FollowUp("stagnation", planned[0].nominal, done=True)]
    assert world.cases.due(world.now.date() + IN_A_WEEK) == []


def test_what_happens_twice_is_reminded_of_twice_and_settled_one_by_one(world: MdoWorld) -> None:
    ref = with_a_follow_up(world)
    world.now += timedelta(days=7)
    world.walk(f"/start-case anders {ref}", "3", "nog niet")
    first, second = stands_still(world)
    assert first.nominal < second.nominal
    assert "Genoteerd" in world.say(f"/herinnering {first.id} klaar")
    assert [item.done for item in sorted(world.cases.follow_ups(ref)[1], key=lambda item: item.due)] == [True, False]
    assert [one.id for one in stands_still(world) if one.nominal == second.nominal] == [second.id]


def test_somebody_else_learns_nothing_from_the_buttons(world: MdoWorld) -> None:
    ref = with_a_follow_up(world)
    number = stands_still(world)[0].id
    world.person = Person("terminal", "bob")
    assert "ken ik niet meer" in world.say(f"/herinnering {number} toon")
    assert world.cases.follow_ups(ref)[1][0].done is False


def test_a_case_that_is_handed_over_takes_its_reminders_along(world: MdoWorld) -> None:
    ref = with_a_follow_up(world)
    world.person = COORDINATOR
    world.say(f"/start-case overdragen {ref} fatima")
    assert [item.dest for item in stands_still(world)] == ["terminal:fatima"]
    told = shown(world, world.now)
    assert told == [
        f"→ terminal:fatima\ncora heeft zaak {ref} aan u overgedragen. U vindt haar met `/start-case lijst`; "
        f"`/start-case hervat {ref}` gaat verder waar zij was."
    ]


def test_schools_and_team_are_told_to_the_coordinator_and_to_nobody_without_one(world: MdoWorld) -> None:
    august = datetime(2026, 8, 10, tzinfo=ZONE)
    found = [subject for subject in world.facts.all(august) if subject.about in ("school", "team")]
    assert {subject.ref for subject in found} == {"team", "questions", *(school.name for school in contacts().schools)}
    assert {subject.people["coordinator"] for subject in found} == {"terminal:cora"}
    nobody = Facts(world.office, world.cases, contacts, shipped_calendar(), [])
    assert list(nobody.all(august)) == []


def test_a_year_meeting_that_is_planned_is_not_asked_for_again(world: MdoWorld) -> None:
    now = datetime(2026, 8, 20, tzinfo=ZONE)
    world.office.planner.plan_all(world.facts.all(now), now)
    school = contacts().schools[0].name
    first = world.planned(school)
    assert [(item.rule, item.step) for item in first] == [("school_year_meeting", 0), ("school_year_meeting", 1)]
    world.person, world.now = COORDINATOR, first[0].due_at
    assert "Genoteerd" in world.say(f"/herinnering {first[0].id} klaar")
    assert world.planned(school) == []


def test_not_mine_on_a_meeting_goes_to_who_leads_or_coordinates(world: MdoWorld) -> None:
    world.walk("/mdo plan dinsdag over een week 14:00 met ouders en school", "ja")
    first = next(item for item in world.planned("M-2026-0001") if item.dest == "terminal:iris")
    assert "Ik vraag het aan @cora" in world.say(f"/herinnering {first.id} niet")
    assert shown(world, world.now + timedelta(minutes=1))[0].startswith("→ terminal:cora")
