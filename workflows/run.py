"""The engine: one person's place in a graph of steps. Pure: knows no platform, no database, no clock.

A place is never stored as such: it is found by walking the graph along the answers. So a graph that changed, an answer
that was corrected and an ordinary next step are one and the same question: where does the walk end now?
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from knowledge.flowchart import Flowchart, Step
from knowledge.graph import reachable


class RunError(Exception):
    """An answer that does not belong to the step, or a step that was never answered."""


@dataclass(frozen=True)
class Answer:
    """What was answered to a step; `seen` is the mark of the question as it stood there."""

    step: str
    value: str
    seen: str
    at: datetime
    by: str = ""


@dataclass(frozen=True)
class Run:
    """One person's answers; `again` is the step that is asked once more, by going back or correcting."""

    answers: tuple[Answer, ...] = ()
    again: str = ""

    @property
    def values(self) -> dict[str, str]:
        """The answers by step."""
        return {answer.step: answer.value for answer in self.answers}


class Script(Protocol):
    """A graph with what data cannot say: how blanks are filled, and which questions a step holds inside."""

    @property
    def chart(self) -> Flowchart:
        """The graph."""
        ...

    def open(self, step: Step, values: Mapping[str, str]) -> Step | None:
        """The question of this step that is still to be asked, or None when it has all it needs."""
        ...

    def value(self, step: Step, values: Mapping[str, str]) -> str:
        """The value that decides where this step leads, once it has all it needs."""
        ...

    def question(self, step: Step, values: Mapping[str, str]) -> str:
        """The question in full."""
        ...

    def title(self, step: str) -> str:
        """What a step is called, also when it is in the graph no more."""
        ...

    def __hash__(self) -> int:
        """By identity: `place` remembers where a run stands in this very script."""
        ...


@dataclass(frozen=True)
class Place:
    """Where a run stands: `step` is asked now or is the outcome; `path` holds the answered steps before it, in order.

    `run` is the run without the answers that no longer apply; `dropped` has their steps.
    """

    run: Run
    step: Step
    within: Step
    path: tuple[Step, ...]
    values: Mapping[str, str]
    dropped: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """The number of this step, counting what lies inside one step as one."""
        return len(dict.fromkeys(top(step.id) for step in self.path if top(step.id) != self.within.id)) + 1


@dataclass
class _Trail:
    path: list[Step] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    halts: list[tuple[Step, Step, int, dict[str, str]]] = field(default_factory=list)


def top(id: str) -> str:
    """The step of the graph that a step belongs to: `consent.parent1.scope` lies inside `consent`."""
    return id.partition(".")[0]


def mark(script: Script, step: Step, values: Mapping[str, str]) -> str:
    """The mark of a question as it is shown: changes when its words, choices or kind of answer change."""
    shown = (script.question(step, values), step.input, *(f"{edge.value}={edge.label}" for edge in step.choices))
    return hashlib.sha256("|".join(shown).encode()).hexdigest()[:12]


@lru_cache(maxsize=64)
def place(script: Script, run: Run) -> Place:
    """Where the run stands in this graph. Answers that no longer apply are left out and named.

    Remembered, because one step of a conversation asks several times. A script is the same only when it is the same
    object; none changes once it is made.
    """
    trail, end = _walk(script, run)
    kept, gone = _sort(run, script.chart, trail, end)
    pruned = replace(run, answers=kept)
    again = next((halt for halt in trail.halts if halt[0].id == run.again), None)
    step, within, length, values = again or trail.halts[-1]
    if again is None:
        pruned = replace(pruned, again="")
    return Place(pruned, step, within, tuple(trail.path[:length]), values, gone)


def answer(script: Script, run: Run, value: str, at: datetime, by: str = "") -> Run:
    """The run with the current step answered. Raises RunError when the walk has ended or the value is no choice."""
    here = place(script, run)
    if here.step.outcome:
        raise RunError(f"'{here.step.id}' is an outcome; nothing is asked there")
    if not fits(here.step, value):
        raise RunError(
            f"step '{here.step.id}' has no choice '{value}'. Choices: {[e.value for e in here.step.choices]}"
        )
    made = Answer(here.step.id, value, mark(script, here.step, here.values), at, by)
    before = [a for a in here.run.answers if a.step != made.step]
    where = sum(1 for a in before if a.step in {step.id for step in here.path})
    return Run((*before[:where], made, *before[where:]))


def back(script: Script, run: Run) -> Run:
    """The run with the step before the current one asked again; at the first step nothing changes."""
    here = place(script, run)
    return replace(here.run, again=here.path[-1].id) if here.path else here.run


def correct(script: Script, run: Run, step: str) -> Run:
    """The run with an earlier step asked again. Raises RunError when it was not answered on the way here."""
    whole = place(script, replace(run, again=""))
    if step not in {passed.id for passed in whole.path}:
        raise RunError(f"step '{step}' was not answered on this way")
    return replace(whole.run, again=step)


def remaining(chart: Flowchart, step: Step) -> int:
    """How many steps the longest way from here to a summary (else to any end) still takes, this one included."""
    by_id = {s.id: s for s in chart.steps}
    ends = {s.id for s in chart.steps if s.outcome == "summary"} or {s.id for s in chart.steps if s.outcome}
    front, steps, longest = {step.id}, 0, 1
    while front:
        front = {to for id in front for to in by_id[id].leads_to}
        steps += 1
        longest = steps if front & ends else longest
    return longest


def fits(step: Step, value: str) -> bool:
    """Whether a value can be an answer to a step. What an input may hold is read elsewhere; empty it cannot be."""
    if step.input and step.input != "consent":
        return bool(value)
    return value in {edge.value for edge in step.choices} or (value == WITHDRAWN and "." in step.id)


WITHDRAWN = "ingetrokken"
"""The value of a consent that was given and taken back: never offered as a choice, only recorded."""


def _walk(script: Script, run: Run) -> tuple[_Trail, Step]:
    trail, given = _Trail(), {answer.step: answer for answer in run.answers}
    step = script.chart.step(script.chart.start)
    while not step.outcome:
        while (ask := script.open(step, trail.values)) is not None:
            found = given.get(ask.id)
            stale = found is not None and found.seen != mark(script, ask, trail.values)
            usable = found is not None and fits(ask, found.value)
            if stale or not usable or ask.id == run.again:
                trail.halts.append((ask, step, len(trail.path), dict(trail.values)))
            if stale or (found is not None and not usable):
                trail.stale.append(ask.id)
            if found is None or not usable:
                return _halted(trail, run), step
            trail.path.append(ask)
            trail.values[ask.id] = found.value
        value = trail.values[step.id] = script.value(step, trail.values)
        step = script.chart.step(next((edge.to for edge in step.choices if edge.value == value), step.next))
    trail.halts.append((step, step, len(trail.path), dict(trail.values)))
    return _halted(trail, run), step


def _halted(trail: _Trail, run: Run) -> _Trail:
    """The trail with the first halt that counts in front: what is stale or open, not what is merely asked again."""
    open_ones = [halt for halt in trail.halts if halt[0].id != run.again or halt[0].id in trail.stale]
    first = open_ones[0] if open_ones else trail.halts[-1]
    trail.halts = [halt for halt in trail.halts if halt[0].id == run.again and halt[2] <= first[2]] + [first]
    return trail


def _sort(run: Run, chart: Flowchart, trail: _Trail, end: Step) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
    """The answers that still apply (on the way, or possibly further on) and the steps of those that do not."""
    passed = {step.id for step in trail.path} - set(trail.stale)
    ahead = reachable({step.id: step.leads_to for step in chart.steps}, end.id)
    kept = tuple(a for a in run.answers if a.step in passed or (top(a.step) in ahead and a.step not in trail.stale))
    return kept, tuple(a.step for a in run.answers if a not in kept)
