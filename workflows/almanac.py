"""What dates and weekdays mean on the day they are said: one small function per way of saying it.

Each takes the parts that were said and the moment, and gives a Sense. A ValueError (31 november) means: ask.
The conventions: a week is Monday to Sunday, and what is not sure is asked.
"""

from dataclasses import replace
from datetime import date, timedelta

from workflows.calendar import add_months
from workflows.phrases import Moment, Said
from workflows.senses import ASK, Resolve, Sense, coming, monday, number, one, today

_SATURDAY = 5
_LAST_HOUR = 24


def on_date(said: Said, moment: Moment) -> Sense:
    """Read "1 december": without a year the next time it comes."""
    month, day, now, year = number(said, "mo"), number(said, "d"), today(moment), said.get("y")
    if year and year != "_":
        return _agreeing(date(int(year), month, day), said)
    passed = (month, day) < (now.month, now.day)
    return _agreeing(date(now.year + passed, month, day), said)


def on_date_of_short_year(said: Said, moment: Moment) -> Sense:
    """Read "1 dec 27": a year, unless the number can be an hour."""
    year = number(said, "short")
    return on_date({**said, "y": str(2000 + year)}, moment) if year > _LAST_HOUR else ASK


def day_of_month(said: Said, moment: Moment) -> Sense:
    """Read "de 27e": the next time it comes; a day the coming month does not have is asked."""
    day, now = number(said, "d"), today(moment)
    return _agreeing(add_months(now.replace(day=1), int(day < now.day)).replace(day=day), said)


def day_of_month_in(months: int) -> Resolve:
    """Read "de 3e van volgende maand"."""
    return lambda said, moment: _agreeing(
        add_months(today(moment).replace(day=1), months).replace(day=number(said, "d")), said
    )


def _agreeing(day: date, said: Said) -> Sense:
    """The day, unless a weekday said beside it is another one."""
    named = [number(said, part) for part in ("wd", "wd2") if said.get(part)]
    return one(day) if all(day.weekday() == weekday for weekday in named) else ASK


def weekday(said: Said, moment: Moment) -> Sense:
    """Read "vrijdag": the first one after today; a bare weekday that other words may still place elsewhere."""
    wanted = number(said, "wd")
    return replace(one(coming(wanted, today(moment))), weekday=wanted)


def weekday_or_date(said: Said, moment: Moment) -> Sense:
    """Read "dinsdag 1.12": a time, unless it could be the date of such a day."""
    try:
        date_too = on_date({**said, "wd": None}, moment).first
    except ValueError:
        return weekday(said, moment)
    return ASK if date_too and date_too.weekday() == number(said, "wd") else weekday(said, moment)


def this_weekday(said: Said, moment: Moment) -> Sense:
    """Read "deze vrijdag": said on a working day when it has passed, nobody knows which one is meant."""
    now, wanted = today(moment), number(said, "wd")
    return ASK if wanted <= now.weekday() < _SATURDAY else one(coming(wanted, now))


def next_weekday(said: Said, moment: Moment) -> Sense:
    """Read "volgende vrijdag": the coming one or the one of next week; sure only when they are the same."""
    first = coming(number(said, "wd"), today(moment))
    return one(first) if first >= monday(moment, 1) else ASK


def weekday_in(weeks: int) -> Resolve:
    """Read "volgende week dinsdag": that day of the calendar week."""
    return lambda said, moment: one(monday(moment, weeks) + timedelta(days=number(said, "wd")))


def weeks_on(said: Said, moment: Moment) -> Sense:
    """Read "dinsdag over een week": so many weeks after the coming one; days count when they make whole weeks."""
    days = number(said, "n") * {"week": 7, "dag": 1}.get(said["u"] or "", 0)
    if not days or days % 7:
        return ASK
    return one(coming(number(said, "wd"), today(moment)) + timedelta(days=days))


def near_day(said: Said, moment: Moment) -> Sense:
    """Read "morgen", "vandaag over een week"."""
    days = {"vandaag": 0, "morgen": 1, "overmorgen": 2}[said["near"] or ""]
    if said.get("u"):
        more = number(said, "n") * {"week": 7, "dag": 1}.get(said["u"] or "", 0)
        return one(today(moment) + timedelta(days=days + more)) if more else ASK
    return one(today(moment) + timedelta(days=days))


def this_part_of_day(_: Said, moment: Moment) -> Sense:
    """Read "deze middag": today."""
    return one(today(moment))


def nth_weekday(said: Said, moment: Moment) -> Sense:
    """Read "eerste maandag van december", "laatste vrijdag van de maand": the next time it comes."""
    now = today(moment)
    if not said.get("mo"):
        return one(_nth(said, add_months(now.replace(day=1), int(bool(said.get("next"))))))
    years = [number(said, "y")] if said.get("y") else [now.year, now.year + 1]
    found = [_nth(said, date(year, number(said, "mo"), 1)) for year in years]
    return next((one(day) for day in found if day and day >= now), ASK)


def _nth(said: Said, first: date) -> date | None:
    """The n-th such weekday of the month that starts with first, or the last; None when there are not so many."""
    count = number(said, "nth") if said.get("nth") else 5
    day = first + timedelta(days=(number(said, "wd") - first.weekday()) % 7, weeks=count - 1)
    if not said.get("nth") and day.month != first.month:
        day -= timedelta(weeks=1)
    return day if day.month == first.month else None


def gone(_said: Said, moment: Moment) -> Sense:
    """A day in the past, whichever it was."""
    return one(today(moment) - timedelta(days=1))
