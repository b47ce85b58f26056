"""The faults of a bot that runs, as rows of the fault table: told to stop, broken inside, cut off, left on."""

import asyncio
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from knowledge.library import INDEX_NAME, Library
from knowledge.sources import Sources
from tests.bot_process import on_slack, running
from tests.faults import away, exceptions, slack_storm
from tests.faults.away import ALARM, TOLD, Seen
from tests.faults.delivery import Row
from tests.faults.run import resident
from tests.matrix.synapse import Synapse
from tests.slack.deliveries import direct, room_of
from tests.slack.house import until
from tests.slack.standin import Standin
from tests.slack.workspace import BOT, IRIS

GONE_WITHIN = 10.0  # seconds after SIGTERM
_MEMORY = Path("/dev/shm")
_PEOPLE = 31
_ASKED = ("wie bel ik bij zorgen over een leerling?", "nummer veilig thuis", "wie heeft de regie?", "hallo")
_GROWTH = 0.05
_STEADY = 60.0  # seconds before a process has filled its caches and its memory says something


def rows(quick: bool = False) -> Iterator[Row]:
    """Play everything and count."""
    with _folder() as folder:
        yield from _told_to_stop(20 if quick else 120, 2 if quick else 20)
        yield from _broken_inside(folder, 1 if quick else 3)
        yield from _slack_away(folder, 8 if quick else 30)
        yield from _matrix_away(folder, 8 if quick else 30)
        if not quick:
            yield from _silent(folder)
            yield _left_on(folder)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder in memory with an index to share."""
    # A thread of a bot that has ended may still write; that is no fault of what is measured.
    place = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="running-", dir=place, ignore_cleanup_errors=True) as name:
        Library.open(Sources(), Path(name))
        yield Path(name)


def _home(folder: Path, name: str) -> Path:
    home = folder / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    (home / INDEX_NAME).symlink_to(folder / INDEX_NAME)
    return home


def _told_to_stop(people: int, stops: int) -> Iterator[Row]:
    made, seen = slack_storm.storm(people, stops, signal.SIGTERM)
    slow = sum(took > GONE_WITHIN for took in made.took)
    how = (
        f"two bots on one database, {people} conversations, {stops} times SIGTERM in the midst of them, slowest end "
        f"{max(made.took):.1f} s"
    )
    told = len(slack_storm.ANSWERS) * people
    yield Row("told to stop", how, f"gone within {GONE_WITHIN:.0f} s", stops, slow)
    yield Row("told to stop", how, "no answer lost or doubled", told, seen.lost + seen.doubled + len(seen.wrong))


def _broken_inside(folder: Path, times: int) -> Iterator[Row]:
    wrong = [
        fault
        for _ in range(times)
        for owner, name, part in exceptions.POINTS
        for fault in asyncio.run(exceptions.trial(_home(folder, "inside"), folder / INDEX_NAME, owner, name, part))
    ]
    names = ", ".join(f"{owner.__name__}.{name}" for owner, name, _ in exceptions.POINTS)
    how = f"{exceptions.TIMES} exceptions in a row in each of: {names}"
    promised = "no loop ends, what was asked is answered once, and so is what is asked next"
    yield Row(
        "an exception in clock, worker, sender or watchdog", how, promised, len(exceptions.POINTS) * times, len(wrong)
    )


def _slack_away(folder: Path, seconds: int) -> Iterator[Row]:
    kinds = {
        "token": "refuses the token",
        "broken": "answers 503",
        "gone": "lets nobody connect",
        "hanging": "never answers",
    }
    for kind, name in kinds.items():
        yield from _outage("Slack", name, asyncio.run(away.slack_outage(_home(folder, kind), kind, seconds)), 3)


def _matrix_away(folder: Path, seconds: int) -> Iterator[Row]:
    with _synapse(folder) as synapse:
        for number, (name, fault) in enumerate(away.MATRIX.items()):
            home = folder / f"matrix{number}"
            seen = asyncio.run(away.matrix_outage(synapse, home, folder / INDEX_NAME, fault, seconds))
            yield from _outage("Matrix", name, seen, 1)


def _outage(platform: str, name: str, seen: Seen, waiting: int) -> Iterator[Row]:
    fault = f"{platform} {name}"
    asked = f"{seen.requests} requests in {seen.seconds} s, at most {seen.most} in one of them"
    how = f"{asked}; health said so after {seen.alarm:.1f} s"
    yield Row(fault, how, "on average at most one request a second", seen.seconds, max(0, seen.requests - seen.seconds))
    promised = f"health says so within {ALARM:.0f} s; what waits is placed once when it is back"
    yield Row(fault, how, promised, 1 + waiting, int(seen.alarm > ALARM) + seen.lost + seen.doubled)


@contextmanager
def _synapse(folder: Path) -> Iterator[Synapse]:
    server = Synapse(folder / "synapse")
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder / "synapse", ignore_errors=True)


def _silent(folder: Path) -> Iterator[Row]:
    """Both at the same time: it is waiting for the most part."""

    async def both(synapse: Synapse) -> Sequence[Seen]:
        return await asyncio.gather(
            away.slack_silence(_home(folder, "silent")),
            away.matrix_silence(synapse, folder / "silence", folder / INDEX_NAME),
        )

    with _synapse(folder) as synapse:
        for name, seen in zip(("Slack", "Matrix"), asyncio.run(both(synapse)), strict=True):
            how = f"the line stands, nothing comes, sending works; the coordinator read it after {seen.alarm:.0f} s"
            promised = f"the coordinator is told within {TOLD / 60:.0f} minutes, once"
            yield Row(f"{name} falls silent", how, promised, 1, int(seen.alarm > TOLD or seen.doubled != 0))


def _left_on(folder: Path, minutes: float = 3.0, per_second: float = 5.0) -> Row:
    memory, asked = asyncio.run(_soak(_home(folder, "soak"), minutes * 60, per_second))
    growth = median(memory[-10:]) / median(memory[:10]) - 1
    how = f"{minutes:g} minutes after the first, {asked} questions; {growth:+.1%} resident, {memory[-1]:.0f} MB in all"
    return Row("left on for a while", how, f"memory grows less than {_GROWTH:.0%}", 1, int(growth > _GROWTH))


async def _soak(home: Path, seconds: float, per_second: float) -> tuple[list[float], int]:
    """The memory of a whole bot each second, once it has settled; and how many questions it answered."""
    standin, memory, asked = await Standin().start(), list[float](), 0
    people = [f"UMENS{number:05d}" for number in range(_PEOPLE)]
    standin.space.users |= {user: {**standin.space.users[IRIS], "id": user} for user in people}
    async with running(home, on_slack(standin)) as bot:
        steps = int((seconds + _STEADY) * per_second)
        for step in range(steps):
            await standin.send("events_api", direct(standin.space, _ASKED[step % len(_ASKED)], people[step % _PEOPLE]))
            asked += 1
            await asyncio.sleep(1 / per_second)
            if step / per_second >= _STEADY and step % int(per_second) == 0:
                memory.append(resident(bot.pid))
        rooms = [standin.space.messages[room_of(user)] for user in people]
        await until(lambda: sum(m["user"] == BOT for said in rooms for m in said) >= asked, 120)
        await bot.end()
    await standin.stop()
    return memory, asked
