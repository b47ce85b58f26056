"""Nobody is asked to invite before everyone consented, however late the meeting is planned or moved."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.messages import Incoming, Room
from tests.case_world import CONSENTED, TO_CONSENT
from tests.mdo_world import COORDINATOR, IRIS, MdoWorld

pytestmark = pytest.mark.usefixtures("kind")

TWO_PARENTS = (*TO_CONSENT[:5], "twee ouders", *TO_CONSENT[6:])
NOT_THE_SECOND = ("voor alles", "wel voor contact", "ja", "nee", "ja", "ja", *CONSENTED[1:] * 2)
FAR, CLOSE, NEXT_DOOR = ("15 december", "4 december", "26 november")  # ten working days before; eight; four
WITHHELD = "nodig nog niet uit voor MDO M-2026-0001"


@pytest.fixture
def world(tmp_path: Path) -> MdoWorld:
    """A case in which the second parent does not want the child to be talked about in a meeting."""
    world = MdoWorld(tmp_path)
    world.walk(*TWO_PARENTS, *NOT_THE_SECOND)
    return world


def plan(world: MdoWorld, day: str) -> str:
    return world.walk(f"/mdo plan {day} 14:00 met ouders, school, CJG voor C-2026-0001", "ja")


def reminded(world: MdoWorld, rule: str) -> str:
    """What the first reminder of a rule says when it comes."""
    at: datetime = next(r.due_at for r in world.planned("M-2026-0001") if r.rule == rule)
    return "\n".join(reply.text for reply in world.play(Incoming(IRIS, "HERINNERINGEN", at)))


def test_the_reminder_to_invite_says_that_consent_is_missing(world: MdoWorld) -> None:
    said = plan(world, CLOSE)
    assert "ouder 2: niet gegeven" in said
    assert "Uitnodigingen voor het MDO, na toestemming" in said
    told = reminded(world, "mdo_invitations")
    assert f"@iris: {WITHHELD} van vrijdag 4 december 2026 om 14:00. Ik mis nog toestemming" in told
    assert "is iedereen uitgenodigd" not in told


def test_with_every_consent_it_asks_whether_everyone_is_invited(world: MdoWorld) -> None:
    world.walk("/start-case nieuw", *TO_CONSENT[1:], *CONSENTED)
    world.walk(f"/mdo plan {CLOSE} 14:00 met ouders, school voor C-2026-0002", "ja")
    assert "is iedereen uitgenodigd voor MDO M-2026-0001" in reminded(world, "mdo_invitations")
    world.walk("/start-case intrekken C-2026-0002", "1", "uitnodigen voor een mdo", "vandaag")
    world.say("/herinnering 1 later 1 week")
    assert WITHHELD in reminded(world, "mdo_invitations")


def test_a_meeting_within_days_hears_it_with_the_agenda(world: MdoWorld) -> None:
    plan(world, NEXT_DOOR)
    assert "mdo_invitations" not in {r.rule for r in world.planned("M-2026-0001")}
    assert "Ik mis nog toestemming om uit te nodigen" in reminded(world, "mdo_agenda")


def test_moving_a_meeting_closer_says_again_whose_consent_is_missing(world: MdoWorld) -> None:
    plan(world, FAR)
    said = world.say("/mdo uitstel M-2026-0001 4 december")
    assert "is verzet naar vrijdag 4 december 2026" in said
    assert "Nodig nog niet uit" in said
    assert "ouder 2: niet gegeven" in said
    assert WITHHELD in reminded(world, "mdo_invitations")


def test_whose_consent_is_missing_is_said_only_to_whose_case_it_is(world: MdoWorld) -> None:
    plan(world, FAR)
    world.person = COORDINATOR
    said = world.say("/mdo uitstel M-2026-0001 4 december")
    assert "weet @iris" in said
    assert "ouder 2" not in said
    world.person, world.room = IRIS, Room.PRIVATE
    here, alone = world.send("/mdo uitstel M-2026-0001 7 december")
    assert "ouder 2" not in here.text
    assert "ouder 2" in alone.text


def test_klaar_on_the_consents_does_not_overrule_the_case(world: MdoWorld) -> None:
    plan(world, FAR)
    (asked,) = (r for r in world.planned("M-2026-0001") if r.rule == "mdo_consents" and r.step == 0)
    assert "Genoteerd" in world.say(f"/herinnering {asked.id} klaar")
    assert WITHHELD in reminded(world, "mdo_invitations")


def test_without_a_case_klaar_on_the_consents_is_all_there_is_to_go_by(world: MdoWorld) -> None:
    world.walk("/mdo plan 15 december 14:00 met ouders en school", "ja")
    (asked,) = (r for r in world.planned("M-2026-0001") if r.rule == "mdo_consents" and r.step == 0)
    world.say(f"/herinnering {asked.id} klaar")
    assert "is iedereen uitgenodigd" in reminded(world, "mdo_invitations")


def test_without_a_case_nothing_is_known_and_nobody_is_to_be_invited(world: MdoWorld) -> None:
    world.walk(f"/mdo plan {CLOSE} 14:00 met ouders en school", "ja")
    assert WITHHELD in reminded(world, "mdo_invitations")
