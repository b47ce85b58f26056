"""The composition root: the one file that knows every concrete class and puts them together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.settings import Settings
from knowledge.library import Library, Progress
from knowledge.sources import Sources

# `ask` answers without a database: what keeps things is imported when something is kept.
if TYPE_CHECKING:
    from bot.assistant import Assistant, Dialog
    from bot.cases.dialog import CaseDialog
    from bot.meetings.office import Office
    from bot.storage.database import Database
    from bot.storage.open_questions import OpenQuestions
    from bot.storage.outbox_store import Outbox
    from bot.storage.people import People
    from bot.storage.reminder_store import Reminders
    from bot.vault import Vault
    from knowledge.dense import Dense
    from workflows.calendar import Calendar


@dataclass(frozen=True)
class App:
    """The assembled product; parts are made when first used, so that a command pays only for what it needs."""

    settings: Settings
    progress: Progress = lambda _: None
    clock: Callable[[], datetime] | None = field(default=None)
    stays: bool = False
    """Whether this process lives on after one answer: then the dense half is worth loading."""
    sitting: str = ""
    """Names a process that is one conversation, as a terminal is; empty on a platform that stays."""

    def now(self) -> datetime:
        """The moment, in the zone of the settings."""
        return self.clock() if self.clock else datetime.now(self.settings.zone)

    @cached_property
    def sources(self) -> Sources:
        """The content files in force."""
        return Sources.of(self.settings.knowledge, self.settings.home)

    @cached_property
    def library(self) -> Library:
        """The opened index and contact list; a conversation that stays also searches own documents by meaning."""
        near = self._near if self.stays else None
        return Library.open(self.sources, self.settings.home, self.progress, near)

    @cached_property
    def database(self) -> "Database":
        """The database, brought up to date."""
        from bot.storage.database import Database

        database = Database(self.settings.database)
        database.upgrade()
        return database

    @cached_property
    def vault(self) -> "Vault":
        """The lock on free text."""
        from bot.vault import Vault

        return Vault.open(self.settings.secret_key.get_secret_value(), self.settings.home)

    @cached_property
    def people(self) -> "People":
        """Persons and conversations."""
        from bot.storage.people import People

        return People(self.database, self.vault)

    @cached_property
    def open_questions(self) -> "OpenQuestions":
        """Questions without a good answer."""
        from bot.storage.open_questions import OpenQuestions

        return OpenQuestions(self.database, self.vault)

    @cached_property
    def case_dialog(self) -> "CaseDialog":
        """The checklist behind /start-case."""
        from bot.cases.desk import Desk
        from bot.cases.dialog import CaseDialog
        from bot.storage.cases import Cases
        from workflows.scripts import load_scripts

        desk = Desk(
            cases=Cases(self.database, self.vault),
            scripts=load_scripts(self.library.flowchart, self.library.ids, self.sources.folders),
            contacts=lambda: self.library.contacts,
            roles=self.library.roles,
            provisions=self.library.provisions,
            school_of=lambda person: self.people.profile(person).school,
            sitting=self.sitting,
            danger=self._surely_danger,
        )
        return CaseDialog(desk)

    def _near(self, question: str, most: int) -> Mapping[str, float]:
        return self.dense.near(question, most)

    def _surely_danger(self, text: str) -> str:
        """Whom to call when a text surely speaks of danger, else nothing."""
        from knowledge.danger import Level
        from knowledge.understanding import understand

        danger = understand(self.library, text).danger
        return danger.call if danger.level is Level.SURE else ""

    @cached_property
    def dense(self) -> "Dense":
        """Similarity in meaning for own documents, loaded in the background."""
        from knowledge.dense import Dense

        return Dense(self.settings.home, self.settings.embedding_model, self.settings.chroma_url)

    @cached_property
    def calendar(self) -> "Calendar":
        """The days and hours of the organisation."""
        from workflows.dates import shipped_calendar

        return shipped_calendar()

    @cached_property
    def reminders(self) -> "Reminders":
        """The reminders that are planned."""
        from bot.storage.reminder_store import Reminders

        return Reminders(self.database)

    @cached_property
    def outbox(self) -> "Outbox":
        """What is to be posted, and what was."""
        from bot.storage.outbox_store import Outbox

        return Outbox(self.database, self.vault, coordinators=self.settings.coordinators)

    @cached_property
    def office(self) -> "Office":
        """What the conversation about meetings works with."""
        from bot.meetings.office import Office
        from bot.reminders import Planner
        from bot.storage.meetings import Meetings
        from workflows.rules import SHIPPED, load_rules, shipped_sentences

        rules = load_rules(SHIPPED, set(self.library.ids), shipped_sentences())
        desk = self.case_dialog.desk
        return Office(
            meetings=Meetings(self.database, self.vault),
            cases=desk.cases,
            table=desk.scripts.table,
            roles=self.library.roles,
            planner=Planner(rules, self.calendar, self.reminders),
            danger=self._surely_danger,
        )

    def _dialogs(self) -> "Sequence[Dialog]":
        """The conversations with steps; meetings come first, so that one can be planned during the checklist."""
        from bot.meetings.clicks import Clicks
        from bot.meetings.mdo_dialog import MdoDialog

        office, mdo = self.office, MdoDialog(self.office)
        clicks = Clicks(
            office,
            self.reminders,
            mdo.command,
            lambda incoming, ref: mdo.open(incoming, "hand_on", None, ref),
            lambda about, ref: office.subject(about, ref, self.now()),
        )
        return clicks, mdo, self.case_dialog

    @cached_property
    def assistant(self) -> "Assistant":
        """Everything a person can talk to."""
        from bot.asking import Asking
        from bot.assistant import Assistant

        return Assistant(answer=Asking(self.library, self.people, self.open_questions), dialogs=self._dialogs())
