"""The flowchart as data: steps, choices, where they lead, and the provisions behind them. Read from flowchart.yaml."""

from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.faults import ContentError, Fault, from_validation
from knowledge.provisions import Words
from knowledge.vocabulary import Side


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
    """A step: a question with choices or an input, or an outcome where the walk ends."""

    id: Words
    title: Words
    provisions: list[Words] = Field(min_length=1)
    question: str = ""
    why: str = ""
    route: Route | None = None
    choices: list[Edge] = []
    input: Literal["", "municipality", "school"] = ""
    next: str = ""
    outcome: Literal["", "emergency", "school_support", "talk_first", "anonymous", "summary"] = ""

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
        """The (title, sentence) of at most `most` steps of the route on which these provisions lie; empty when on none."""
        for event in self.events:
            if provisions & set(event.provisions):
                return [(event.title, event.route.for_side(side))]
        steps = [step for step in self.steps if step.route]
        at = [n for n, step in enumerate(steps) if provisions & set(step.provisions)]
        if not at:
            return []
        start = max(0, min(at[0] - 2, len(steps) - most))
        return [(s.title, s.route.for_side(side)) for s in steps[start : start + most] if s.route]

    def whole_route(self, side: Side) -> list[tuple[str, str]]:
        """Every step of the route for one side."""
        return [(step.title, step.route.for_side(side)) for step in self.steps if step.route]


def load_flowchart(file: Path, provisions: Iterable[str]) -> Flowchart:
    """The flowchart. Raises ContentError with all faults: wrong fields, dead ends, unknown steps or provisions."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # noqa: S506 - the safe one, in C
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContentError([Fault(file.name, "bestand", f"niet te lezen ({error})")]) from error
    try:
        chart = Flowchart.model_validate(content)
    except ValidationError as error:
        raise ContentError(from_validation(file.name, "stroomschema", error)) from error
    faults = [Fault(file.name, place, what) for place, what in _faults(chart, set(provisions))]
    if faults:
        raise ContentError(faults)
    return chart


def _faults(chart: Flowchart, provisions: Set[str]) -> Iterator[tuple[str, str]]:
    ids = [step.id for step in chart.steps]
    steps = ", ".join(ids)
    if chart.start not in ids:
        yield "start", f"stap '{chart.start}' bestaat niet. Stappen: {steps}"
    for step in chart.steps:
        place = f"stap '{step.id}'"
        if ids.count(step.id) > 1:
            yield place, "komt twee keer voor; geef elke stap een eigen id"
        for target in step.leads_to:
            if target not in ids:
                yield place, f"leidt naar '{target}', en die stap bestaat niet. Stappen: {steps}"
        if not step.leads_to and not step.outcome:
            yield place, "loopt dood: geef choices, next of outcome"
        if step.leads_to and step.outcome:
            yield place, "is een einde (outcome) en leidt toch verder; kies één van beide"
        if step.leads_to and not step.question:
            yield place, "heeft keuzes maar geen vraag (question)"
        values = [edge.value for edge in step.choices]
        for value in {v for v in values if values.count(v) > 1}:
            yield place, f"keuze '{value}' komt twee keer voor"
    for place, cited in ((f"'{item.id}'", item.provisions) for item in (*chart.steps, *chart.events)):
        for id in cited:
            if id not in provisions:
                yield f"stap {place}", f"noemt afspraak '{id}', en die bestaat niet"
    for id in sorted(set(ids) - _reachable(chart)):
        yield f"stap '{id}'", "is vanaf het begin niet te bereiken; leid er een keuze heen of verwijder de stap"
    yield from ((f"stap '{id}'", "van hier is geen einde te bereiken; de weg loopt rond") for id in _endless(chart))


def _reachable(chart: Flowchart) -> set[str]:
    by_id = {step.id: step for step in chart.steps}
    found: set[str] = set()
    todo = [chart.start]
    while todo:
        id = todo.pop()
        if id in by_id and id not in found:
            found.add(id)
            todo += by_id[id].leads_to
    return found


def _endless(chart: Flowchart) -> Sequence[str]:
    ending = {step.id for step in chart.steps if step.outcome}
    while more := {s.id for s in chart.steps if s.id not in ending and ending & set(s.leads_to)}:
        ending |= more
    return sorted(s.id for s in chart.steps if s.id not in ending and s.leads_to)
