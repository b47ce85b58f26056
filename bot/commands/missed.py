"""`questions`, `questions answer` and `drop`: what could not be answered, and mending it."""

import json
import textwrap
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app import App
from bot.storage.open_questions import OpenQuestion
from bot.usage import CommandError
from knowledge.answering import Asker
from knowledge.documents import Block, make_document
from knowledge.guard import find
from knowledge.own_index import build_own_index
from knowledge.shelf import Shelf
from knowledge.wording import answer as answer_now
from prompts import render

_WEEK = timedelta(days=7)
_NAME = 80  # characters of a question in the name of its document


def questions(app: App, args: Namespace) -> int:
    """What could not be answered, for the owner of the knowledge."""
    found = app.open_questions.list()
    if args.json:
        print(json.dumps([{**vars(q), "at": q.at.isoformat()} for q in found], ensure_ascii=False))
        return 0
    print("\n".join(_Overview(app, found).lines()))
    return 0


@dataclass(frozen=True)
class _Overview:
    """The questions as a list: those with their words one by one, the others counted."""

    app: App
    found: Sequence[OpenQuestion]

    def lines(self) -> Iterator[str]:
        """The whole overview."""
        told = [question for question in self.found if question.text]
        yield render("questions.head", count=len(self.found)) if self.found else render("questions.none")
        for question in told:
            yield from self._one(question)
        yield from self._silent([question for question in self.found if not question.text])
        yield from ("", self._counts())
        if self.found:
            yield render("questions.contact")

    def _one(self, question: OpenQuestion) -> Iterator[str]:
        yield ""
        yield render(
            "questions.line", number=question.id, date=self._day(question.at), cause=_cause(question),
            reason=_reason(question),
        )  # fmt: skip
        yield _below(render("questions.text", text=question.text))
        yield _below(render("questions.shown", shown=self._shown(question)))
        yield _below(render("questions.learn", number=question.id))

    def _silent(self, found: Sequence[OpenQuestion]) -> Iterator[str]:
        if not found:
            return
        yield ""
        yield render("questions.silent", count=len(found))
        kinds = Counter((_cause(question), _reason(question), self._shown(question)) for question in found)
        for (cause, reason, shown), count in kinds.most_common():
            yield _below(render("questions.silent_line", count=count, cause=cause, reason=reason, shown=shown))

    def _counts(self) -> str:
        count = Counter(self.app.open_questions.counts((self.app.now() - _WEEK).date()))
        ends = ("answer", "clarify", "not_found", "crisis")
        return render(
            "questions.counts", asked=sum(count[end] for end in ends), answered=count["answer"],
            clarify=count["clarify"], unanswered=count["not_found"], crisis=count["crisis"], up=count["thumbs_up"],
            down=count["thumbs_down"],
        )  # fmt: skip

    def _day(self, at: datetime) -> str:
        return f"{at.astimezone(self.app.settings.zone):%d-%m-%Y}"

    def _shown(self, question: OpenQuestion) -> str:
        known = self.app.library.provisions
        titles = (f"{known[id].title} ({id})" if id in known else id for id in question.shown)
        return "; ".join(titles) or render("questions.nothing_shown")


def _below(text: str) -> str:
    """Indented: it belongs to the line above."""
    return textwrap.indent(text, "   ")


def _cause(question: OpenQuestion) -> str:
    return render(f"questions.cause_{question.cause}")


def _reason(question: OpenQuestion) -> str:
    return render("questions.reason", reason=question.reason) if question.reason else ""


def question_text(app: App, typed: str) -> str:
    """A question as typed, or by the number of one that was kept. Raises CommandError."""
    if not typed.isdecimal():
        return typed
    kept = next((q for q in app.open_questions.list() if q.id == int(typed)), None)
    if kept is None or not kept.text:
        raise CommandError(render("questions.unknown", number=typed))
    return kept.text


def answer(app: App, args: Namespace) -> int:
    """Answer a question once and for all: its words and an agreement become an own document that is found."""
    question, text = question_text(app, args.question), " ".join(args.text.split())
    if not text:
        raise CommandError(render("questions.empty"))
    if personal := find(f"{question} {text}", app.now().year):
        raise CommandError(render("questions.personal", what=personal[0].what.value))
    # The question is the heading, so that its words lead there.
    blocks = [Block(render("questions.title"), 1), Block(question, 2), Block(text)]
    document = make_document(f"vraag {question[:_NAME]}.md", blocks)
    _ = app.library  # its words help to read the document
    Shelf(app.settings.home).put(document)
    build_own_index(app.settings.home)
    print(render("questions.answered", id=document.id))
    now = answer_now(app.library, question, Asker(app.now().date()))
    there = any(hit.text in text or text in hit.text for hit in now.own)
    print(render("questions.now_found" if there else "questions.not_yet_found"))
    done(app, args.question)
    return 0


def done(app: App, typed: str) -> None:
    """Take a question that was named by its number off the list."""
    if typed.isdecimal() and app.open_questions.drop(int(typed)):
        print(render("questions.dropped", number=typed))


def drop(app: App, args: Namespace) -> int:
    """Take a question off the list."""
    if not app.open_questions.drop(args.number):
        raise CommandError(render("questions.not_there", number=args.number))
    print(render("questions.dropped", number=args.number))
    return 0
