"""A small world for tests of meetings: shipped content, a real database in a folder, `/mdo` beside `/start-case`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from bot.assistant import Assistant
from bot.cases.desk import Desk
from bot.cases.dialog import CaseDialog
from bot.composing import Composer
from bot.facts import Facts
from bot.meetings.clicks import Clicks
from bot.meetings.mdo_dialog import MdoDialog
from bot.meetings.office import Office
from bot.messages import Incoming, Person, Reply, Role, Room
from bot.reminders import Planner
from bot.storage.cases import Cases
from bot.storage.database import Database
from bot.storage.letters import State
from bot.storage.meetings import Meetings
from bot.storage.outbox_store import Outbox
from bot.storage.reminder_store import Reminder, Reminders
from bot.vault import Vault
from tests import databases
from tests.case_world import answerer, contacts, provisions, roles, scripts
from tests.transcripts import ZONE
from workflows.dates import shipped_calendar
from workflows.due import Subject
from workflows.rules import SHIPPED, Rules, load_rules, shipped_sentences

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZONE)
IRIS, FATIMA, BOB = Person("terminal", "iris"), Person("terminal", "fatima"), Person("terminal", "bob")
COORDINATOR = Person("terminal", "cora", Role.COORDINATOR)


@cache
def rules() -> Rules:
    return load_rules(SHIPPED, set(provisions()), shipped_sentences())


@dataclass
class MdoWorld:
    """Meetings on a database in `folder`; `reopen` is a restart of the process."""

    folder: Path
    now: datetime = NOW
    person: Person = IRIS
    room: Room = Room.DIRECT
    conversation: str = ""
    choices: Sequence[str] = ()
    assistant: Assistant = field(init=False)
    database: Database = field(init=False)

    def __post_init__(self) -> None:
        self.reopen()

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        if name == "now":  # a database with a clock of its own goes by ours
            databases.set_clock(self.folder, self.now)

    def reopen(self) -> None:
        """Start anew on the same files."""
        if hasattr(self, "database"):
            self.database.close()
        self.database = databases.opened(self.folder)
        self.database.upgrade()
        self.vault = Vault.open("", self.folder)
        self.reminders = Reminders(self.database)
        self.outbox = Outbox(self.database, self.vault)
        self.meetings = Meetings(self.database, self.vault)
        self.cases = Cases(self.database, self.vault)
        self.office = Office(
            self.meetings, self.cases, scripts().table, roles(), Planner(rules(), shipped_calendar(), self.reminders),
            coordinator=lambda platform: f"{platform}:cora",
        )  # fmt: skip
        self.facts = Facts(self.office, self.cases, contacts, shipped_calendar(), ["cora"])
        self.composer = Composer(
            rules(), shipped_calendar(), self.reminders, self.outbox, self.subject, lambda: self.now
        )
        mdo = MdoDialog(self.office)
        self.clicks = Clicks(
            self.office, self.reminders, mdo.command, lambda i, ref: mdo.open(i, "hand_on", None, ref),
            self.subject, self.facts.settle_case,
        )  # fmt: skip
        desk = Desk(
            cases=self.cases, scripts=scripts(), contacts=contacts, roles=roles(), provisions=provisions(),
            remind=self.facts.plan_case, tell=self.outbox.post,
        )  # fmt: skip
        self.assistant = Assistant(answerer, [self.clicks, mdo, CaseDialog(desk)])

    def subject(self, about: str, ref: str) -> Subject | None:
        """The facts now behind a reminder."""
        return self.facts.one(about, ref, self.now)

    def send(self, text: str) -> Sequence[Reply]:
        """Send a text; returns the replies."""
        if text.isdigit() and 0 < int(text) <= len(self.choices):
            text = self.choices[int(text) - 1]
        self.now += timedelta(seconds=1)
        where = self.conversation or f"{self.room}:{self.person.id}"
        replies = self.assistant.handle(Incoming(self.person, text, self.now, self.room, where))
        self.choices = [choice.value for reply in replies for choice in reply.choices]
        return replies

    def play(self, incoming: Incoming) -> Sequence[Reply]:
        """A message of a transcript; `HERINNERINGEN` gives what is sent at that moment, as a platform would show it."""
        self.now = incoming.at
        if incoming.text != "HERINNERINGEN":
            return self.assistant.handle(incoming)
        self.reminders.fire(self.now)
        waiting = sorted(self.outbox.letters([State.PENDING], limit=50), key=lambda letter: letter.id)
        replies = [(letter, self.composer(letter)) for letter in waiting]
        for letter in waiting:
            self.outbox.sent(letter, "posted")
        return [Reply(f"→ {letter.dest}\n{reply.text}", reply.choices) for letter, reply in replies if reply]

    def say(self, text: str) -> str:
        """Send a text; returns what is said, as one text with the labels of the choices."""
        replies = self.send(text)
        return "\n".join([*(r.text for r in replies), *(c.label for r in replies for c in r.choices)])

    def walk(self, *texts: str) -> str:
        """Send several texts; returns what is said to the last."""
        return [self.say(text) for text in texts][-1]

    def planned(self, subject: str) -> list[Reminder]:
        """The reminders to come about a meeting or action."""
        return [r for r in self.reminders.planned(self.now + timedelta(days=90)) if r.subject == subject]


PLAN = "/mdo plan dinsdag over een week 14:00 met ouders, school en CJG in het gemeentehuis"
