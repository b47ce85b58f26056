"""Building the index: all content in, one frozen file out. Seconds of work, done when content changed."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from knowledge import linear
from knowledge.content import Content
from knowledge.features import Reader, learn_words
from knowledge.frozen import freeze
from knowledge.retrieval import WEIGHTS, weigh
from knowledge.text import Concepts
from knowledge.vocabulary import Side

FORMAT = 1  # raise when what is written here changes, so that older files are built anew

Progress = Callable[[str], None]


def build(content: Content, path: Path, stamp: str = "", progress: Progress = lambda _: None) -> None:
    """Write the index of `content` to `path`; `stamp` tells later whether it is still the content in force."""
    texts = [(a.voice, a.q) for a in content.asked] + [(p.id, f"{p.title} {p.answer}") for p in content.provisions]
    known = learn_words(texts, content.glossary)
    # What is learned from keeps its own spelling: only questions at run time are repaired.
    reader = Reader(Concepts.from_groups(content.glossary), frozenset())
    read = _Readings(reader)
    arrays: dict[str, array[Any]] = {}
    progress("afspraken en vragen lezen")
    arrays |= _named("search", weigh(_documents(content, read), WEIGHTS))
    for name, (yes, no) in _lessons(content, read).items():
        progress(f"leren: {name}")
        arrays |= _named(name, linear.arrays(linear.train(yes, no)))
    progress("index schrijven")
    freeze(path, _meta(content, known, stamp), arrays)


class _Readings:
    """Reads each text once, however often it is used."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._seen: dict[str, list[str]] = {}

    def __call__(self, text: str) -> list[str]:
        if text not in self._seen:
            self._seen[text] = self._reader.features(text)
        return self._seen[text]


def _documents(content: Content, read: _Readings) -> Sequence[Sequence[list[str]]]:
    asked: dict[str, list[str]] = {p.id: [] for p in content.provisions}
    for question in content.asked:
        asked[question.id].append(" ".join((*question.history[-1:], question.q)))
    return [[read(f"{p.title} {p.answer} {p.first} {p.never}"), *map(read, asked[p.id])] for p in content.provisions]


def _lessons(content: Content, read: _Readings) -> dict[str, tuple[list[list[str]], list[list[str]]]]:
    """What each judge learns from: the texts for yes and for no."""
    ordinary = [read(a.q) for a in content.asked]
    by_kind: dict[str, list[list[str]]] = {}
    for signal in content.signals:
        by_kind.setdefault(signal.kind, []).append(read(signal.q))
    lessons: dict[str, tuple[list[list[str]], list[list[str]]]] = {}
    for name, kind in (("danger", "danger"), ("outside", "out_of_scope"), ("smalltalk", "smalltalk"), ("command", "command")):
        others = [text for other, texts in by_kind.items() if other != kind for text in texts]
        lessons[name] = by_kind.get(kind, []), ordinary + others
    for number in ("112", "113", "veilig-thuis"):
        told = [(s.first_contact, read(s.q)) for s in content.signals if s.kind == "danger" and s.first_contact]
        lessons[f"danger-{number}"] = [t for n, t in told if n == number], [t for n, t in told if n != number]
    sides = [(a.side, read(a.q)) for a in content.asked if a.side]
    lessons["youth_care"] = [t for s, t in sides if s == Side.YOUTH_CARE], [t for s, t in sides if s == Side.EDUCATION]
    return {name: (yes, no) for name, (yes, no) in lessons.items() if yes and no}


def contact_habits(content: Content) -> dict[str, dict[str, float]]:
    """Per provision: how often its written questions send an asker to which role."""
    habits: dict[str, Counter[str]] = {p.id: Counter() for p in content.provisions}
    for question in content.asked:
        if question.first_contact:
            habits[question.id][question.first_contact] += 1
    return {id: {role: n / count.total() for role, n in count.items()} for id, count in habits.items() if count}


def _meta(content: Content, known: Iterable[str], stamp: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "stamp": stamp,
        "provisions": [p.model_dump(mode="json") for p in content.provisions],
        "roles": [r.model_dump(mode="json") for r in content.roles],
        "flowchart": content.flowchart.model_dump(mode="json"),
        "glossary": content.glossary,
        "known_words": sorted(known),
        "contact_habits": contact_habits(content),
    }


def _named(prefix: str, arrays: dict[str, "array[Any]"]) -> dict[str, "array[Any]"]:
    return {f"{prefix}.{name}": values for name, values in arrays.items()}
