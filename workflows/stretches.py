"""What weeks, weekends, months and years mean on the day they are said; most are a stretch of days, not a day."""

from dataclasses import replace
from datetime import date, timedelta

from workflows.calendar import add_months
from workflows.phrases import Moment, Said
from workflows.senses import Resolve, Sense, monday, number, one, today

_FRIDAY, _SATURDAY, _SUNDAY = (timedelta(days=n) for n in (4, 5, 6))


def end_of_week(weeks: int) -> Resolve:
    """Read "eind van de week": its Friday, which "vóór" leaves as it is."""
    return lambda _, moment: replace(one(monday(moment, weeks) + _FRIDAY), closing=True)


def week(weeks: int) -> Resolve:
    """Read "volgende week": Monday to Sunday."""
    return lambda _, moment: Sense(monday(moment, weeks), monday(moment, weeks) + _SUNDAY)


def weekend(_: Said, moment: Moment) -> Sense:
    """Read "het weekend": the Saturday and Sunday of this week."""
    return Sense(monday(moment) + _SATURDAY, monday(moment) + _SUNDAY)


def after_weekend(_: Said, moment: Moment) -> Sense:
    """Read "na het weekend": Monday."""
    return one(monday(moment, 1))


def numbered_week(said: Said, moment: Moment) -> Sense:
    """Read "week 49": the next time it comes."""
    first = _iso_monday(said, moment)
    return Sense(first, first + _SUNDAY)


def weekday_in_numbered_week(said: Said, moment: Moment) -> Sense:
    """Read "dinsdag week 49"."""
    return one(_iso_monday(said, moment) + timedelta(days=number(said, "wd")))


def _iso_monday(said: Said, moment: Moment) -> date:
    year, current, _ = today(moment).isocalendar()
    return date.fromisocalendar(year + (number(said, "d") < current), number(said, "d"), 1)


def named_month(said: Said, moment: Moment) -> Sense:
    """Read "december": the next time it comes, or the one we are in."""
    month, now = number(said, "mo"), today(moment)
    return _month(date(number(said, "y") if said.get("y") else now.year + (month < now.month), month, 1))


def calendar_month(months: int) -> Resolve:
    """Read "volgende maand"."""
    return lambda _, moment: _month(add_months(today(moment).replace(day=1), months))


def _month(first: date) -> Sense:
    return Sense(first, add_months(first, 1) - timedelta(days=1))


def calendar_year(years: int) -> Resolve:
    """Read "volgend jaar"."""
    return lambda _, m: Sense(date(today(m).year + years, 1, 1), date(today(m).year + years, 12, 31))


def end_of_day(_: Said, moment: Moment) -> Sense:
    """Read "eind van de dag": today, when no other day is said."""
    return replace(one(today(moment)), closing=True, fallback=True)
