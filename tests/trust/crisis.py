"""Words of danger while the index, the model, the database and the network are gone, and when all is well."""

import logging
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.app import App
from bot.door import turned_away
from bot.messages import Incoming, Person, Reply
from bot.settings import Settings
from knowledge.danger import NUMBERS, perhaps
from knowledge.library import Library
from knowledge.questions import load_questions
from knowledge.sources import SHIPPED
from prompts import render
from tests.case_world import NOW

FILE = Path(__file__).parents[1] / "data" / "crisis.txt"
IRIS = Person("terminal", "iris")
SHOWN = ("112", "0800-2000", "113")
MODEL = "openai:proef"


def phrasings() -> list[str]:
    """The fixed list: every line is a message that speaks of danger."""
    return [line for line in FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def _gone(*_: Any, **__: Any) -> Any:
    raise OSError("gone")


BROKEN: dict[str, Sequence[tuple[Any, str]]] = {
    "the index": ((Library, "open"),),
    "the database": (("bot.storage.database.Database", "write"), ("bot.storage.database.Database", "read")),
    "the search": (("knowledge.answering", "understand"),),
    "the wording": (("knowledge.wording", "find_answer"),),
    "the network": ((socket.socket, "connect"), (socket, "getaddrinfo")),
}
"""What is gone, and the functions that then fail."""

EVERYTHING = "everything at once"


@dataclass
class Alarm:
    """What was said to each phrasing: how long it took, and those that got no numbers."""

    seconds: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def slowest(self) -> float:
        """The 99th percentile in seconds."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]

    def ask(self, say: Callable[[Incoming], Sequence[Reply]], text: str) -> None:
        """Say it, and look whether the numbers come first."""
        started = time.perf_counter()
        replies = say(Incoming(IRIS, text, NOW, conversation="terminal:iris"))
        self.seconds.append(time.perf_counter() - started)
        if not replies or not all(number in replies[0].text for number in SHOWN):
            self.missed.append(text)


@contextmanager
def broken(what: str) -> Iterator[None]:
    """Something is gone."""
    parts = BROKEN.values() if what == EVERYTHING else (BROKEN[what],)
    found = [patch(f"{owner}.{name}", _gone) if isinstance(owner, str) else patch.object(owner, name, _gone)
             for part in parts for owner, name in part]  # fmt: skip
    logging.disable(logging.CRITICAL)
    for one in found:
        one.start()
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        for one in found:
            one.stop()


def with_broken(what: str, home: Path, every: int = 1) -> Alarm:
    """Every phrasing, or one in `every`, while something is gone, with a language model set that answers nobody."""
    alarm = Alarm()
    app = App(Settings(home=home, llm=MODEL, llm_url="http://127.0.0.1:9/v1"), clock=lambda: NOW)
    with broken(what):
        for text in phrasings()[::every]:
            alarm.ask(app.handle, text)
    if what not in (EVERYTHING, "the database"):
        app.database.close()
    return alarm


def turned_off() -> Alarm:
    """Every phrasing said by somebody who is not let in."""
    alarm = Alarm()
    for text in phrasings():
        alarm.ask(lambda incoming: [Reply(turned_away(incoming.text, render("slack.refused")))], text)
    return alarm


def false_alarms(every: int = 1) -> tuple[int, int]:
    """How many of the shipped questions, in which nobody is in danger, the wide words take for it; and of how many."""
    asked, _ = load_questions(SHIPPED / "questions")
    return sum(perhaps(question.q) for question in asked[::every]), len(asked[::every])


def answered(library: Library) -> Alarm:
    """Every phrasing when all is well: the answer opens with the numbers, or with whom to call."""
    from knowledge.answering import Asker
    from knowledge.wording import answer

    alarm = Alarm()
    for text in phrasings():
        started = time.perf_counter()
        found = answer(library, text, Asker(NOW.date()))
        alarm.seconds.append(time.perf_counter() - started)
        if not found.safety or not any(number in found.text for number in (*NUMBERS, "0800-2000")):
            alarm.missed.append(text)
    return alarm
