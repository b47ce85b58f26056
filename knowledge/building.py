"""Building the index: all content in, one frozen file out. Half a minute of work, done when content changed."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.by_name import names_of
from knowledge.content import Content
from knowledge.details import as_meta
from knowledge.features import Reader, learn_words, number
from knowledge.fitting import Examples, train
from knowledge.frozen import FORMAT, freeze
from knowledge.library import Progress
from knowledge.linear import arrays as weights_of
from knowledge.linear import biases
from knowledge.retrieval import WEIGHTS, weigh
from knowledge.selftest import find_known
from knowledge.text import Concepts
from knowledge.vocabulary import Side

_ENOUGH = 20  # questions from which a judge of a role can learn
_LEARNED = 0.95  # share of the work that is done when the judges have learned


def build(content: Content, path: Path, stamp: str = "", progress: Progress = lambda *_: None) -> None:
    """Write the index of `content` to `path`; `stamp` tells later whether it is still the content in force.

    What was there stays until the new one finds what it was made with. Raises ContentError when it does not.
    """
    texts = [(a.voice, a.q) for a in content.asked] + [(p.id, f"{p.title} {p.answer}") for p in content.provisions]
    known = learn_words(texts, content.glossary)
    # What is learned from keeps its own spelling: only questions at run time are repaired.
    reader = Reader(Concepts.from_groups(content.glossary), frozenset())
    read = Readings(reader)
    arrays: dict[str, array[Any]] = {}
    progress("afspraken en vragen lezen", 0.0)
    arrays |= _named("search", weigh(documents(content, read), WEIGHTS))
    weights = _learned(_lessons(content, read), progress)
    arrays |= weights_of(weights)
    progress("index schrijven", _LEARNED)
    ids = [provision.id for provision in content.provisions]
    meta = _meta(content, known, stamp) | biases(weights)
    freeze(path, meta, arrays, lambda made: find_known(made, ids, content.asked, read.features))
    progress("klaar", 1.0)


class Readings:
    """Reads each text once, however often it is used."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._features: dict[str, Sequence[str]] = {}
        self._numbers: dict[str, list[int]] = {}

    def features(self, text: str) -> Sequence[str]:
        """The features of a text."""
        if text not in self._features:
            self._features[text] = self._reader.features(text)
        return self._features[text]

    def numbers(self, text: str) -> list[int]:
        """The feature numbers of a text."""
        if text not in self._numbers:
            self._numbers[text] = [number(feature) for feature in self.features(text)]
        return self._numbers[text]


def documents(content: Content, read: Readings) -> Sequence[Sequence[Sequence[str]]]:
    """The features of every provision: its text, and each question that teaches it."""
    asked: dict[str, list[str]] = {p.id: [] for p in content.provisions}
    for question in content.asked:
        # A follow-up teaches only by its own words: what came before belongs to the provision before it.
        asked[question.id].append(question.q)
    texts = {p.id: f"{p.title} {p.answer} {p.first} {p.never}" for p in content.provisions}
    return [[read.features(texts[p.id]), *map(read.features, asked[p.id])] for p in content.provisions]


@dataclass(frozen=True)
class Lesson:
    """Texts as feature numbers, and for each judge that learns from them which ones it is to say yes to."""

    texts: list[list[int]]
    wanted: dict[str, list[bool]]

    @classmethod
    def of(cls, told: Iterable[tuple[str, list[int]]], judges: Mapping[str, Collection[str]]) -> "Lesson":
        """From labelled texts: a judge says yes to its labels, and learns only where there are others too."""
        labels, texts = [], []
        for label, text in told:
            labels.append(label)
            texts.append(text)
        wanted = {judge: [label in yes for label in labels] for judge, yes in judges.items()}
        return cls(texts, {judge: yes for judge, yes in wanted.items() if any(yes) and not all(yes)})


def _learned(lessons: Sequence[Lesson], progress: Progress) -> dict[str, Mapping[int, float]]:
    """The weights of every judge, by feature number."""
    weights: dict[str, Mapping[int, float]] = {}
    judges, done = sum(len(lesson.wanted) for lesson in lessons), 0
    for lesson in lessons:
        examples = Examples.of(lesson.texts)
        for name, wanted in lesson.wanted.items():
            progress(f"leren: {name}", _LEARNED * done / judges)
            weights[name] = train(examples, wanted)
            done += 1
    return weights


def _lessons(content: Content, read: Readings) -> list[Lesson]:
    sides = [(a.side, read.numbers(a.q)) for a in content.asked if a.side]
    by_side = Lesson.of(sides, {"youth_care": {Side.YOUTH_CARE}})
    return [_kind_lesson(content, read), _danger_lesson(content, read), *_call_lessons(content, read), by_side]


def _kind_lesson(content: Content, read: Readings) -> Lesson:
    """What kind of message it is, each kind against all that people write; and danger with what only looks like it."""
    told = [("asked", read.numbers(a.q)) for a in content.asked]
    told += [(s.kind, read.numbers(s.q)) for s in content.signals]
    kinds = {kind: {kind} for kind in ("asked", "danger", "smalltalk", "command")}
    return Lesson.of(told, kinds | {"outside": {"out_of_scope"}, "alarming": {"danger", "harmless"}})


def _danger_lesson(content: Content, read: Readings) -> Lesson:
    """Which number to call first."""
    told = [(s.first_contact, read.numbers(s.q)) for s in content.signals if s.kind == "danger" and s.first_contact]
    return Lesson.of(told, {f"danger-{call}": {call} for call in ("112", "113", "veilig-thuis")})


def _call_lessons(content: Content, read: Readings) -> list[Lesson]:
    """Whether anyone need be called at all, and whom: a role among the questions that send somebody to anyone."""
    told = [(a.first_contact, read.numbers(a.q)) for a in content.asked if a.first_contact]
    sent = [(role, text) for role, text in told if role != "none"]
    often = [role for role, times in Counter(role for role, _ in sent).items() if times >= _ENOUGH]
    return [Lesson.of(sent, {f"call-{role}": {role} for role in often}), Lesson.of(told, {"call-none": {"none"}})]


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
        "names": names_of(content.provisions),
        "roles": [r.model_dump(mode="json") for r in content.roles],
        "flowchart": content.flowchart.model_dump(mode="json"),
        "glossary": content.glossary,
        "details": as_meta(content.details, content.provisions),
        "known_words": sorted(known),
        "contact_habits": contact_habits(content),
    }


def _named(prefix: str, arrays: dict[str, "array[Any]"]) -> dict[str, "array[Any]"]:
    return {f"{prefix}.{name}": values for name, values in arrays.items()}
