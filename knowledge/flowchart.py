"""The flowchart as data: steps, choices, where they lead, and the provisions behind them. Read from flowchart.yaml."""

from collections.abc import Iterable, Sequence, Set
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.faults import ContentError, Fault, from_validation
from knowledge.graph import graph_faults
from knowledge.provisions import Words
from knowledge.vocabulary import Side
from knowledge.yaml_file import read_yaml


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Route(_Strict):
    """What a step means for either side, one sentence each."""

    onderwijs: Words
    jeugdhulp: Words

    def for_side(self, side: Side) -> str:
        """The sentence for one side."""
        return self.onderwijs if side is Side.EDUCATION else self.jeugdhulp


class Edge(_Strict):
    """A choice at a step and the step it leads to."""

    value: Words
    label: Words
    to: Words


class Step(_Strict):
    """A step: a question with choices or an input, or an outcome where the walk ends.

    Inputs: a municipality or school of the contact list, the consent table, free text (at most 500 characters), a day.
    """

    id: Words
    title: Words
    provisions: list[Words] = Field(min_length=1)
    question: str = ""
    why: str = ""
    route: Route | None = None
    always: bool = False
    choices: list[Edge] = []
    input: Literal["", "municipality", "school", "consent", "text", "day"] = ""
    next: str = ""
    outcome: Literal["", "emergency", "school_support", "talk_first", "anonymous", "summary", "finished"] = ""

    @property
    def leads_to(self) -> tuple[str, ...]:
        """The steps that can follow."""
        return (*(edge.to for edge in self.choices), *([self.next] if self.next else []))


class Event(_Strict):
    """Something that can come on the way, with what to do."""

    id: Words
    title: Words
    provisions: list[Words] = Field(min_length=1)
    route: Route


class Flowchart(_Strict):
    """The whole graph, with its version."""

    version: int
    start: Words
    steps: list[Step] = Field(min_length=1)
    events: list[Event] = []

    def step(self, id: str) -> Step:
        """The step of that id. Raises KeyError when there is none."""
        found = next((step for step in self.steps if step.id == id), None)
        if found is None:
            raise KeyError(f"no step '{id}'. Steps: {', '.join(step.id for step in self.steps)}")
        return found

    def route_to(self, provisions: Set[str], side: Side, most: int = 5) -> list[tuple[str, str]]:
        """The (title, sentence) of at most `most` steps of the route around these provisions; empty when on none."""
        for event in self.events:
            if provisions & set(event.provisions):
                return [(event.title, event.route.for_side(side))]
        steps = [step for step in self.steps if step.route]
        at = [n for n, step in enumerate(steps) if provisions & set(step.provisions)]
        if not at:
            return []
        # Whatever the question is about, nobody may read the route as one that skips the parents or their consent.
        chosen = [n for n, step in enumerate(steps) if step.always]
        chosen += [n for n in range(at[0], len(steps)) if n not in chosen][: most - len(chosen)]
        return [(steps[n].title, route.for_side(side)) for n in sorted(chosen) if (route := steps[n].route)]

    def place_of(self, provisions: Sequence[str]) -> Step | None:
        """The step that the first of these provisions to stand on any belongs to; one of the route before another."""
        steps = sorted(self.steps, key=lambda step: step.route is None)
        return next((step for id in provisions for step in steps if id in step.provisions), None)

    def whole_route(self, side: Side) -> list[tuple[str, str]]:
        """Every step of the route for one side."""
        return [(step.title, step.route.for_side(side)) for step in self.steps if step.route]


def load_flowchart(file: Path, provisions: Iterable[str]) -> Flowchart:
    """The flowchart. Raises ContentError with all faults: wrong fields, dead ends, unknown steps or provisions."""
    content = _read(file)
    faults = [fault for place, item in _items(content) for fault in _shape(file.name, place, item)]
    faults += [Fault(file.name, place, what) for place, what in graph_faults(content, set(provisions))]
    if faults:
        raise ContentError(faults)
    try:
        return Flowchart.model_validate(content)
    except ValidationError as error:
        raise ContentError(from_validation(file.name, "stroomschema", error)) from error


def _read(file: Path) -> dict[str, object]:
    content = read_yaml(file)
    if not isinstance(content, dict) or not isinstance(content.get("steps"), list):
        raise ContentError([Fault(file.name, "bestand", "steps: ontbreekt; begin met version, start en steps")])
    return content


def _items(content: dict[str, object]) -> Iterable[tuple[str, tuple[type[BaseModel], object]]]:
    for kind, name, word in ((Step, "steps", "stap"), (Event, "events", "gebeurtenis")):
        for number, item in enumerate(content.get(name) or [], 1):  # type: ignore[var-annotated, arg-type]
            id = item.get("id") if isinstance(item, dict) else None
            yield (f"{word} '{id}'" if id else f"{word} nr. {number}"), (kind, item)


def _shape(file: str, place: str, item: tuple[type[BaseModel], object]) -> list[Fault]:
    kind, content = item
    try:
        kind.model_validate(content)
    except ValidationError as error:
        return from_validation(file, place, error)
    return []
