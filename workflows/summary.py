"""The summary of a case: who to call, who leads, the consents, what to agree and when. Values in, sections out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.calling import Place as Where
from knowledge.calling import missing, people_for, people_line
from knowledge.contacts import ContactList
from knowledge.roles import Role
from knowledge.vocabulary import Side
from prompts import render
from workflows.calendar import Calendar
from workflows.case import Case
from workflows.checklist import ELSEWHERE, Checklist, dutch, leader, person, purposes_given, side_of
from workflows.consent import CONTACT, Consent, State, is_given, records
from workflows.run import place

CALL_AFTER, BEFOREHAND_AFTER, MDO_AFTER, EVALUATE_AFTER = 1, 3, 7, 42
"""Days after the summary; no agreement gives them, so they are shown as a product default."""

_LABELLESS = {"", "geen"}


@dataclass(frozen=True)
class Section:
    """A heading with lines and perhaps a table, its first row the headings. `long`: for the report, not for chat."""

    title: str
    lines: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    long: bool = False


@dataclass(frozen=True)
class Guide:
    """What a summary is made with, besides the case."""

    checklist: Checklist
    contacts: ContactList
    roles: Mapping[str, Role]


def label_of(case: Case) -> str:
    """The user's own word for a case, or that there is none."""
    own = case.run.values.get("label", "")
    return render("case.no_label") if own in _LABELLESS else own


def summarise(guide: Guide, case: Case, today: date) -> tuple[Section, ...]:
    """The sections of a summary; those without anything to say are left out."""
    values = case.run.values
    allowed = is_given(guide.checklist.table, values, CONTACT, today)
    sections = [
        Section(render("case.part_calls"), tuple(calls(guide, values, today))),
        Section(render("case.part_lead"), tuple(_lead(values))),
        Section(render("case.part_consent"), tuple(_consent_lines(guide.checklist, case, today))),
        Section(render("case.part_first_call"), tuple(_first_call(guide.checklist, case, today)) if allowed else ()),
        Section(render("case.part_next"), tuple(_next(guide, values, case.changed.date(), today)) if allowed else ()),
        Section(render("case.part_events"), tuple(_follow_ups(case))),
        Section(render("case.part_consent"), table=_consent_table(guide.checklist, case, today), long=True),
        Section(render("case.part_facts"), tuple(_facts(guide.checklist, case)), long=True),
    ]
    return tuple(section for section in sections if section.lines or len(section.table) > 1)


def roles_to_call(guide: Guide, values: Mapping[str, str]) -> list[str]:
    """The roles to call, first one first (UP-A-contact-2, UP-A-toeleiding-4, UP-P-toeleiding-2)."""
    weight = values.get("weight", "")
    if side_of(values) is Side.YOUTH_CARE:
        first = ["school"]
    else:
        first = ["klantmanager"] if _lives_elsewhere(guide, values) else ["cjg"]
    more = {"meer": ["klantmanager"], "complex": ["klantmanager", "swv"]}.get(weight, [])
    return list(dict.fromkeys([*first, *more]))


def calls(guide: Guide, values: Mapping[str, str], today: date) -> Iterator[str]:
    """A line per role to call, with the people of the contact list."""
    table = guide.checklist.table
    if "weight" not in values:
        return
    if not is_given(table, values, CONTACT, today):  # refused, taken back or lapsed since (UP-A-ouders-2)
        yield render("case.call_no_contact")
        return
    roles = roles_to_call(guide, values)
    yield from (call(guide, role, values, today) for role in roles)
    if "klantmanager" in roles and not is_given(table, values, "sharing", today):
        yield render("case.call_no_sharing")


def call(guide: Guide, role: str, values: Mapping[str, str], today: date) -> str:
    """How to reach a role in this case."""
    home, school = values.get("home", ""), values.get("school", "")
    if role == "klantmanager" and home == ELSEWHERE:
        return render("case.call_elsewhere")
    where = Where("" if school == ELSEWHERE else school, "" if home == ELSEWHERE else home)
    people = people_for(guide.contacts, role, where)
    known = guide.roles[role]
    if people:
        return render("case.call_people", the=known.the, people=people_line(people, today))
    sentence = "case.call_unplaced" if missing(guide.contacts, role, where) else "case.call_unlisted"
    return render(sentence, the=known.the, reach=known.reach)


def working_day(start: date, days: int) -> date:
    """The day that many days later, moved on past a weekend and public holidays."""
    day, calendar = start + timedelta(days=days), Calendar()
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day


def _lives_elsewhere(guide: Guide, values: Mapping[str, str]) -> bool:
    town = next((s.town for s in guide.contacts.schools if s.name == values.get("school")), "")
    home = values.get("home", "")
    return home == ELSEWHERE or bool(town and home and home.casefold() != town.casefold())


def _lead(values: Mapping[str, str]) -> Iterator[str]:
    if "emphasis" not in values:
        return
    complex_ = values.get("weight") == "complex"
    why = render("case.lead_why_complex" if complex_ else f"case.lead_why_{values['emphasis']}")
    yield render("case.lead_why", lead=leader(values), why=why)
    if values.get("lead") == "nee":
        yield render("case.lead_to_agree")


def _consent_lines(checklist: Checklist, case: Case, today: date) -> Iterator[str]:
    consents = records(checklist.table, case.run)
    for who in dict.fromkeys(c.who for c in (*consents, *case.withdrawn)):
        own = [c for c in consents if c.who == who]
        held = [c for c in own if c.state is not State.GIVEN or c.holds(today)]
        parts = [_in_words(checklist, held, state) for state in (State.GIVEN, State.REFUSED, State.NOT_ASKED)]
        parts.append(_lapsed(checklist, [c for c in own if c not in held]))
        taken = [c for c in case.withdrawn if c.who == who]
        parts.append(_in_words(checklist, taken, State.WITHDRAWN))
        yield render("case.consent_line", who=person(who), what="; ".join(filter(None, parts)))
        for limits in dict.fromkeys(c.limits for c in own if c.limits):
            yield render("case.consent_limits", who=person(who), limits=limits)


def _in_words(checklist: Checklist, consents: Sequence[Consent], state: State) -> str:
    found = [c for c in consents if c.state is state]
    if not found:
        return ""
    purposes, how, day = _purposes(checklist, found), found[0].how, found[0].given_on
    if state is not State.GIVEN:
        return render("case.consent_state", state=state.value, purposes=purposes)
    if how and day:
        return render("case.consent_given", purposes=purposes, how=how, day=dutch(day))
    return render("case.consent_given_bare", purposes=purposes)


def _lapsed(checklist: Checklist, consents: Sequence[Consent]) -> str:
    day = consents[0].until if consents else None
    return render("case.consent_lapsed", day=dutch(day), purposes=_purposes(checklist, consents)) if day else ""


def _purposes(checklist: Checklist, consents: Sequence[Consent]) -> str:
    labels = {p.id: p.label for p in checklist.table.purposes}
    if len(consents) == len(labels):
        return render("case.consent_all")
    return ", ".join(labels.get(c.purpose, c.purpose) for c in consents)


def _consent_table(checklist: Checklist, case: Case, today: date) -> tuple[tuple[str, ...], ...]:
    heads = tuple(render(f"case.col_{name}") for name in ("who", "purpose", "state", "how", "day", "until", "limits"))
    labels = {p.id: p.label for p in checklist.table.purposes}
    rows = [
        (
            person(c.who), labels.get(c.purpose, c.purpose), _state(c, today), c.how,
            dutch(c.given_on) if c.given_on else "", _until(c), render("case.limits_above") if c.limits else "",
        )
        for c in (*records(checklist.table, case.run), *case.withdrawn)
    ]  # fmt: skip
    return (heads, *rows)


def _state(consent: Consent, today: date) -> str:
    if consent.withdrawn_on:
        return f"{consent.state.value} {dutch(consent.withdrawn_on)}"
    ended = consent.state is State.GIVEN and not consent.holds(today)
    return render("case.consent_ended") if ended else consent.state.value


def _until(consent: Consent) -> str:
    if consent.until:
        return dutch(consent.until)
    return render("case.until_close") if consent.state is State.GIVEN else ""


def _first_call(checklist: Checklist, case: Case, today: date) -> Iterator[str]:
    values = case.run.values
    if "emphasis" not in values:
        return
    labels = {p.id: p.label for p in checklist.table.purposes}
    given = [labels[id] for id in purposes_given(checklist.table, values, today)]
    yield from (render("case.first_lead"), render("case.first_report"), render("case.first_process"))
    yield render("case.first_share", purposes="; ".join(given))
    if any(consent.limits for consent in records(checklist.table, case.run)):
        yield render("case.first_limits")


def _next(guide: Guide, values: Mapping[str, str], start: date, today: date) -> Iterator[str]:
    if "weight" not in values:
        return
    first = guide.roles[roles_to_call(guide, values)[0]].the
    planned = [(CALL_AFTER, render("case.next_call", the=first))]
    if values.get("beforehand") == "nee":
        planned.append((BEFOREHAND_AFTER, render("case.next_beforehand")))
    if values.get("mdo") == "ja":
        allowed = is_given(guide.checklist.table, values, "mdo", today)
        planned.append((MDO_AFTER, render("case.next_mdo" if allowed else "case.next_mdo_consent")))
    planned.append((EVALUATE_AFTER, render("case.next_evaluate")))
    yield from (render("case.next_line", date=dutch(working_day(start, days)), what=what) for days, what in planned)
    yield render("case.next_default")


def _follow_ups(case: Case) -> Iterator[str]:
    for item in case.follow_ups:
        if not item.done:
            yield render("case.follow_line", date=dutch(item.due), what=follow_words(item.kind))


def follow_words(kind: str) -> str:
    """What is to be reminded of, in words."""
    try:
        return render(f"case.follow_{kind}")
    except KeyError:  # an event that the organisation added to its own flowchart
        return render("case.follow_other")


def _facts(checklist: Checklist, case: Case) -> Iterator[str]:
    for step in place(checklist, case.run).path:
        if "." not in step.id and step.id != "label":
            value = case.run.values[step.id]
            yield render("case.correct_line", title=checklist.title(step.id), answer=checklist.label(step.id, value))
