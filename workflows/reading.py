"""From what people type to a value of a step: by number, word or label, with typos; days, places, free text."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from knowledge.contacts import ContactList
from knowledge.flowchart import Step
from knowledge.guard import find
from knowledge.text import fold, words
from prompts import render
from workflows.checklist import ELSEWHERE
from workflows.dates import no_such_moment

MAX_TEXT = 500
"""Characters of free text that are kept at most."""

IDLE = timedelta(hours=12)
"""After this a message is no longer taken for an answer to what was asked; the command takes the talk up again."""

_YES = frozenset("ja j jazeker jawel jep yes y klopt zeker ok oke".split())
_NO = frozenset("nee n neen nope no nooit".split())
_NOT_YET = ("nog niet", "niet gevraagd")
_AGE = re.compile(r"\b(\d{1,2})\s*(?:jaar|jr|j)\b|^(?:hij is|zij is|ze is|is)?\s*(\d{1,2})$")
_RANGE = re.compile(r"(\d+)(?:-(\d+)|\+)")
_CLOSE = 84  # rapidfuzz ratio: one typo in a short word still passes, another word does not
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2}|[a-z]{3,9})(?:[-/. ](\d{4}|\d{2}))?")


@dataclass(frozen=True)
class Read:
    """What a text means at a step: a value, or several to pick from (value, label), or what is wrong with it."""

    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    problem: str = ""


def read(step: Step, text: str, contacts: ContactList, today: date, shown: Sequence[str] = ()) -> Read:
    """What a text means at a step; an empty Read when it fits nothing. `shown`: the values as they were numbered."""
    picked = _numbered(text, shown or [edge.value for edge in step.choices]) or _chosen(step, text)
    if step.input == "day":
        return _as_day(step, picked or text, today)
    if picked:
        return Read(picked)
    reader = _INPUTS.get(step.input)
    return reader(text, contacts, today) if reader else Read()


def options(step: Step, contacts: ContactList, own_school: str = "") -> list[tuple[str, str]]:
    """What can be picked at a step, as (value, label): its choices, or what the contact list offers."""
    listed = [(edge.value, edge.label) for edge in step.choices]
    if step.input == "municipality":
        return [*((m, m) for m in contacts.municipalities), *_elsewhere("municipality")]
    if step.input == "school":
        names = [school.name for school in contacts.schools]
        shown = [own_school] if own_school in names else names if len(names) <= _MOST_SCHOOLS else []
        return [*((name, name) for name in shown), *_elsewhere("school")]
    return listed


_MOST_SCHOOLS = 9


def _elsewhere(input: str) -> list[tuple[str, str]]:
    return [(ELSEWHERE, render(f"case.other_{input}"))]


def _numbered(text: str, shown: Sequence[str]) -> str:
    bare = text.strip().rstrip(".)")
    return shown[int(bare) - 1] if bare.isdecimal() and len(bare) < 3 and 0 < int(bare) <= len(shown) else ""


def _chosen(step: Step, text: str) -> str:
    tokens = words(text)
    plain = " ".join(tokens)
    if not plain:
        return ""
    labels = {edge.value: " ".join(words(edge.label)) for edge in step.choices}
    values = {" ".join(words(value)): value for value in labels}
    if plain in values:
        return values[plain]
    return (
        _by_label(plain, labels)
        or _by_habit(tokens, plain, values)
        or _by_age(plain, labels)
        or _by_typo(plain, labels)
    )


def _by_label(plain: str, labels: Mapping[str, str]) -> str:
    exact = [value for value, label in labels.items() if label == plain]
    asked = set(plain.split())
    within = [v for v, label in labels.items() if asked <= set(label.split()) and any(len(t) > 2 for t in asked)]
    return exact[0] if exact else within[0] if len(within) == 1 else ""


def _by_habit(tokens: Sequence[str], plain: str, values: Mapping[str, str]) -> str:
    if plain.startswith(_NOT_YET):
        return values.get("niet gevraagd") or values.get("nee", "")
    if len(tokens) <= 3 and tokens[0] in _YES:
        return values.get("ja", "")
    return values.get("nee", "") if len(tokens) <= 3 and tokens[0] in _NO else ""


def _by_age(plain: str, labels: Mapping[str, str]) -> str:
    match = _AGE.search(plain)
    years = int(match[1] or match[2]) if match else -1
    for value in labels if match else ():
        span = _RANGE.fullmatch(value)
        if span and int(span[1]) <= years <= int(span[2] or 99):
            return value
    return ""


def _by_typo(plain: str, labels: Mapping[str, str]) -> str:
    if len(plain) < 4:
        return ""
    from rapidfuzz.fuzz import ratio  # only when nothing matched letter by letter

    known = {word: value for value, label in labels.items() for word in (label, value, *label.split()) if len(word) > 4}
    close = {value for word, value in known.items() if ratio(plain, word) >= _CLOSE}
    return close.pop() if len(close) == 1 else ""


def _as_day(step: Step, text: str, today: date) -> Read:
    if text in {edge.value for edge in step.choices} - {"vandaag", "gisteren"}:
        return Read(text)
    ahead = step.id.endswith(".until")
    day = read_day(text, today, ahead)
    if day is None:
        what = no_such_moment(text, datetime.combine(today, time()))
        return Read(problem=render("case.no_such_day", what=what)) if what else Read()
    if ahead and day < today:
        return Read(problem=render("case.day_past"))
    if not ahead and day > today:
        return Read(problem=render("case.day_future"))
    return Read(day.isoformat())


def read_day(text: str, today: date, ahead: bool = False) -> date | None:
    """A day as people write it: vandaag, gisteren, 12-11, 12 nov 2026, 2026-11-12. None when it is none.

    Without a year it is the last one that was, or with `ahead` the next to come.
    """
    plain = fold(text).strip()
    near = {"vandaag": 0, "gisteren": 1, "eergisteren": 2}
    if plain in near:
        return today - timedelta(days=near[plain])
    try:
        return date.fromisoformat(plain)
    except ValueError:
        match = _DAY.fullmatch(plain)
    return _written(match[1], match[2], match[3] or "", today, ahead) if match else None


def _written(day: str, month: str, year: str, today: date, ahead: bool) -> date | None:
    number = int(month) if month.isdecimal() else _month(month)
    full = int(year) + 2000 if len(year) == 2 else int(year or today.year)
    try:
        found = date(full, number, int(day))
        if year or (found >= today if ahead else found <= today):
            return found
        return found.replace(year=full + 1 if ahead else full - 1)
    except ValueError:
        return None


def _month(name: str) -> int:
    short = name.replace("maart", "mrt")[:3]
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _as_text(text: str, _: ContactList, today: date) -> Read:
    bare = text.strip()
    if len(bare) > MAX_TEXT:
        return Read(problem=render("case.text_long", most=MAX_TEXT))
    if found := find(bare, today.year):
        kinds = dict.fromkeys(item.what.value for item in found)
        return Read(problem=render("case.text_personal", what=" en ".join(kinds)))
    return Read(bare)


def _as_municipality(text: str, contacts: ContactList, _: date) -> Read:
    named = contacts.mentioned_municipality(text)
    if named:
        return Read(named)
    from rapidfuzz.fuzz import ratio

    asked = fold(text).strip()
    close = [m for m in contacts.municipalities if ratio(asked, fold(m)) >= _CLOSE]
    if len(close) == 1:
        return Read(close[0])
    return Read(ELSEWHERE) if set(words(text)) & {"andere", "anders", "weet", "onbekend"} else Read()


def _as_school(text: str, contacts: ContactList, _: date) -> Read:
    found = contacts.find_schools(text)
    if len(found) == 1:
        return Read(found[0].name)
    if found:
        return Read(options=tuple((school.name, f"{school.name}, {school.town}") for school in found))
    return Read(ELSEWHERE) if set(words(text)) & {"andere", "anders", "onbekend"} else Read()


_INPUTS: Mapping[str, Callable[[str, ContactList, date], Read]] = {
    "text": _as_text, "municipality": _as_municipality, "school": _as_school,
}  # fmt: skip
