"""All content in force, loaded and checked as a whole: the one place that reads every file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from knowledge.details import Detail, load_details
from knowledge.faults import ContentError, Fault, tried
from knowledge.flowchart import Flowchart, load_flowchart
from knowledge.glossary import load_glossary
from knowledge.provisions import Provision, load_provisions
from knowledge.questions import Asked, Signal, load_questions
from knowledge.roles import Role, load_roles
from knowledge.sources import SHIPPED, Sources


@dataclass(frozen=True)
class Content:
    """Everything the assistant knows but the contact list, which changes at another pace."""

    provisions: tuple[Provision, ...]
    asked: tuple[Asked, ...]
    signals: tuple[Signal, ...]
    glossary: dict[str, list[str]]
    details: tuple[Detail, ...]
    roles: tuple[Role, ...]
    flowchart: Flowchart

    def without(self, voices: Iterable[str]) -> "Content":
        """The content as if these voices had never written: for honest figures."""
        gone = frozenset(voices)
        return replace(
            self,
            asked=tuple(a for a in self.asked if a.voice not in gone),
            signals=tuple(s for s in self.signals if s.voice not in gone),
        )

    def keep(self, wanted: Callable[[Asked], bool]) -> "Content":
        """The content with only the wanted questions."""
        return replace(self, asked=tuple(a for a in self.asked if wanted(a)))

    def with_line(self, line: Asked | Signal) -> "Content":
        """The content with one line more."""
        if isinstance(line, Asked):
            return replace(self, asked=(*self.asked, line))
        return replace(self, signals=(*self.signals, line))


def load_content(sources: Sources) -> Content:
    """Everything in force. Raises ContentError with the faults of all files at once."""
    faults: list[Fault] = []
    provisions = tried(lambda: load_provisions(sources.path("agreements")), faults)
    ids = {p.id for p in provisions or []}
    flowchart = tried(lambda: load_flowchart(sources.path("flowchart.yaml"), ids), faults) if ids else None
    roles = tried(lambda: load_roles(sources.path("roles.yaml")), faults)
    glossary = tried(lambda: load_glossary(sources.path("glossary.yaml")), faults)
    details = tried(lambda: load_details(sources.path("details.yaml")), faults)
    written = [tried(partial(load_questions, folder), faults) for folder in sources.question_folders()]
    asked = [a for pair in written if pair for a in pair[0]]
    signals = [s for pair in written if pair for s in pair[1]]
    faults += _links(sources, ids, roles or [], asked)
    if faults or provisions is None or flowchart is None or roles is None or glossary is None or details is None:
        raise ContentError(faults)
    shipped_only = tuple(a for a in asked if a.id in ids)
    return Content(tuple(provisions), shipped_only, tuple(signals), glossary, tuple(details), tuple(roles), flowchart)


def _links(sources: Sources, ids: set[str], roles: Iterable[Role], asked: Iterable[Asked]) -> Iterator[Fault]:
    for role in roles:
        for id in role.provisions:
            if ids and id not in ids:
                yield Fault("roles.yaml", role.id, f"noemt afspraak '{id}', en die bestaat niet")
    # Shipped questions to agreements that an organisation replaced by its own are simply not used.
    if ids and sources.path("agreements") == SHIPPED / "agreements":
        for question in asked:
            if question.id not in ids:
                yield Fault(f"questions ({question.voice})", question.id, f"deze afspraak bestaat niet: '{question.q}'")


def own_documents(sources: Sources) -> tuple[Path, ...]:
    """The organisation's own flowchart and placemat (PDF or picture), to hand over on request."""
    wanted = {".pdf", ".png", ".jpg", ".jpeg"}
    return tuple(
        file
        for folder in sources.folders
        if folder.is_dir() and folder != SHIPPED
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in wanted and file.stem.lower().startswith(("stroomschema", "placemat"))
    )
