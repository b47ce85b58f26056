"""The language model's rows of the fault table: a server that lies, fails or obeys, and all that was sent to it."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic

from bot.app import App
from bot.phrasing.chat_model import ChatModel
from bot.phrasing.phraser import Phraser
from bot.settings import Settings
from knowledge.library import Library
from knowledge.sources import Sources
from tests.faults.delivery import Row
from tests.model.attacks import every_lie
from tests.model.children import NAMES, TEMPLATES, UNLISTED
from tests.model.injections import documents, questions
from tests.model.standin import Standin, running
from tests.model.test_leaving import escaped, misled, misled_by_a_document, obedient, share_stopped
from tests.model.test_wire import ASKER, FAILURES, QUESTION, found, good, told_through_the_wire

_STOPPED = 0.95  # of the questions with a child's name from the list
_IN_TIME = 1.5  # seconds beyond what the model may take


def rows(quick: bool = False) -> Iterator[Row]:
    """Every row; the quick run takes one in ten."""
    share = 10 if quick else 1
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Sources(), Path(folder))
        with running(good) as server:
            yield _lies(library, server, share)
            yield _failures(library, server, 1 if quick else 4)
        with running(obedient) as server:
            yield from _injections(library, server, share)
            yield _in_documents(Path(folder), server, share)
            yield _sent(library, server, share)
    yield from _names(library)


def _phraser(server: Standin, seconds: float = 8.0) -> Phraser:
    return Phraser(ChatModel("openai:mock", server.url, seconds, {}))


def _lies(library: Library, server: Standin, share: int) -> Row:
    lies = every_lie()[::share]
    told = told_through_the_wire(library, server, _phraser(server), lies)
    how = "a server on loopback; digits, roles, negations, order, conditions, links, sources, shapes, and by hand"
    return Row("a language model lies", how, "no unsupported fact shown", len(lies), len(told))


def _failures(library: Library, server: Standin, times: int) -> Row:
    """The plain answer comes, in time, whatever the server does; each failure is counted under its name."""
    wrong = 0
    for reply in [*FAILURES.values()] * times:
        phraser = _phraser(server, 2.0)
        phraser.warm_up()  # importing LangChain is no fault of the server's
        server.script.append(reply)
        plain, begun = found(library), monotonic()
        same = phraser.phrase(library, plain, ASKER, QUESTION) is plain
        wrong += not (same and monotonic() - begun < 2.0 + _IN_TIME and sum(phraser.counts().values()) > 1)
    how = "429, 500, 401, hanging, dripping, cut off, no end, refused, malformed, huge, deep, lies only"
    return Row(
        "a language model's server fails", how, "the plain answer, in time, counted", len(FAILURES) * times, wrong
    )


def _injections(library: Library, server: Standin, share: int) -> Iterator[Row]:
    promised = "no order, link, number, prompt or other room shown"
    asked = questions()[::share]
    for before, where in ((False, "in the question"), (True, "in the question before")):
        wrong = misled(library, server, _phraser(server), asked, before)
        how = f"Dutch, English, hidden Unicode, Markdown; the model obeys; {len(server.calls)} requests reached it"
        yield Row(f"an order to the model {where}", how, promised, len(asked), len(wrong))


def _in_documents(folder: Path, server: Standin, share: int) -> Row:
    app = App(settings=Settings(home=folder / "home"))
    try:
        told: Sequence[str] = documents()[::share]
        wrong = misled_by_a_document(app, folder, server, _phraser(server), told)
    finally:
        app.database.close()
    promised = "not sent, and the answer is as without a model"
    return Row(
        "an order to the model in an added document",
        "the same orders; the model obeys",
        promised,
        len(told),
        len(wrong),
    )


def _sent(library: Library, server: Standin, share: int) -> Row:
    out = escaped(library, server, _phraser(server), share=8 if share > 1 else 1)
    if out:
        print("sent:", out, file=sys.stderr)
    how = "numbers, addresses, BSN, IBAN, people and schools in questions; every provision; all requests searched"
    return Row("questions with all that is personal", how, "none of it sent", len(server.calls), len(out))


def _names(library: Library) -> Iterator[Row]:
    """Names are stopped as far as they are known: what is promised is a share."""
    for names, what in ((NAMES, "of many origins"), (UNLISTED, "on no list")):
        for lower, how in ((False, "with a capital"), (True, "all in lower case")):
            share = share_stopped(library, lower, names)
            least = 0.5 if lower and names is UNLISTED else _STOPPED
            trials = len(names) * len(TEMPLATES)
            told = f"{share:.1%} stopped; {how}"
            yield Row(
                f"a child's name {what}, {how}", told, f"at least {least:.0%} stopped", trials, int(share < least)
            )
