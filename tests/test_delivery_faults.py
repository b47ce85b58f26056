"""The outbox under fire, small: the same runs as `make faults` with fewer reminders."""

import pytest

from tests.faults.delivery import MUTANTS, named, paused, play, scenes
from tests.faults.run import POINTS

REMINDERS = 360


@pytest.mark.parametrize(
    "number", range(5), ids=["one worker", "three workers", "pauses", "on PostgreSQL", "pauses on PostgreSQL"]
)
def test_nothing_is_lost_and_nothing_is_posted_twice(number: int) -> None:
    _, _, scene = scenes(REMINDERS)[number]
    tally = play(scene)
    assert (tally.lost, tally.doubled, tally.early) == (0, 0, 0), tally
    assert tally.states == {"sent": scene.reminders}
    assert tally.kills + tally.pauses > 0
    assert all(tally.injected[fault] for fault in ("busy", "dropped before", "dropped after"))


def test_dying_at_every_named_point_loses_and_doubles_nothing() -> None:
    tally = play(named(0))
    assert (tally.lost, tally.doubled, tally.early) == (0, 0, 0), tally
    assert tally.kills == len(POINTS)


def test_a_worker_that_slept_before_its_fence_does_not_send() -> None:
    tally = play(paused())
    assert (tally.lost, tally.doubled) == (0, 0), tally
    assert tally.pauses == 1


@pytest.mark.parametrize("mutant", MUTANTS)
def test_an_outbox_with_one_thing_broken_is_noticed(mutant: str) -> None:
    assert play(MUTANTS[mutant]).failures > 0


def test_the_order_of_a_channel_is_kept_by_one_worker() -> None:
    _, _, scene = scenes(REMINDERS)[0]
    assert play(scene).disordered == 0
