"""The faults of delivery, as rows of the fault table: death, pauses, several workers, a platform that misbehaves."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.databases import Kind
from tests.faults.run import POINTS, Scene, Tally, run

_MOST_GROWTH = 0.05
_STEADY = 4.0  # minutes before a process has filled its caches and its memory says something
_MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Row:
    """One line of the table: how often it was tried, and how often it went wrong."""

    fault: str
    how: str
    promised: str
    trials: int
    failures: int


def scenes(reminders: int) -> Sequence[tuple[str, str, Scene]]:
    """Runs as (fault, how, scene), of so many reminders in all on SQLite and half as many on PostgreSQL."""
    each, some = -(-reminders // 3), -(-reminders // 4)
    longest = 60.0 + reminders / 5
    return (
        (
            "the only worker dies",
            "SIGKILL at random moments",
            Scene(each, 1, kill_every=(0.2, 0.7), longest=longest),
        ),
        (
            "one of three workers on one database dies",
            "SIGKILL at random moments",
            Scene(each, 3, kill_every=(0.1, 0.5), seed=2, longest=longest),
        ),
        (
            "a worker pauses beyond its lease",
            "SIGSTOP at random moments, three workers",
            Scene(each, 3, pause_every=(0.3, 0.9), seed=3, longest=longest),
        ),
        (
            "one of three workers on one PostgreSQL dies",
            "SIGKILL at random moments",
            Scene(some, 3, kill_every=(0.3, 1.0), seed=4, longest=longest, kind=Kind.POSTGRESQL),
        ),
        (
            "a worker on PostgreSQL pauses beyond its lease",
            "SIGSTOP at random moments, three workers",
            Scene(some, 3, pause_every=(0.3, 0.9), seed=5, longest=longest, kind=Kind.POSTGRESQL),
        ),
    )


def named(seed: int) -> Scene:
    """One worker after another that dies at the next named point."""
    return Scene(6 * len(POINTS), 1, crash_points=POINTS, seed=seed)


def paused(mutant: str = "") -> Scene:
    """A worker that stops just before its fence, until the others have sent its post."""
    return Scene(60, 2, pause_point="composed", mutant=mutant, seed=5)


def soak(minutes: float = 10.0, per_second: int = 20) -> Scene:
    """A steady stream of reminders to one worker, the platform misbehaving all the time."""
    seconds = minutes * 60
    return Scene(int(seconds * per_second), 1, spread=seconds, seed=9, longest=seconds * 1.5 + 60)


def growth(memory: Sequence[float]) -> float:
    """How much memory grew from after the first tenth to the end, as a share."""
    settled = memory[len(memory) // 10 :]
    tenth = max(1, len(settled) // 10)
    return median(settled[-tenth:]) / median(settled[:tenth]) - 1


MUTANTS = {
    "no fence": paused("no fence"),
    "no look-up": Scene(150, mutant="no look-up", seed=6),
    "mark before send": Scene(100, mutant="mark before send", seed=7),
    "send again at once": Scene(150, mutant="send again at once", seed=8),
}
"""What each mutant is caught by."""

PROMISE = "each reminder is posted once, none before Retry-After has passed"


def rows(reminders: int = 10_200, rounds: int = 20, minutes: float = 10.0) -> Iterator[Row]:
    """Play everything and count."""
    for fault, how, scene in scenes(reminders):
        yield _row(fault, how, play(scene))
    at_points = sum((play(named(seed)) for seed in range(rounds)), Tally(0, 1))
    yield _row("a worker dies at a named point", f"CRASH_AT at {len(POINTS)} points, {rounds} times", at_points)
    yield _row("a worker stops before its fence", "SIGSTOP until others have sent", play(paused()))
    tally = play(soak(minutes))
    yield _row(f"{minutes:g} minutes at 20 reminders a second", "drops, 429 and lost replies all along", tally)
    if minutes >= _STEADY:
        grown = growth(tally.memory)
        yield Row(
            "memory over that time", f"{grown:+.1%} resident", "grows less than 5 %", 1, int(grown > _MOST_GROWTH)
        )
    for mutant, scene in MUTANTS.items():
        caught = play(scene).failures > 0
        yield Row(f"the outbox with one thing broken: {mutant}", "mutant", "the count notices", 1, int(not caught))


def play(scene: Scene) -> Tally:
    """Play one scene in a folder of its own."""
    with folder_in_memory() as folder:
        return run(scene, folder)


def _row(fault: str, how: str, tally: Tally) -> Row:
    hurt = f"{tally.kills} kills, {tally.pauses} pauses"
    injected = ", ".join(f"{count} {what}" for what, count in sorted(tally.injected.items()) if what != "early")
    return Row(fault, f"{how}: {hurt}; {injected}", PROMISE, tally.reminders, tally.failures)


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder that is gone afterwards; in memory where there is room, because what is counted is not the disk."""
    folder = Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
