"""When feast days and school holidays come, and which day "vóór" and "na" them means."""

from datetime import date, timedelta
from functools import cache

from workflows.calendar import Holiday
from workflows.phrases import Moment, Said
from workflows.senses import ASK, Sense, coming, number, one, today

_FIXED = {"sinterklaas": (12, 5), "oudejaarsdag": (12, 31), "kerstavond": (12, 24), "bevrijdingsdag": (5, 5)}
_TWO_DAYS = ("kerstdag", "paasdag", "pinksterdag")
_WHICH = {"1": "eerste", "2": "tweede"}
_CARNIVAL = timedelta(days=48)  # its Monday, before Easter


@cache
def _names(year: int) -> dict[date, str]:
    from holidays import country_holidays  # takes a tenth of a second, and only who names a feast day needs it

    return {day: name.lower() for day, name in country_holidays("NL", years=year, language="nl").items()}


def feast(name: str, day: date) -> date | None:
    """The next time a feast day ("koningsdag", "tweede paasdag") comes, that day included; None when it is unknown."""
    years = (day.year, day.year + 1)
    if name in _FIXED:
        return next(found for year in years if (found := date(year, *_FIXED[name])) >= day)
    days = sorted(free for year in years for free, called in _names(year).items() if called == name and free >= day)
    return days[0] if days else None


def feast_day(said: Said, moment: Moment) -> Sense:
    """Read "koningsdag", "tweede kerstdag"."""
    name = (said["f"] or "").replace("-", " ")
    if name in _TWO_DAYS:
        name = f"{_WHICH.get(said.get('nth') or '', 'geen')} {name}"
    return one(feast(name, today(moment)))


def good_friday(_: Said, moment: Moment) -> Sense:
    """Read "Goede Vrijdag"."""
    return one(feast("goede vrijdag", today(moment)))


def before_holiday(said: Said, moment: Moment) -> Sense:
    """The last school day before it, or the last such weekday; once it has begun nobody knows which one is meant."""
    holiday = _next(said, moment)
    if holiday is None or holiday.first <= today(moment):
        return ASK
    if said.get("wd"):
        return one(coming(number(said, "wd"), holiday.first - timedelta(days=8)))
    return one(moment.calendar.add_working_days(holiday.first, -1))


def after_holiday(said: Said, moment: Moment) -> Sense:
    """The first school day after it, or the first such weekday."""
    holiday = _next(said, moment)
    if holiday is None:
        return ASK
    named = coming(number(said, "wd"), holiday.last) if said.get("wd") else None
    return one(named or moment.calendar.add_working_days(holiday.last, 1))


def _next(said: Said, moment: Moment) -> Holiday | None:
    """The next such school holiday that has not ended; None when no table is sure of it."""
    name = said["v"] or ""
    if not moment.calendar.knows(today(moment)):
        return None
    found = [h for h in _named("voorjaar" if name == "carnaval" else name, moment) if _asked_for(h, said)]
    first = min(found, key=lambda holiday: holiday.first, default=None)
    return first if first is None or name != "carnaval" or _has_carnival(first) else None


def _named(name: str, moment: Moment) -> list[Holiday]:
    every = [holiday for year in moment.calendar.years for holiday in year.holidays]
    return [h for h in every if h.name.startswith(name) and h.last >= today(moment)]


def _asked_for(holiday: Holiday, said: Said) -> bool:
    return not said.get("y") or number(said, "y") == holiday.first.year


def _has_carnival(holiday: Holiday) -> bool:
    """Whether carnival falls in it: schools in the south follow carnival, not the advised week."""
    easter = feast("eerste paasdag", date(holiday.first.year, 1, 1))
    return easter is not None and holiday.first <= easter - _CARNIVAL <= holiday.last
