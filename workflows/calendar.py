"""Calendar sense: wall time to moments through both nights of the clock change, working days, holidays, quiet hours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_DAY = timedelta(days=1)
_SATURDAY = 5
_LONGEST_REST = 70  # days; no holiday lasts longer, so a search that does is an endless one


@dataclass(frozen=True)
class Holiday:
    """A school holiday: first and last free day."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class SchoolYear:
    """One school year of one region, with where its table was published."""

    first: date
    last: date
    holidays: tuple[Holiday, ...]
    source: str = ""


@dataclass(frozen=True)
class QuietHours:
    """No reminder before `morning` or from `evening` on; one that is moved comes in the morning."""

    morning: time = time(8, 30)
    evening: time = time(18, 0)

    def allow(self, hour: time) -> bool:
        """Whether a reminder may come at that hour."""
        return self.morning <= hour < self.evening


@dataclass(frozen=True)
class Calendar:
    """The days and hours of one organisation; `years` are the school years whose table is known."""

    years: tuple[SchoolYear, ...] = ()
    quiet: QuietHours = QuietHours()
    zone: ZoneInfo = AMSTERDAM
    _free: Mapping[date, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        free = {day: holiday.name for year in self.years for holiday in year.holidays for day in _days(holiday)}
        object.__setattr__(self, "_free", free)

    def moment(self, wall: datetime) -> datetime:
        """The moment (UTC) of a wall time: the first of an hour that comes twice, an hour on for a skipped one."""
        return wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)

    def wall(self, moment: datetime) -> datetime:
        """The wall time (without zone) of a moment."""
        return moment.astimezone(self.zone).replace(tzinfo=None, fold=0)

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, no public holiday; school holidays are working days."""
        return day.weekday() < _SATURDAY and day not in public_holidays(day.year)

    def is_school_day(self, day: date) -> bool:
        """A working day outside the school holidays, as far as their tables are known (see `knows`)."""
        return self.is_working_day(day) and day not in self._free

    def school_holiday(self, day: date) -> str:
        """The name of the school holiday on that day, empty when there is none or none is known."""
        return self._free.get(day, "")

    def knows(self, day: date) -> bool:
        """Whether the table of the school year of that day is known."""
        return any(year.first <= day <= year.last for year in self.years)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`th working day after `day`, or before it when negative; school holidays are working days here."""
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def first_school_day(self, year: int) -> date | None:
        """The first school day after the summer holiday of that year; None when its table is not known."""
        ends = [h.last for y in self.years for h in y.holidays if "zomer" in h.name.lower() and h.last.year == year]
        return self._search(max(ends) + _DAY, _DAY, school=True) if ends else None

    def fit(self, wall: datetime, latest: datetime | None = None, school: bool = True) -> datetime:
        """A wall time at which a reminder may come: `wall`, else the next working morning, or the one before it.

        The one before is taken when `wall` or the next comes after `latest`. With `school`, school holidays are out.
        """
        works = self.is_school_day if school else self.is_working_day
        open_now = works(wall.date()) and self.quiet.allow(wall.time())
        later = wall if open_now else self._morning(wall, _DAY, school)
        if latest is None or later <= latest:
            return later
        return self._morning(min(wall, latest), -_DAY, school)

    def _morning(self, wall: datetime, step: timedelta, school: bool) -> datetime:
        """The nearest working morning after `wall`, or with a negative step the nearest one not after it."""
        later = wall.time() >= self.quiet.morning
        start = wall.date() + step if later == (step > timedelta()) else wall.date()
        return datetime.combine(self._search(start, step, school), self.quiet.morning)

    def _search(self, day: date, step: timedelta, school: bool) -> date:
        works = self.is_school_day if school else self.is_working_day
        for _ in range(_LONGEST_REST):
            if works(day):
                return day
            day += step
        raise ValueError(f"no working day within {_LONGEST_REST} days of {day}; look at the table of school holidays")


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of the Netherlands in a year."""
    from holidays import country_holidays  # takes a tenth of a second, and only who plans needs it

    return frozenset(country_holidays("NL", years=year))


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last day of the month when that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - _DAY).day))


def _days(holiday: Holiday) -> Iterator[date]:
    for number in range((holiday.last - holiday.first).days + 1):
        yield holiday.first + number * _DAY
