"""From what came in to what goes out, on a real database: once, in order, whole or not at all."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from bot import crash
from bot.composing import Composer
from bot.delivery import Outcome, Post, Recall, Sent, Unknown
from bot.messages import Attachment, Choice, Incoming, Person, Reply, Room
from bot.outbox import Sender
from bot.storage.database import StorageError
from bot.storage.inbox import Arrived, Inbox
from bot.storage.letters import Policy, State
from bot.storage.outbox_store import Outbox
from bot.storage.parcels import pack_incoming, pack_reply, unpack_incoming, unpack_reply
from bot.storage.people import People, Profile
from bot.storage.reminder_store import Reminders
from bot.storage.retention import Terms, purge
from bot.vault import Vault
from bot.work import Worker
from tests import databases
from tests.mdo_world import rules
from tests.transcripts import ZONE
from workflows.dates import shipped_calendar

pytestmark = pytest.mark.usefixtures("kind")

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
IRIS = Person("slack", "U1")


class Desk:
    """The whole way in a folder: inbox, worker, outbox, and a platform that keeps what it was given."""

    def __init__(self, folder: Path) -> None:
        databases.set_clock(folder, NOW)
        self.database = databases.opened(folder)
        self.database.upgrade()
        vault = Vault.open("", folder)
        self.inbox, self.people = Inbox(self.database, vault), People(self.database, vault)
        self.outbox = Outbox(self.database, vault, Policy(spacing=timedelta()))
        self.posts: list[Post] = []
        self.asked: list[str] = []
        self.worker = Worker(self.database, self.inbox, self.outbox, self.answer)

    platform = "slack"
    recall = Recall(settle=timedelta())

    async def send(self, post: Post) -> Outcome:
        self.posts.append(post)
        return Sent(f"ts-{post.number}")

    async def look_up(self, post: Post) -> Unknown:
        return Unknown(post.marker)

    async def take_back(self, post: Post) -> Outcome:
        self.posts = [kept for kept in self.posts if kept.marker != post.marker]
        return Sent(post.placed)

    async def sweep(self, post: Post) -> Outcome:
        self.posts = [kept for kept in self.posts if kept.dest != post.dest]
        return Sent("")

    def answer(self, incoming: Incoming) -> Sequence[Reply]:
        self.asked.append(incoming.text)
        self.people.remember(incoming.person.key, Profile(school=incoming.text))
        if incoming.text == "twee":
            return [
                Reply("een"),
                Reply("twee", [Choice("Ja", "ja")], [Attachment("a.png", "image/png", b"\x89\xff", "alt")]),
            ]
        return [
            Reply(f"antwoord op {incoming.text}", replaces=incoming.text == "klaar", private=incoming.text == "nee")
        ]

    def post_all(self) -> list[Post]:
        composer = Composer(
            rules(), shipped_calendar(), Reminders(self.database), self.outbox, lambda *_: None, lambda: NOW
        )
        sender = Sender(self.outbox, self, composer, "test", lambda: NOW)
        while asyncio.run(sender.run_once()):
            pass
        return self.posts


def event(number: int, said: str = "hallo", room: Room = Room.DIRECT, **more: Any) -> Arrived:
    incoming = Incoming(IRIS, said, NOW, room, more.pop("conversation", "slack:D1"), id=str(number), **more)
    return Arrived((f"slack/T/Ev{number}", f"slack/T/D1/{number}"), incoming)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_event_is_answered_once_however_often_and_under_whichever_name_it_comes(desk: Desk) -> None:
    assert desk.inbox.keep([event(1)]) == 1
    assert desk.inbox.keep([event(1)]) == 0
    again = Arrived(("slack/T/other", "slack/T/D1/1"), event(1).incoming)
    assert desk.inbox.keep([again, event(2, "twee")]) == 1
    assert desk.inbox.keep([Arrived(("slack/T/other",), event(1).incoming)]) == 0
    while desk.worker.work():
        pass
    assert desk.asked == ["hallo", "twee"]
    assert [post.reply.text for post in desk.post_all()] == ["antwoord op hallo", "een", "twee"]
    assert desk.posts[-1].reply.attachments == (Attachment("a.png", "image/png", b"\x89\xff", "alt"),)
    assert desk.posts[-1].reply.choices == (Choice("Ja", "ja"),)


@pytest.mark.parametrize("point", ["taken", "answered_event"])
def test_dying_anywhere_leaves_the_event_and_nothing_else(
    desk: Desk, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.inbox.keep([event(1, "De Klimboom")])

    def die(name: str) -> None:
        if name == point:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(crash, "point", die)
        with pytest.raises(KeyboardInterrupt):
            desk.worker.work()
    assert desk.people.profile("slack:U1").school == ""
    assert desk.outbox.letters([State.PENDING]) == []
    assert desk.worker.work()
    assert desk.people.profile("slack:U1").school == "De Klimboom"
    assert len(desk.post_all()) == 1
    assert not desk.worker.work()


def test_where_an_answer_goes(desk: Desk) -> None:
    asked = [
        event(1, "in de draad", Room.PUBLIC, conversation="slack:C1", thread="171.1"),
        event(2, "ergens anders", Room.PUBLIC, conversation="slack:C1", thread="171.1", reply_to="slack:U1"),
        event(3, "klaar", Room.PUBLIC, conversation="slack:C1", edits="171.9"),
        event(4, "nee", Room.PUBLIC, conversation="slack:C1", edits="171.9"),
        event(5, "nee", edits="171.8"),
    ]
    desk.inbox.keep(asked)
    while desk.worker.work():
        pass
    found = [(post.dest, post.thread, post.edits, post.private_to) for post in desk.post_all()]
    assert found == [
        ("slack:C1", "171.1", "", ""), ("slack:U1", "", "", ""), ("slack:C1", "", "171.9", ""),
        ("slack:C1", "", "", "U1"), ("slack:D1", "", "", ""),
    ]  # fmt: skip


def test_a_write_that_fails_inside_a_unit_undoes_itself_alone(desk: Desk) -> None:
    def half(incoming: Incoming) -> Sequence[Reply]:
        desk.people.remember("slack:U1", Profile(school="bewaard"))
        try:
            with desk.database.write() as session:
                session.execute(text("UPDATE person SET school = 'half'"))
                session.execute(text("SELECT * FROM no_such_table"))
        except (StorageError, ProgrammingError):
            return [Reply("kon niet")]
        raise AssertionError(incoming)

    desk.worker.handle = half
    desk.inbox.keep([event(1)])
    assert desk.worker.work()
    assert desk.people.profile("slack:U1").school == "bewaard"
    assert [post.reply.text for post in desk.post_all()] == ["kon niet"]


def test_two_people_do_not_wait_for_each_other_and_one_keeps_the_order(desk: Desk) -> None:
    other = Arrived(("x",), Incoming(Person("slack", "U2"), "van bob", NOW, conversation="slack:D2"))
    desk.inbox.keep([event(1, "eerst"), event(2, "daarna"), other])
    while desk.worker.work():
        pass
    assert desk.asked == ["eerst", "daarna", "van bob"]


def test_the_place_in_the_stream_is_kept_with_what_came_in(desk: Desk) -> None:
    assert desk.inbox.cursor("matrix") == ""
    desk.inbox.keep([event(1)], cursor="s72_1", platform="matrix")
    desk.inbox.keep([], cursor="s72_2", platform="matrix")
    assert desk.inbox.cursor("matrix") == "s72_2"
    assert desk.inbox.count() == 1


def test_what_waits_and_what_was_said_is_not_readable_in_the_file(desk: Desk, tmp_path: Path) -> None:
    desk.inbox.keep([event(1, "Fatima uit groep zes")])
    assert b"Fatima" not in databases.on_disk(desk.database, tmp_path)
    desk.worker.work()
    desk.post_all()
    with desk.database.read() as session:
        assert session.execute(text("SELECT text FROM outbox")).scalars().all() == [""]


def test_our_own_post_seen_in_the_stream_is_there(desk: Desk) -> None:
    desk.outbox.post("once", "slack:C1", "tekst", NOW)
    letter = desk.outbox.claim("slack", "w1", NOW, timedelta(seconds=5))
    assert letter is not None
    desk.outbox.seen(letter.marker, "171.7")
    assert [(found.state, found.platform_id) for found in desk.outbox.letters([State.SENT])] == [(State.SENT, "171.7")]
    assert desk.outbox.claim("slack", "w2", NOW + timedelta(days=1), timedelta()) is None


def test_a_message_survives_the_column() -> None:
    incoming = event(1, "hoi ✓", Room.SHARED, thread="1", edits="2", reply_to="slack:U1").incoming
    assert unpack_incoming(pack_incoming(incoming)) == incoming


def test_the_names_of_old_events_are_forgotten(desk: Desk) -> None:
    desk.inbox.keep([event(1)])
    purge(desk.database, NOW + timedelta(days=13), Terms())
    assert desk.inbox.keep([event(1)]) == 0
    purge(desk.database, NOW + timedelta(days=15), Terms())
    assert desk.inbox.keep([event(1)]) == 1


def test_what_a_newer_version_wrote_beside_it_holds_up_nobody() -> None:
    incoming = Incoming(Person("slack", "U1"), "hoi", NOW, conversation="slack:D1")
    newer = json.dumps({**json.loads(pack_incoming(incoming)), "of_later": 1})
    assert unpack_incoming(newer) == incoming
    reply = Reply("dag", [Choice("Ja", "ja")])
    assert unpack_reply(json.dumps({**json.loads(pack_reply(reply)), "of_later": 1})).text == "dag"
