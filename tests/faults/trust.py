"""Who may what, what is kept, and what is said in danger: tried in every way, as rows of the fault table."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from knowledge.library import INDEX_NAME, Library
from knowledge.sources import Sources
from tests.faults.delivery import Row, folder_in_memory
from tests.permits_walk import Walk
from tests.trust import crisis
from tests.trust.breaking import Breaking
from tests.trust.deliveries import Post
from tests.trust.erasing import Erasing
from tests.trust.other_servers import ALLOWED, Visit
from tests.trust.outsiders import PEOPLE, Siege
from tests.trust.seeding import Sowing

NUMBERS_FIRST, CALL_FIRST = "112, Veilig Thuis and 113 before anything else", "opens with whom to call"


def rows(quick: bool = False) -> Iterator[Row]:
    """Try everything and count."""
    with folder_in_memory() as folder:
        library = Library.open(Sources(), folder)
        yield from _permits(folder, 40 if quick else 1)
        yield _outsiders(folder, 40 if quick else 1)
        yield _other_servers(folder, 40 if quick else 1)
        yield _deliveries(200 if quick else 5_000)
        yield from _broken(folder, library, 40 if quick else 1)
        yield _seeded(folder, library, 20 if quick else 800)
        yield _erased(folder, library, 4 if quick else 40)
        yield from _danger(folder, library)


def _home(folder: Path, name: str) -> Path:
    """A data folder with the index that is built already."""
    home = folder / name
    home.mkdir()
    (home / INDEX_NAME).symlink_to(folder / INDEX_NAME)
    return home


def _permits(folder: Path, every: int) -> Iterator[Row]:
    how = "each command, button and word, by each part and role, in each kind of room; all that is shown is searched"
    promised = "shown and changed is what bot/permits.py allows; a case of another is as one that never was"
    for platform in ("slack", "matrix", "terminal"):
        walk = Walk(_home(folder, platform), platform)
        tries = list(walk.tries())[::every]
        for one in tries:
            walk.check(one)
        homes = walk.homes()
        yield Row(f"everybody tries everything: {platform}", how, promised, len(tries) + homes, len(walk.leaks))


def _outsiders(folder: Path, every: int) -> Row:
    siege = Siege(_home(folder, "siege"))
    tries = asyncio.run(siege.run(every))
    how = (
        f"{len(PEOPLE)} kinds of guests, strangers, machines and unknown, and a colleague in a shared channel: "
        "typed, as command, by button, in threads, App Home"
    )
    promised = "nothing is taken in, nothing said but that it is refused and whom to call in danger"
    return Row("outsiders try everything on Slack", how, promised, tries, len(siege.leaks))


def _other_servers(folder: Path, every: int) -> Row:
    tries, leaks = 0, 0
    for allowed, outsiders in ALLOWED.values():
        visit = Visit(folder, allowed)
        tries += asyncio.run(visit.run(outsiders, every))
        leaks += len(visit.leaks)
    how = (
        f"{sum(len(outsiders) for _, outsiders in ALLOWED.values())} people of other servers, guests and namesakes, in "
        "four kinds of rooms: typed, by name, as command, in threads and answers, edited, by number and by reaction"
    )
    promised = "nothing is taken in or kept, nothing said but that it is refused and whom to call in danger"
    return Row("outsiders try everything on Matrix", how, promised, tries, leaks)


def _deliveries(events: int) -> Row:
    post = Post(events)
    wrong = post.run()
    how = f"{events:,} events, each one to four times, under the same or another name, late, in any company"
    return Row("delivered again and in another order", how, "each answered once, in order", post.deliveries, wrong)


def _broken(folder: Path, library: Library, every: int) -> Iterator[Row]:
    breaking = Breaking(_home(folder, "breaking"), library)
    breaking.prepare()
    handlers = breaking.handlers[::every]
    breaking.run(handlers)
    how = "every function behind the door that a long conversation calls, at the message that calls it first"
    promised = "a sentence or a new try, nothing half done, no word of it in the log, the next message is answered"
    yield Row("an exception in each handler in turn", how, promised, len(handlers), len(breaking.failures))


def _seeded(folder: Path, library: Library, texts: int) -> Row:
    sowing = Sowing(_home(folder, "seeded"), library)
    seeds = sowing.run(texts)
    how = f"{texts} texts in questions, cases, meetings and actions; then database, its log, logs, index and back-up"
    promised = "no BSN or number of a person anywhere, not even locked; no name readable"
    return Row("BSN, numbers and names typed everywhere", how, promised, seeds, len(sowing.found))


def _erased(folder: Path, library: Library, people: int) -> Row:
    erasing = Erasing(_home(folder, "erased"), library)
    looked = erasing.run(people)
    how = f"{people} people with cases and meetings, half of them forgotten; every byte of every file, and the chat"
    promised = "nothing left of who is forgotten, and of the others everything"
    return Row("erased, then searched", how, promised, looked, len(erasing.found))


def _danger(folder: Path, library: Library) -> Iterator[Row]:
    for what in (*crisis.BROKEN, crisis.EVERYTHING):
        home = _home(folder, what.replace(" ", "-"))
        alarm = crisis.with_broken(what, home)
        yield _alarm(f"words of danger, {what} gone", "a language model is set and nobody answers for it", alarm)
    yield _alarm("words of danger from an outsider", "said to the door", crisis.turned_off())
    alarm = crisis.answered(library)
    yield _alarm("words of danger when all is well", "asked of the agreements", alarm, CALL_FIRST)


def _alarm(fault: str, how: str, alarm: crisis.Alarm, promised: str = NUMBERS_FIRST) -> Row:
    took = f"{how}; {median(alarm.seconds) * 1000:.1f} ms, 99 % within {alarm.slowest * 1000:.0f} ms"
    return Row(fault, took, promised, len(alarm.seconds), len(alarm.missed))
