"""Three replicas that die and pause, in short; `make faults` plays it long, and with the inbox broken on purpose."""

import pytest

from tests.databases import Kind
from tests.faults.replicas import WALK, Scene, play


@pytest.mark.parametrize("kind", list(Kind))
def test_what_people_say_to_replicas_that_die_is_answered_as_by_one_that_does_not(kind: Kind) -> None:
    talk = [f"bericht {number}" for number in range(6)]
    tally = play(Scene(kind, 6, talk, kill_every=(0.5, 1.0), pause_every=(0.5, 1.0), longest=120.0))
    assert tally.failures == 0


def test_people_walk_the_checklist_through_replicas_on_postgresql() -> None:
    assert play(Scene(Kind.POSTGRESQL, 3, WALK, checklist=True, longest=120.0)).failures == 0
