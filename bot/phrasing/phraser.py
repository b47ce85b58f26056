"""The one object the rest talks to: an answer comes in with its text, and goes out phrased, or as it was."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from knowledge.answering import NEAR, Answer, Asker, ranked_answer
from knowledge.danger import Level
from knowledge.library import Library
from knowledge.phrasing.evidence import Row, alike, rows_of
from knowledge.phrasing.keeping import Said, keep
from knowledge.phrasing.leaving import Gate, is_recombined
from knowledge.phrasing.spelling import cleaned
from knowledge.wording import answer as plain_answer
from knowledge.wording import say
from prompts import render

RESTS = 60.0  # seconds without a question to a model that did not answer three times
_FAILURES = 3
_ROWS = 3
_CANDIDATES = 5

log = logging.getLogger("wegwijzer")
Form = TypeVar("Form", bound=BaseModel)


class Model(Protocol):
    """A language model: an instruction and a text in, a form out; raises an error with `why`."""

    def ask(self, instruction: str, text: str, form: type[Form]) -> Form:
        """The answer as a form."""
        ...

    def ready(self) -> None:
        """Load what the first question would load."""
        ...


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Sentence(_Strict):
    """One sentence and the numbered sentence it tells."""

    text: str
    source: str


class Phrased(_Strict):
    """An answer, sentence by sentence."""

    sentences: list[Sentence] = Field(max_length=40)


class Chosen(_Strict):
    """Provisions, best first."""

    ids: list[str] = Field(max_length=40)


class Standalone(_Strict):
    """A follow-up that stands alone."""

    question: str


@dataclass
class Phraser:
    """Lets a model rewrite, choose and phrase; whatever goes wrong, the answer stays as it was."""

    model: Model
    clock: Callable[[], float] = monotonic
    _counts: Counter[str] = field(default_factory=Counter)
    _opened: Gate | None = field(default=None, repr=False)
    _failures: int = 0
    _rests_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def warm_up(self) -> None:
        """Load the model's client before a person waits for it; what is wrong with it is told when it is asked."""
        with suppress(Exception):
            self.model.ready()

    def answer(self, library: Library, text: str, asker: Asker, history: Sequence[str] = ()) -> Answer:
        """The answer to a message as `knowledge.wording.answer` gives it, better read and better phrased."""
        plain = plain_answer(library, text, asker, history)
        if plain.kind not in ("answer", "clarify", "not_found"):
            return plain
        found = self._understood(library, plain, text, asker, history)
        found = self.choose(library, found, text, asker)
        return self.phrase(library, found, asker, text)

    def rewrite(self, library: Library, question: str, history: Sequence[str], this_year: int) -> str:
        """The question so that it stands alone, made of nothing but what was asked; else the question itself."""
        both = f"{history[-1]} {question}" if history else question
        gate = self._gate(library)
        if not history or gate.looks_like_a_case(both, this_year):
            return question
        before, asked = (gate.outgoing(text, this_year) for text in (history[-1], question))
        text = render("model.rewrite_text", before=before, question=asked)
        if (found := self._ask("rewrite", render("model.rewrite"), text, Standalone)) is None:
            return question
        new = cleaned(found.question)
        usable = is_recombined(new, (history[-1], question)) and not new.startswith(("/", "!"))
        self._count("rewrite.used" if usable else "rewrite.refused")
        return new if usable else question

    def _understood(self, library: Library, plain: Answer, text: str, asker: Asker, history: Sequence[str]) -> Answer:
        """The answer to the question as it stands alone, when that is an answer and the message was a follow-up."""
        if (
            not (history and plain.asked.leans)
            or plain.topic
            or plain.own
            or plain.asked.danger.level is not Level.NONE
        ):
            return plain
        new = self.rewrite(library, text, history, asker.today.year)
        if new == text:
            return plain
        found = plain_answer(library, new, asker, history)
        if found.kind != "answer" or found.topic or found.own or found.asked.danger.level is not Level.NONE:
            return plain
        return _worded(library, replace(found, asked=replace(found.asked, text=text)), asker)

    def choose(self, library: Library, found: Answer, text: str, asker: Asker) -> Answer:
        """The answer from the provision the model puts first, out of those that retrieval could hardly tell apart."""
        near = [id for id, _ in found.asked.ranking[:_CANDIDATES] if found.asked.closeness(id) >= NEAR]
        if len(near) < 2 or not self._gate(library).may_leave(found, text, asker.today.year):
            return found
        order = self._order(library, text, near, asker.today.year)
        if order == near:
            return found
        scores = [score for _, score in found.asked.ranking]
        rest = [id for id, _ in found.asked.ranking if id not in order]
        ranking = tuple(zip([*order, *rest], scores, strict=True))
        asked = replace(found.asked, ranking=ranking)
        again = ranked_answer(
            library, replace(found, asked=asked, provisions=(), also=(), people=(), route=(), asks_for="")
        )
        return _worded(library, again, asker) if again.kind == "answer" else found

    def _order(self, library: Library, text: str, ids: Sequence[str], this_year: int) -> list[str]:
        """The candidates, those that the model names first; an id that was not offered undoes the choice."""
        rows = rows_of([library.provisions[id] for id in ids], this_year)
        sent = render("model.phrase_text", question=self._gate(library).outgoing(text, this_year), rows=_as_text(rows))
        found = self._ask("choose", render("model.choose"), sent, Chosen)
        if found is None or not found.ids or not set(found.ids) <= set(ids):
            return list(ids)
        self._count("choose.used")
        named = list(dict.fromkeys(found.ids))
        return [*named, *(id for id in ids if id not in named)]

    def phrase(self, library: Library, found: Answer, asker: Asker, text: str) -> Answer:
        """The same answer with its core in the model's words and the label, or unchanged."""
        if not self._gate(library).may_leave(found, text, asker.today.year):
            self._count("phrase.kept_inside" if found.kind == "answer" else "phrase.no_answer")
            return found
        rows = rows_of(alike(found.provisions[:_ROWS]), asker.today.year)
        question = self._gate(library).outgoing(text, asker.today.year)
        sent = render("model.phrase_text", question=question, rows="\n".join(map(_numbered, rows)))
        said = self._ask("phrase", render("model.phrase"), sent, Phrased)
        if said is None:
            return found
        kept = keep([Said(item.text, item.source) for item in said.sentences], rows)
        self._count("sentences.kept", len(kept.kept))
        for item in kept.dropped:
            self._count(f"dropped.{item.check}")
        if not kept.text:
            self._count("phrase.plain")
            return found
        self._count("phrase.used")
        return _rephrased(library, found, asker, kept.text)

    def _gate(self, library: Library) -> Gate:
        if self._opened is None or self._opened.library is not library:
            self._opened = Gate(library)
        return self._opened

    def _ask(self, what: str, instruction: str, text: str, form: type[Form]) -> Form | None:
        """The model's form, or nothing: at once while it rests, counted otherwise."""
        if self.clock() < self._rests_until:
            self._count(f"{what}.resting")
            return None
        self._count(f"{what}.asked")
        try:
            found = self.model.ask(instruction, text, form)
        except Exception as error:  # a model may fail in any way; the answer is there already
            why = str(getattr(error, "why", "error"))
            self._failed(what, why)
            return None
        self._failures = 0
        return found

    def _failed(self, what: str, why: str) -> None:
        self._count(f"{what}.{why}")
        log.warning("language model: %s %s", what, why)
        self._failures += 1
        if why == "timeout" or self._failures >= _FAILURES:
            self._rests_until = self.clock() + RESTS
            self._failures = 0

    def _count(self, name: str, times: int = 1) -> None:
        with self._lock:
            self._counts[name] += times

    def counts(self) -> Mapping[str, int]:
        """How often what happened, since the start; numbers only."""
        with self._lock:
            return dict(sorted(self._counts.items()))


def _as_text(rows: Sequence[Row]) -> str:
    return "\n".join(render("model.row", id=row.id, title=row.title, text=" ".join(row.sent)) for row in rows)


def _numbered(row: Row) -> str:
    """A provision with its sentences, each behind the name that the model gives it, and written ways to say it."""
    told = [render("model.row", id=row.id, title=row.title, text="")]
    for name, place in row.sources.items():
        told.append(render("model.numbered", source=name, text=row.sent[place]))
        told += [render("model.way", text=way) for way in row.plainer[place]]
    return "\n".join(told)


def _worded(library: Library, found: Answer, asker: Asker) -> Answer:
    return replace(found, text=say(library, found, asker))


def _rephrased(library: Library, found: Answer, asker: Asker, text: str) -> Answer:
    """The answer laid out as always, numbers and people from the list, with the label as its last line."""
    first, *others = found.provisions
    worded = replace(found, provisions=(first.model_copy(update={"answer": text}), *others))
    return replace(found, text=f"{say(library, worded, asker)}\n\n{render('model.label')}")
