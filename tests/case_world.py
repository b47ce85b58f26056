"""A small world for tests of cases: shipped content, a real database in a folder, an assistant with the checklist."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.assistant import Assistant
from bot.cases.desk import Desk
from bot.cases.dialog import CaseDialog
from bot.messages import Incoming, Person, Reply, Room
from bot.storage.cases import Cases
from bot.storage.database import Database
from bot.vault import Vault
from knowledge.contact_files import read_contacts
from knowledge.contacts import ContactList
from knowledge.flowchart import Flowchart, load_flowchart
from knowledge.provisions import Provision, load_provisions
from knowledge.roles import Role, load_roles
from knowledge.sources import SHIPPED
from tests import databases
from workflows.scripts import Scripts, load_scripts

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZONE)
IRIS = Person("terminal", "iris")


@cache
def provisions() -> dict[str, Provision]:
    return {p.id: p for p in load_provisions(SHIPPED / "agreements")}


@cache
def shipped_chart() -> Flowchart:
    return load_flowchart(SHIPPED / "flowchart.yaml", provisions())


@cache
def contacts() -> ContactList:
    return ContactList(tuple(read_contacts(SHIPPED / "contacts.csv")))


@cache
def roles() -> dict[str, Role]:
    return {role.id: role for role in load_roles(SHIPPED / "roles.yaml")}


@cache
def scripts() -> Scripts:
    return load_scripts(shipped_chart(), list(provisions()))


def answerer(incoming: Incoming) -> Sequence[Reply]:
    """Stands where the answers from the agreements come; the checklist does not look inside."""
    return [Reply(f"(antwoord uit de afspraken op: {incoming.text})")]


@dataclass
class World:
    """A case desk on a database in `folder`; `reopen` is a restart of the process."""

    folder: Path
    scripts: Scripts = field(default_factory=scripts)
    sitting: str = ""
    now: datetime = NOW
    person: Person = IRIS
    room: Room = Room.DIRECT
    choices: Sequence[str] = ()
    assistant: Assistant = field(init=False)
    database: Database = field(init=False)
    cases: Cases = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.reopen()

    def reopen(self) -> None:
        """Start anew on the same files."""
        if hasattr(self, "database"):
            self.database.close()
        self.database = databases.opened(self.folder)
        self.database.upgrade()
        self.cases = Cases(self.database, Vault.open("", self.folder))
        self.desk = Desk(
            cases=self.cases, scripts=self.scripts, contacts=contacts, roles=roles(), provisions=provisions(),
            sitting=self.sitting,
        )  # fmt: skip
        self.assistant = Assistant(answerer, [CaseDialog(self.desk)])

    def say(self, text: str) -> str:
        """Send a text (a number picks from what was offered last); returns what is said, as one text."""
        return "\n".join(reply.text for reply in self.send(text))

    def send(self, text: str) -> Sequence[Reply]:
        """Send a text; returns the replies."""
        if text.isdigit() and 0 < int(text) <= len(self.choices):
            text = self.choices[int(text) - 1]
        self.now += timedelta(seconds=1)
        replies = self.assistant.handle(Incoming(self.person, text, self.now, self.room, "here"))
        self.choices = [choice.value for reply in replies for choice in reply.choices]
        return replies

    def walk(self, *texts: str) -> str:
        """Send several texts; returns what is said to the last."""
        return [self.say(text) for text in texts][-1]

    def restart(self, sitting: str = "") -> None:
        """A new process: what was on screen is gone."""
        self.sitting = sitting
        self.choices = ()
        self.reopen()


TO_CONSENT = ("/start-case", "nee", "basisschool", "nee, er speelt meer", "jonger dan 12", "een ouder", "ja", "ja")
"""From the start to the consent of the one parent of a child under 12."""

CONSENTED = ("voor alles", "mondeling", "vandaag", "tot de zaak sluit", "geen grenzen")
"""The one parent consents to everything."""

TO_END = ("veldhoven", "regenboog", "een duidelijke vraag", "opvoeden", "ja", "ja", "nee", "geen aanduiding")
"""From the home municipality to the summary."""


def changed(chart: Flowchart, step: str, **values: object) -> Scripts:
    """The shipped scripts with one step of the flowchart changed."""
    steps = [s.model_copy(update=values) if s.id == step else s for s in chart.steps]
    return replace(scripts(), chart=chart.model_copy(update={"steps": steps}))
