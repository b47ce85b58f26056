"""Persons and cases erased, then looked for in every byte: database, free pages, logs, index, backup and the chat."""

import asyncio
import logging
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text as sql

from bot.app import App
from bot.backup import backup
from bot.delivery import Absent, Outcome, Post, Recall, Refused, Sent, Unknown
from bot.messages import Incoming, Person, Room
from bot.outbox import Sender
from bot.settings import Settings
from bot.storage.inbox import Arrived
from bot.work import Worker
from knowledge.library import Library
from tests.case_world import CONSENTED, NOW, TO_CONSENT, TO_END


@dataclass
class Chat:
    """A platform that keeps what it was given, and takes some away only at the second time of asking."""

    chance: random.Random
    there: dict[str, Post] = field(default_factory=dict)
    platform: str = "slack"
    recall: Recall = field(default_factory=lambda: Recall(look_up=True, settle=timedelta()))

    async def send(self, post: Post) -> Outcome:
        """Keep it."""
        self.there[post.marker] = post
        return Sent(f"D1/{post.number}")

    async def look_up(self, post: Post) -> Sent | Absent | Unknown:
        """Whether it is there."""
        return Sent(f"D1/{post.number}") if post.marker in self.there else Absent()

    async def take_back(self, post: Post) -> Outcome:
        """Take it away, unless Slack is busy."""
        if self.chance.random() < 0.2:
            return Refused("ratelimited", timedelta(seconds=5))
        self.there.pop(post.marker, None)
        return Unknown("lost") if self.chance.random() < 0.1 else Sent(post.placed)

    async def sweep(self, post: Post) -> Outcome:
        """Take everything away that one person was told."""
        self.there = {marker: kept for marker, kept in self.there.items() if kept.dest != post.dest}
        return Sent("")


@dataclass
class Erasing:
    """People with cases and meetings in one data folder, half of whom are forgotten, or their case."""

    home: Path
    library: Library
    chance: random.Random = field(default_factory=lambda: random.Random(5))
    found: list[str] = field(default_factory=list)
    looked_for: int = 0

    def run(self, people: int) -> int:
        """Let people work, forget every other one; returns how many things were looked for."""
        self.now, self.chat = NOW, Chat(self.chance)
        app = App(Settings(home=self.home), clock=lambda: self.now)
        vars(app)["library"] = self.library
        app.outbox.policy = replace(app.outbox.policy, spacing=timedelta(), erase_spacing=timedelta(), most_tries=50)
        log = logging.FileHandler(self.home / "bot.log")
        logging.getLogger().addHandler(log)
        try:
            everybody = [self._person() for _ in range(people)]
            for person in everybody:
                self._work(app, person)
            self._send(app)
            traces = {person.key: self._traces(app, person) for person in everybody}
            for number, person in enumerate(everybody):
                if number % 2 == 0:
                    self._forget(app, person, number)
            self._send(app, rounds=1_500)
            app.database.scrub()  # as the housekeeping does each night
            backup(app.database, self.home / "back-up.db", self.home)
            self._look(everybody, traces)
        finally:
            logging.getLogger().removeHandler(log)
            log.close()
            app.database.close()
        return self.looked_for

    def _person(self) -> Person:
        return Person("slack", "U" + "".join(self.chance.choices(string.ascii_uppercase + string.digits, k=10)))

    def _work(self, app: App, person: Person) -> None:
        """A question, a case to its end, a meeting with an action, and something in a channel."""
        texts = (
            "wie bel ik bij zorgen over een leerling?", *TO_CONSENT, *CONSENTED, *TO_END[:-1], "eigen woord",
            "/mdo plan dinsdag over een week 14:00, met ouders, school, waar: het gemeentehuis", "ja",
            "/mdo actie ik bel de huisarts vóór vrijdag", "ja",
        )  # fmt: skip
        for text in texts:
            self._say(app, person, text, Room.DIRECT)
        self._say(app, person, "/mdo lijst", Room.PUBLIC)

    def _say(self, app: App, person: Person, text: str, room: Room) -> None:
        self.now += timedelta(seconds=1)
        where = person.key if room is Room.DIRECT else "slack:C1"
        key = f"slack/T/{person.id}/{self.now.timestamp()}/press"
        app.inbox.keep([Arrived((key,), Incoming(person, text, self.now, room, where, id=key))])
        worker = Worker(app.database, app.inbox, app.outbox, app.handle)
        while worker.work():
            pass

    def _send(self, app: App, rounds: int = 60) -> None:
        """Send and take away, half a minute after half a minute."""
        sender = Sender(app.outbox, self.chat, app.composer, "one", lambda: self.now)

        async def work() -> None:
            for _ in range(rounds):
                while await sender.run_once():
                    pass
                self.now += timedelta(seconds=30)

        asyncio.run(work())

    def _traces(self, app: App, person: Person) -> set[bytes]:
        """The ciphertexts of all that is kept of somebody, as they stand in the file."""
        (case,) = app.case_dialog.desk.cases.listed(person.key)
        with app.database.read() as session:
            rows = session.execute(sql("SELECT value FROM case_answer WHERE ref = :ref"), {"ref": case.ref}).scalars()
            found = {row.encode() for row in rows if row}
            asked = session.execute(sql("SELECT question FROM conversation WHERE key = :key"), {"key": person.key})
            found |= {row.encode() for row in asked.scalars() if row}
        return found

    def _forget(self, app: App, person: Person, number: int) -> None:
        """Forget the person; of every other one first the case alone, as its owner does."""
        if number % 4 == 0:
            self._say(app, person, "/start-case nieuw", Room.DIRECT)
            self._say(app, person, "stop", Room.DIRECT)
            self._say(app, person, "wissen", Room.DIRECT)
        app.records.note("terminal:beheer", "forget", "", self.now)
        app.graves.add(person.key, self.now)
        app.records.forget_person(person.key, self.now)

    def _look(self, everybody: list[Person], traces: dict[str, set[bytes]]) -> None:
        files = {file.name: file.read_bytes() for file in sorted(self.home.rglob("*")) if file.is_file()}
        for number, person in enumerate(everybody):
            gone = number % 2 == 0
            for what in self._signs(person, traces):
                self.looked_for += 1
                places = [name for name, content in files.items() if what in content]
                if gone and places:
                    self.found.append(f"{what[:20]!r} of somebody who is forgotten, in {places}")
                if not gone and not places:
                    self.found.append(f"{what[:20]!r} of somebody who is not, nowhere")
            told = [post for post in self.chat.there.values() if person.id in f"{post.dest} {post.reply}"]
            self.looked_for += 1
            if gone == bool(told):
                self.found.append(f"{len(told)} messages to {'a forgotten' if gone else 'a present'} person")

    @staticmethod
    def _signs(person: Person, traces: dict[str, set[bytes]]) -> Iterator[bytes]:
        yield person.id.encode()
        yield from traces[person.key]
