"""The reminder rules as data: what to remind of, when, whom, and what a click does. Read from reminders.yaml."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import time
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from knowledge.faults import ContentError, Fault, from_validation
from knowledge.provisions import Words
from knowledge.yaml_file import read_yaml
from prompts import blanks
from workflows.calendar import QuietHours
from workflows.offsets import Offset, OffsetField

DEFAULT = "standaard"
"""The timing of a rule that no agreement gives; shown as "standaard, niet uit de afspraken"."""

ANCHORS: Mapping[str, frozenset[str]] = {
    "mdo": frozenset({"starts", "held"}),
    "action": frozenset({"due"}),
    "case": frozenset({"messages", "end_message", "mkd_leaving", "event"}),
    "school": frozenset({"school_year"}),
    "channel": frozenset({"since"}),
    "team": frozenset({"since", "contacts_confirmed", "questions"}),
}
"""What a rule can be about, and the dates it can hang on."""

BLANKS = frozenset({"ref", "who", "date", "time", "words", "subject", "summary"})
"""The blanks a reminder's sentence may have."""

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag")
_NIGHT = (time(2), time(3))  # the hour that the clock change skips or repeats
_HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")

About = Literal["mdo", "action", "case", "school", "channel", "team"]
Addressee = Literal["owner", "reporter", "leader", "coordinator"]
Click = Literal["done", "snooze", "not_mine", "skip", "show"]
Effect = Literal["close_action", "settle", "snooze", "reassign", "skip", "show"]


def _hour(value: Any) -> Any:
    if not isinstance(value, str) or not (match := _HOUR.fullmatch(value)):
        raise ValueError(f"'{value}' is geen uur; schrijf bijvoorbeeld \"09:00\", tussen aanhalingstekens")
    return time(int(match[1]), int(match[2]))


Hour = Annotated[time, BeforeValidator(_hour)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Escalation(_Strict):
    """The same reminder again, later, to somebody else."""

    after: OffsetField
    to: Addressee


class Rule(_Strict):
    """One reminder: about what, hung on which date, how long before or after, at what hour, to whom."""

    id: Words
    title: Words
    about: About
    anchor: Words
    offset: OffsetField
    hour: Hour
    weekday: Literal["", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag"] = ""
    every: OffsetField | None = None
    days: Literal["school", "work"] = "school"
    to: Addressee
    where: Literal["channel", "direct"] = "channel"
    unless: str = ""
    needs: str = ""
    escalation: list[Escalation] = []
    clicks: dict[Click, Effect]
    provisions: list[Words] = []
    timing: Words = DEFAULT
    say: str = ""
    say_without: str = ""

    @property
    def steps(self) -> tuple[tuple[Offset | None, Addressee], ...]:
        """Every time it comes, first and up the escalation: how long after the first, and to whom."""
        return ((None, self.to), *((step.after, step.to) for step in self.escalation))

    def sentence(self, met: Set[str]) -> str:
        """What it says when these facts are so."""
        return self.say_without if self.needs and self.needs not in met else self.say

    def worded(self, sentences: Mapping[str, str]) -> "Rule":
        """The rule with its sentences: its own, or those under its id."""
        words = {"say": sentences.get(self.id, ""), "say_without": sentences.get(f"{self.id}_without", "")}
        return self.model_copy(update={field: getattr(self, field) or text for field, text in words.items()})


class Frame(_Strict):
    """What stands above the rules: the version and the hours between which reminders come."""

    version: int
    morning: Hour = time(8, 30)
    evening: Hour = time(18, 0)

    @property
    def quiet(self) -> QuietHours:
        """The hours outside which no reminder comes."""
        return QuietHours(self.morning, self.evening)


class Rules(Frame):
    """All rules, with the quiet hours."""

    rules: list[Rule] = Field(min_length=1)

    def about(self, what: str) -> tuple[Rule, ...]:
        """The rules about meetings, actions, and so on."""
        return tuple(rule for rule in self.rules if rule.about == what)

    def rule(self, id: str) -> Rule | None:
        """The rule of that id; None when an update has dropped it."""
        return next((rule for rule in self.rules if rule.id == id), None)


SHIPPED = Path(__file__).parent / "reminders.yaml"


def shipped_sentences() -> dict[str, str]:
    """The sentence of each shipped rule, from prompts/reminders.toml; a rule's own `say` goes before it."""
    text = files("prompts").joinpath("reminders.toml").read_text(encoding="utf-8")
    return {key: str(value).strip() for key, value in tomllib.loads(text).items()}


def rules_in_force(provisions: Set[str], folders: Sequence[Path]) -> Rules:
    """An organisation's own rules over the shipped ones. Raises ContentError with all faults."""
    own = (folder / SHIPPED.name for folder in folders)
    return load_rules(next(filter(Path.is_file, own), SHIPPED), provisions, shipped_sentences())


def load_rules(file: Path, provisions: Set[str], sentences: Mapping[str, str]) -> Rules:
    """The rules, each with what it says: its own `say`, or the sentence under its id.

    Raises ContentError with all faults: wrong fields, unknown dates, provisions or sentences, hours in the night.
    """
    content = _read(file)
    items = content.pop("rules", None)
    faults, frame = _frame(file.name, content)
    if not isinstance(items, list) or not items:
        raise ContentError([*faults, Fault(file.name, "rules", "ontbreekt of is leeg; geef een lijst met regels")])
    for number, item in enumerate(items, 1):
        faults += _check(file.name, item, number, provisions, sentences, frame.quiet)
    ids = [item.get("id") for item in items if isinstance(item, dict) and item.get("id")]
    for id in {str(id) for id in ids if ids.count(id) > 1}:
        faults.append(Fault(file.name, f"regel '{id}'", "komt twee keer voor; geef elke regel een eigen id"))
    if faults:
        raise ContentError(faults)
    rules = Rules.model_validate({**content, "rules": items})
    return rules.model_copy(update={"rules": [rule.worded(sentences) for rule in rules.rules]})


def _read(file: Path) -> dict[str, Any]:
    content = read_yaml(file)
    if not isinstance(content, dict):
        raise ContentError([Fault(file.name, "bestand", "moet beginnen met version: en rules:")])
    return content


def _frame(name: str, content: Mapping[str, Any]) -> tuple[list[Fault], Frame]:
    try:
        frame = Frame.model_validate(content)
    except ValidationError as error:
        return from_validation(name, "geheel", error), Frame(version=1)
    if frame.morning >= frame.evening:
        return [Fault(name, "morning", "moet vroeger zijn dan evening")], Frame(version=1)
    return [], frame


def _check(
    name: str, item: Any, number: int, provisions: Set[str], sentences: Mapping[str, str], quiet: QuietHours
) -> list[Fault]:
    place = f"regel '{item['id']}'" if isinstance(item, dict) and item.get("id") else f"regel {number}"
    try:
        rule = Rule.model_validate(item)
    except ValidationError as error:
        return from_validation(name, place, error)
    found = (*_when(rule, quiet), *_what(rule), *_basis(rule, provisions), *_words(rule, sentences))
    return [Fault(name, place, what) for what in found]


def _when(rule: Rule, quiet: QuietHours) -> Iterator[str]:
    if rule.anchor not in ANCHORS[rule.about]:
        known = ", ".join(sorted(ANCHORS[rule.about]))
        yield f"anchor '{rule.anchor}' bestaat niet bij '{rule.about}'. Kies uit: {known}"
    if _NIGHT[0] <= rule.hour < _NIGHT[1]:
        yield f"hour {rule.hour:%H:%M} valt in het uur dat bij de wintertijd twee keer komt; kies een ander uur"
    elif not quiet.allow(rule.hour):
        yield f"hour {rule.hour:%H:%M} valt in de stille uren; kies van {quiet.morning:%H:%M} tot {quiet.evening:%H:%M}"
    if rule.every is not None and rule.every.days < 1:
        yield "every moet vooruit gaan, bijvoorbeeld '1 week'"
    if rule.every is not None and rule.every.unit == "werkdagen":
        yield "every gaat in dagen, weken of maanden, niet in werkdagen"
    steps = [step.after.days for step in rule.escalation]
    if steps != sorted(set(steps)) or any(step <= 0 for step in steps):
        yield "escalation moet in de tijd oplopen: elke 'after' later dan de vorige en later dan 0"


def _what(rule: Rule) -> Iterator[str]:
    if not rule.clicks:
        yield "clicks is leeg; geef ten minste show"
    if "settle" in rule.clicks.values() and not rule.unless and rule.every is None:
        yield "een klik met 'settle' vult het feit in 'unless' in; noem dat feit"
    if "close_action" in rule.clicks.values() and rule.about != "action":
        yield f"'close_action' kan alleen bij een actie, niet bij '{rule.about}'"
    people = [to for _, to in rule.steps]
    if len(set(people)) < len(people):
        yield "escalation gaat twee keer naar dezelfde persoon"


def _basis(rule: Rule, provisions: Set[str]) -> Iterator[str]:
    for id in rule.provisions:
        if id not in provisions:
            yield f"noemt afspraak '{id}', en die bestaat niet"
    if rule.timing != DEFAULT and rule.timing not in provisions:
        yield f"timing '{rule.timing}' is geen afspraak; schrijf een id van een afspraak, of '{DEFAULT}'"


def _words(rule: Rule, sentences: Mapping[str, str]) -> Iterator[str]:
    said = rule.worded(sentences)
    if not said.say:
        yield "zegt niets: geef een zin bij say"
    if rule.needs and not said.say_without:
        yield f"zegt niets zolang '{rule.needs}' er niet is: geef een zin bij say_without"
    if wrong := blanks(said.say + said.say_without) - BLANKS:
        yield f"de zin heeft onbekende plekken: {', '.join(sorted(wrong))}. Kies uit: {', '.join(sorted(BLANKS))}"
