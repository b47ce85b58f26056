"""What "over twee weken" and "binnen 10 werkdagen" mean at the moment they are said."""

from datetime import date, datetime, timedelta

from workflows.calendar import add_months
from workflows.phrases import Moment, Said
from workflows.senses import ASK, Sense, number, one, today

_MINUTES = {"uur": 60, "kwartier": 15, "minuut": 1}
_MONTHS = {"maand": 1, "kwartaal": 3, "halfjaar": 6, "jaar": 12}
_DAYS = {"dag": 1, "week": 7}
_HALVES = {"jaar": ("maand", 6), "uur": ("minuut", 30), "dag": ("uur", 12)}
_FURTHEST = 10 * 366  # days ahead: what lies beyond is a slip of the finger
_MOST_COUNTED = 400  # working days


def counted(said: Said, moment: Moment) -> Sense:
    """Read "over twee weken": so many units from now."""
    return later(number(said, "n"), said["u"] or "", moment)


def halved(said: Said, moment: Moment) -> Sense:
    """Read "over een half jaar", "over anderhalf uur": where half a unit comes out even."""
    unit, size = _HALVES.get(said["u"] or "", ("", 0))
    return later(size * (3 if said.get("more") else 1), unit, moment) if size else ASK


def later(count: int, unit: str, moment: Moment) -> Sense:
    """So many units from now: a day; for hours and minutes a moment too, unless they make whole days."""
    if unit in ("werkdag", "schooldag"):
        return one(_counted_day(count, unit, moment)) if 0 < count <= _MOST_COUNTED else ASK
    if unit in _MINUTES and count < _FURTHEST:
        return _moment_later(timedelta(minutes=count * _MINUTES[unit]), moment)
    if unit in _MONTHS and count <= _FURTHEST // 31:
        return one(add_months(today(moment), count * _MONTHS[unit]))
    days = count * _DAYS.get(unit, 0)
    return one(today(moment) + timedelta(days=days)) if 0 < days <= _FURTHEST else ASK


def _moment_later(passed: timedelta, moment: Moment) -> Sense:
    """The moment after so much real time, also through a night in which the clock changes."""
    then = datetime.fromtimestamp(moment.now.timestamp() + passed.total_seconds(), moment.now.tzinfo)
    return Sense(then.date(), then.date(), moment=then if passed % timedelta(days=1) else None)


def _counted_day(count: int, unit: str, moment: Moment) -> date | None:
    """The count-th working day or school day after today; None when the table of holidays does not reach so far."""
    day, calendar = today(moment), moment.calendar
    if unit == "werkdag":
        return calendar.add_working_days(day, count)
    for _ in range(count):
        day += timedelta(days=1)
        while calendar.knows(day) and not calendar.is_school_day(day):
            day += timedelta(days=1)
    return day if calendar.knows(today(moment)) and calendar.knows(day) else None
