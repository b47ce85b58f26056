import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.delivery import Absent, Outcome, Post, Recall, Refused, Rejected, Sent, Unknown
from bot.holders import is_dead, owner_name
from bot.messages import Reply
from bot.outbox import Sender
from bot.storage.heartbeat import Heartbeat
from bot.storage.letters import Letter, Policy, State
from bot.storage.outbox_store import Outbox
from bot.storage.reminder_store import Reminders, Stage
from bot.vault import Vault
from tests import databases
from workflows.due import Occurrence

pytestmark = pytest.mark.usefixtures("kind")

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=30)
SETTLE = timedelta(seconds=75)
POLICY = Policy(spacing=timedelta())


@dataclass
class Fake:
    """A platform in memory: `answers` are what the next sends do; `there` is what it really has."""

    recall: Recall = field(default_factory=lambda: Recall(look_up=True, settle=SETTLE))
    platform: str = "fake"
    answers: list[Outcome | str] = field(default_factory=list)
    there: dict[str, list[Post]] = field(default_factory=dict)
    looked: int = 0
    blind: bool = False
    away: timedelta | None = None

    async def send(self, post: Post) -> Outcome:
        answer = self.answers.pop(0) if self.answers else "stored"
        if isinstance(answer, Refused | Rejected):
            return answer
        if answer != "dropped":
            self.there.setdefault(post.marker, []).append(post)
        if answer == "raises":
            raise ConnectionResetError
        return Sent(f"p{len(self.there)}") if answer == "stored" else Unknown(str(answer))

    async def look_up(self, post: Post) -> Sent | Absent | Unknown:
        self.looked += 1
        if self.blind:
            return Unknown("blind", self.away)
        return Sent("found") if post.marker in self.there else Absent()

    async def take_back(self, post: Post) -> Outcome:
        answer = self.answers.pop(0) if self.answers else Sent(post.placed)
        if isinstance(answer, Sent | Unknown):
            self.there.pop(post.marker, None)
        return answer if not isinstance(answer, str) else Unknown(answer)

    async def sweep(self, post: Post) -> Outcome:
        self.there = {marker: kept for marker, kept in self.there.items() if kept[0].dest != post.dest}
        return Sent("")

    @property
    def texts(self) -> list[str]:
        return [post.reply.text for posts in self.there.values() for post in posts]


class Desk:
    """An outbox on a real database, with a hand on the clock."""

    def __init__(self, folder: Path, **fake: object) -> None:
        self.folder = folder
        self.database = databases.opened(folder)
        self.database.upgrade()
        self.now = NOW
        self.vault = Vault.open("a key for tests", folder)
        self.outbox = Outbox(self.database, self.vault, POLICY, coordinators=("fake:boss",))
        self.reminders = Reminders(self.database)
        self.fake = Fake(**fake)  # type: ignore[arg-type]

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        if name == "now":  # a database with a clock of its own goes by ours
            databases.set_clock(self.folder, self.now)

    def sender(self, owner: str = "one", compose: Callable[[Letter], Reply | None] | None = None) -> Sender:
        return Sender(self.outbox, self.fake, compose or (lambda letter: Reply(letter.text)), owner, lambda: self.now)

    def work(self, sender: Sender | None = None) -> int:
        """Send until nothing is due; returns how many rounds."""
        sender, rounds = sender or self.sender(), 0
        while asyncio.run(sender.run_once()):
            rounds += 1
        return rounds

    def later(self, **stretch: float) -> None:
        self.now += timedelta(**stretch)

    def states(self) -> list[State]:
        return [letter.state for letter in reversed(self.outbox.letters(list(State)))]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_post_goes_once_and_is_marked_with_the_platforms_id(desk: Desk) -> None:
    desk.outbox.post("k", "fake:c", "dag", desk.now)
    desk.outbox.post("k", "fake:c", "dag", desk.now)
    assert desk.work() == 1
    assert desk.fake.texts == ["dag"]
    assert [(letter.state, letter.platform_id) for letter in desk.outbox.letters([State.SENT])] == [(State.SENT, "p1")]


def test_what_waits_is_counted_and_since_when_is_told(desk: Desk) -> None:
    assert (desk.outbox.counts(), desk.outbox.oldest(desk.now)) == ({}, None)
    desk.outbox.post("k", "fake:c", "dag", desk.now)
    desk.later(minutes=1)
    desk.outbox.post("l", "fake:c", "dag", desk.now)
    assert (desk.outbox.counts(), desk.outbox.oldest(desk.now)) == ({State.PENDING: 2}, NOW)
    desk.work()
    assert (desk.outbox.counts(), desk.outbox.oldest(desk.now)) == ({State.SENT: 2}, None)


def test_the_text_of_a_post_is_not_readable_in_the_file(desk: Desk, tmp_path: Path) -> None:
    desk.outbox.post("k", "fake:c", "Fatima belt de huisarts", desk.now)
    desk.database.close()
    assert b"huisarts" not in databases.on_disk(desk.database, tmp_path)


def test_a_refusal_with_retry_after_waits_that_long_and_does_not_count(desk: Desk) -> None:
    desk.fake.answers = [Refused("rate", timedelta(seconds=30))] * 20
    desk.outbox.post("k", "fake:c", "dag", desk.now)
    for _ in range(20):
        assert desk.work() == 1
        desk.later(seconds=29)
        assert desk.work() == 0
        desk.later(seconds=1)
    assert desk.work() == 1
    assert desk.states() == [State.SENT]


def test_retry_after_holds_for_the_destination_or_for_all(desk: Desk) -> None:
    for name in ("a", "b"):
        desk.outbox.post(name, f"fake:{name}", name, desk.now)
    desk.fake.answers = [Refused("rate", timedelta(seconds=30))]
    desk.work()
    assert desk.fake.texts == ["b"]
    desk.later(seconds=31)
    desk.fake.answers = [Refused("rate", timedelta(seconds=30), everywhere=True)]
    desk.outbox.post("c", "fake:c", "c", desk.now)
    desk.work()
    assert desk.fake.texts == ["b"]
    desk.later(seconds=31)
    desk.work()
    assert sorted(desk.fake.texts) == ["a", "b", "c"]


def test_a_lost_answer_is_looked_up_after_it_has_settled(desk: Desk) -> None:
    desk.fake.answers = ["lost", "dropped"]
    desk.outbox.post("a", "fake:a", "a", desk.now)
    desk.outbox.post("b", "fake:b", "b", desk.now)
    desk.work()
    desk.later(seconds=74)
    assert desk.work() == 0
    assert desk.fake.looked == 0
    desk.later(seconds=2)
    desk.work()
    assert desk.fake.looked == 2
    assert sorted(desk.fake.texts) == ["a", "b"]
    assert desk.states() == [State.SENT, State.SENT]


def test_what_cannot_be_looked_up_waits_for_a_person_who_can_send_it_after_all(tmp_path: Path) -> None:
    desk = Desk(tmp_path, recall=Recall(settle=SETTLE))
    desk.fake.answers = ["dropped"]
    desk.outbox.post("a", "fake:a", "a", desk.now)
    desk.work()
    desk.later(seconds=80)
    desk.work()
    assert desk.states()[0] is State.LOOK
    stuck = desk.outbox.letters([State.LOOK])[0]
    assert desk.outbox.retry(stuck.id, desk.now) is State.LOOK
    desk.work()
    assert desk.fake.texts.count("a") == 1


def test_the_same_marker_is_sent_again_where_the_platform_knows_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, recall=Recall(repeat_within=timedelta(hours=12), settle=timedelta()))
    desk.fake.answers = ["lost"]
    desk.outbox.post("a", "fake:a", "a", desk.now)
    desk.work()
    assert [len(posts) for posts in desk.fake.there.values()] == [2]  # the platform itself makes these one
    assert desk.states() == [State.SENT]


def test_the_marker_is_not_repeated_when_the_platform_may_have_forgotten_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, recall=Recall(repeat_within=timedelta(hours=12), settle=timedelta(seconds=1)))
    desk.fake.answers = ["lost"]
    desk.outbox.post("a", "fake:a", "a", desk.now)
    desk.work()
    desk.later(hours=12)
    desk.work()
    assert desk.states()[0] is State.LOOK


def test_a_failing_look_up_is_tried_again_and_then_asks_a_person(desk: Desk) -> None:
    desk.fake.answers, desk.fake.blind = ["lost"], True
    desk.outbox.post("a", "fake:a", "a", desk.now)
    for _ in range(POLICY.most_tries + 1):
        desk.work()
        desk.later(minutes=15)
    assert desk.states()[0] is State.LOOK
    assert desk.fake.looked == POLICY.most_tries
    desk.fake.blind = False
    desk.outbox.retry(1, desk.now)
    desk.work()
    assert desk.states()[0] is State.SENT
    assert desk.fake.texts.count("a") == 1


def test_while_a_platform_is_out_of_reach_looking_waits_and_asks_nobody(desk: Desk) -> None:
    desk.fake.answers, desk.fake.blind, desk.fake.away = ["lost"], True, timedelta(minutes=1)
    desk.outbox.post("a", "fake:a", "a", desk.now)
    for _ in range(POLICY.most_tries * 3):
        desk.work()
        desk.later(minutes=2)
    assert desk.states() == [State.SENDING]
    desk.fake.blind = False
    desk.work()
    assert desk.states() == [State.SENT]


def test_what_answers_something_that_was_taken_away_ends_without_an_alarm(desk: Desk) -> None:
    desk.fake.answers = [Rejected("thread_not_found", moot=True)]
    desk.outbox.post("a", "fake:a", "a", desk.now)
    desk.work()
    assert desk.states() == [State.CANCELLED]


def test_after_the_most_tries_it_is_a_dead_letter_and_the_coordinator_is_told(desk: Desk) -> None:
    desk.fake.answers = [Refused("server")] * POLICY.most_tries
    desk.outbox.post("a", "fake:a", "a", desk.now)
    waits = []
    for _ in range(POLICY.most_tries):
        start = desk.now
        while not desk.work():
            desk.later(seconds=5)
        waits.append((desk.now - start).total_seconds())
    assert waits == sorted(waits)
    assert desk.states() == [State.DEAD, State.SENT]
    assert [post.dest for posts in desk.fake.there.values() for post in posts] == ["fake:boss"]
    assert desk.outbox.retry(1, desk.now) is State.DEAD
    desk.work()
    assert desk.states() == [State.SENT, State.SENT]


def test_a_channel_that_is_gone_is_told_at_once_and_an_alarm_raises_no_alarm(desk: Desk) -> None:
    desk.fake.answers = [Rejected("archived", gone=True), Rejected("archived", gone=True)]
    desk.outbox.post("a", "fake:a", "a", desk.now)
    desk.work()
    assert desk.states() == [State.DEAD, State.DEAD]
    assert desk.outbox.letters([State.DEAD])[-1].reason == "gone"


def test_a_sender_that_lost_its_lease_does_not_send(desk: Desk) -> None:
    desk.outbox.post("a", "fake:a", "a", desk.now)
    letter = desk.outbox.claim("fake", "slow", desk.now, SETTLE)
    assert letter
    assert desk.outbox.holds(letter, desk.now)
    desk.later(seconds=(POLICY.lease - POLICY.margin).total_seconds())
    assert not desk.outbox.holds(letter, desk.now)
    desk.later(seconds=100)
    desk.work(desk.sender("quick"))
    desk.now = NOW
    assert not desk.outbox.holds(letter, NOW)
    assert desk.states() == [State.SENT]


def test_a_sender_that_lost_its_lease_cannot_undo_what_another_wrote(desk: Desk) -> None:
    desk.outbox.post("a", "fake:a", "a", desk.now)
    letter = desk.outbox.claim("fake", "slow", desk.now, SETTLE)
    assert letter
    desk.later(seconds=170)
    desk.work(desk.sender("quick"))
    desk.outbox.refused(letter, "late", desk.now)
    desk.outbox.rejected(letter, "late", desk.now)
    desk.outbox.unknown(letter, "late", desk.now, SETTLE)
    desk.outbox.absent(letter, desk.now)
    assert desk.states() == [State.SENT]


def test_a_sender_that_is_not_on_duty_takes_nothing_and_stops_before_it_sends(desk: Desk) -> None:
    desk.outbox.post("a", "fake:a", "a", desk.now)
    off = Sender(desk.outbox, desk.fake, lambda letter: Reply(letter.text), "off", lambda: desk.now, may=lambda: False)
    assert not asyncio.run(off.run_once())
    assert desk.states() == [State.PENDING]
    on_duty = [True, False]  # it was when the post was taken, and no longer when it was put into words
    half = Sender(
        desk.outbox, desk.fake, lambda letter: Reply(letter.text), "half", lambda: desk.now, may=lambda: on_duty.pop(0)
    )
    assert asyncio.run(half.run_once())
    assert desk.fake.texts == []
    desk.later(seconds=170)
    desk.work()
    assert desk.fake.texts == ["a"]


def test_two_senders_never_hold_the_same_post(desk: Desk) -> None:
    for number in range(20):
        desk.outbox.post(str(number), f"fake:{number}", "x", desk.now)
    held = [desk.outbox.claim("fake", owner, desk.now, SETTLE) for _ in range(10) for owner in ("one", "two")]
    assert len({letter.id for letter in held if letter}) == 20
    assert desk.outbox.claim("fake", "three", desk.now, SETTLE) is None


def test_the_order_in_a_channel_is_kept_while_others_go_on(desk: Desk) -> None:
    for number, dest in enumerate(("a", "a", "b", "a")):
        desk.outbox.post(str(number), f"fake:{dest}", f"{dest}{number}", desk.now)
    desk.fake.answers = ["dropped"]
    desk.work()
    assert desk.fake.texts == ["b2"]
    desk.later(seconds=80)
    desk.work()
    assert desk.fake.texts == ["b2", "a0", "a1", "a3"]


def test_a_channel_gets_at_most_one_message_a_second(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.outbox.policy = Policy()
    for number in range(3):
        desk.outbox.post(str(number), "fake:a", "x", desk.now)
    assert desk.work() == 1
    desk.later(seconds=0.9)
    assert desk.work() == 0
    desk.later(seconds=0.1)
    assert desk.work() == 1


def test_what_is_no_longer_needed_is_not_sent(desk: Desk) -> None:
    desk.outbox.post("a", "fake:a", "a", desk.now)
    desk.work(desk.sender(compose=lambda _: None))
    assert desk.states() == [State.CANCELLED]
    assert not desk.fake.there


def test_a_post_that_cannot_be_composed_ends_as_a_dead_letter_and_the_rest_goes_on(desk: Desk) -> None:
    def compose(letter: object) -> Reply:
        if letter.key == "bad":  # type: ignore[attr-defined]
            raise ValueError("poison")
        return Reply("fine")

    desk.outbox.post("bad", "fake:a", "a", desk.now)
    desk.outbox.post("good", "fake:b", "b", desk.now)
    sender = desk.sender(compose=compose)
    for _ in range(POLICY.most_tries):
        desk.work(sender)
        desk.later(minutes=11)
    assert desk.fake.texts[0] == "fine"
    assert desk.states()[:2] == [State.DEAD, State.SENT]


def test_the_loop_outlives_a_platform_that_raises(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outbox._AFTER_FAILURE", 0.0)
    desk.fake.answers = ["raises"]
    desk.outbox.post("a", "fake:a", "a", desk.now)
    desk.outbox.post("b", "fake:b", "b", desk.now)

    async def main() -> None:
        task = asyncio.create_task(desk.sender().run(idle=0.01))
        while "b" not in desk.fake.texts:
            await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(asyncio.wait_for(main(), 10))
    desk.later(seconds=200)
    desk.work()
    assert sorted(desk.fake.texts) == ["a", "b"]


def occurrence(ref: str = "A-1", at: datetime = NOW, rule: str = "action_due", dest: str = "fake:c") -> Occurrence:
    return Occurrence(rule, ref, 0, date(2026, 11, 24), at.replace(tzinfo=None), "Europe/Amsterdam", at, "owner", dest)


def test_a_reminder_that_is_planned_twice_is_one_and_fires_once(desk: Desk) -> None:
    for _ in range(2):
        desk.reminders.plan("action", "A-1", [occurrence()], EARLIER, NOW + timedelta(days=9))
    assert desk.reminders.fire(NOW) == 1
    assert desk.reminders.fire(NOW) == 0
    assert len(desk.outbox.letters([State.PENDING])) == 1


def test_a_changed_date_takes_the_place_of_the_old_and_a_closed_subject_is_silent(desk: Desk) -> None:
    until = NOW + timedelta(days=9)
    moved = Occurrence(
        "action_due", "A-1", 0, date(2026, 11, 27), datetime(2026, 11, 27, 9), "Europe/Amsterdam",
        NOW + timedelta(days=3), "owner", "fake:c",
    )  # fmt: skip
    desk.reminders.plan("action", "A-1", [occurrence(at=NOW + timedelta(hours=1))], NOW, until)
    desk.reminders.plan("action", "A-1", [moved], NOW, until)
    desk.later(hours=2)
    assert desk.reminders.fire(desk.now) == 0
    assert [item.wall for item in desk.reminders.planned(until)] == [datetime(2026, 11, 27, 9)]
    desk.reminders.close("A-1")
    desk.later(days=9)
    assert desk.reminders.fire(desk.now) == 0


def test_planning_again_does_not_lose_what_is_due_but_not_yet_out(desk: Desk) -> None:
    until = NOW + timedelta(days=9)
    desk.reminders.plan("action", "A-1", [occurrence()], EARLIER, until)
    desk.reminders.plan("action", "A-1", [], NOW + timedelta(hours=1), NOW + timedelta(days=90))
    desk.later(hours=1)
    assert desk.reminders.fire(desk.now) == 1


def test_a_snoozed_reminder_comes_again_and_survives_planning(desk: Desk) -> None:
    until = NOW + timedelta(days=9)
    desk.reminders.plan("action", "A-1", [occurrence()], EARLIER, until)
    desk.reminders.fire(NOW)
    at = NOW + timedelta(days=1)
    assert desk.reminders.snooze(1, at.replace(tzinfo=None), at, NOW)
    desk.reminders.plan("action", "A-1", [], NOW, until)
    desk.later(hours=23)
    assert desk.reminders.fire(desk.now) == 0
    desk.later(hours=1)
    assert desk.reminders.fire(desk.now) == 1
    assert len({letter.marker for letter in desk.outbox.letters([State.PENDING])}) == 2


def test_a_skipped_reminder_does_not_come(desk: Desk) -> None:
    desk.reminders.plan("action", "A-1", [occurrence()], EARLIER, NOW)
    assert desk.reminders.end(1, Stage.SKIPPED)
    assert desk.reminders.fire(NOW) == 0
    assert not desk.reminders.end(99, Stage.SKIPPED)


def test_of_a_weekly_reminder_missed_three_times_only_the_last_comes(desk: Desk) -> None:
    weeks = [
        Occurrence(
            "weekly_digest", "C", 0, date(2026, 11, 2) + timedelta(weeks=n), datetime(2026, 11, 2), "Europe/Amsterdam",
            NOW - timedelta(weeks=3 - n), "coordinator", "fake:c",
        )
        for n in range(3)
    ]  # fmt: skip
    desk.reminders.plan("channel", "C", weeks, EARLIER, NOW)
    assert desk.reminders.fire(NOW) == 1


def test_a_reminder_for_nobody_is_on_the_list(desk: Desk) -> None:
    desk.reminders.plan("action", "A-1", [occurrence(dest="")], EARLIER, NOW)
    desk.reminders.fire(NOW)
    assert [letter.reason for letter in desk.outbox.letters([State.LOOK])] == ["nobody"]


def test_an_old_backup_put_back_is_noticed(desk: Desk, tmp_path: Path) -> None:
    beat = Heartbeat(desk.database, tmp_path)
    beat.beat()
    assert not beat.restored()
    desk.database.close()
    old = databases.keep(tmp_path)
    beat.beat()
    desk.database.close()
    databases.put_back(tmp_path, old)
    beat = Heartbeat(databases.opened(tmp_path), tmp_path)
    assert beat.restored()
    beat.settle()
    assert not beat.restored()
    beat.mark_restored()
    assert beat.restored()


class Crashing(RuleBasedStateMachine):
    """Any order of posting, sending, losing answers, dying, pausing and time: each text is there once in the end."""

    folder: Path
    runs = 0

    @initialize()
    def start(self) -> None:
        type(self).runs += 1
        folder = self.folder / str(self.runs)
        folder.mkdir()
        self.desk, self.keys = Desk(folder), 0
        self.post(2, "a")
        self.post(3, "b")

    @rule(count=st.integers(1, 3), dest=st.sampled_from("ab"))
    def post(self, count: int, dest: str) -> None:
        for _ in range(count):
            self.keys += 1
            self.desk.outbox.post(str(self.keys), f"fake:{dest}", str(self.keys), self.desk.now)

    @rule(answer=st.sampled_from(["stored", "lost", "dropped", Refused("rate", timedelta(seconds=9)), Refused("busy")]))
    def send(self, answer: Outcome | str) -> None:
        self.desk.fake.answers = [answer]
        asyncio.run(self.desk.sender().run_once())
        self.desk.fake.answers = []

    @rule()
    def die_after_claim(self) -> None:
        self.desk.outbox.claim("fake", "dead", self.desk.now, SETTLE)

    @rule()
    def die_after_store(self) -> None:
        letter = self.desk.outbox.claim("fake", "dead", self.desk.now, SETTLE)
        if letter and not letter.unsure and self.desk.outbox.holds(letter, self.desk.now):
            post = Post(letter.marker, letter.id, letter.dest, Reply(letter.text), letter.first_try)
            asyncio.run(self.desk.fake.send(post))

    @rule(pauses=st.lists(st.sampled_from([10, 80, 170, 200]), min_size=1, max_size=3))
    def pause_before_the_fence(self, pauses: list[int]) -> None:
        letter = self.desk.outbox.claim("fake", "slow", self.desk.now, SETTLE)
        for seconds in pauses:
            self.desk.later(seconds=seconds)
            self.desk.work()
        if letter and not letter.unsure:
            asyncio.run(self.desk.sender("slow")._send(letter))

    @rule(seconds=st.sampled_from([1, 10, 70, 100, 200, 900]))
    def wait(self, seconds: int) -> None:
        self.desk.later(seconds=seconds)

    @invariant()
    def nothing_twice(self) -> None:
        texts = self.desk.fake.texts
        assert len(texts) == len(set(texts))

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        while any(letter.next_try for letter in self.desk.outbox.letters([State.PENDING, State.SENDING])):
            self.desk.later(minutes=15)
            self.desk.work()
        self.desk.database.close()
        texts = [text for text in self.desk.fake.texts if text]
        assert sorted(texts, key=int) == [str(n + 1) for n in range(self.keys)]


def test_no_order_of_events_loses_or_doubles_a_post(tmp_path: Path) -> None:
    Crashing.folder, Crashing.runs = tmp_path, 0
    examples = 30 if databases.kind() is databases.Kind.SQLITE else 8
    run_state_machine_as_test(Crashing, settings=settings(max_examples=examples, stateful_step_count=20, deadline=None))


def test_what_a_dead_process_held_is_let_go_and_still_settles(tmp_path: Path) -> None:
    desk, settle = Desk(tmp_path), timedelta(seconds=20)
    desk.outbox.post("een", "fake:C1", "tekst", desk.now)
    letter = desk.outbox.claim("fake", owner_name(0), desk.now, settle)
    assert letter is not None
    assert desk.outbox.release("fake", lambda _: False, desk.now, settle) == 0
    assert desk.outbox.release("matrix", is_dead, desk.now, settle) == 0
    assert desk.outbox.release("fake", is_dead, desk.now, settle) == 1
    assert not desk.outbox.holds(letter, desk.now)
    desk.later(seconds=19)
    assert desk.outbox.claim("fake", "next", desk.now, settle) is None
    desk.later(seconds=2)
    found = desk.outbox.claim("fake", "next", desk.now, settle)
    assert found is not None
    assert found.unsure


def test_only_processes_of_this_host_that_are_gone_are_dead() -> None:
    assert is_dead(owner_name(3))
    assert not is_dead("another-host/1/0")
    assert not is_dead(f"{socket.gethostname()}/{os.getppid()}/0")
    assert not is_dead("test")
