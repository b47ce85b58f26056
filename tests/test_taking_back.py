"""What was said in a chat is taken away there when its case or its person is erased, again and again if need be."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery import Refused, Rejected, Unknown
from bot.messages import Choice, Reply
from bot.storage.erasing import erase_case, named, sweep, take_back
from bot.storage.letters import ERASING, Address, Policy, State
from bot.storage.parcels import names_in
from bot.storage.privacy_store import Records
from tests import databases
from tests.test_outbox import NOW, SETTLE, Desk

pytestmark = pytest.mark.usefixtures("kind")

CASE, OTHER = "C-2026-0001", "C-2026-00012"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.outbox.policy = Policy(spacing=timedelta(), erase_spacing=timedelta())
    return desk


def post(desk: Desk, key: str, dest: str = "fake:c", *about: str) -> None:
    desk.outbox.reply(key, Address(dest), Reply(key), desk.now, about)


def forget(desk: Desk, case: str = CASE) -> None:
    with desk.database.write() as session:
        erase_case(session, case, desk.now)


def texts(desk: Desk) -> list[str]:
    return [text.split('"')[3] for text in desk.fake.texts]


def test_what_a_reply_speaks_of_is_found_in_its_words_and_its_buttons() -> None:
    reply = Reply("zaak C-2026-0001 van <@U2>", [Choice("Verder", "/start-case hervat C-2026-0034")])
    assert names_in(reply, "slack") == {CASE, "C-2026-0034", "slack:U2"}
    assert names_in(Reply("voor @iris:school.nl."), "matrix") == {"matrix:@iris:school.nl"}


def test_a_forgotten_case_is_taken_out_of_the_chat_and_no_other(desk: Desk) -> None:
    post(desk, "een", "fake:c", CASE)
    post(desk, "twee", "fake:c", OTHER)
    post(desk, "drie", "fake:c", CASE, OTHER)
    desk.work()
    post(desk, "nog niet geplaatst", "fake:c", CASE)
    forget(desk)
    desk.work()
    assert texts(desk) == ["twee"]
    assert [letter.kind for letter in desk.outbox.letters(list(State))] == ["reply"]


def test_taking_away_is_tried_until_it_is_done(desk: Desk) -> None:
    post(desk, "een", "fake:c", CASE)
    desk.work()
    desk.fake.answers = [Refused("rate", timedelta(seconds=30)), Unknown("lost"), Refused("busy")]
    forget(desk)
    desk.work()
    for _ in range(5):
        desk.later(minutes=1)
        desk.work()
    assert desk.fake.texts == []
    assert desk.outbox.letters(list(State)) == []


def test_what_cannot_be_taken_away_is_told_to_the_coordinator(desk: Desk) -> None:
    post(desk, "een", "fake:c", CASE)
    desk.work()
    desk.fake.answers = [Rejected("cant_delete_message")]
    forget(desk)
    desk.work()
    dead = desk.outbox.letters([State.DEAD])
    assert [letter.kind for letter in dead] == ["take_back"]
    assert [letter.kind for letter in desk.outbox.letters([State.SENT])] == ["alarm"]


def test_no_answer_waits_for_what_is_being_taken_away(desk: Desk) -> None:
    for number in range(20):
        post(desk, f"stap {number}", "fake:c", CASE)
    desk.work()
    desk.outbox.policy = Policy(spacing=timedelta())
    forget(desk)
    post(desk, "gewist", "fake:c")
    desk.work()
    assert "gewist" in texts(desk)
    assert len(desk.fake.texts) > 15  # a little over a second apart
    for _ in range(20):
        desk.later(seconds=2)
        desk.work()
    assert texts(desk) == ["gewist"]


def test_a_post_under_way_is_taken_away_when_it_arrives_after_all(desk: Desk) -> None:
    post(desk, "een", "fake:c", CASE)
    letter = desk.outbox.claim("fake", "one", desk.now, SETTLE)
    assert letter
    forget(desk)
    assert not desk.outbox.holds(letter, desk.now)
    desk.outbox.sent(letter, "p7")  # its request was out already
    desk.work()
    assert [(found.kind, found.platform_id) for found in desk.outbox.letters(list(State))] == [("take_back", "p7")]
    desk.later(minutes=3)
    desk.work()
    assert desk.outbox.letters(list(State)) == []


@pytest.mark.usefixtures("new_files")
def test_who_is_forgotten_is_named_in_no_post(desk: Desk, tmp_path: Path) -> None:
    post(desk, "aan iris", "fake:iris")
    post(desk, "over iris", "fake:c", "fake:iris")
    desk.outbox.reply("alleen iris", Address("fake:c", private_to="iris"), Reply("alleen iris"), desk.now)
    post(desk, "aan bob", "fake:bob")
    desk.work()
    Records(desk.database, desk.vault).forget_person("fake:iris", desk.now)
    desk.work()
    assert texts(desk) == ["aan bob"]
    desk.database.close()
    desk.database.scrub()  # as the housekeeping does
    kept = databases.on_disk(desk.database, tmp_path)
    assert b"fake:bob" in kept
    assert b"fake:iris" not in kept


def test_a_terminal_keeps_nothing_and_has_nothing_to_take_away(desk: Desk) -> None:
    post(desk, "een", "terminal:iris", CASE)
    with desk.database.write() as session:
        take_back(session, named(CASE), NOW)
        sweep(session, "terminal:iris", NOW)
    assert desk.outbox.letters(list(State)) == []


def test_a_restore_does_not_stop_what_is_being_taken_away(desk: Desk) -> None:
    post(desk, "een", "fake:c", CASE)
    desk.work()
    forget(desk)
    post(desk, "twee")
    assert desk.outbox.quarantine() == 1
    assert {letter.kind for letter in desk.outbox.letters([State.PENDING])} <= set(ERASING)
