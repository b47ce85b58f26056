"""The composition root: the one file that knows every concrete class and puts them together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from bot.addresses import channel_key, key_of, on_platform
from bot.holders import owner_name
from bot.settings import Settings
from knowledge.library import Library, Progress
from knowledge.sources import Sources

# `ask` answers without a database: what keeps things is imported when something is kept.
if TYPE_CHECKING:
    from bot.assistant import Assistant, Dialog
    from bot.bell import Bell
    from bot.cases.dialog import CaseDialog
    from bot.composing import Composer
    from bot.counting import Counts
    from bot.delivery import Delivery
    from bot.duty import Duty
    from bot.facts import Facts
    from bot.graves import Graves
    from bot.meetings.office import Office
    from bot.messages import Incoming, Reply, Role
    from bot.phrasing.phraser import Phraser
    from bot.platforms import Services
    from bot.pulse import Pulse
    from bot.reminders import Clock
    from bot.storage.database import Database
    from bot.storage.inbox import Inbox
    from bot.storage.open_questions import OpenQuestions
    from bot.storage.outbox_store import Outbox
    from bot.storage.people import People
    from bot.storage.privacy_store import Records
    from bot.storage.reminder_store import Reminders
    from bot.storage.retention import Terms
    from bot.vault import Vault
    from bot.waking import Waking
    from knowledge.answering import Answer
    from knowledge.dense import Dense
    from workflows.calendar import Calendar
    from workflows.due import Subject
    from workflows.rules import Rules

_SENDERS = 4


def _always() -> bool:
    return True


@dataclass(frozen=True)
class App:
    """The assembled product; parts are made when first used, so that a command pays only for what it needs."""

    settings: Settings
    progress: Progress = lambda *_: None
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
        """The lock on free text. Raises VaultError when the database was written with another key."""
        from bot.storage.key_proof import prove
        from bot.vault import Vault

        vault = Vault.open(self.settings.secret_key.get_secret_value(), self.settings.home)
        prove(self.database, vault)
        return vault

    @cached_property
    def graves(self) -> "Graves":
        """The marks of what was erased."""
        from bot.graves import Graves

        return Graves(self.settings.home)

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
            # What was erased is read when the first case is erased, not before.
            cases=Cases(self.database, self.vault, lambda ref, at: self.graves.add(ref, at)),
            scripts=load_scripts(self.library.flowchart, self.library.ids, self.sources.folders),
            contacts=lambda: self.library.contacts,
            roles=self.library.roles,
            provisions=self.library.provisions,
            school_of=lambda person: self.people.profile(person).school,
            sitting=self.sitting,
            danger=self._surely_danger,
            # Both look at what is made after the desk; they are called when a case changes.
            remind=lambda ref, now: self.facts.plan_case(ref, now),
            tell=lambda key, dest, text, now: self.outbox.post(key, dest, text, now),
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
        """The days and hours of the organisation: its zone, and the quiet hours of its reminder rules."""
        from workflows.dates import shipped_calendar

        return replace(shipped_calendar(), quiet=self.rules.quiet, zone=self.settings.zone)

    @cached_property
    def reminders(self) -> "Reminders":
        """The reminders that are planned."""
        from bot.storage.reminder_store import Reminders

        return Reminders(self.database)

    @cached_property
    def outbox(self) -> "Outbox":
        """What is to be posted, and what was."""
        from bot.storage.outbox_store import Outbox

        return Outbox(self.database, self.vault, coordinators=tuple(map(key_of, self.settings.coordinators)))

    @cached_property
    def rules(self) -> "Rules":
        """When the bot reminds of what."""
        from workflows.rules import rules_in_force

        return rules_in_force(set(self.library.ids), self.sources.folders)

    @cached_property
    def office(self) -> "Office":
        """What the conversation about meetings works with."""
        from bot.meetings.office import Office
        from bot.reminders import Planner
        from bot.storage.meetings import Meetings

        desk = self.case_dialog.desk
        return Office(
            meetings=Meetings(self.database, self.vault),
            cases=desk.cases,
            table=desk.scripts.table,
            roles=self.library.roles,
            planner=Planner(self.rules, self.calendar, self.reminders),
            coordinator=lambda platform: on_platform(self.settings.coordinators, platform),
            danger=self._surely_danger,
        )

    @cached_property
    def facts(self) -> "Facts":
        """The facts behind the reminders."""
        from bot.facts import Facts

        return Facts(
            self.office, self.office.cases, lambda: self.library.contacts, self.calendar, self.settings.coordinators,
            self.open_questions.counts, channel_key(self.settings.coordinators_channel),
        )  # fmt: skip

    def _dialogs(self) -> "Sequence[Dialog]":
        """The conversations with steps; meetings come first, so that one can be planned during the checklist."""
        from bot.meetings.clicks import Clicks
        from bot.meetings.mdo_dialog import MdoDialog

        mdo = MdoDialog(self.office)
        clicks = Clicks(
            self.office,
            self.reminders,
            mdo.command,
            lambda incoming, ref: mdo.open(incoming, "hand_on", None, ref),
            lambda about, ref: self.facts.one(about, ref, self.now()),
            self.facts.settle_case,
        )
        return clicks, mdo, self.case_dialog

    @cached_property
    def phraser(self) -> "Phraser | None":
        """The language model, when one is set."""
        if not self.settings.llm:
            return None
        from bot.phrasing.chat_model import ChatModel
        from bot.phrasing.phraser import Phraser

        return Phraser(ChatModel(self.settings.llm, self.settings.llm_url))

    @property
    def answering(self) -> "Callable[..., Answer]":
        """What answers a question: the agreements alone, or with a model that phrases."""
        from knowledge.wording import answer

        return self.phraser.answer if self.phraser else answer

    @cached_property
    def assistant(self) -> "Assistant":
        """Everything a person can talk to."""
        from bot.asking import Asking
        from bot.assistant import Assistant

        return Assistant(
            answer=Asking(self.library, self.people, self.open_questions, self.answering),
            dialogs=self._dialogs(),
            forget=lambda incoming: self.people.forget_turn(incoming.talk),
        )

    def warm_up(self) -> None:
        """Load what the first message would otherwise load while everybody waits for that message's turn to write."""
        if self.assistant:
            self._surely_danger("wie bel ik?")
        if self.phraser:
            self.phraser.warm_up()

    def handle(self, incoming: "Incoming") -> "Sequence[Reply]":
        """What to say to one message; whatever goes wrong is said in a sentence."""
        from bot.door import guarded

        return guarded(self._handle)(incoming)

    def _handle(self, incoming: "Incoming") -> "Sequence[Reply]":
        with self.database.whole():  # a handler that breaks half-way has done nothing
            return self.assistant.handle(incoming)

    def role_of(self, person: str) -> "Role":
        """What a person ("slack:U1") may do, by the settings."""
        from bot.messages import Role

        # Whoever is both coordinates: a coordinator may everything that an administrator may (bot/permits.py).
        if person in map(key_of, self.settings.coordinators):
            return Role.COORDINATOR
        return Role.ADMINISTRATOR if person in map(key_of, self.settings.administrators) else Role.PROFESSIONAL

    @cached_property
    def clock_of_reminders(self) -> "Clock":
        """What a tick does."""
        from bot.reminders import Clock
        from bot.storage.heartbeat import Heartbeat

        return Clock(
            planner=self.office.planner,
            reminders=self.reminders,
            outbox=self.outbox,
            heartbeat=Heartbeat(self.database, self.settings.home),
            subjects=lambda: self.facts.all(self.now()),
            fresh=lambda subject: self.facts.one(subject.about, subject.ref, self.now()),
            forget_waiting=self.inbox.forget,
            coordinators=tuple(map(key_of, self.settings.coordinators)),
        )

    @cached_property
    def composer(self) -> "Composer":
        """The words of what the bot says by itself."""
        from bot.composing import Composer

        def subject(about: str, ref: str) -> "Subject | None":
            return self.facts.one(about, ref, self.now())

        return Composer(self.rules, self.calendar, self.reminders, self.outbox, subject, self.now)

    def waking(
        self,
        deliveries: "Sequence[Delivery]",
        only: str = "",
        bell: "Bell | None" = None,
        duties: "Mapping[str, Duty] | None" = None,
    ) -> "Waking":
        """The clock that ticks, and the senders for these platforms; `only`: nothing but what goes to one person.

        `duties`: by platform what one process at a time does; its senders wait for that.
        """
        from bot.outbox import Sender
        from bot.waking import Waking

        def sender(delivery: "Delivery", number: int) -> Sender:
            duty = (duties or {}).get(delivery.platform)
            may = duty.is_ours if duty else _always
            return Sender(
                self.outbox, delivery, self.composer, owner_name(number), self.now, only, bell, self.counts, may
            )

        # Several for one platform: while one waits for an answer the others go on; per destination the order is kept.
        crew = 1 if only else _SENDERS
        senders = [sender(delivery, number) for delivery in deliveries for number in range(crew)]
        return Waking(self.clock_of_reminders, senders, self.now, self.pulse)

    def duty(self, name: str) -> "Duty":
        """What of that name one process at a time does."""
        from bot.duty import Duty
        from bot.storage.leases import Leases

        return Duty(Leases(self.database), name, owner_name(0), self.now)

    @cached_property
    def records(self) -> "Records":
        """Everything kept of a person or a case."""
        from bot.storage.privacy_store import Records

        return Records(self.database, self.vault)

    @property
    def terms(self) -> "Terms":
        """How long each kind is kept, by the settings."""
        from bot.storage.retention import Terms

        kept = self.settings
        days = (kept.keep_cases, kept.keep_meetings, kept.keep_audit, kept.keep_questions, kept.keep_posts)
        return Terms(*(timedelta(days=each) for each in days))

    @cached_property
    def inbox(self) -> "Inbox":
        """What came in and is not answered yet."""
        from bot.storage.inbox import Inbox

        return Inbox(self.database, self.vault, self.counts)

    @cached_property
    def counts(self) -> "Counts":
        """What happened since the start."""
        from bot.counting import Counts

        return Counts()

    @cached_property
    def pulse(self) -> "Pulse":
        """Whether the parts inside still do their rounds."""
        from bot.pulse import Pulse

        return Pulse()

    def tell_coordinators(self, key: str, text: str) -> None:
        """Put a message for every coordinator in the outbox, once for this key."""
        for person in map(key_of, self.settings.coordinators):
            self.outbox.post(f"{key}/{person}", person, text, self.now())

    def services(self, wake: Callable[[], None], http_port: int = 0, duty: "Duty | None" = None) -> "Services":
        """What a chat platform gets; `duty` where one process at a time may run it."""
        from bot.door import first_aid
        from bot.platforms import Services

        return Services(
            settings=self.settings, inbox=self.inbox, vault=self.vault, now=self.now, role_of=self.role_of,
            wake=wake, echo=self.outbox.seen, first_aid=first_aid, tell=self.outbox.post,
            office=self.office, cases=self.office.cases, http_port=http_port,
            on_duty=duty.is_ours if duty else _always,
        )  # fmt: skip
