"""How a Dutch sentence with an owner, an action, a day and a time is understood: the conventions of dates.md.

The expected outcomes in data/utterances.jsonl were reasoned out by hand from the conventions, not by running the code.
"""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import Calendar
from workflows.dates import no_such_moment, parse, parse_moment, parse_snooze, shipped_calendar
from workflows.schoolyears import SHIPPED, load_school_years

DATA = Path(__file__).parent / "data" / "utterances.jsonl"
UTTERANCES = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
SATURDAY = datetime(2026, 11, 21, 10, 0)
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
PIECES = st.sampled_from(
    """
    Fatima ib'er school ik wij @sanne belt bellen moet stuurt de het verslag vóór voor op uiterlijk na tot
    over binnen vrijdag vrij zo ma wo dinsdag morgen overmorgen week weken 2 3 10 27 31 29 feb februari 1-12
    31-11 2027-02-29 12/13 1.12 14.30 25:00 half drie kwart uur u 's avonds middag kerstvakantie vakantie eind
    begin december elke en of , . : ; ( ) - / t/m 99999 jaar maand werkdagen dagen komende volgende deze
    eerste maandag van de weekend 27e 0 '26 wie: wat: door dat laat dag
    """.split()
)
TEXTS = st.one_of(st.text(max_size=500), st.lists(PIECES, max_size=40).map(" ".join))
MOMENTS = st.datetimes(datetime(2025, 9, 1), datetime(2028, 9, 1))
DAYS = st.dates(date(2025, 9, 1), date(2035, 12, 31))


def _name(row: dict[str, object]) -> str:
    return f"{row['text']} @ {row['now']}"


@pytest.mark.parametrize("row", UTTERANCES, ids=_name)
def test_an_utterance_is_understood_as_agreed(row: dict[str, str]) -> None:
    understood = parse(row["text"], datetime.fromisoformat(row["now"])).as_json()
    assert understood == {key: row[key] for key in ("owner", "action", "due", "time", "ask")}


def test_the_table_is_long_enough_and_has_no_doubles() -> None:
    assert len(UTTERANCES) >= 300
    assert len({_name(row) for row in UTTERANCES}) == len(UTTERANCES)


@given(TEXTS, MOMENTS)
def test_any_text_is_read_without_an_error_and_never_gives_a_day_that_has_passed(text: str, now: datetime) -> None:
    understood = parse(text, now)
    assert understood.due is None or understood.due >= now.date()
    assert ("due" in understood.ask) == (understood.due is None)
    assert ("owner" in understood.ask) == (understood.owner is None)
    assert not ("time" in understood.ask and understood.time)
    assert json.dumps(understood.as_json())
    assert parse_moment(text, now).ask is not None
    assert parse_snooze(text, now).ask is not None


@given(st.sampled_from(range(7)), MOMENTS, st.sampled_from(("", "op ", "uiterlijk ", "komende ", "aanstaande ")))
def test_a_weekday_is_that_day_within_seven_days_and_never_today(weekday: int, now: datetime, lead: str) -> None:
    due = parse(f"Fatima belt {lead}{WEEKDAYS[weekday]}", now).due
    assert due is not None
    assert due.weekday() == weekday
    assert timedelta(0) < due - now.date() <= timedelta(days=7)


@given(st.sampled_from(range(7)), MOMENTS)
def test_before_a_weekday_is_the_day_before_it(weekday: int, now: datetime) -> None:
    due, before = (parse(f"Fatima belt {lead}{WEEKDAYS[weekday]}", now).due for lead in ("", "vóór "))
    assert due is not None
    assert before == due - timedelta(days=1)


@given(DAYS, MOMENTS)
def test_a_date_in_full_is_taken_exactly_or_asked_when_it_has_passed(day: date, now: datetime) -> None:
    expected = day if day >= now.date() else None
    month = MONTHS[day.month - 1]
    for typed in (day.isoformat(), f"{day.day} {month} {day.year}", f"{day.day}-{day.month}-{day.year}"):
        assert parse(f"Fatima belt de ouders {typed}", now).due == expected
    assert parse(f"Fatima belt {WEEKDAYS[day.weekday()]} {day.day} {month} {day.year}", now).due == expected
    assert parse(f"Fatima belt {WEEKDAYS[day.weekday() - 1]} {day.day} {month} {day.year}", now).due is None


@given(st.integers(1, 60), MOMENTS)
def test_so_many_days_and_weeks_on_are_counted_exactly(count: int, now: datetime) -> None:
    assert parse(f"Fatima belt over {count} dagen", now).due == now.date() + timedelta(days=count)
    assert parse(f"Fatima belt binnen {count} weken", now).due == now.date() + timedelta(weeks=count)


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_time_with_a_leading_zero_or_from_thirteen_on_is_taken_exactly(hour: int, minute: int) -> None:
    understood = parse_moment(f"vrijdag {hour:02}:{minute:02}", SATURDAY).at
    assert understood == time(hour, minute) if hour < 10 or hour > 12 else understood is not None


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("dinsdag over een week 14:00", date(2026, 12, 1), time(14)),
        ("1 dec half drie", date(2026, 12, 1), time(14, 30)),
        ("vrijdag 9 uur", date(2026, 11, 27), time(9)),
    ],
)
def test_a_meeting_has_a_day_and_an_hour(text: str, day: date, at: time) -> None:
    when = parse_moment(text, SATURDAY)
    assert (when.day, when.at, when.ask) == (day, at, ())


def test_a_meeting_without_an_hour_is_asked() -> None:
    assert parse_moment("morgenmiddag", SATURDAY).ask == ("time",)
    assert parse_moment("eind december", SATURDAY).ask == ("due", "time")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("een week", date(2026, 11, 28)),
        ("week", date(2026, 11, 28)),
        ("2 weken", date(2026, 12, 5)),
        ("3 dagen", date(2026, 11, 24)),
        ("over 3 dagen", date(2026, 11, 24)),
        ("een maand", date(2026, 12, 21)),
        ("morgen", date(2026, 11, 22)),
        ("vrijdag", date(2026, 11, 27)),
        ("tot vrijdag", date(2026, 11, 27)),
        ("tot na de kerstvakantie", date(2027, 1, 4)),
        ("1 dec", date(2026, 12, 1)),
    ],
)
def test_a_snooze_until_a_day(text: str, day: date) -> None:
    assert parse_snooze(text, SATURDAY).day == day


@pytest.mark.parametrize("text", ["een paar dagen", "volgende week", "later", "", "7", "elke week"])
def test_a_snooze_without_a_sure_day_is_asked(text: str) -> None:
    assert parse_snooze(text, SATURDAY).ask == ("due",)


def test_the_region_decides_when_the_holidays_are() -> None:
    north = Calendar(load_school_years(SHIPPED, "noord"))
    assert parse("Fatima belt vóór de voorjaarsvakantie", SATURDAY, north).due == date(2027, 2, 19)
    assert parse("Fatima belt vóór de voorjaarsvakantie", SATURDAY).due == date(2027, 2, 12)


def test_every_school_year_names_its_source() -> None:
    assert [year.first.year for year in shipped_calendar().years] == [2025, 2026, 2027]
    assert all("OCW" in year.source for year in shipped_calendar().years)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Jan belt 31 november de huisarts", "31 november"), ("mdo op 29-2-2027 14:30", "29-2-2027"),
        ("morgen 25:00", "25:00"), ("dinsdag 10.75", "10.75"), ("30-11 14:30", ""), ("29-2-2028", ""),
        ("vrijdag", ""), ("24:00", ""), ("bel 31 ouders in november", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_day_or_hour_that_does_not_exist_is_named(text: str, what: str) -> None:
    assert no_such_moment(text, datetime(2026, 11, 21, 10)) == what
