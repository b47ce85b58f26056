"""Many reminders: how long a tick takes, how much memory, and APScheduler's own job store on the same work.

`python -m tests.faults.scale` prints the figures; they are measured, not promised, so nothing here asserts.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from sqlalchemy import insert

from bot.storage.database import Database
from bot.storage.reminder_store import ReminderRow, Reminders, Stage
from tests.faults.platform import Manners
from tests.faults.run import Scene, resident, run

PENDING, DUE = 100_000, 100
_START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
_SPAWN = get_context("spawn")
_APART, _ALIVE, _DOWN, _STARTING = 0.02, 1.2, 2.0, 1.5  # seconds


@dataclass(frozen=True)
class Scale:
    """What a tick costs: milliseconds (median and worst of the rounds), and megabytes of memory before and after."""

    pending: int
    due: int
    tick_ms: float
    worst_ms: float
    idle_ms: float
    memory_before: float
    memory_after: float


def measure(folder: Path, pending: int = PENDING, rounds: int = 30) -> Scale:
    """Tick over so many pending reminders, of which 100 are due each time."""
    database = Database(f"sqlite:///{folder / 'scale.db'}")
    database.upgrade()
    fill(database, pending)
    reminders = Reminders(database)
    reminders.fire(_START - timedelta(days=1))
    before, taken, idle = resident(), [], []
    for number in range(rounds):
        moment = _START + timedelta(minutes=number)
        taken.append(_milliseconds(reminders, moment, DUE))
        idle.append(_milliseconds(reminders, moment, 0))
    after = resident()
    database.close()
    return Scale(pending, DUE, median(taken), max(taken), median(idle), before, after)


def fill(database: Database, pending: int) -> None:
    """Reminders of which 100 are due each minute, and the rest far away."""
    rows = [_row(n) for n in range(pending)]
    with database.write() as session:
        for start in range(0, pending, 10_000):
            session.execute(insert(ReminderRow), rows[start : start + 10_000])


def _row(number: int) -> dict[str, object]:
    at = _START + timedelta(minutes=number // DUE)
    return {
        "uid": f"u{number}", "key": f"k{number}", "rule": "action_due", "about": "action", "subject": f"A-{number}",
        "step": 0, "nominal": date(2026, 11, 24), "wall": at.replace(tzinfo=None), "zone": "Europe/Amsterdam",
        "due_at": at, "dest": f"fake:{number % 50}", "state": Stage.PLANNED, "fired": 0, "snoozed": False,
    }  # fmt: skip


def _milliseconds(reminders: Reminders, moment: datetime, expected: int) -> float:
    start = time.perf_counter()
    moved = reminders.fire(moment)
    taken = (time.perf_counter() - start) * 1000
    if moved != expected:
        raise AssertionError(f"{moved} reminders moved, {expected} were due")
    return taken


@dataclass(frozen=True)
class Beside:
    """One way of reminding, on the same work: how often killed, how many lost and doubled, and posts a second."""

    way: str
    reminders: int
    kills: int
    lost: int
    doubled: int
    per_second: float


def compare(folder: Path, reminders: int = 200, kills: int = 3) -> Sequence[Beside]:
    """The same reminders, 50 a second, by APScheduler's SQLAlchemy job store and by the outbox.

    Each undisturbed, and each with its process killed a few times and two seconds down.
    """
    return [
        _apscheduler(folder, reminders, 0),
        _outbox(folder, reminders, 0),
        _apscheduler(folder, reminders, kills),
        _outbox(folder, reminders, kills),
    ]


def _outbox(folder: Path, reminders: int, kills: int) -> Beside:
    own = folder / f"outbox{kills}"
    own.mkdir()
    scene = Scene(
        reminders, kill_every=(_ALIVE, _ALIVE) if kills else None, down=_DOWN if kills else 0.0,
        manners=Manners(0.0, 0.0, 0.0), spread=reminders * _APART, most_kills=kills,
    )  # fmt: skip
    tally = run(scene, own)
    return Beside("the outbox", reminders, tally.kills, tally.lost, tally.doubled, reminders / tally.seconds)


def _apscheduler(folder: Path, reminders: int, kills: int) -> Beside:
    database, posted = folder / f"aps{kills}.db", folder / f"posted{kills}"
    posted.touch()
    start, left = time.monotonic(), kills
    for first in (True, *[False] * kills):
        process = _SPAWN.Process(target=_run_apscheduler, args=(str(database), str(posted), reminders, first))
        process.start()
        process.join(timeout=_STARTING + _ALIVE if left else 60)
        if process.is_alive():
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
            time.sleep(_DOWN)
        left -= 1
    lines = _lines(posted)
    lost, doubled = reminders - len(set(lines)), len(lines) - len(set(lines))
    return Beside("APScheduler's job store", reminders, kills, lost, doubled, len(lines) / (time.monotonic() - start))


def _lines(posted: Path) -> list[str]:
    return posted.read_text(encoding="ascii").split()


def _run_apscheduler(database: str, posted: str, reminders: int, first: bool) -> None:
    """Run all jobs as its guide shows: defaults, a persistent store, jobs added once."""
    scheduler = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{database}")})
    if first:
        due = datetime.now(UTC) + timedelta(seconds=1.5)
        for number in range(reminders):
            at = due + timedelta(seconds=_APART * number)
            scheduler.add_job(_post, "date", run_date=at, args=[posted, number], id=str(number))
    scheduler.start()
    while scheduler.get_jobs():
        time.sleep(0.1)
    scheduler.shutdown()


def _post(posted: str, number: int) -> None:
    with Path(posted).open("a", encoding="ascii") as file:
        file.write(f"{number}\n")


def main() -> int:
    """Print every figure as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        json.dump([asdict(measure(Path(folder))), *map(asdict, compare(Path(folder)))], sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
