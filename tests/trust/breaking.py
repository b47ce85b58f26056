"""Every function behind the door is made to fail in turn, at the message of a long conversation that calls it first."""

import ast
import importlib
import inspect
import logging
import shutil
import sqlite3
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text as sql

from bot.app import App
from bot.messages import Incoming, Person, Reply, Role
from bot.settings import Settings
from bot.storage.inbox import Arrived
from bot.storage.letters import State
from bot.work import Worker
from knowledge.library import Library
from tests.case_world import CONSENTED, NOW, TO_CONSENT, TO_END

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "workflows", "knowledge")
APART = ("bot/door.py", "bot/crash.py", "bot/work.py", "bot/storage/database.py", "bot/storage/dialect.py",
         "bot/storage/moments.py", "bot/vault.py", "bot/permits.py", "bot/messages.py")  # fmt: skip
"""The door itself and what it stands on; their failing is told by tests of their own."""

SECRET = "zqgeheim"
IRIS, CORA = Person("slack", "UIRIS0001"), Person("slack", "UCORA0003", Role.COORDINATOR)
PLAN = "/mdo plan dinsdag over een week 14:00, met ouders, school, in het gemeentehuis"

_TYPED = (
    "wie bel ik bij zorgen over een leerling?", "regenboog", "meer", "route", "👎", "reden 1 onjuist", "bewaar",
    "hoeveel dagen mag een schorsing duren?", "bewaar", "nummer cjg regenboog", "wie werkt er vandaag?",
    "kleuter met brandplekjes op z'n arm, zegt dat papa dat doet", "toon schema", "dank je wel",
    "my pupil is sad, who can help",
    *TO_CONSENT, "waarom", "status", "terug", "ja", *CONSENTED, "wat is een mdo?", *TO_END[:-1], "blauwe fiets",
    *(f"/start-case {word}" for word in (
        "lijst", "toon C-2026-0001", "verslag C-2026-0001", "schema C-2026-0001", "herinner C-2026-0001",
        "anders C-2026-0001",
    )),
    "1", "ja", "/start-case intrekken C-2026-0001", "1", "1", "vandaag", "wijzig leeftijd", "later",
    "/start-case nieuw", "xyzzy", "stop", "wissen", f"{PLAN}, zaak C-2026-0001", "ja",
    "/mdo actie @fatima belt de huisarts vóór vrijdag", "wie: CJG", "ja", "/mdo lijst", "/mdo toon 1", "/mdo overzicht",
    "/mdo uitstel 1-1 een week", "/mdo uitstel 1-1", "volgende week", "/mdo klaar 1-1", "/mdo actie",
    "ik bel de school morgen", "ja", "/mdo uitstel M-2026-0001 8 december 15:00", "/herinnering 1 toon",
    "/herinnering 1 later 1 week", "/herinnering 1 klaar", "/mdo verslag 1", "/mdo verslag 1 verstuurd", "/mdo sluit 1",
    "ja", "vervalt", "niet meer nodig", "ja", "ja", "/start-case sluit C-2026-0001", "ja", "ja", "nee",
    "/start-case overdragen C-2026-0001 <@UBOB00002>", "ja",
)  # fmt: skip

SCRIPT: Sequence[tuple[Person, str]] = (
    *((IRIS, text) for text in _TYPED),
    (CORA, "/start-case overdragen C-2026-0001 <@UIRIS0001>"),
)  # fmt: skip
"""A conversation that goes through everything there is."""


@dataclass(frozen=True)
class Handler:
    """A function behind the door: the object it is an attribute of, its name, and the message that calls it first."""

    owner: Any
    name: str
    at: int
    label: str


@dataclass
class Breaking:
    """The conversation with the state before each message kept, so that every function can fail at its own."""

    folder: Path
    library: Library
    script: Sequence[tuple[Person, str]] = SCRIPT
    handlers: list[Handler] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """Hold the conversation once: the state before each message, and which functions each calls."""
        first: dict[tuple[str, str], int] = {}
        app = self._app(self.folder / "first")
        for number, (person, text) in enumerate(self.script):
            state = self._state(number)
            state.mkdir()
            _copy(self.folder / "first" / "wegwijzer.db", state / "wegwijzer.db")
            shutil.copy(self.folder / "first" / "secret.key", state)
            with _watched(first, number):
                _deliver(app, number, person, text)
        app.database.close()
        known = {key: (owner, name) for key, owner, name in _functions()}
        self.handlers = [
            Handler(*known[key], at, f"{key[0]}:{key[1]}") for key, at in sorted(first.items()) if key in known
        ]

    def run(self, handlers: Sequence[Handler]) -> None:
        """Let each fail in turn, and then be well again."""
        for handler in handlers:
            home = self.folder / "trial"
            shutil.copytree(self._state(handler.at), home)
            app, log = self._app(home), _Log()
            logging.getLogger().addHandler(log)
            try:
                person, text = self.script[handler.at]
                self.failures += [
                    f"{handler.label} at {text!r}: {wrong}" for wrong in _try(app, handler, person, text, log)
                ]
            finally:
                logging.getLogger().removeHandler(log)
                app.database.close()
                shutil.rmtree(home)

    def _app(self, home: Path) -> App:
        app = App(Settings(home=home, coordinators=("UCORA0003",)), clock=lambda: _moment(len(SCRIPT)))
        vars(app)["library"] = self.library  # opened once for all
        _ = app.database, app.vault, app.assistant, app.inbox, app.outbox
        return app

    def _state(self, number: int) -> Path:
        return self.folder / f"state-{number}"


def _try(app: App, handler: Handler, person: Person, text: str, log: "_Log") -> Iterator[str]:
    """Deliver the message while the function fails, and another when it works again; what went wrong then."""
    before, heard, kept = _rows(app), len(_replies(app)), True
    try:
        with _broken(handler):
            kept = _keep(app, handler.at, person, text)
            _work(app)
        fell = False
    except RuntimeError:
        fell = True  # as far as the worker's own loop, which waits and tries again
    said = _replies(app)[heard:]
    if kept and not fell and not said:
        yield "no answer"
    if kept and fell and not app.inbox.count():
        yield "the event is lost"
    if any(SECRET in reply or "Traceback" in reply for reply in said) or SECRET in log.text:
        yield "the exception's text got out"
    if any("Er ging iets mis" in reply for reply in said) and _rows(app) != before:
        yield "something half done is kept"
    heard = len(_replies(app))
    _deliver(app, handler.at, person, text)
    _deliver(app, len(SCRIPT), IRIS, "dank je wel")
    if len(_replies(app)) == heard:
        yield "the next message is not answered"


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _keep(app: App, number: int, person: Person, text: str) -> bool:
    """Write an event down, as a platform does; False when it could not, and so will be delivered again."""
    incoming = Incoming(person, text, _moment(number), conversation=person.key, id=f"e{number}")
    try:
        app.inbox.keep([Arrived((f"slack/T/e{number}",), incoming)])
    except RuntimeError:
        return False
    return True


def _work(app: App) -> None:
    worker = Worker(app.database, app.inbox, app.outbox, app.handle)
    while worker.work():
        pass


def _deliver(app: App, number: int, person: Person, text: str) -> None:
    _keep(app, number, person, text)
    _work(app)


def _replies(app: App) -> list[str]:
    return [letter.text for letter in reversed(app.outbox.letters([State.PENDING])) if letter.kind == "reply"]


def _rows(app: App) -> list[Any]:
    """All that a handler can change, but for what is said and heard."""
    with app.database.read() as session:
        return [session.execute(sql(f"SELECT * FROM {table}")).all() for table in _TABLES]


_TABLES = (
    "person", "conversation", "open_question", "question_count", "case_file", "case_answer", "case_consent",
    "case_audit", "case_follow_up", "case_seat", "meeting", "meeting_action", "meeting_talk", "meeting_audit",
    "reminder",
)  # fmt: skip


def _moment(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


class _Log(logging.Handler):
    """Everything that is logged, with tracebacks as they would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record)


@contextmanager
def _watched(first: dict[tuple[str, str], int], number: int) -> Iterator[None]:
    """Note for each function of ours at which message it was called first."""

    def watch(frame: types.FrameType, event: str, _: Any) -> None:
        if event == "call":
            file = frame.f_code.co_filename
            if file.startswith(str(ROOT)) and not file.startswith(str(ROOT / "tests")):
                first.setdefault((Path(file).relative_to(ROOT).as_posix(), frame.f_code.co_qualname), number)

    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(None)


def _functions() -> Iterator[tuple[tuple[str, str], Any, str]]:
    """Every plain function and method behind the door: (file, qualified name), whose attribute it is, and its name."""
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            if name in APART or "migrations" in name or "platforms" in name or "commands" in name:
                continue
            module = importlib.import_module(name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
            yield from _in_module(name, module, ast.parse(file.read_text(encoding="utf-8")))


def _in_module(name: str, module: Any, tree: ast.Module) -> Iterator[tuple[tuple[str, str], Any, str]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and inspect.isfunction(vars(module).get(node.name)):
            yield (name, node.name), module, node.name
        elif isinstance(node, ast.ClassDef):
            owner = getattr(module, node.name)
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inspect.isfunction(vars(owner).get(inner.name)):
                    yield (name, f"{node.name}.{inner.name}"), owner, inner.name


@contextmanager
def _broken(handler: Handler) -> Iterator[None]:
    """The function fails, wherever it was imported to."""

    def fails(*_: Any, **__: Any) -> Sequence[Reply]:
        raise RuntimeError(SECRET)

    real = vars(handler.owner)[handler.name]
    places: list[tuple[Any, str]] = [(handler.owner, handler.name)]
    if isinstance(handler.owner, types.ModuleType):
        places += [
            (m, n) for m in _ours() for n, value in list(vars(m).items()) if value is real and m is not handler.owner
        ]
    for owner, name in places:
        setattr(owner, name, fails)
    try:
        yield
    finally:
        for owner, name in places:
            setattr(owner, name, real)


def _ours() -> list[types.ModuleType]:
    return [m for n, m in list(sys.modules.items()) if n.split(".")[0] in (*FOLDERS, "prompts") and m is not None]
