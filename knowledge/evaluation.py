"""How good the answers are: a set of labelled questions in, figures out. No opinion, no tuning."""

import json
import math
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.answering import Asker
from knowledge.faults import ContentError, Fault
from knowledge.library import Library
from knowledge.wording import answer

_RESAMPLES = 1000
_SEED = 7


@dataclass(frozen=True)
class Labelled:
    """A question of a set; without `kind` it is answered and not counted."""

    id: str
    q: str
    history: tuple[str, ...] = ()
    kind: str = ""
    gold: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    first_contact: str = ""
    must_say: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    style: str = ""


@dataclass(frozen=True)
class Evaluation:
    """The figures of a set, and what was answered to each question."""

    metrics: Mapping[str, object]
    rows: Sequence[Mapping[str, object]]


@dataclass
class Tally:
    """Yes-or-no (or graded) outcomes under a name."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """One more outcome under a name."""
        self.values.setdefault(name, []).append(float(value))

    def shares(self) -> dict[str, object]:
        """Per name the share and the number of outcomes."""
        return {name: _share(values) for name, values in sorted(self.values.items())}


def _share(values: Sequence[float]) -> dict[str, object]:
    """Mean with its 95 % interval (bootstrap, fixed seed) and the number of questions."""
    draw = random.Random(_SEED)  # noqa: S311 - resampling, not a secret
    means = sorted(math.fsum(draw.choices(values, k=len(values))) / len(values) for _ in range(_RESAMPLES))
    low, high = means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES) - 1]
    return {
        "value": round(math.fsum(values) / len(values), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "n": len(values),
    }


def read_set(file: Path) -> list[Labelled]:
    """The questions of a .jsonl file; fields it does not know are ignored. Raises ContentError."""
    rows, faults = [], []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ContentError([Fault(file.name, "bestand", "is geen UTF-8; bewaar het als UTF-8")]) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            rows.append(_labelled(item))
        except (ValueError, TypeError, KeyError) as error:
            faults.append(Fault(file.name, f"regel {number}", f"geen vraag met id en q ({type(error).__name__})"))
    if not rows and not faults:
        faults.append(Fault(file.name, "bestand", "er staat geen vraag in; zet op elke regel een vraag met id en q"))
    if faults:
        raise ContentError(faults)
    return rows


def _labelled(item: Mapping[str, Any]) -> Labelled:
    known: dict[str, Any] = {
        name: tuple(item[name]) if isinstance(item[name], list) else item[name]
        for name in Labelled.__dataclass_fields__
        if name in item
    }
    if not isinstance(known.get("q"), str):
        raise TypeError("q is no text")
    return Labelled(**known)


def evaluate(library: Library, questions: Iterable[Labelled], asker: Asker) -> Evaluation:
    """Answer every question and count."""
    tally, rows = Tally(), []
    for question in questions:
        reply = answer(library, question.q, asker, question.history).as_json(library)
        rows.append({"id": question.id, **reply})
        if question.kind:
            count(tally, question, reply)
    return Evaluation(tally.shares(), rows)


def count(tally: Tally, question: Labelled, reply: Mapping[str, object]) -> None:
    """Add what one answer was right and wrong about."""
    ranking = list(map(str, reply["ranking"])) if isinstance(reply["ranking"], list) else []
    if question.kind == "answer":
        _count_ranking(tally, question, ranking)
        tally.add("answered", reply["kind"] in ("answer", "clarify"))
        tally.add("false certain danger", reply["kind"] == "crisis")
        tally.add("false safety line", bool(reply["safety"]) and reply["kind"] != "crisis")
    if question.kind in ("answer", "crisis") and question.first_contact:
        tally.add("first contact", reply["first_contact"] == question.first_contact)
    if question.kind == "out_of_scope":
        tally.add("outside caught", reply["kind"] == "not_found")
        tally.add("false certain danger", reply["kind"] == "crisis")
    if question.kind == "crisis":
        tally.add("danger caught", bool(reply["safety"]))
        tally.add("danger certain", reply["kind"] == "crisis")
    if question.kind == "smalltalk":
        tally.add("small talk", reply["kind"] == "smalltalk")
    if question.must_say or question.must_not:
        tally.add("says what it must", says_what_it_must(question, str(reply["text"])))


def _count_ranking(tally: Tally, question: Labelled, ranking: Sequence[str]) -> None:
    place = next((n for n, id in enumerate(ranking) if id in question.gold), None)
    for suffix in ("", f" · {_source(question.gold)}", f" · {question.style}" if question.style else ""):
        tally.add(f"hit@1{suffix}", place == 0)
    tally.add("hit@3", place is not None and place < 3)
    tally.add("mrr", 0.0 if place is None else 1 / (place + 1))
    tally.add("hit@1 lenient", bool(ranking) and ranking[0] in {*question.gold, *question.also})


def _source(gold: Sequence[str]) -> str:
    parts = gold[0].split("-")
    return "-".join(parts[:2]) if parts[0] == "UP" else parts[0]


def says_what_it_must(question: Labelled, text: str) -> bool:
    """Whether a text has every expression of must_say and none of must_not."""
    said = all(re.search(pattern, text, re.IGNORECASE) for pattern in question.must_say)
    return said and not any(re.search(pattern, text, re.IGNORECASE) for pattern in question.must_not)


def as_table(metrics: Mapping[str, object]) -> str:
    """The figures as lines: name, share, 95 % interval, number of questions."""
    lines = []
    for name, value in metrics.items():
        if isinstance(value, dict):
            lines.append(f"{name:44} {value['value']:.3f}  [{value['low']:.3f}-{value['high']:.3f}]  n={value['n']}")
    return "\n".join(lines)
