from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.settings import Settings
from knowledge.faults import ContentError
from workflows.calendar import AMSTERDAM, Calendar, QuietHours, add_months, public_holidays
from workflows.offsets import Offset
from workflows.rules import SHIPPED as REMINDERS
from workflows.schoolyears import SHIPPED, load_school_years

YEARS = load_school_years(SHIPPED, "zuid")
CALENDAR = Calendar(YEARS)
TEN_YEARS = (date(2026, 1, 1), date(2035, 12, 31))
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)

days = st.dates(*TEN_YEARS)
hours = st.times(min_value=time(0), max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0))


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_every_local_hour_of_ten_years_keeps_its_wall_time_once() -> None:
    walls = [datetime.combine(day, time(hour)) for day in days_of(*TEN_YEARS) for hour in range(24)]
    moments = [CALENDAR.moment(wall) for wall in walls]
    skipped = [w for w, m in zip(walls, moments, strict=True) if CALENDAR.wall(m) != w]
    # Only the hour that does not exist, once a year, comes an hour later; every other hour comes at its own wall time.
    assert skipped == [wall for wall in walls if _is_gap(wall)]
    assert len(skipped) == 10
    assert all(CALENDAR.wall(CALENDAR.moment(wall)) == wall + timedelta(hours=1) for wall in skipped)
    steps = [(a, b) for a, b in pairwise(moments) if b <= a]
    assert all(CALENDAR.wall(a).hour == 3 for a, _ in steps)
    assert len(steps) == 10
    assert len(set(moments)) == len(walls) - 10


def _is_gap(wall: datetime) -> bool:
    last_sunday = max(day for day in days_of(date(wall.year, 3, 25), date(wall.year, 3, 31)) if day.weekday() == 6)
    return wall.date() == last_sunday and wall.hour == 2


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (datetime(2026, 3, 29, 1, 59), datetime(2026, 3, 29, 0, 59)),
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 30)),  # does not exist: half past three
        (datetime(2026, 3, 29, 3, 0), datetime(2026, 3, 29, 1, 0)),
        (datetime(2026, 10, 25, 1, 30), datetime(2026, 10, 24, 23, 30)),
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30)),  # comes twice: the first
        (datetime(2026, 10, 25, 3, 0), datetime(2026, 10, 25, 2, 0)),
    ],
)
def test_both_nights_of_the_clock_change(wall: datetime, utc: datetime) -> None:
    assert CALENDAR.moment(wall) == utc.replace(tzinfo=UTC)


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_nine_o_clock_stays_nine_o_clock_over_the_night(night: date) -> None:
    before, after = (datetime.combine(night + timedelta(days=n), time(9)) for n in (-1, 1))
    assert CALENDAR.wall(CALENDAR.moment(after)) == after
    apart = CALENDAR.moment(after) - CALENDAR.moment(before)
    assert apart == timedelta(hours=47 if night == SPRING else 49)


@settings(deadline=None)
@given(days, hours)
def test_what_is_given_out_is_within_the_hours_of_a_school_day(day: date, hour: time) -> None:
    wall = CALENDAR.fit(datetime.combine(day, hour))
    assert CALENDAR.is_school_day(wall.date())
    assert CALENDAR.quiet.allow(wall.time())
    assert wall == datetime.combine(day, hour) or (wall >= datetime.combine(day, hour) and wall.time() == time(8, 30))
    assert CALENDAR.fit(wall) == wall


@settings(deadline=None)
@given(days, hours, st.integers(0, 40), hours)
def test_a_reminder_never_comes_after_what_it_warns_of(day: date, hour: time, ahead: int, at: time) -> None:
    latest = datetime.combine(day + timedelta(days=ahead), at)
    wall = CALENDAR.fit(datetime.combine(day, hour), latest)
    assert wall <= latest
    assert CALENDAR.is_school_day(wall.date())
    assert CALENDAR.quiet.allow(wall.time())


@settings(deadline=None)
@given(days, st.integers(1, 40))
def test_working_days_there_and_back(day: date, count: int) -> None:
    there = CALENDAR.add_working_days(day, count)
    between = [d for d in days_of(day + timedelta(days=1), there) if CALENDAR.is_working_day(d)]
    assert len(between) == count
    assert CALENDAR.add_working_days(there, -count) <= day


def test_an_evening_waits_for_the_morning_and_friday_evening_for_monday() -> None:
    assert CALENDAR.fit(datetime(2026, 11, 24, 18, 0)) == datetime(2026, 11, 25, 8, 30)
    assert CALENDAR.fit(datetime(2026, 11, 27, 20, 0)) == datetime(2026, 11, 30, 8, 30)
    assert CALENDAR.fit(datetime(2026, 11, 24, 6, 0)) == datetime(2026, 11, 24, 8, 30)
    assert CALENDAR.fit(datetime(2026, 11, 24, 17, 59)) == datetime(2026, 11, 24, 17, 59)


def test_before_a_meeting_on_monday_morning_the_saturday_moves_to_friday() -> None:
    saturday, meeting = datetime(2026, 11, 28, 9, 0), datetime(2026, 11, 30, 8, 0)
    assert CALENDAR.fit(saturday, meeting) == datetime(2026, 11, 27, 8, 30)
    assert CALENDAR.fit(saturday, datetime(2026, 11, 30, 9, 0)) == datetime(2026, 11, 30, 8, 30)


def test_a_word_in_working_hours_but_after_the_meeting_comes_before_it() -> None:
    assert CALENDAR.fit(datetime(2026, 11, 26, 9, 0), datetime(2026, 11, 26, 8, 45)) == datetime(2026, 11, 26, 8, 30)
    assert CALENDAR.fit(datetime(2026, 11, 26, 9, 0), datetime(2026, 11, 26, 8, 0)) == datetime(2026, 11, 25, 8, 30)


def test_public_holidays_of_2027() -> None:
    named = {date(2027, 1, 1), date(2027, 3, 29), date(2027, 4, 27), date(2027, 5, 6), date(2027, 5, 17)}
    assert named <= public_holidays(2027)
    assert not any(CALENDAR.is_working_day(day) for day in named)
    assert CALENDAR.add_working_days(date(2027, 5, 5), 1) == date(2027, 5, 7)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("herfstvakantie", date(2026, 10, 17), date(2026, 10, 25)),
        ("kerstvakantie", date(2026, 12, 19), date(2027, 1, 3)),
        ("voorjaarsvakantie", date(2027, 2, 13), date(2027, 2, 21)),
        ("meivakantie", date(2027, 4, 24), date(2027, 5, 2)),
        ("zomervakantie", date(2027, 7, 24), date(2027, 9, 5)),
    ],
)
def test_the_school_holidays_of_2026_2027_in_the_south(name: str, first: date, last: date) -> None:
    assert all(CALENDAR.school_holiday(day) == name for day in days_of(first, last))
    assert not CALENDAR.school_holiday(first - timedelta(days=1))
    assert not CALENDAR.school_holiday(last + timedelta(days=1))
    wall = CALENDAR.fit(datetime.combine(first, time(9)))
    assert wall == datetime.combine(
        CALENDAR.fit(datetime.combine(last + timedelta(days=1), time(0))).date(), time(8, 30)
    )
    assert wall.date() > last


def test_who_works_in_the_holidays_is_reminded_in_them() -> None:
    summer = datetime(2027, 8, 3, 9, 0)
    assert CALENDAR.fit(summer, school=False) == summer
    assert CALENDAR.fit(summer) == datetime(2027, 9, 6, 8, 30)
    assert CALENDAR.fit(summer, datetime(2027, 8, 5, 9, 0)) == datetime(2027, 7, 23, 8, 30)


def test_a_region_has_its_own_weeks() -> None:
    north = Calendar(load_school_years(SHIPPED, "noord"))
    assert north.is_school_day(date(2026, 10, 19))
    assert not CALENDAR.is_school_day(date(2026, 10, 19))


def test_a_year_without_a_table_is_known_as_such() -> None:
    assert CALENDAR.knows(date(2027, 1, 15))
    assert CALENDAR.knows(date(2026, 8, 10))
    assert not CALENDAR.knows(date(2034, 10, 20))
    assert CALENDAR.first_school_day(2026) == date(2026, 8, 24)
    assert CALENDAR.first_school_day(2034) is None


def test_months_end_where_the_month_ends() -> None:
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 15), 6) == date(2027, 6, 15)
    assert add_months(date(2027, 3, 31), -1) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("-10 werkdagen", date(2026, 11, 17)),
        ("1 werkdag", date(2026, 12, 2)),
        ("6 weken", date(2027, 1, 12)),
        ("0 dagen", date(2026, 12, 1)),
        ("6 maanden", date(2027, 6, 1)),
    ],
)
def test_stretches_of_time(text: str, day: date) -> None:
    assert Offset.parse(text).from_day(date(2026, 12, 1), CALENDAR) == day
    assert str(Offset.parse(text)) == text


def test_a_stretch_that_is_none_says_how_to_write_one() -> None:
    with pytest.raises(ValueError, match="schrijf bijvoorbeeld '-10 werkdagen'"):
        Offset.parse("twee weken")


def test_a_broken_table_of_holidays_names_every_fault(tmp_path: Path) -> None:
    file = tmp_path / "schoolvakanties.yaml"
    file.write_text(
        "years:\n"
        "- {year: 2026-2027, source: x, holidays: {kerst: {zuid: [2027-01-03, 2026-12-19]}}}\n"
        "- {year: '2028', source: '', holidays: {}}\n"
    )
    with pytest.raises(ContentError) as caught:
        load_school_years(file, "zuid")
    text = str(caught.value)
    assert "eindigt voor zij begint" in text
    assert "zomervakantie ontbreekt" in text
    assert "schooljaar 2: year" in text
    assert "schooljaar 2: source" in text


def test_quiet_hours_can_be_set() -> None:
    late = Calendar(YEARS, QuietHours(time(7), time(22)))
    assert late.fit(datetime(2026, 11, 24, 21, 0)) == datetime(2026, 11, 24, 21, 0)
    assert late.zone == AMSTERDAM


def test_an_organisation_has_its_own_quiet_hours_and_zone(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    rules = REMINDERS.read_text(encoding="utf-8").replace('evening: "18:00"', 'evening: "20:00"')
    (own / REMINDERS.name).write_text(rules, encoding="utf-8")
    app = App(Settings(home=home, knowledge=own, timezone="Europe/London"))
    assert app.calendar.fit(datetime(2026, 11, 24, 19)).hour == 19
    assert app.calendar.zone.key == "Europe/London"
