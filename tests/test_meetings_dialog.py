import json
from argparse import Namespace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from PIL import Image

from bot.app import App
from bot.commands.mdo import parse
from bot.messages import Person, Room
from bot.settings import Settings
from bot.storage.meetings import Meetings
from bot.timeline import Mark, describe, draw, within
from bot.usage import CommandError
from tests import databases
from tests.case_world import CONSENTED, TO_CONSENT, TO_END
from tests.mdo_world import BOB, COORDINATOR, FATIMA, IRIS, PLAN, MdoWorld
from workflows.meeting import ActionState, MeetingState

pytestmark = pytest.mark.usefixtures("kind")

ACT = '/mdo actie "@fatima belt de huisarts vóór vrijdag"'
SECRET = "belt de huisarts"


@pytest.fixture
def world(tmp_path: Path) -> MdoWorld:
    return MdoWorld(tmp_path)


def kept(meetings: Meetings, ref: str = "M-2026-0001"):  # type: ignore[no-untyped-def]
    found = meetings.find(ref)
    assert found is not None
    return found


def test_a_plan_in_one_line_is_shown_back_and_kept_after_yes(world: MdoWorld) -> None:
    assert "Uit te nodigen: ouders, IB'er of directeur, CJG'er" in world.say(PLAN)
    assert world.meetings.listed() == []
    assert "M-2026-0001** staat: dinsdag 1 december 2026, 14:00" in world.say("ja")
    meeting = kept(world.meetings)
    assert (meeting.starts, meeting.place) == (datetime(2026, 12, 1, 14, 0), "gemeentehuis")
    assert meeting.invited == ("ouders", "school", "cjg")


def test_every_change_of_a_meeting_gives_another_stamp(world: MdoWorld) -> None:
    stamps = [world.meetings.stamp()]
    for said in ((PLAN, "ja"), (ACT, "ja")):
        world.walk(*said)
        stamps.append(world.meetings.stamp())
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize("words", ["half drie", "nee, half drie", "toch 14:30"])
def test_one_reply_mends_the_hour_and_nothing_else(world: MdoWorld, words: str) -> None:
    said = world.walk(PLAN, words)
    assert "Wanneer: dinsdag 1 december 2026, 14:30" in said
    assert "gemeentehuis" in said


def test_without_words_every_part_is_asked_and_back_goes_back(world: MdoWorld) -> None:
    asked = [world.say(t) for t in ("/mdo plan", "dinsdag over een week", "14:00", "op school", "geen", "met ouders")]
    for said, title in zip(
        asked, ("Welke dag?", "Hoe laat?", "Waar?", "Welke zaak?", "Wie komen er?", "de regie?"), strict=True
    ):
        assert title in said
    assert "Wie komen er?" in world.say("terug")
    assert "Uit te nodigen: ouders, IB'er of directeur" in world.walk("met ouders, school", "ik", "2")
    world.say("ja")
    assert kept(world.meetings).leader.key == "terminal:iris"


def test_what_was_asked_survives_a_restart(world: MdoWorld) -> None:
    world.walk("/mdo plan", "dinsdag over een week")
    world.reopen()
    assert "Waar?" in world.say("14:00")


def test_an_action_is_kept_locked_and_never_readable_on_disk(world: MdoWorld) -> None:
    world.walk(PLAN, "ja", ACT)
    assert SECRET.encode() not in databases.on_disk(world.database, world.folder)
    world.say("ja")
    assert kept(world.meetings).actions[0].words == SECRET
    found = databases.on_disk(world.database, world.folder)
    assert b"M-2026-0001" in found
    assert not [secret for secret in (SECRET, "gemeentehuis", "@fatima") if secret.encode() in found]


def test_yes_delivered_twice_makes_one_action(world: MdoWorld) -> None:
    world.walk(PLAN, "ja", ACT, "ja")
    world.say("ja")
    assert len(kept(world.meetings).actions) == 1


def test_an_old_button_does_no_harm(world: MdoWorld) -> None:
    world.walk(PLAN, "ja", ACT)
    old = world.choices[0]
    world.say("wie: Karin")
    assert "voorbij" in world.say(old)
    assert kept(world.meetings).actions == ()


@pytest.mark.parametrize(
    ("sentence", "asks"),
    [
        ("ib'er stuurt verslag", "Wanneer?"),
        ("Jan en Karin bellen vrijdag de school", "Wie?"),
        ("vrijdag", "Wat?"),
        ("Fatima belt vrijdag om 25:00", "Hoe laat?"),
        ("Fatima belt begin december", "Wanneer?"),
    ],
)
def test_what_is_missing_is_asked_by_name(world: MdoWorld, sentence: str, asks: str) -> None:
    world.walk(PLAN, "ja")
    assert asks in world.say(f"/mdo actie {sentence}")


@pytest.mark.parametrize("personal", ["bel 06-12345678", "mail jan@example.nl", "BSN 111222333 opzoeken"])
def test_personal_data_is_refused_and_not_kept(world: MdoWorld, personal: str) -> None:
    world.walk(PLAN, "ja")
    assert "Dat bewaar ik niet" in world.say(f"/mdo actie Fatima {personal} vrijdag")
    talk = world.meetings.asked("terminal:iris")
    assert talk is not None
    assert "words" not in talk.run.values


def test_a_date_with_a_time_is_no_personal_data(world: MdoWorld) -> None:
    assert "dinsdag 15 december 2026, 10:00" in world.say("/mdo plan 15 dec 10:00 met ouders en school")


def test_in_a_channel_only_reference_owner_and_date_are_said(world: MdoWorld) -> None:
    world.walk(PLAN, "ja", ACT, "ja")
    world.room = Room.PUBLIC
    for typed in ("/mdo lijst", "/mdo toon 1", "/mdo overzicht", "/mdo verslag 1", "/mdo klaar", "/mdo sluit 1"):
        said = "\n".join(reply.text for reply in world.send(typed) if not reply.direct)
        assert "huisarts" not in said
        assert "gemeentehuis" not in said
    world.reopen()
    said = world.say("/mdo actie M-1 Karin mailt de jeugdarts 3 dec")
    assert "Wie: iemand buiten deze chat" in said
    assert "Karin" not in said.replace("`wie: Karin`", "")
    assert "jeugdarts" not in said.replace("`wat: de jeugdarts bellen`", "")


def test_only_owner_leader_or_coordinator_may_end_and_others_are_told_who(world: MdoWorld) -> None:
    world.walk(PLAN, "ja", ACT, "ja")
    world.person = BOB
    for typed in ("/mdo klaar 1-1", "/mdo uitstel 1-1 een week"):
        assert "Dat kunnen: @fatima, @iris, of een coördinator" in world.say(typed)
    assert kept(world.meetings).actions[0].is_open
    world.person = FATIMA
    assert "uitgesteld naar donderdag 3 december" in world.say("/mdo uitstel 1-1 een week")
    world.person = COORDINATOR
    assert "is klaar" in world.say("/mdo klaar 1-1")
    assert kept(world.meetings).actions[0].ended_by == "terminal:cora"


@pytest.mark.parametrize(
    "typed", ["klaar 1-1", "1-1 klaar", "k M-2026-0001-1", "gereed m1-1", "klaar huisarts", "klaar"]
)
def test_words_in_any_order_and_abbreviated(world: MdoWorld, typed: str) -> None:
    world.walk(PLAN, "ja", ACT, "ja")
    assert "**M-2026-0001-1** is klaar" in world.say(f"/mdo {typed}")


@pytest.mark.parametrize(
    "typed", ["uitstel 1-1 1-12", "uit 1-1 tot 1 dec", "1 dec uitstel M-2026-0001-1", "uitstel een week 1-1"]
)
def test_putting_off_in_any_order(world: MdoWorld, typed: str) -> None:
    world.walk(PLAN, "ja", ACT, "ja")
    assert "is uitgesteld naar" in world.say(f"/mdo {typed}")
    expected = (2026, 12, 3) if "week" in typed else (2026, 12, 1)
    assert kept(world.meetings).actions[0].due.timetuple()[:3] == expected


def test_a_typo_is_asked_back_and_an_unknown_word_told(world: MdoWorld) -> None:
    assert "Bedoelt u `klaar`?" in world.say("/mdo klar 1-1")
    assert world.choices == ["/mdo klaar 1-1"]
    assert "ken ik niet bij `/mdo`" in world.say("/mdo xyzzy")


def test_reminders_follow_the_action(world: MdoWorld) -> None:
    world.walk(PLAN, "ja", ACT, "ja")
    first = [(r.rule, str(r.nominal), r.dest) for r in world.planned("M-2026-0001-1")]
    assert ("action_due", "2026-11-26", "terminal:fatima") in first
    assert ("action_late", "2026-12-07", "terminal:cora") not in first
    assert {dest for _, _, dest in first} == {"terminal:fatima", "terminal:iris", "terminal:cora"}
    world.say("/mdo uitstel 1-1 een week")
    moved = {r.rule: str(r.nominal) for r in world.planned("M-2026-0001-1") if r.rule == "action_due"}
    assert moved == {"action_due": "2026-12-03"}
    world.say("/mdo klaar 1-1")
    assert world.planned("M-2026-0001-1") == []


def test_reminders_come_in_the_channel_of_the_plan_or_the_one_named(world: MdoWorld) -> None:
    world.room, world.conversation = Room.PRIVATE, "terminal:team"
    world.walk(PLAN, "ja")
    assert {r.dest for r in world.planned("M-2026-0001") if r.step == 0} == {"terminal:team"}
    world.room, world.conversation = Room.DIRECT, ""
    world.walk(f"{PLAN} in #zorg", "ja")
    assert {r.dest for r in world.planned("M-2026-0002") if r.step == 0} == {"terminal:#zorg"}
    world.say("/mdo toon M-2026-0002 in #anders")
    assert {r.dest for r in world.planned("M-2026-0002") if r.step == 0} == {"terminal:#anders"}


def test_a_click_closes_snoozes_hands_on_and_skips(world: MdoWorld) -> None:
    world.walk(PLAN, "ja", ACT, "ja")
    due = next(r for r in world.planned("M-2026-0001-1") if r.rule == "action_due")
    world.person = BOB
    assert "Dat kunnen: @fatima" in world.say(f"/herinnering {due.id} done")
    world.person = FATIMA
    assert "Tot wanneer?" in world.say(f"/herinnering {due.id} snooze")
    assert "dinsdag 1 december" in world.say(f"/herinnering {due.id} snooze 1 dec")
    assert "Van wie is deze actie dan?" in world.say(f"/herinnering {due.id} not_mine")
    assert "is nu van Karin" in world.say("Karin")
    world.person = IRIS
    assert "is klaar" in world.say(f"/herinnering {due.id} done")
    assert kept(world.meetings).actions[0].state is ActionState.DONE
    agenda = next(r for r in world.planned("M-2026-0001") if r.rule == "mdo_agenda")
    assert "Genoteerd" in world.say(f"/herinnering {agenda.id} done")
    assert "agenda" in kept(world.meetings).facts
    assert "ken ik niet meer" in world.say("/herinnering 999 done")


def test_a_day_or_hour_that_does_not_exist_is_told(world: MdoWorld) -> None:
    assert "31 november bestaat niet." in world.say("/mdo plan 31 november 14:30 school")
    assert "31-4-2027 bestaat niet." in world.say("31-4-2027")
    world.say("stop")
    told = world.say("/mdo plan 1 december 25:00 school")
    assert "25:00 bestaat niet." in told
    assert "Hoe laat?" in told


def test_yes_is_nobodys_name(world: MdoWorld) -> None:
    world.walk(PLAN, "ja", "/mdo actie Klaasje van Puffelen belt de huisarts vrijdag")
    world.walk("ja", "ja")
    assert all(action.owner.name not in ("ja", "Ja") for action in kept(world.meetings).actions)


def test_who_writes_the_report_does_not_hand_on_an_action(world: MdoWorld) -> None:
    world.walk(f"{PLAN}, verslag @bob", "ja", ACT, "ja")
    due = next(r for r in world.planned("M-2026-0001-1") if r.rule == "action_due")
    world.person = BOB
    said = world.say(f"/herinnering {due.id} niet")
    assert "Dat kunnen: @fatima, @iris" in said
    assert "Van wie is deze actie" not in said


def test_consents_of_the_case_are_checked_and_what_is_missing_is_said(world: MdoWorld) -> None:
    world.walk(*TO_CONSENT, *CONSENTED, *TO_END)
    said = world.walk("/mdo plan dinsdag over een week 14:00 met ouders, school voor C-2026-0001", "ja")
    assert "De toestemmingen om uit te nodigen zijn er allemaal (C-2026-0001)" in said
    assert "mdo_consents" not in {r.rule for r in world.planned("M-2026-0001")}
    world.walk("/start-case intrekken C-2026-0001", "1", "uitnodigen voor een mdo", "vandaag")
    world.say("later")
    said = world.say("/mdo toon M-2026-0001")
    assert "Nodig nog niet uit" in said
    assert "ouder 1: ingetrokken" in said


def test_consent_that_lapses_before_the_meeting_is_as_good_as_none(world: MdoWorld) -> None:
    world.walk(*TO_CONSENT, "voor alles", "mondeling", "vandaag", "28 november 2026", "geen grenzen", *TO_END)
    said = world.walk("/mdo plan dinsdag over een week 14:00 met ouders, school voor C-2026-0001", "ja")
    assert "Nodig nog niet uit" in said
    assert "ouder 1: geldt tot en met 28-11-2026" in said


def test_a_case_of_somebody_else_is_not_shown(world: MdoWorld) -> None:
    world.walk(*TO_CONSENT, *CONSENTED)
    world.person = BOB
    said = world.say("/mdo plan dinsdag over een week 14:00 met ouders, school voor C-2026-0001")
    assert "Ik ken geen zaak C-2026-0001 van u" in said
    assert "Zaak: geen" in said


def test_the_calendar_file_holds_wall_time_and_no_names(world: MdoWorld) -> None:
    world.say(PLAN)
    first = world.send("ja")[0].attachments[0]
    moved = world.send("/mdo uitstel M-2026-0001 8 december 15:00")[0].attachments[0]
    events = [Calendar.from_ical(file.content).walk("VEVENT")[0] for file in (first, moved)]
    assert [str(e["SUMMARY"]) for e in events] == ["MDO M-2026-0001"] * 2
    assert [str(e["SEQUENCE"]) for e in events] == ["0", "1"]
    assert events[0]["UID"] == events[1]["UID"]
    assert events[1].decoded("DTSTART").isoformat() == "2026-12-08T15:00:00+01:00"
    assert b"TZID=Europe/Amsterdam" in first.content
    assert b"BEGIN:VTIMEZONE" in first.content
    assert b"iris" not in first.content


def test_the_report_has_actions_owners_dates_and_who_leads(world: MdoWorld) -> None:
    world.walk(f"{PLAN}, regie: ik", "ja", ACT, "ja")
    text, pdf = world.send("/mdo verslag")[0].attachments
    report = text.content.decode()
    assert "Regie: @iris" in report
    assert "| M-2026-0001-1 | @fatima | belt de huisarts | 26-11-2026 | open |" in report
    assert pdf.content.startswith(b"%PDF")
    assert "mdo_report" in {r.rule for r in world.planned("M-2026-0001")}
    world.say("1")
    assert "mdo_report" not in {r.rule for r in world.planned("M-2026-0001")}


def test_closing_settles_every_action(world: MdoWorld) -> None:
    world.walk(
        PLAN, "ja", ACT, "ja", "/mdo actie Karin mailt de school 1 dec", "ja", "/mdo actie CJG belt terug 2 dec", "ja"
    )
    world.walk("/mdo plan 15 dec 10:00 met ouders, school", "ja")
    assert "Is het overleg gehouden?" in world.say("/mdo sluit M-2026-0001")
    assert "Waarom vervalt het?" in world.walk("ja", "klaar", "vervalt")
    assert "CJG: belt terug" in world.say("niet meer nodig")
    said = world.walk("3", "ja", "ja")
    assert "**M-2026-0001** is gesloten" in said
    shut, there = kept(world.meetings), kept(world.meetings, "M-2026-0002")
    assert [a.state for a in shut.actions] == [ActionState.DONE, ActionState.DROPPED, ActionState.MOVED]
    assert [(a.owner.name, a.words) for a in there.actions] == [("CJG", "belt terug")]
    assert shut.state is MeetingState.CLOSED
    assert world.planned("M-2026-0001") == []
    assert world.planned("M-2026-0002-1")


def test_a_meeting_that_was_not_held_is_called_off(world: MdoWorld) -> None:
    world.walk(PLAN, "ja")
    world.say("/mdo sluit 1")
    reply = world.send("nee")[0]
    assert "gaat niet door" in reply.text
    event = Calendar.from_ical(reply.attachments[0].content).walk("VEVENT")[0]
    assert str(event["STATUS"]) == "CANCELLED"
    assert world.planned("M-2026-0001") == []


def test_the_overview_shows_the_team_with_a_picture(world: MdoWorld) -> None:
    world.walk(PLAN, "ja", ACT, "ja")
    world.person, world.now = BOB, world.now + timedelta(days=9)
    reply = world.send("/mdo overzicht")[0]
    assert "1, waarvan 1 te laat" in reply.text
    assert "M-2026-0001-1 · @fatima · **te laat**" in reply.text
    assert "huisarts" not in reply.text + reply.attachments[0].alt
    file = world.folder / "overzicht.png"
    file.write_bytes(reply.attachments[0].content)
    with Image.open(file) as picture:
        assert picture.width == 1080


def test_the_timeline_holds_six_weeks_and_what_is_late() -> None:
    today = datetime(2026, 11, 25).date()
    marks = [Mark(today + timedelta(days=n), f"dag {n}") for n in (-30, 0, 39, 40, 60)]
    assert [m.label for m in within(marks, today - timedelta(days=2))] == ["dag -30", "dag 0", "dag 39"]
    assert "dag 39" in describe(marks, today)
    assert draw(marks, today) != draw(marks[1:], today)


def test_a_question_in_between_is_answered_and_the_step_asked_again(world: MdoWorld) -> None:
    said = world.walk("/mdo plan", "wie mag er bij een MDO zijn?")
    assert "(antwoord uit de afspraken op: wie mag er bij een MDO zijn?)" in said
    assert "Welke dag?" in said


def test_danger_in_an_action_goes_before_everything(world: MdoWorld) -> None:
    world.walk(PLAN, "ja")
    replies = world.send("/mdo actie Fatima belt vrijdag want hij wordt mishandeld")
    assert "112" in replies[0].text
    assert len(replies) == 2


def test_a_case_and_a_plan_under_way_do_not_take_each_others_replies(world: MdoWorld) -> None:
    world.walk("/start-case", "/mdo plan")
    assert "Hoe laat?" in world.say("dinsdag over een week")
    assert "Stap 1" in world.say("/start-case hervat C-2026-0001")
    assert "Stap 2" in world.say("nee")


def test_people_on_other_platforms_are_known_by_their_mention(world: MdoWorld) -> None:
    world.person = Person("slack", "U7")
    world.walk(
        PLAN, "ja", "/mdo actie <@U9|fatima> belt de huisarts vóór vrijdag", "ja", "/mdo actie ik bel terug 1 dec", "ja"
    )
    assert [a.owner.key for a in kept(world.meetings).actions] == ["slack:U9", "slack:U7"]
    assert [a.owner.name for a in kept(world.meetings).actions] == ["<@U9>", "<@U7>"]


def test_the_digest_of_a_channel_holds_references_owners_and_dates(world: MdoWorld) -> None:
    world.room, world.conversation = Room.PRIVATE, "terminal:team"
    world.walk(PLAN, "ja", ACT, "ja")
    digest = next(s for s in world.office.subjects(world.now) if s.about == "channel")
    assert digest.summary == "M-2026-0001-1 · @fatima · 26-11-2026"
    assert world.office.subject("action", "M-2026-0001-1", world.now) is not None
    assert world.office.subject("action", "M-2026-0009-1", world.now) is None


def test_reminders_are_planned_for_open_meetings_however_old_and_closed_ones_not_evaluated(world: MdoWorld) -> None:
    world.walk(PLAN, "ja", ACT, "ja", PLAN, "ja", "/mdo sluit M-2026-0002", "ja", "nee", "ja")
    refs = {s.ref for s in world.office.subjects(world.now + timedelta(days=400))}
    assert refs == {"M-2026-0001", "M-2026-0001-1"}
    assert "M-2026-0002" in {s.ref for s in world.office.subjects(world.now + timedelta(days=30))}


@pytest.mark.parametrize(("typed", "shown"), [("2026-11-21T10:00", "2026-11-26"), ("2026-11-27T10:00", "2026-12-03")])
def test_parse_on_the_command_line(typed: str, shown: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    app = App(Settings.model_validate({"WEGWIJZER_HOME": tmp_path}))
    args = Namespace(text="Fatima belt de huisarts vóór vrijdag", now=typed, json=True)
    assert parse(app, args) == 0
    assert json.loads(capsys.readouterr().out) == {
        "owner": "Fatima", "action": "belt de huisarts", "due": shown, "time": None, "ask": [],
    }  # fmt: skip
    parse(app, Namespace(text="ib'er stuurt verslag", now=typed, json=False))
    assert "Te vragen: wanneer" in capsys.readouterr().out
    with pytest.raises(CommandError, match="geen moment"):
        parse(app, Namespace(text="x", now="morgen", json=False))
