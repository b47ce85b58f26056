"""Consent: who must give it at which age, and what was given, refused or taken back. The table stands in consent.yaml.

A consent is a record, not a tick: per person and purpose, with how, when, until when, limits, and its withdrawal.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.faults import ContentError, Fault, from_validation
from knowledge.flowchart import Flowchart
from knowledge.provisions import Words
from knowledge.vocabulary import Side
from knowledge.yaml_file import read_yaml
from workflows.run import WITHDRAWN, Run

CONTACT = "contact"
"""The purpose without which there is no contact at all, only anonymous consultation."""

AUTHORITY: Mapping[str, tuple[str, ...]] = {
    "twee ouders": ("parent1", "parent2"),
    "een ouder": ("parent1",),
    "voogd": ("guardian",),
}
"""Who has authority, by the answer to the step `authority`."""

_Party = Literal["authority", "pupil", "student"]


class State(StrEnum):
    """How it stands with one person's consent for one purpose."""

    GIVEN = "gegeven"
    REFUSED = "geweigerd"
    NOT_ASKED = "niet gevraagd"
    WITHDRAWN = "ingetrokken"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Purpose(_Strict):
    """What consent can be given for."""

    id: Words
    label: Words
    needed: bool = False
    provisions: list[Words] = Field(min_length=1)


class Basis(_Strict):
    """The legal ground in words; it differs for youth care and for school."""

    onderwijs: Words
    jeugdhulp: Words

    def for_side(self, side: Side) -> str:
        """The ground for one side."""
        return self.onderwijs if side is Side.EDUCATION else self.jeugdhulp


class Age(_Strict):
    """Who must consent in one age band; `for` where it differs for a purpose."""

    band: Words
    who: list[_Party] = Field(min_length=1)
    basis: Basis
    exceptions: dict[str, list[_Party]] = Field(alias="for", default={})


class Source(_Strict):
    """Where a rule in the table comes from."""

    id: Words
    text: Words


class Table(_Strict):
    """The whole table, as the organisation confirms it."""

    version: int
    confirmed_by: str = ""
    confirmed_on: date | None = None
    sources: list[Source] = Field(min_length=1)
    purposes: list[Purpose] = Field(min_length=1)
    ages: list[Age] = Field(min_length=1)

    @property
    def is_confirmed(self) -> bool:
        """Whether the organisation has confirmed the table."""
        return bool(self.confirmed_by and self.confirmed_on)

    def age(self, band: str) -> Age:
        """The rules of an age band. Raises KeyError when there is none."""
        found = next((age for age in self.ages if age.band == band), None)
        if found is None:
            raise KeyError(f"no age band '{band}'. Bands: {', '.join(age.band for age in self.ages)}")
        return found

    def consenters(self, values: Mapping[str, str], purpose: str = "") -> tuple[str, ...]:
        """Who must consent, by the answers on age and authority: for one purpose, or for any. Nobody without age."""
        age = next((age for age in self.ages if age.band == values.get("age")), None)
        if age is None:
            return ()
        wanted = [age.exceptions.get(purpose, age.who)] if purpose else [age.who, *age.exceptions.values()]
        parties = dict.fromkeys(party for parties in wanted for party in parties)
        held = AUTHORITY.get(values.get("authority", ""), ())
        return tuple(who for party in parties for who in (held if party == "authority" else (party,)))


@dataclass(frozen=True)
class Consent:
    """One person's consent for one purpose, as recorded. `until` None: until the case closes."""

    who: str
    purpose: str
    state: State
    recorded_at: datetime
    recorded_by: str
    how: str = ""
    given_on: date | None = None
    until: date | None = None
    limits: str = ""
    withdrawn_on: date | None = None
    withdrawn_by: str = ""

    def holds(self, today: date) -> bool:
        """Whether one may rest on it today."""
        return self.state is State.GIVEN and (self.until is None or today <= self.until)


def state_of(values: Mapping[str, str], who: str, purpose: str) -> State | None:
    """One person's consent in the answers; None while it is still to be asked."""
    scope = values.get(f"consent.{who}.scope")
    if scope is None:
        return None
    if scope == "deels":
        if purpose == CONTACT:
            return State.GIVEN
        own = values.get(f"consent.{who}.{purpose}")
        return None if own is None else _STATES[own]
    return _STATES[scope]


_STATES = {
    "alles": State.GIVEN, "ja": State.GIVEN, "nee": State.REFUSED, "niet gevraagd": State.NOT_ASKED,
    WITHDRAWN: State.WITHDRAWN,
}  # fmt: skip


def verdict(table: Table, values: Mapping[str, str]) -> str:
    """Where the consents lead, one of CONSENT_VALUES: contact only with everybody's consent (UP-A-ouders-2)."""
    states = [state_of(values, who, CONTACT) for who in table.consenters(values, CONTACT)]
    if states and all(state is State.GIVEN for state in states):
        return "ja" if all(is_given(table, values, purpose.id) for purpose in table.purposes) else "deels"
    refused = {State.REFUSED, State.WITHDRAWN}
    if any(state in refused for state in states):
        return "verschilt" if any(state is State.GIVEN for state in states) else "nee"
    return "niet gevraagd"


def is_given(table: Table, values: Mapping[str, str], purpose: str, on: date | None = None) -> bool:
    """Whether everybody who must has consented to this purpose; with `on`: and it is still in force that day."""
    people = table.consenters(values, purpose)
    given = bool(people) and all(state_of(values, who, purpose) is State.GIVEN for who in people)
    return given and (on is None or all(on <= (lasts_until(values, who) or on) for who in people))


def lasts_until(values: Mapping[str, str], who: str) -> date | None:
    """The last day of a person's consent; None: until the case closes."""
    return _day(values.get(f"consent.{same_as(values, who)}.until", ""))


def records(table: Table, run: Run) -> tuple[Consent, ...]:
    """The consents that stand in the answers, one per person and purpose; what was taken back is kept elsewhere."""
    values = run.values
    found = (_record(run, values, who, purpose.id) for who in table.consenters(values) for purpose in table.purposes)
    return tuple(consent for consent in found if consent is not None and consent.state is not State.WITHDRAWN)


def _record(run: Run, values: Mapping[str, str], who: str, purpose: str) -> Consent | None:
    state = state_of(values, who, purpose)
    scope = next((a for a in run.answers if a.step == f"consent.{who}.scope"), None)
    if state is None or scope is None:
        return None
    if state is not State.GIVEN:
        return Consent(who, purpose, state, scope.at, scope.by)
    source = same_as(values, who)
    return Consent(
        who, purpose, state, scope.at, scope.by,
        how=values.get(f"consent.{source}.how", ""),
        given_on=_day(values.get(f"consent.{source}.day", "")),
        until=lasts_until(values, who),
        limits=_words(values.get(f"consent.{source}.limits", "")),
    )  # fmt: skip


def same_as(values: Mapping[str, str], who: str) -> str:
    """The person whose details (how, when, until, limits) hold for this one too: mostly the person self."""
    how = values.get(f"consent.{who}.how", "")
    return how.removeprefix("zelfde ") if how.startswith("zelfde ") else who


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _words(value: str) -> str:
    return "" if value == "geen" else value


def withdraw(table: Table, run: Run, who: str, purpose: str, mark_of: Callable[[str], str]) -> Run:
    """The run in which one consent is taken back; for contact, all that this person consented to.

    `mark_of` gives the mark of a question inside the consent step, so that the answers added here count as seen.
    """
    changed = {f"consent.{who}.{purpose}": WITHDRAWN}
    if purpose == CONTACT:
        changed = {f"consent.{who}.scope": WITHDRAWN}
    elif run.values.get(f"consent.{who}.scope") == "alles":
        rest = {p.id for p in table.purposes} - {CONTACT, purpose}
        changed |= {f"consent.{who}.scope": "deels", **{f"consent.{who}.{id}": "ja" for id in sorted(rest)}}
    scope = next(a for a in run.answers if a.step == f"consent.{who}.scope")
    kept = tuple(replace(a, value=changed[a.step]) if a.step in changed else a for a in run.answers)
    missing = [step for step in changed if step not in run.values]
    added = tuple(replace(scope, step=step, value=changed[step], seen=mark_of(step)) for step in missing)
    return replace(run, answers=(*kept, *added))


def taken_back(consents: Iterable[Consent], who: str, purpose: str, on: date, by: str) -> Iterator[Consent]:
    """The records of what is taken back, with the day it was; limits in words mean nothing any more and go."""
    for consent in consents:
        if consent.who == who and consent.state is State.GIVEN and purpose in (CONTACT, consent.purpose):
            yield replace(consent, state=State.WITHDRAWN, limits="", withdrawn_on=on, withdrawn_by=by)


def load_table(file: Path, chart: Flowchart, provisions: Set[str]) -> Table:
    """The table. Raises ContentError with all faults."""
    try:
        table = Table.model_validate(read_yaml(file))
    except ValidationError as error:
        raise ContentError(from_validation(file.name, "toestemmingstabel", error)) from error
    faults = [Fault(file.name, place, what) for place, what in _faults(table, chart, provisions)]
    if faults:
        raise ContentError(faults)
    return table


def _faults(table: Table, chart: Flowchart, provisions: Set[str]) -> Iterator[tuple[str, str]]:
    purposes = [purpose.id for purpose in table.purposes]
    if CONTACT not in purposes:
        yield "purposes", f"'{CONTACT}' ontbreekt; zonder dat doel is er geen contact"
    yield from _twice("purposes", purposes)
    yield from _twice("ages", [age.band for age in table.ages])
    for purpose in table.purposes:
        for id in set(purpose.provisions) - provisions:
            yield f"doel '{purpose.id}'", f"noemt afspraak '{id}', en die bestaat niet"
    for age in table.ages:
        for id in set(age.exceptions) - set(purposes):
            yield f"leeftijd '{age.band}'", f"for: doel '{id}' bestaat niet. Doelen: {', '.join(purposes)}"
    for band in _bands(chart) - {age.band for age in table.ages}:
        yield f"leeftijd '{band}'", "ontbreekt; het stroomschema vraagt ernaar in de stap 'age'"


def _twice(place: str, ids: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield place, f"'{id}' komt twee keer voor; verwijder er een"


def _bands(chart: Flowchart) -> set[str]:
    return {edge.value for step in chart.steps if step.id == "age" for edge in step.choices}
