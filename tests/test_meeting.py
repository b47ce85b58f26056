from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Role
from bot.permits import Deed, may
from knowledge.roles import load_roles
from knowledge.sources import SHIPPED
from tests.transcripts import ZONE
from workflows.agreeing import read_mend, read_owner, read_put_off
from workflows.meeting import (
    ActionState,
    Meeting,
    MeetingError,
    MeetingState,
    Reference,
    Who,
    act,
    action_subject,
    cancel,
    carry_over,
    close,
    done,
    drop,
    find_references,
    meeting_subject,
    move,
    put_off,
    reassign,
    reference,
    settle,
)
from workflows.planning import channel_in, lexicon_of, read_plan, roles_in

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZONE)
DUE = date(2026, 11, 26)
LEXICON = lexicon_of({role.id: role.words for role in load_roles(SHIPPED / "roles.yaml")})
FATIMA, KARIN = Who("@fatima", "terminal:fatima"), Who("Karin")


def planned(**values: object) -> Meeting:
    made = Meeting("M-2026-0007", "terminal:iris", datetime(2026, 12, 1, 14, 0), invited=("ouders", "school"))
    return replace(made, **values)  # type: ignore[arg-type]


def test_actions_are_numbered_and_a_number_never_comes_back() -> None:
    meeting = act(act(planned(), FATIMA, "belt de huisarts", DUE), KARIN, "stuurt verslag", DUE)
    meeting = done(meeting, 2, "terminal:iris", NOW)
    assert [a.number for a in act(meeting, FATIMA, "nog iets", DUE).actions] == [1, 2, 3]
    assert [a.number for a in meeting.open_actions] == [1]


def test_done_keeps_who_and_when_and_cannot_be_done_twice() -> None:
    meeting = done(act(planned(), FATIMA, "belt", DUE), 1, "terminal:cora", NOW)
    action = meeting.action(1)
    assert action is not None
    assert (action.state, action.ended_by, action.ended) == (ActionState.DONE, "terminal:cora", NOW)
    with pytest.raises(MeetingError, match="no open action 1"):
        done(meeting, 1, "terminal:cora", NOW)


def test_an_action_falls_away_only_with_a_reason() -> None:
    meeting = act(planned(), FATIMA, "belt", DUE)
    with pytest.raises(MeetingError, match="without a reason"):
        drop(meeting, 1, "", "terminal:iris", NOW)
    action = drop(meeting, 1, "niet meer nodig", "terminal:iris", NOW).action(1)
    assert action is not None
    assert (action.state, action.reason) == (ActionState.DROPPED, "niet meer nodig")


def test_put_off_and_reassign_change_only_day_and_owner() -> None:
    meeting = put_off(act(planned(), FATIMA, "belt", DUE), 1, date(2026, 12, 3), time(9, 0))
    action = reassign(meeting, 1, KARIN).action(1)
    assert action is not None
    assert (action.owner, action.words, action.due, action.at) == (KARIN, "belt", date(2026, 12, 3), time(9, 0))


def test_an_action_carried_over_stands_open_in_one_place() -> None:
    here, there = carry_over(act(planned(), FATIMA, "belt", DUE), 1, planned(ref="M-2026-0008"), "terminal:iris", NOW)
    was = here.action(1)
    assert was is not None
    assert (was.state, was.reason) == (ActionState.MOVED, "M-2026-0008-1")
    assert [(a.owner, a.words, a.due, a.is_open) for a in there.actions] == [(FATIMA, "belt", DUE, True)]


def test_a_meeting_closes_only_without_open_actions() -> None:
    meeting = act(planned(), FATIMA, "belt", DUE)
    with pytest.raises(MeetingError, match=r"open actions: \[1\]"):
        close(meeting, NOW)
    shut = close(done(meeting, 1, "x", NOW), NOW)
    assert (shut.state, shut.closed) == (MeetingState.CLOSED, NOW)
    with pytest.raises(MeetingError, match="plan a new one"):
        act(shut, FATIMA, "nog iets", DUE)
    assert cancel(planned(), NOW).state is MeetingState.CANCELLED


def test_a_moved_meeting_must_be_invited_for_anew() -> None:
    moved = move(settle(settle(planned(), "invited"), "agenda"), datetime(2026, 12, 8, 14, 0))
    assert (moved.facts, moved.moves) == (frozenset({"agenda"}), 1)


def test_only_the_owner_who_leads_or_a_coordinator_may_end_an_action() -> None:
    meeting = act(planned(leader=Who("@lea", "terminal:lea")), FATIMA, "belt", DUE)
    action = meeting.actions[0]
    people = ("fatima", "lea", "iris", "bob")
    parts = {person: meeting.parts_in(action, f"terminal:{person}") for person in people}
    assert [p for p in people if may(Deed.END_ACTION, Role.PROFESSIONAL, parts[p])] == ["fatima", "lea"]
    assert [p for p in people if may(Deed.MOVE_MEETING, Role.PROFESSIONAL, parts[p])] == ["lea", "iris"]
    assert may(Deed.END_ACTION, Role.COORDINATOR, parts["bob"])


def test_who_planned_leads_while_nobody_else_of_the_chat_does() -> None:
    assert planned(leader=Who("school")).leads == "terminal:iris"


def test_reminders_of_a_word_as_owner_go_to_who_leads_and_hold_the_words_apart() -> None:
    meeting = act(planned(channel="slack:C1"), KARIN, "belt de huisarts", DUE, time(14, 30))
    subject = action_subject(meeting, meeting.actions[0], "terminal:cora", {"owner": "Karin"})
    assert subject.people == {"owner": "terminal:iris", "leader": "terminal:iris", "coordinator": "terminal:cora"}
    assert (subject.ref, subject.words, subject.channel) == ("M-2026-0007-1", "belt de huisarts", "slack:C1")
    assert subject.anchors == {"due": datetime(2026, 11, 26, 14, 30)}
    assert not action_subject(meeting, replace(meeting.actions[0], state=ActionState.DONE), "", {}).open


def test_after_closing_only_the_evaluation_is_still_to_come() -> None:
    shut = close(planned(), NOW)
    subject = meeting_subject(shut, "", {}, frozenset())
    assert subject.open
    assert {"consents", "invited", "agenda"} <= subject.met
    assert not meeting_subject(settle(shut, "evaluated"), "", {}, frozenset()).open
    assert not meeting_subject(cancel(planned(), NOW), "", {}, frozenset()).open


@pytest.mark.parametrize(
    ("typed", "found", "rest"),
    [
        ("M-2026-0007", [("M-2026-0007", 0)], ""),
        ("7-2 een week", [("M-2026-0007", 2)], "een week"),
        ("een week m-2026-7-2", [("M-2026-0007", 2)], "een week"),
        ("m7-2 1-12", [("M-2026-0007", 2)], "1-12"),
        ("m-7 8 dec 14:00", [("M-2026-0007", 0)], "8 dec 14:00"),
        ("7-1 en 7-2", [("M-2026-0007", 1), ("M-2026-0007", 2)], "en"),
        ("8 dec 14:00", [], "8 dec 14:00"),
        ("https://meet.example/12-34", [], "https://meet.example/12-34"),
        ("", [], ""),
    ],
)
def test_references_as_people_type_them(typed: str, found: list[tuple[str, int]], rest: str) -> None:
    assert find_references(typed, 2026) == ([Reference(*item) for item in found], rest)


def test_a_bare_number_counts_only_where_it_may() -> None:
    assert find_references("7", 2026, bare=True) == ([Reference("M-2026-0007")], "")
    assert find_references("7", 2026) == ([], "7")


@given(st.integers(1, 9999), st.integers(1, 99))
def test_every_reference_is_read_back(number: int, action: int) -> None:
    ref = reference(2026, number)
    assert find_references(f"klaar {ref}-{action}", 2026) == ([Reference(ref, action)], "klaar")
    assert find_references(f"{ref} toon", 2026) == ([Reference(ref)], "toon")


PARTS = {
    "when": "dinsdag 1 december 14:00",
    "place": "in het gemeentehuis kamer 2",
    "who": "met ouders, school en de klantmanager",
    "case": "voor C-2026-0042",
    "channel": "in #mdo-team",
    "leader": "regie: CJG",
}


@given(st.permutations(list(PARTS)))
def test_a_plan_is_read_in_any_order(order: list[str]) -> None:
    found = read_plan(" ".join(PARTS[part] for part in order), NOW, LEXICON)
    assert (found.day, found.at) == (date(2026, 12, 1), time(14, 0))
    assert (found.place, found.case, found.channel) == ("gemeentehuis kamer 2", "C-2026-0042", "#mdo-team")
    assert (found.invited, found.leader, found.unread) == (["ouders", "school", "klantmanager"], "CJG", [])


@pytest.mark.parametrize(
    ("typed", "unclear", "unread"),
    [
        ("dinsdag 25 november 14:00", True, []),
        ("dinsdag, 2 dec 14:00", True, []),
        ("begin december", False, ["begin december"]),
        ("1 dec 14:00 gemeentehuis", False, ["gemeentehuis"]),
        ("1 dec 14:00 met ouders en flierefluiter", False, ["met ouders en flierefluiter"]),
    ],
)
def test_what_is_not_understood_is_named_and_never_guessed(typed: str, unclear: bool, unread: list[str]) -> None:
    found = read_plan(typed, NOW, LEXICON)
    assert (found.unclear_day, found.unread) == (unclear, unread)
    assert found.place == ""


def test_links_roles_and_channels() -> None:
    found = read_plan("vrijdag 10 uur via https://teams.example/x?y=1 ouders, ib'er, leerplicht", NOW, LEXICON)
    assert (found.place, found.invited) == ("https://teams.example/x?y=1", ["ouders", "school", "leerplicht"])
    assert roles_in("de leerling, SWV en onze buurman", LEXICON) == (["leerling", "swv"], ["onze", "buurman"])
    assert (channel_in("toon in <#C12|mdo>"), channel_in("toon")) == ("<#C12|mdo>", "")


@pytest.mark.parametrize(
    ("typed", "owner", "words", "due"),
    [
        ("wie: de ib'er", "ib'er", None, None),
        ("Karin", "Karin", None, None),
        ("nee, vóór donderdag", None, None, date(2026, 11, 25)),
        ("1 december", None, None, date(2026, 12, 1)),
        ("wat: de jeugdarts bellen", None, "de jeugdarts bellen", None),
        ("Karin belt de jeugdarts vóór 1 dec", "Karin", "belt de jeugdarts", date(2026, 11, 30)),
    ],
)
def test_one_reply_mends_what_it_names(typed: str, owner: str | None, words: str | None, due: date | None) -> None:
    found = read_mend(typed, NOW)
    assert (found.owner, found.words, found.due) == (owner, words, due)


def test_two_owners_are_asked_back() -> None:
    assert read_mend("wie: Jan en Karin", NOW).ask == ("owner",)
    assert read_owner("Jan of Piet", NOW) is None
    assert read_owner("de leerplichtambtenaar", NOW) == "leerplichtambtenaar"


def test_a_length_of_time_counts_from_the_day_it_was_due() -> None:
    assert read_put_off("een week", DUE, NOW) == (date(2026, 12, 3), None)
    assert read_put_off("1 week", date(2026, 11, 10), NOW) == (date(2026, 11, 28), None)
    assert read_put_off("tot vrijdag", DUE, NOW) == (date(2026, 11, 27), None)
    assert read_put_off("gisteren", DUE, NOW) == (None, None)
