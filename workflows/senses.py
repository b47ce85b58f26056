"""What a phrase about a day can mean, and the small helps that every way of saying it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows.phrases import Moment, Said


@dataclass(frozen=True)
class Sense:
    """What a phrase says about the day: from first to last, a bare weekday, a moment, or that one has to ask.

    A closing sense ("het eind van de week") is a last day itself; a fallback holds when no other day is said.
    """

    first: date | None = None
    last: date | None = None
    weekday: int | None = None
    moment: datetime | None = None
    certain: bool = True
    closing: bool = False
    fallback: bool = False


Resolve = Callable[[Said, Moment], Sense]
ASK = Sense(certain=False)
SILENT = Sense()


def one(day: date | None) -> Sense:
    """The sense of one day; without a day one has to ask."""
    return Sense(day, day) if day else ASK


def number(said: Said, part: str) -> int:
    """A part that was said, as a number; 1 for a bare "een"."""
    return int(said.get(part) or 1)


def today(moment: Moment) -> date:
    """The day on which something is said."""
    return moment.now.date()


def coming(weekday: int, day: date) -> date:
    """The first such weekday after a day."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def monday(moment: Moment, weeks: int = 0) -> date:
    """The Monday of this week, or of so many weeks on."""
    day = today(moment)
    return day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)


def ask(_said: Said, _moment: Moment) -> Sense:
    """What cannot be pinned down to a day."""
    return ASK


def silent(_said: Said, _moment: Moment) -> Sense:
    """What only urges ("zsm") and leaves the day to other words."""
    return SILENT
