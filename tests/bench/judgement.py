"""What the real assistant makes of messages whose author it never learned from: danger, outside, follow-ups, contact.

Each author is held back from a whole build, judges and all; thresholds are the shipped ones.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from knowledge.answering import Answer, Asker, find_answer
from knowledge.building import build
from knowledge.contact_files import read_contacts
from knowledge.contacts import ContactList
from knowledge.content import Content
from knowledge.frozen import Frozen
from knowledge.library import Library
from knowledge.questions import Asked, Signal
from knowledge.sources import Sources
from knowledge.understanding import Sort
from tests.bench import thresholds
from tests.bench.authors import each
from tests.bench.second_reader import read_again
from tests.bench.shares import share
from tests.bench.thresholds import Weighed, weigh

_TODAY = date(2026, 1, 15)
_SHOWN = 25  # texts of misses kept in the figures


@dataclass(frozen=True)
class Judged:
    """A message with what it is (label) and what was made of it; `place` is -1 where no provision is right.

    `contact`: whether whom to contact is right; `contact_agreed`: whether a second reader agreed with the author on it.
    """

    label: str
    voice: str
    q: str
    kind: str
    safety: bool
    is_command: bool
    contact: bool | None = None
    place: int = -1
    twin: bool = False
    topic: str = ""
    weighed: Weighed | None = None
    contact_agreed: bool | None = None

    def is_hit(self, within: int = 1) -> bool:
        """Whether the provision, or a twin that says the same, is among the first ones."""
        return 0 <= self.place < within or self.twin

    @property
    def is_certain(self) -> bool:
        """Whether it was taken for certain danger."""
        return self.kind == "crisis"

    @property
    def has_line(self) -> bool:
        """Whether an ordinary answer opened with the safety line."""
        return self.safety and not self.is_certain


def judged(content: Content, authors: Iterable[frozenset[str]], workers: int, every: int = 1) -> list[Judged]:
    """Every message of these authors, or one in `every`."""
    return each(partial(_held_back, content, every), authors, workers)


def _held_back(content: Content, every: int, voices: frozenset[str]) -> list[Judged]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        build(content.without(voices), path)
        sources = Sources()
        library = Library(Frozen(path), ContactList(tuple(read_contacts(sources.path("contacts.csv")))), sources)
        asked = [a for a in content.asked if a.voice in voices][::every]
        signals = [s for s in content.signals if s.voice in voices][::every]
        return [*(_asked(library, a) for a in asked), *(_signal(library, s) for s in signals)]


def _asked(library: Library, asked: Asked) -> Judged:
    found = find_answer(library, asked.q, Asker(_TODAY), asked.history)
    ids = [id for id, _ in found.asked.ranking]
    twins, again = library.provisions[asked.id].twins, read_again(asked)
    return Judged(
        "follow-up" if asked.history else "asked",
        asked.voice,
        asked.q,
        found.kind,
        found.safety,
        found.asked.sort is Sort.COMMAND,
        found.first_contact == asked.first_contact if asked.first_contact else None,
        ids.index(asked.id),
        ids[0] in twins,
        found.topic,
        weigh(library, asked.q, asked.history, asked.id),
        again == asked.first_contact if asked.first_contact and again else None,
    )


def _signal(library: Library, signal: Signal) -> Judged:
    found = find_answer(library, signal.q, Asker(_TODAY))
    right = found.first_contact == signal.first_contact if signal.first_contact else None
    return Judged(
        signal.kind,
        signal.voice,
        signal.q,
        found.kind,
        found.safety,
        _is_command(found),
        right,
        topic=found.topic,
        weighed=weigh(library, signal.q),
    )


def _is_command(found: Answer) -> bool:
    return found.asked.sort is Sort.COMMAND and found.kind == "smalltalk"


def figures(rows: Sequence[Judged]) -> dict[str, Any]:
    """The shares of each kind of message, some by voice, and the texts of what must not be missed."""
    some: dict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        some[row.label].append(row)
    told = dict(_shares(some))
    told["follow-ups"] = _follow_ups(some["follow-up"])
    told["by voice"] = {
        "danger caught": _by_voice(some["danger"], lambda r: r.safety),
        "outside caught": _by_voice(some["out_of_scope"], lambda r: r.kind == "not_found"),
        "follow-ups hit@1": _by_voice(some["follow-up"], lambda r: r.place == 0),
        "asked, answered": _by_voice(some["asked"], _is_answered),
    }
    told["became"] = {label: _became(some[label]) for label in ("out_of_scope", "danger", "smalltalk", "command")}
    told["thresholds"] = thresholds.figures({k: [r.weighed for r in v if r.weighed] for k, v in some.items()})
    told["missed danger"] = [r.q for r in some["danger"] if not r.safety][:_SHOWN]
    told["false certain danger"] = [r.q for r in some["asked"] + some["follow-up"] if r.is_certain][:_SHOWN]
    return told


def _became(rows: Sequence[Judged]) -> dict[str, float]:
    """What this kind of message was taken for, most often first, as shares."""
    count = Counter(f"{row.kind} ({row.topic})" if row.topic else row.kind for row in rows)
    return {what: round(times / len(rows), 4) for what, times in count.most_common()}


def _is_answered(row: Judged) -> bool:
    return row.kind in ("answer", "clarify")


def _shares(some: dict[str, list[Judged]]) -> Iterator[tuple[str, Any]]:
    asked, outside, harmless, danger = (some[k] for k in ("asked", "out_of_scope", "harmless", "danger"))
    yield "asked, answered", share(map(_is_answered, asked))
    yield "asked, first contact", share(r.contact for r in asked if r.contact is not None)
    again = [r for r in asked if r.contact_agreed is not None]
    yield "first contact: a second reader agrees with the author", share(bool(r.contact_agreed) for r in again)
    yield "asked, first contact, where those two agree", share(bool(r.contact) for r in again if r.contact_agreed)
    yield "asked, taken for certain danger", share(r.is_certain for r in asked)
    yield "asked, given the safety line", share(r.has_line for r in asked)
    yield "danger caught", share(r.safety for r in danger)
    yield "danger taken for certain", share(r.is_certain for r in danger)
    yield "danger, the right number", share(r.contact for r in danger if r.is_certain and r.contact is not None)
    yield "harmless, taken for certain danger", share(r.is_certain for r in harmless)
    yield "harmless, given the safety line", share(r.has_line for r in harmless)
    yield "outside caught", share(r.kind == "not_found" for r in outside)
    yield "outside, taken for certain danger", share(r.is_certain for r in outside)
    yield "small talk", share(r.kind == "smalltalk" for r in some["smalltalk"])
    yield "command", share(r.is_command for r in some["command"])


def _follow_ups(rows: Sequence[Judged]) -> dict[str, Any]:
    return {
        "hit@1": share(r.place == 0 for r in rows),
        "hit@1 twins": share(r.is_hit() for r in rows),
        "hit@3 twins": share(r.is_hit(3) for r in rows),
        "answered": share(map(_is_answered, rows)),
        "first contact": share(r.contact for r in rows if r.contact is not None),
    }


def _by_voice(rows: Iterable[Judged], outcome: Callable[[Judged], bool]) -> dict[str, Any]:
    voices: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        voices[row.voice].append(outcome(row))
    return {voice: share(values) for voice, values in sorted(voices.items())}
