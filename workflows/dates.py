"""How a plain Dutch sentence with an owner, an action, a date and a time is understood: the conventions of dates.md.

Plain values in and out: the moment of speaking is an argument. What is not sure is named in `ask`, never guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Final

from workflows.calendar import Calendar
from workflows.clock import Clock, read_clock
from workflows.days import Mention, find_days, settle
from workflows.phrases import Moment
from workflows.schoolyears import SHIPPED, Region, load_school_years
from workflows.sentences import Task, read_task
from workflows.tokens import Token, clean, tokenise

REGION: Final[Region] = "zuid"  # Veldhoven
MAX_CHARACTERS = 2000
_NO_HOUR = re.compile(r"(?:2[5-9]|[3-9]\d)[:.]\d{2}|\d{1,2}[:.][6-9]\d")


@dataclass(frozen=True)
class Understood:
    """Who does what, by which last day on time and at what hour; `ask` names the parts that are not clear."""

    owner: str | None
    action: str
    due: date | None
    time: time | None
    ask: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The same as JSON has it: the day as ISO date, the time as HH:MM."""
        return {
            "owner": self.owner,
            "action": self.action,
            "due": self.due.isoformat() if self.due else None,
            "time": self.time.strftime("%H:%M") if self.time else None,
            "ask": list(self.ask),
        }


@dataclass(frozen=True)
class When:
    """A day and a time of day; `ask` names what is missing or not clear."""

    day: date | None
    at: time | None
    ask: tuple[str, ...]


def parse(text: str, now: datetime, calendar: Calendar | None = None) -> Understood:
    """Understand a sentence said at a moment, aware or local to Amsterdam."""
    text = clean(text[:MAX_CHARACTERS])
    tokens = tokenise(text)
    day, clock, taken = _read(tokens, _moment(now, calendar))
    task = read_task(text, tokens, taken)
    return Understood(task.owner, task.action, day, clock.at, _asked(task, day, clock))


def parse_moment(text: str, now: datetime, calendar: Calendar | None = None) -> When:
    """Understand when a meeting is: "dinsdag over een week 14:00". A missing hour is asked too."""
    day, clock, _ = _read(tokenise(clean(text[:MAX_CHARACTERS])), _moment(now, calendar))
    ask = [name for name, value in (("due", day), ("time", clock.at)) if value is None]
    return When(day, clock.at, tuple(ask))


def parse_snooze(text: str, now: datetime, calendar: Calendar | None = None) -> When:
    """Understand until when to put off: "een week", "tot vrijdag", "1 dec"."""
    words = clean(text[:MAX_CHARACTERS]).lower().removeprefix("tot ")
    day, clock, _ = _read(tokenise(words), _moment(now, calendar))
    for opening in ("over", "over een"):
        if day is None and not clock.ask and clock.at is None:
            day, clock, _ = _read(tokenise(f"{opening} {words}"), _moment(now, calendar))
    return When(day, clock.at, (() if day else ("due",)) + (("time",) if clock.ask else ()))


def no_such_moment(text: str, now: datetime, calendar: Calendar | None = None) -> str:
    """The words of a day or an hour that does not exist ("31 november", "25:00"); empty when there is none."""
    text = clean(text[:MAX_CHARACTERS])
    tokens = tokenise(text)
    owner_of = [token for token in tokens for _ in token.tags]
    mentions = find_days([tag for token in tokens for tag in token.tags], _moment(now, calendar))
    for mention in mentions:
        if mention.impossible:
            said = owner_of[mention.start : mention.end]
            first = next((token for token in said if token.text[0].isdecimal()), said[0])  # not "op 31 november"
            return text[first.start : said[-1].end]
    return next((token.text for token in tokens if _NO_HOUR.fullmatch(token.text)), "")


@cache
def shipped_calendar() -> Calendar:
    """The calendar of Veldhoven, for who brings none. Raises ContentError when its table is not right."""
    return Calendar(load_school_years(SHIPPED, REGION))


def _moment(now: datetime, calendar: Calendar | None) -> Moment:
    calendar = calendar or shipped_calendar()
    return Moment(now.astimezone(calendar.zone) if now.tzinfo else now.replace(tzinfo=calendar.zone), calendar)


def _read(tokens: Sequence[Token], moment: Moment) -> tuple[date | None, Clock, frozenset[int]]:
    """The day, the time, and the numbers of the tokens that said so."""
    owner_of = [i for i, token in enumerate(tokens) for _ in token.tags]
    tags = [tag for token in tokens for tag in token.tags]
    mentions = find_days(tags, moment)
    kept = settle(mentions, moment.now.date())
    used = {i for m in mentions if not m.reference or m.sense.first is None for i in range(m.start, m.end)}
    clock = read_clock(["#" if i in used else tag for i, tag in enumerate(tags)], moment)
    taken = used | {i for start, end in clock.spans for i in range(start, end)}
    day = _last_day(kept, clock)
    return day, _possible(day, clock, kept, moment), frozenset(owner_of[i] for i in taken)


def _last_day(kept: Mention | None, clock: Clock) -> date | None:
    """The last day on time: "vóór vrijdag" is Thursday, but "vóór vrijdag 12:00" is Friday."""
    if kept is None:
        return None
    until_hour = kept.eve_of and clock.at and any(start == kept.end for start, _ in clock.spans)
    return kept.eve_of if until_hour else kept.sense.first


def _possible(day: date | None, clock: Clock, kept: Mention | None, moment: Moment) -> Clock:
    """The clock, asking when that time has gone by today or does not exist, or comes twice, as the clock changes."""
    if kept and kept.sense.moment and not clock.at and not clock.ask:
        return Clock(kept.sense.moment.time().replace(second=0, microsecond=0), False, clock.spans)
    if day is None or clock.at is None:
        return clock
    local = datetime.combine(day, clock.at, moment.now.tzinfo)
    same = local.astimezone(UTC).astimezone(moment.now.tzinfo).replace(fold=0) == local
    twice = local.utcoffset() != local.replace(fold=1).utcoffset()
    gone = day == moment.now.date() and clock.at < moment.now.time()
    return clock if same and not twice and not gone else Clock(None, True, clock.spans)


def _asked(task: Task, day: date | None, clock: Clock) -> tuple[str, ...]:
    missing = {"owner": task.owner is None, "action": not task.action, "due": day is None, "time": clock.ask}
    return tuple(name for name, lacks in missing.items() if lacks)
