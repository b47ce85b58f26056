from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.case_world import provisions
from tests.transcripts import ZONE
from workflows.case import FollowUp, follow_up_subject
from workflows.dates import shipped_calendar
from workflows.due import Occurrence, Subject, addressee, occurrences, parts_in, still_due
from workflows.parts import Part
from workflows.rules import SHIPPED, Rules, load_rules, shipped_sentences

RULES: Rules = load_rules(SHIPPED, set(provisions()), shipped_sentences())
CALENDAR = shipped_calendar()
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=ZONE)
PEOPLE = {"owner": "slack:F", "reporter": "slack:R", "leader": "slack:L", "coordinator": "slack:C"}
ACTION = Subject("action", "M-2026-0007/1", {"due": date(2026, 11, 27)}, PEOPLE, channel="slack:team")
MDO = Subject("mdo", "M-2026-0007", {"starts": datetime(2026, 12, 1, 14), "held": date(2026, 12, 1)}, PEOPLE)


def due(subject: Subject, days: int = 90, now: datetime = NOW) -> list[Occurrence]:
    return occurrences(subject, RULES, CALENDAR, now, now + timedelta(days=days))


def told(subject: Subject, days: int = 90, now: datetime = NOW) -> list[tuple[str, str]]:
    return [(f"{o.rule}.{o.step}", f"{o.wall:%d-%m %H:%M}") for o in due(subject, days, now)]


def test_an_action_is_told_before_on_the_day_and_when_late_ever_higher_up() -> None:
    assert told(ACTION) == [
        ("action_before.0", "25-11 09:00"),
        ("action_due.0", "27-11 08:30"),
        ("action_late.0", "30-11 09:00"),
        ("action_late.1", "02-12 09:00"),
        ("action_late.2", "07-12 09:00"),
    ]
    assert [o.to for o in due(ACTION)] == ["owner", "owner", "owner", "leader", "coordinator"]
    assert [o.dest for o in due(ACTION)] == ["slack:team"] * 3 + ["slack:L", "slack:C"]


def test_without_a_channel_it_goes_to_the_owner_and_without_an_owner_up() -> None:
    assert due(replace(ACTION, channel=""))[0].dest == "slack:F"
    assert due(replace(ACTION, channel="", people={"leader": "slack:L"}))[0].dest == "slack:L"
    assert due(replace(ACTION, channel="", people={}))[0].dest == ""
    rule = RULES.rule("mdo_report")
    assert rule
    assert addressee(rule, 0, replace(MDO, people={"coordinator": "slack:C"})) == "coordinator"


def test_a_meeting_is_prepared_reported_and_evaluated() -> None:
    assert sorted(told(MDO)) == sorted(
        [
            ("mdo_consents.0", "17-11 09:00"),
            ("mdo_invitations.0", "19-11 09:00"),
            ("mdo_invitations.1", "24-11 09:00"),
            ("mdo_consents.1", "24-11 09:00"),
            ("mdo_agenda.0", "27-11 09:00"),
            ("mdo_report.0", "08-12 09:00"),
            ("mdo_report.1", "10-12 09:00"),
            ("mdo_report.2", "15-12 09:00"),
            ("mdo_evaluation.0", "12-01 09:00"),
            ("mdo_evaluation.1", "26-01 09:00"),
        ]
    )


def test_what_is_settled_or_closed_is_not_told() -> None:
    settled = replace(MDO, met=frozenset({"consents", "invited", "report"}))
    assert {name.split(".")[0] for name, _ in told(settled)} == {"mdo_agenda", "mdo_evaluation"}
    assert due(replace(MDO, open=False)) == []


def test_what_is_past_is_not_told_afterwards() -> None:
    assert told(ACTION, now=datetime(2026, 11, 26, 12, tzinfo=ZONE))[0] == ("action_due.0", "27-11 08:30")


def test_a_weekend_a_holiday_and_the_christmas_weeks_are_passed_over() -> None:
    sunday = replace(ACTION, anchors={"due": date(2026, 11, 29)})
    assert told(sunday)[:3] == [
        ("action_before.0", "26-11 09:00"),
        ("action_due.0", "27-11 08:30"),  # the next working morning would be too late
        ("action_late.0", "30-11 09:00"),
    ]
    christmas = replace(ACTION, anchors={"due": date(2026, 12, 24)})
    assert told(christmas)[:3] == [
        ("action_due.0", "18-12 08:30"),  # and not that it is coming, which the holidays bring to that day too
        ("action_late.0", "04-01 08:30"),
        ("action_late.1", "06-01 09:00"),  # counted from the day the first came
    ]
    working = told(replace(christmas, free_in_holidays=False))
    assert working[:3] == [
        ("action_before.0", "22-12 09:00"),
        ("action_due.0", "24-12 08:30"),
        ("action_late.0", "28-12 09:00"),
    ]


def test_a_word_in_advance_never_falls_on_the_day_itself() -> None:
    monday = Subject("mdo", "M-1", {"starts": datetime(2027, 1, 4, 14)}, PEOPLE)
    agenda = [o for o in due(monday) if o.rule == "mdo_agenda"]
    assert [f"{o.wall:%d-%m-%Y %H:%M}" for o in agenda] == ["18-12-2026 08:30"]


def test_an_early_hour_is_told_before_that_hour() -> None:
    early = replace(ACTION, anchors={"due": datetime(2026, 11, 27, 8, 0)})
    assert dict(told(early))["action_due.0"] == "26-11 08:30"


def test_the_digest_comes_every_monday_and_the_list_every_month_after_half_a_year() -> None:
    channel = Subject("channel", "slack:team", {"since": date(2026, 11, 11)}, PEOPLE, channel="slack:team")
    assert [day for _, day in told(channel, days=35)] == ["16-11 08:45", "23-11 08:45", "30-11 08:45", "07-12 08:45"]
    team = Subject("team", "contacten", {"contacts_confirmed": date(2026, 5, 31)}, PEOPLE)
    assert told(team, days=95) == [
        ("contacts_confirm.0", "30-11 09:00"),
        ("contacts_confirm.0", "04-01 08:30"),
        ("contacts_confirm.0", "01-02 08:30"),
    ]


def test_what_follows_in_a_case_is_asked_of_its_owner_alone() -> None:
    case = follow_up_subject("C-2026-0001", FollowUp("mkd_leaving", date(2026, 12, 7)), "slack:U1", "<@U1>", "")
    assert told(case) == [("case_mkd_leaves.0", "07-12 09:00")]
    assert {item.dest for item in due(case)} == {"slack:U1"}


def test_an_event_that_an_organisation_added_is_reminded_of_too() -> None:
    case = follow_up_subject("C-2026-0001", FollowUp("verhuizing", date(2026, 12, 7)), "slack:U1", "<@U1>", "")
    assert told(case)[0] == ("case_event.0", "07-12 09:00")


def test_a_year_without_a_table_is_marked() -> None:
    assert all(o.sure for o in due(ACTION))
    far = replace(ACTION, anchors={"due": date(2034, 11, 24)})
    assert not any(o.sure for o in due(far, now=datetime(2034, 11, 1, tzinfo=ZONE)))


def test_a_date_that_moved_makes_the_old_reminder_needless() -> None:
    rule = RULES.rule("action_due")
    assert rule
    first = next(o for o in due(ACTION) if o.rule == "action_due")
    assert still_due(rule, 0, first.nominal, ACTION, CALENDAR)
    moved = replace(ACTION, anchors={"due": date(2026, 12, 4)})
    assert not still_due(rule, 0, first.nominal, moved, CALENDAR)
    assert not still_due(rule, 0, first.nominal, replace(ACTION, open=False), CALENDAR)
    assert not still_due(rule, 9, first.nominal, ACTION, CALENDAR)


def test_what_somebody_is_to_a_reminder() -> None:
    assert parts_in(ACTION, "slack:F") == {Part.OWNER}
    assert Part.LEADER in parts_in(ACTION, "slack:L")
    assert parts_in(ACTION, "slack:X") == {Part.OTHER}


@settings(deadline=None, max_examples=150)
@given(st.dates(date(2026, 1, 10), date(2028, 6, 1)), st.integers(0, 60))
def test_every_reminder_is_still_due_once_in_working_hours_and_not_after_the_day(day: date, ahead: int) -> None:
    subject = replace(ACTION, anchors={"due": day})
    now = datetime.combine(day - timedelta(days=ahead), datetime.min.time(), ZONE)
    found = due(subject, now=now)
    assert len({o.key for o in found}) == len(found)
    for o in found:
        rule = RULES.rule(o.rule)
        assert rule
        assert still_due(rule, o.step, o.nominal, subject, CALENDAR)
        assert CALENDAR.is_school_day(o.wall.date())
        assert CALENDAR.quiet.allow(o.wall.time())
        assert CALENDAR.wall(o.at) == o.wall
        assert o.rule == "action_late" or o.wall.date() <= day


@settings(deadline=None, max_examples=150)
@given(st.dates(date(2026, 1, 10), date(2028, 6, 1)), st.booleans(), st.booleans())
def test_nobody_is_told_twice_a_day_of_what_one_click_settles(day: date, alone: bool, works: bool) -> None:
    people = dict.fromkeys(PEOPLE, "slack:F") if alone else PEOPLE
    meeting = {"starts": datetime.combine(day, datetime.min.time().replace(hour=14)), "held": day}
    start = datetime.combine(day - timedelta(days=60), datetime.min.time(), ZONE)
    for about in (
        replace(ACTION, anchors={"due": day}, people=people, channel="", free_in_holidays=not works),
        replace(MDO, anchors=meeting, people=people, free_in_holidays=not works),
    ):
        found = due(about, days=180, now=start)
        told_of = [("action" if about.about == "action" else o.rule, o.dest, o.wall.date()) for o in found]
        assert len(told_of) == len(set(told_of))
        late = [o.step for o in found if o.rule == "action_late"]
        assert late == sorted(late)
