"""Everything the assistant knows, opened: the index (built when content changed), and the contact list as it is now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path

from knowledge.contact_files import read_contacts
from knowledge.contacts import ContactList
from knowledge.danger import Watch
from knowledge.details import Details
from knowledge.features import Reader
from knowledge.flowchart import Flowchart
from knowledge.frozen import FORMAT, Frozen, FrozenError
from knowledge.linear import Judges
from knowledge.own_search import Near, OwnHit, search_own, section_around
from knowledge.provisions import Provision
from knowledge.retrieval import Search
from knowledge.roles import Role
from knowledge.signs import Verdicts
from knowledge.sources import Sources
from knowledge.text import Concepts

Progress = Callable[[str, float], None]
"""Told what is being done now, and the share that is done."""

INDEX_NAME = "index.wgz"


@dataclass(frozen=True)
class Library:
    """An opened index with the contact list."""

    frozen: Frozen
    contacts: ContactList
    sources: Sources
    data: Path | None = None
    near: Near | None = None
    """Similarity in meaning for own documents, where the dense half is loaded; without it words are enough."""

    @classmethod
    def open(
        cls, sources: Sources, data: Path, progress: Progress = lambda *_: None, near: Near | None = None
    ) -> "Library":
        """Open the index in the data folder; build it first when it is missing, damaged or older than the content.

        Raises ContentError when the content has faults.
        """
        path = data / INDEX_NAME
        frozen = _current(path, sources.stamp())
        if frozen is None:
            from knowledge.building import build  # reading and weighing all content; not needed to answer
            from knowledge.content import load_content

            build(load_content(sources), path, sources.stamp(), progress)
            frozen = Frozen(path)
        contacts = ContactList(tuple(read_contacts(sources.path("contacts.csv"))))
        return cls(frozen, contacts, sources, data, near)

    @cached_property
    def reader(self) -> Reader:
        """Reads what people type, with spelling repair."""
        return Reader(Concepts.from_groups(self.frozen.meta["glossary"]), frozenset(self.frozen.meta["known_words"]))

    @cached_property
    def provisions(self) -> Mapping[str, Provision]:
        """The provisions by id, in index order."""
        return {item["id"]: Provision.model_validate(item) for item in self.frozen.meta["provisions"]}

    @cached_property
    def ids(self) -> Sequence[str]:
        """The ids of the provisions, in index order."""
        return [item["id"] for item in self.frozen.meta["provisions"]]

    @property
    def names(self) -> Mapping[str, str]:
        """What people call a provision, folded, with its id."""
        names: Mapping[str, str] = self.frozen.meta["names"]
        return names

    @cached_property
    def details(self) -> Details:
        """What a question can ask for and a provision may leave open."""
        return Details.of(self.frozen.meta["details"])

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """The roles by id."""
        return {item["id"]: Role.model_validate(item) for item in self.frozen.meta["roles"]}

    @cached_property
    def flowchart(self) -> Flowchart:
        """The flowchart."""
        return Flowchart.model_validate(self.frozen.meta["flowchart"])

    @cached_property
    def search(self) -> Search:
        """The index over the provisions."""
        return Search(self.frozen, "search", len(self.ids))

    def search_own(self, question: str, today: date) -> Sequence[OwnHit]:
        """The passages of the organisation's own documents that fit a question, best first."""
        return search_own(self.data, question, near=self.near, today=today) if self.data else ()

    def own_section(self, id: str, today: date) -> Sequence[OwnHit]:
        """The whole section of an own document that a passage stands in; empty when it is gone or not in force."""
        return section_around(self.data, id, today) if self.data else ()

    @cached_property
    def watch(self) -> Watch:
        """The watch for danger."""
        return Watch(self.judges)

    def score(self, name: str, features: Sequence[str], unlearned: float = 0.0) -> float:
        """The log-odds by a learned judge; `unlearned` where there was too little to learn from."""
        return self.judges.scores(features).get(name, unlearned)

    def verdicts(self, features: Sequence[str]) -> Verdicts:
        """What the judges say of a message."""
        return Verdicts(**{field.name: self.score(field.name, features) for field in fields(Verdicts)})

    def has_judge(self, name: str) -> bool:
        """Whether there was enough to learn from for this judge."""
        return name in self.judges.biases

    @cached_property
    def judges(self) -> Judges:
        """The learned judges."""
        return Judges(self.frozen)

    @property
    def contact_habits(self) -> Mapping[str, Mapping[str, float]]:
        """Per provision: the share of its written questions that send an asker to a role."""
        habits: Mapping[str, Mapping[str, float]] = self.frozen.meta["contact_habits"]
        return habits


def _current(path: Path, stamp: str) -> Frozen | None:
    try:
        frozen = Frozen(path)
    except (OSError, FrozenError):
        return None
    fresh = frozen.meta.get("format") == FORMAT and frozen.meta.get("stamp") == stamp
    return frozen if fresh else None
