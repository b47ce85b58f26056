"""What is due when: from facts (a meeting, an action, a case) and rules to reminders with their wall time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from workflows.calendar import Calendar
from workflows.offsets import Offset
from workflows.parts import Part
from workflows.rules import WEEKDAYS, About, Addressee, Rule, Rules

_CHAIN: tuple[Addressee, ...] = ("owner", "reporter", "leader", "coordinator")
_END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class Subject:
    """What reminders are about, as plain facts.

    `anchors`: the dates the rules hang on, wall time without zone (a date when no hour is known).
    `people`: the person's key ("slack:U1") by what they are here; `shown` how they are named (mention or role).
    `channel`: the key of the channel ("slack:C1"), empty for direct messages. `met`: facts that make a reminder
    needless. `free_in_holidays` is false when who is addressed works while schools are closed. `words` are for a direct
    message only; `summary` (references, owners, dates) may stand in a channel. `called`: its name when not `ref`.
    `shown` names people as a channel may (a mention, a role), `named` as they are called in a direct message.
    """

    about: About
    ref: str
    anchors: Mapping[str, date | datetime]
    people: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    channel: str = ""
    met: frozenset[str] = frozenset()
    open: bool = True
    free_in_holidays: bool = True
    words: str = ""
    summary: str = ""
    called: str = ""
    named: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Occurrence:
    """One reminder at one wall time. `nominal` is the day the rule gives, `wall` when it comes, moved if need be."""

    rule: str
    subject: str
    step: int
    nominal: date
    wall: datetime
    zone: str
    at: datetime
    to: Addressee
    dest: str
    sure: bool = True
    """False when the table of school holidays for that day is not known."""

    @property
    def key(self) -> str:
        """What makes this reminder this one; no two have the same."""
        return f"{self.rule}/{self.subject}/{self.step}/{self.nominal.isoformat()}"

    @property
    def moved(self) -> bool:
        """Whether it comes on another day than the rule gives."""
        return self.wall.date() != self.nominal


def occurrences(
    subject: Subject, rules: Rules, calendar: Calendar, since: datetime, until: datetime
) -> list[Occurrence]:
    """Every reminder about `subject` that comes after `since` and not after `until` (aware), in order of time."""
    if not subject.open:
        return []
    found = [
        (rule, item)
        for rule in rules.about(subject.about)
        if rule.anchor in subject.anchors and rule.unless not in subject.met
        for item in _of_rule(rule, subject, calendar, until)
        # Going up needs somebody above; the reminder itself stays on the list even when nobody is known.
        if item.dest or item.step == 0
    ]
    wanted = [item for item in _once_a_day(found) if since < item.at <= until]
    return sorted(wanted, key=lambda item: (item.at, item.key))


def _once_a_day(found: Iterable[tuple[Rule, Occurrence]]) -> Iterable[Occurrence]:
    """Of what one click settles, and holidays brought to one place on one day, only what the last rule says."""
    kept: dict[tuple[str, str, date], Occurrence] = {}
    for rule, item in sorted(found, key=lambda pair: (pair[0].offset.days, -pair[1].step)):
        kept[_settled_by(rule), item.dest, item.wall.date()] = item
    return kept.values()


def _settled_by(rule: Rule) -> str:
    effect = rule.clicks.get("done", "")
    return effect if effect == "close_action" else rule.unless or rule.id


def still_due(rule: Rule, step: int, nominal: date, subject: Subject, calendar: Calendar) -> bool:
    """Whether a reminder that is about to go out still has its reason: nothing settled and no date moved since."""
    if not subject.open or rule.unless in subject.met or rule.anchor not in subject.anchors:
        return False
    if step >= len(rule.steps):
        return False
    days = _anchor_days(rule, _day(subject.anchors[rule.anchor]), nominal - timedelta(days=min(rule.offset.days, 0)))
    return any(nominal == _nominal(rule, step, day, subject, calendar) for day in days)


def addressee(rule: Rule, step: int, subject: Subject) -> Addressee:
    """Who is addressed: whom the rule names, or the next up who is known."""
    wanted = rule.steps[min(step, len(rule.steps) - 1)][1]
    up = _CHAIN[_CHAIN.index(wanted) :]
    return next((who for who in up if subject.people.get(who)), "coordinator")


def parts_in(subject: Subject, person: str) -> frozenset[Part]:
    """What somebody is to what a reminder is about."""
    found = {Part(who) for who in ("owner", "reporter", "leader") if subject.people.get(who) == person}
    return frozenset(found or {Part.OTHER})


def _of_rule(rule: Rule, subject: Subject, calendar: Calendar, until: datetime) -> Iterator[Occurrence]:
    last = calendar.wall(until).date() + timedelta(days=1)
    for day in _anchor_days(rule, _day(subject.anchors[rule.anchor]), last):
        for step in range(len(rule.steps)):
            yield _occurrence(rule, step, subject, calendar, day)


def _nominal(rule: Rule, step: int, day: date, subject: Subject, calendar: Calendar) -> date:
    """The day a rule gives; going up it counts from the day the first one came, holidays or not."""
    after = rule.steps[step][0]
    if after is None:
        return _on_weekday(rule.offset.from_day(day, calendar), rule.weekday)
    return after.from_day(_wall(rule, 0, subject, calendar, day).date(), calendar)


def _wall(rule: Rule, step: int, subject: Subject, calendar: Calendar, day: date) -> datetime:
    nominal = _nominal(rule, step, day, subject, calendar)
    is_first = step == 0 and rule.every is None
    latest = _latest(rule.offset, subject.anchors[rule.anchor], day) if is_first else None
    return calendar.fit(datetime.combine(nominal, rule.hour), latest, _school(rule, subject))


def _school(rule: Rule, subject: Subject) -> bool:
    """Whether it stays away in school holidays."""
    return rule.days == "school" and subject.free_in_holidays


def _anchor_days(rule: Rule, day: date, last: date) -> Iterator[date]:
    if rule.every is None:
        yield day
        return
    # From the anchor each time, not from the day before: a month after 31 January is not the start of a drift.
    for number in count():
        each = Offset(rule.every.count * number, rule.every.unit).from_day(day, Calendar())
        if each + timedelta(days=min(rule.offset.days, 0)) > last:
            return
        yield each


def _occurrence(rule: Rule, step: int, subject: Subject, calendar: Calendar, day: date) -> Occurrence:
    nominal = _nominal(rule, step, day, subject, calendar)
    wall = _wall(rule, step, subject, calendar, day)
    to = addressee(rule, step, subject)
    channel = subject.channel if rule.where == "channel" and step == 0 else ""
    dest = channel or subject.people.get(to, "")
    sure = not _school(rule, subject) or calendar.knows(nominal)
    return Occurrence(
        rule.id, subject.ref, step, nominal, wall, calendar.zone.key, calendar.moment(wall), to, dest, sure
    )


def _latest(offset: Offset, anchor: date | datetime, day: date) -> datetime | None:
    # A word in advance must come before the day itself; a word on the day before the hour, when there is one.
    if offset.count < 0:
        return datetime.combine(day - timedelta(days=1), _END_OF_DAY)
    if offset.count == 0:
        at = anchor.time() if isinstance(anchor, datetime) else _END_OF_DAY
        return datetime.combine(day, at)
    return None


def _day(anchor: date | datetime) -> date:
    return anchor.date() if isinstance(anchor, datetime) else anchor


def _on_weekday(day: date, weekday: str) -> date:
    return day + timedelta(days=(WEEKDAYS.index(weekday) - day.weekday()) % 7) if weekday else day
