"""Everything the walks are made of, loaded and checked as a whole: consent table, events, closing questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.faults import ContentError, Fault, tried
from knowledge.flowchart import Flowchart, Step, load_flowchart
from workflows.consent import Table, load_table
from workflows.events import OnTheWay, load_events

SHIPPED = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Plain:
    """A script of which the graph says everything: side talks such as closing a case."""

    chart: Flowchart

    def open(self, step: Step, values: Mapping[str, str]) -> Step | None:
        """The step itself, once."""
        return None if step.id in values else step

    def value(self, step: Step, values: Mapping[str, str]) -> str:
        """The answer."""
        return values[step.id]

    def question(self, step: Step, values: Mapping[str, str]) -> str:  # noqa: ARG002 - nothing to fill in
        """The question as it stands."""
        return step.question

    def title(self, step: str) -> str:
        """The title, or the id of a step that is gone."""
        return next((s.title for s in self.chart.steps if s.id == step), step)


@dataclass(frozen=True)
class Scripts:
    """The content of the walks."""

    chart: Flowchart
    table: Table
    events: tuple[OnTheWay, ...]
    closing: Flowchart


def load_scripts(chart: Flowchart, provisions: Sequence[str], folders: Sequence[Path] = ()) -> Scripts:
    """The content in force: an organisation's own file over the shipped one. Raises ContentError with all faults."""
    faults: list[Fault] = []
    ids = set(provisions)
    table = tried(lambda: load_table(_find("consent.yaml", folders), chart, ids), faults)
    events = tried(lambda: load_events(_find("events.yaml", folders), chart), faults)
    closing = tried(lambda: load_flowchart(_find("closing.yaml", folders), ids), faults)
    if faults or table is None or events is None or closing is None:
        raise ContentError(faults)
    return Scripts(chart, table, events, closing)


def _find(name: str, folders: Sequence[Path]) -> Path:
    return next((folder / name for folder in folders if (folder / name).is_file()), SHIPPED / name)
