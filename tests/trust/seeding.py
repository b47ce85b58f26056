"""Personal data typed everywhere, then looked for in every file: database, log of writes, logs, index, backup."""

import logging
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlmodel import SQLModel

from bot.app import App
from bot.backup import backup
from bot.messages import Incoming, Person
from bot.settings import Settings
from bot.storage.holdings import HOLDINGS
from bot.storage.inbox import Arrived
from bot.work import Worker
from knowledge.library import Library
from tests.case_world import CONSENTED, NOW, TO_CONSENT, TO_END

IRIS = Person("slack", "UIRIS0001")
_SYLLABLES = ("zqan", "zqel", "zqir", "zqom", "zqur", "zqye")
_NAME = re.compile(rb"(?i)(?:zq(?:an|el|ir|om|ur|ye)){2}")  # one alone also comes about in what is locked
_DIGITS = re.compile(rb"\d(?:[ .\-]?\d){7,11}")
_BEFORE = ("/start-case", *TO_CONSENT[1:], *CONSENTED)
ASKED = (
    "wie bel ik voor {name}, bsn {bsn}?", "{name} geb. {born}, mag ik het cjg bellen? mijn nummer is {phone}",
    "leerling {name} woont {street}, {bsn}. wie belt de ouders", "mail naar {mail} over {name} of bel {phone}",
    "wat moet ik met {bsn_spaced} van {name}", "{name} iban {iban} wie betaalt de taxi",
)  # fmt: skip
STEPS = ("{bsn}", "het gaat om {name}, bsn {bsn}", "{name} geboren op {born}", "bel {phone}", "{mail}")


def bsn(chance: random.Random) -> str:
    """Nine digits that pass the 11-proof."""
    while True:
        first = [chance.randint(1, 9), *(chance.randint(0, 9) for _ in range(7))]
        last = sum((9 - place) * digit for place, digit in enumerate(first)) % 11
        if last < 10:
            return "".join(map(str, [*first, last]))


@dataclass
class Seeds:
    """Personal data that occurs nowhere else. `numbers` and the like may be nowhere; `names` nowhere readable."""

    chance: random.Random
    numbers: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def fill(self, sentence: str) -> str:
        """The sentence with fresh data in it."""
        made = {
            "bsn": bsn(self.chance), "phone": f"06{self.chance.randint(10_000_000, 99_999_999)}",
            "name": "".join(self.chance.sample(_SYLLABLES, 3)).capitalize() + str(self.chance.randint(100, 999)),
            "born": f"{self.chance.randint(1, 28)}-{self.chance.randint(1, 12)}-{self.chance.randint(2006, 2020)}",
            "iban": f"NL91ABNA{self.chance.randint(1_000_000_000, 9_999_999_999)}",
        }  # fmt: skip
        made |= {
            "mail": f"{made['name'].lower()}@zqmail.example", "street": f"{made['name']}straat 12",
            "bsn_spaced": f"{made['bsn'][:4]}.{made['bsn'][4:6]}.{made['bsn'][6:]}",
        }  # fmt: skip
        used = {name for name in made if f"{{{name}}}" in sentence}
        self.numbers |= {made[kind] for kind in ("bsn", "phone") if kind in used}
        self.numbers |= {made["bsn"]} if "bsn_spaced" in used else set()
        self.names |= {made["name"]} if used & {"name", "mail", "street"} else set()
        return sentence.format(**made)


@dataclass
class Sowing:
    """One data folder in which personal data was typed in every way there is."""

    home: Path
    library: Library
    seeds: Seeds = field(default_factory=lambda: Seeds(random.Random(3)))
    found: list[str] = field(default_factory=list)

    def run(self, texts: int) -> int:
        """Type, and look; returns how many seeds were looked for."""
        app = App(Settings(home=self.home), clock=lambda: NOW)
        vars(app)["library"] = self.library
        log = logging.FileHandler(self.home / "bot.log")
        logging.getLogger().addHandler(log)
        level = logging.getLogger().level
        logging.getLogger().setLevel(logging.DEBUG)
        try:
            for number, text in enumerate(self._texts(texts)):
                self._say(app, number, text)
            # One that waits, as when the process dies now.
            app.inbox.keep([Arrived(("last",), self._incoming(texts * 2, self.seeds.fill(ASKED[0])))])
            backup(app.database, self.home / "back-up.db", self.home)
            self._look(app)
        finally:
            logging.getLogger().setLevel(level)
            logging.getLogger().removeHandler(log)
            log.close()
            app.database.close()
        return len(self.seeds.numbers) + len(self.seeds.names)

    def _texts(self, count: int) -> Iterator[str]:
        """Questions, steps of a case, actions and places; every so often a case from the start."""
        for number in range(count):
            if number % 200 == 0:
                yield from (*(_BEFORE if not number else ("/start-case nieuw", *_BEFORE[1:])), *TO_END[:-1])
            kind = number % 4
            if kind == 0:
                yield self.seeds.fill(self.seeds.chance.choice(STEPS))
            elif kind == 1:
                yield self.seeds.fill("/mdo plan dinsdag 14:00 met ouders, school, waar: bij {name}, {street} {bsn}")
                yield self.seeds.fill("waar: {street}, bel {phone}")
                yield "stop"
            elif kind == 2:
                yield self.seeds.fill("/mdo actie {name} belt {phone} over {bsn} vóór vrijdag")
                yield "stop"
            else:
                yield self.seeds.fill(self.seeds.chance.choice(ASKED))
                yield "bewaar"

    def _incoming(self, number: int, text: str) -> Incoming:
        return Incoming(IRIS, text, NOW + timedelta(seconds=number), conversation=IRIS.key, id=f"e{number}")

    def _say(self, app: App, number: int, text: str) -> None:
        app.inbox.keep([Arrived((f"slack/T/{number}",), self._incoming(number, text))])
        worker = Worker(app.database, app.inbox, app.outbox, app.handle)
        while worker.work():
            pass

    def _look(self, app: App) -> None:
        """Every byte of every file; and what is locked in the database, unlocked, for what may not even be locked."""
        for file in sorted(self.home.rglob("*")):
            if file.is_file():
                content = file.read_bytes()
                self.found += [f"{file.name}: {number}" for number in self._numbers_in(content)]
                self.found += [f"{file.name}: a name" for _ in _NAME.finditer(content)]
        for text in unlocked(app, self.home / "back-up.db"):
            self.found += [f"locked: {number}" for number in self._numbers_in(text.encode())]

    def _numbers_in(self, content: bytes) -> list[str]:
        runs = (re.sub(rb"\D", b"", run).decode() for run in _DIGITS.findall(content))
        return [run for run in runs if run in self.seeds.numbers]


def unlocked(app: App, file: Path) -> Iterator[str]:
    """Everything that is locked in a database file, but for what waits to be answered or sent."""
    locked = {(holding.name, column) for holding in HOLDINGS for column in holding.locked}
    locked |= {("open_question", "text"), ("case_answer", "value"), ("case_consent", "limits")}
    with closing(sqlite3.connect(file)) as connection:
        for table, column in sorted(locked):
            assert table in SQLModel.metadata.tables
            if table != "outbox":
                for (value,) in connection.execute(f"SELECT {column} FROM {table}"):
                    yield app.vault.unlock(value)
