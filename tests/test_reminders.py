import asyncio
import json
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic
from types import SimpleNamespace

import pytest

from bot.commands.schedule import list_reminders, retry, rows, table
from bot.composing import Composer, instead
from bot.messages import Incoming, Person, Reply
from bot.outbox import Sender
from bot.platforms.screen import Screen
from bot.reminders import Clock, Planner
from bot.storage.heartbeat import Heartbeat
from bot.storage.inbox import Arrived, Inbox
from bot.storage.letters import Policy, State
from bot.storage.outbox_store import Outbox
from bot.storage.reminder_store import Reminder, Reminders, Stage
from bot.usage import CommandError
from bot.vault import Vault
from bot.waking import Waking
from tests import databases
from tests.case_world import provisions
from tests.transcripts import ZONE
from workflows.dates import shipped_calendar
from workflows.due import Subject
from workflows.rules import SHIPPED, load_rules, shipped_sentences

pytestmark = pytest.mark.usefixtures("kind")

CORA = "terminal:cora"
ACTION = Subject(
    "action", "M-2026-0007/1", {"due": date(2026, 11, 27)},
    {"owner": "terminal:fatima", "leader": "terminal:iris", "coordinator": CORA},
    {"owner": "@fatima", "leader": "@iris", "coordinator": "@cora"},
    words="belt de huisarts",
)  # fmt: skip
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
ON_THE_DAY = datetime(2026, 11, 27, 8, 30, tzinfo=ZONE)


@dataclass
class Bot:
    """The whole way from a subject to what a screen shows, on a real database in `folder`."""

    folder: Path
    now: datetime = MONDAY
    subjects: dict[str, Subject] = field(default_factory=lambda: {ACTION.ref: ACTION})
    shown: list[Reply] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open()

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        if name == "now":  # a database with a clock of its own goes by ours
            databases.set_clock(self.folder, self.now)

    def open(self) -> None:
        """Start on what is in the folder."""
        self.database = databases.opened(self.folder)
        self.database.upgrade()
        self.reminders, calendar = Reminders(self.database), shipped_calendar()
        rules = load_rules(SHIPPED, set(provisions()), shipped_sentences())
        vault = Vault.open("", self.folder)
        self.outbox = Outbox(self.database, vault, Policy(spacing=timedelta()), (CORA,))
        composer = Composer(rules, calendar, self.reminders, self.outbox, self.subject, lambda: self.now)
        self.clock = Clock(
            Planner(rules, calendar, self.reminders), self.reminders, self.outbox,
            Heartbeat(self.database, self.folder), lambda: list(self.subjects.values()), (CORA,),
        )  # fmt: skip
        self.waking = Waking(self.clock, [self.sender(composer)], lambda: self.now)

    def sender(self, composer: Composer, only: str = "") -> Sender:
        return Sender(self.outbox, Screen(self.shown.append), composer, "test", lambda: self.now, only)

    def subject(self, about: str, ref: str) -> Subject | None:
        return self.subjects.get(ref)

    def at(self, now: datetime) -> list[str]:
        """What is shown when the clock ticks at `now`."""
        self.now = now
        before = len(self.shown)
        asyncio.run(self.waking.once())
        return [reply.text for reply in self.shown[before:]]


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    return Bot(tmp_path)


def test_a_week_of_reminders_each_comes_once_at_its_hour(bot: Bot) -> None:
    assert bot.at(MONDAY) == []
    before = bot.at(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE))
    assert before == ["@fatima: actie M-2026-0007/1: belt de huisarts moet klaar zijn op vrijdag 27 november 2026. (1)"]
    assert bot.at(ON_THE_DAY - timedelta(seconds=1)) == []
    assert len(bot.at(ON_THE_DAY)) == 1
    assert bot.at(ON_THE_DAY + timedelta(hours=1)) == []
    assert bot.shown[-1].choices[0].label == "Klaar"
    assert bot.shown[-1].choices[0].value == "/herinnering 2 klaar"


def test_down_at_the_hour_it_comes_once_and_says_that_it_is_late(bot: Bot) -> None:
    bot.at(MONDAY)
    bot.database.close()
    bot.open()
    texts = bot.at(datetime(2026, 11, 29, 23, 0, tzinfo=ZONE))
    assert [text.splitlines()[0] for text in texts] == [
        "**Te laat — gepland voor woensdag 25 november 2026 09:00.**",
        "**Te laat — gepland voor vrijdag 27 november 2026 08:30.**",
    ]
    assert bot.at(datetime(2026, 11, 29, 23, 1, tzinfo=ZONE)) == []


def test_in_a_channel_the_words_of_the_action_are_not_said(bot: Bot) -> None:
    bot.subjects[ACTION.ref] = replace(ACTION, channel="terminal:team")
    bot.at(MONDAY)
    text = bot.at(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE))[0]
    assert "huisarts" not in text
    assert "@fatima: actie M-2026-0007/1 moet klaar zijn" in text


def test_a_channel_that_changed_since_does_not_get_the_words_either(bot: Bot) -> None:
    bot.subjects[ACTION.ref] = replace(ACTION, channel="terminal:old")
    bot.at(MONDAY)
    bot.subjects[ACTION.ref] = replace(ACTION, channel="terminal:new")
    assert "huisarts" not in bot.at(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE))[0]


def test_what_was_done_or_moved_in_the_meantime_is_not_said(bot: Bot) -> None:
    bot.at(MONDAY)
    bot.subjects[ACTION.ref] = replace(ACTION, open=False)
    assert bot.at(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)) == []
    bot.subjects[ACTION.ref] = replace(ACTION, anchors={"due": date(2026, 12, 4)})
    assert bot.at(ON_THE_DAY) == []
    del bot.subjects[ACTION.ref]
    assert bot.at(datetime(2026, 11, 30, 9, 0, tzinfo=ZONE)) == []


def test_late_goes_up_from_owner_to_who_leads_to_coordinator(bot: Bot) -> None:
    bot.at(MONDAY)
    for day in (25, 27, 30):
        bot.at(datetime(2026, 11, day, 9, 0, tzinfo=ZONE))
    assert [bot.at(datetime(2026, 12, day, 9, 0, tzinfo=ZONE))[0].split(":")[0] for day in (2, 7)] == ["@iris", "@cora"]


def test_after_an_old_backup_nothing_goes_again_by_itself(bot: Bot, tmp_path: Path) -> None:
    bot.at(MONDAY)
    bot.database.close()
    old = databases.keep(tmp_path)
    assert len(bot.at(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE))) == 1
    bot.database.close()
    databases.put_back(tmp_path, old)
    bot.open()
    texts = bot.at(datetime(2026, 11, 25, 9, 5, tzinfo=ZONE))
    assert [text[:35] for text in texts] == ["Er is een oude back-up teruggezet. "]
    stuck = bot.outbox.letters([State.LOOK])
    assert [letter.reason for letter in stuck] == ["restored"]
    assert len(bot.at(ON_THE_DAY)) == 1  # what comes after goes on as planned
    assert bot.outbox.retry(stuck[0].id, bot.now) is State.LOOK
    assert "moet klaar zijn" in bot.at(ON_THE_DAY + timedelta(minutes=1))[0]


def test_what_waited_for_an_answer_in_an_old_backup_is_not_answered_again(bot: Bot, tmp_path: Path) -> None:
    """Nor is what the platform would tell from the place in its stream that is in the backup."""
    inbox = Inbox(bot.database, Vault.open("", tmp_path))
    bot.clock.forget_waiting = inbox.forget
    bot.at(MONDAY)
    event = Incoming(Person("matrix", "@iris:school"), "hallo", MONDAY, conversation="matrix:!r:school", id="$1")
    inbox.keep([Arrived(("$1",), event)], cursor="s1", platform="matrix")
    bot.database.close()
    old = databases.keep(tmp_path)
    bot.clock.tick(MONDAY)
    bot.database.close()
    databases.put_back(tmp_path, old)
    bot.open()
    inbox = Inbox(bot.database, Vault.open("", tmp_path))
    bot.clock.forget_waiting = inbox.forget
    bot.clock.look_back(MONDAY)
    assert (inbox.count(), inbox.cursor("matrix")) == (0, "")
    assert "1 berichten kunnen al geplaatst of beantwoord zijn" in bot.at(MONDAY)[0]
    assert not bot.clock.heartbeat.restored()


def test_another_machine_does_not_take_the_same_restore_for_a_second(bot: Bot, tmp_path: Path) -> None:
    there = Heartbeat(bot.database, tmp_path / "there")
    for _ in range(3):
        there.beat()
    bot.clock.heartbeat.mark_restored()
    bot.clock.heartbeat.settle()
    assert not there.restored()


def test_what_a_conversation_changed_since_the_list_was_made_is_planned(bot: Bot) -> None:
    bot.subjects[ACTION.ref] = replace(ACTION, anchors={"due": date(2026, 12, 4)})
    bot.clock.subjects = lambda: [ACTION]  # as it was when the list was made
    bot.clock.fresh = lambda subject: bot.subjects.get(subject.ref)
    bot.at(MONDAY)
    planned = bot.reminders.planned(MONDAY + timedelta(days=12))
    assert {item.wall.date() for item in planned} == {date(2026, 12, 2), date(2026, 12, 4)}
    del bot.subjects[ACTION.ref]
    bot.clock.planned_at = None
    bot.at(MONDAY + timedelta(hours=1))  # gone: nothing new, and no failure


def test_the_list_shows_what_comes_what_went_and_what_is_stuck(bot: Bot) -> None:
    calendar = shipped_calendar()
    rules = load_rules(SHIPPED, set(provisions()), shipped_sentences())
    assert table(rows(bot.reminders, bot.outbox, calendar, bot.now), rules) == "Er staat niets klaar."
    bot.at(MONDAY)
    bot.at(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE))
    bot.outbox.post("k", CORA, "Eén woord.", bot.now)
    text = table(rows(bot.reminders, bot.outbox, calendar, bot.now, "2026-11-27"), rules)
    assert "1        25-11-2026 09:00   geplaatst            herinnering 1: Actie komt eraan, M-2026-0007/1" in text
    assert "27-11-2026 08:30   gepland              herinnering 2: Actie is vandaag, M-2026-0007/1  → " in text
    assert "2        25-11-2026 09:00   wacht op verzenden   bericht  → terminal:cora" in text
    assert "30-11" not in text
    with pytest.raises(CommandError, match="'morgen' is geen datum"):
        rows(bot.reminders, bot.outbox, calendar, bot.now, "morgen")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("gone", "Ik kan herinnering 1 niet kwijt"),
        ("shared", "Ik plaats herinnering 1 niet in"),
        ("outsider", "Ik stuur herinnering 1 niet naar"),
        ("refused", "herinnering 1 is na 1 keer proberen niet geplaatst in fatima"),
        ("look", "(herinnering 1). Kijk even. Staat het er niet, dan plaatst `wegwijzer reminders retry 2`"),
    ],
)
def test_a_reminder_has_one_number_the_one_that_its_command_takes(bot: Bot, reason: str, told: str) -> None:
    bot.outbox.post("earlier", CORA, "Een bericht, zodat de post een ander nummer heeft.", MONDAY)
    bot.at(MONDAY)
    bot.now = datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)
    bot.clock.tick(bot.now)
    letter = bot.outbox.claim("terminal", "test", bot.now, timedelta())
    assert letter
    (bot.outbox.puzzling if reason == "look" else bot.outbox.rejected)(letter, reason, bot.now)
    assert told in bot.at(bot.now)[0]
    bot.outbox.retry(letter.id, bot.now)
    assert bot.at(bot.now)[0].endswith("(1)")
    assert bot.shown[-1].choices[0].value == "/herinnering 1 klaar"


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("M-2026-0007/1", "kanaal op met `/mdo toon M-2026-0007`"),
        ("C-2026-0001/stagnation/2026-12-01", "`/start-case overdragen C-2026-0001 @collega`"),
    ],
)
def test_a_reminder_without_a_place_says_what_to_do_for_what_it_is_about(subject: str, told: str) -> None:
    at = datetime(2026, 11, 27, 9)
    about = Reminder(
        1, "r", "action", subject, 0, at.date(), at, "Europe/Amsterdam", MONDAY, "terminal:weg", Stage.PLANNED
    )
    assert told in " ".join(instead(about))


def test_a_post_that_is_no_reminder_is_called_a_post(bot: Bot) -> None:
    bot.outbox.post("k", "terminal:weg", "Hallo.", MONDAY)
    letter = bot.outbox.claim("terminal", "test", MONDAY, timedelta())
    assert letter
    bot.outbox.rejected(letter, "refused", MONDAY)
    assert "bericht 1 is na 1 keer proberen niet geplaatst" in bot.at(MONDAY)[0]


def test_the_list_as_json_carries_moments_with_their_offset(bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    bot.at(MONDAY)
    app = SimpleNamespace(reminders=bot.reminders, outbox=bot.outbox, calendar=shipped_calendar(), now=lambda: bot.now)
    assert list_reminders(app, Namespace(until="2026-11-26", json=True)) == 0  # type: ignore[arg-type]
    assert json.loads(capsys.readouterr().out) == [
        {
            "number": 0, "at": "2026-11-25T09:00:00+01:00", "state": "due", "about": "action_before M-2026-0007/1",
            "dest": "terminal:fatima", "tries": 0, "platform_id": "",
        }
    ]  # fmt: skip


def test_retry_says_when_there_is_nothing_to_send_again(bot: Bot) -> None:
    with pytest.raises(CommandError, match="geen bericht met nummer 9"):
        retry(bot.outbox, 9, bot.now)
    bot.at(MONDAY)
    bot.at(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE))
    with pytest.raises(CommandError, match="staat niet vast"):
        retry(bot.outbox, 1, bot.now)


def test_at_a_terminal_only_its_own_person_is_shown_something(bot: Bot) -> None:
    bot.at(MONDAY)
    mine = bot.sender(lambda _: Reply("voor mij"), only="terminal:iris")  # type: ignore[arg-type]
    bot.now = datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)
    bot.clock.tick(bot.now)
    assert asyncio.run(mine.run_once()) is False
    assert bot.shown == []


async def seen(what: Callable[[], bool], most: float) -> None:
    end = monotonic() + most
    while not what():
        assert monotonic() < end, "not in time"
        await asyncio.sleep(0.02)


def test_a_reminder_missed_before_the_start_is_out_within_seconds_of_it(bot: Bot) -> None:
    bot.at(MONDAY)
    bot.now = datetime(2026, 11, 25, 23, 0, tzinfo=ZONE)

    async def main() -> None:
        task = asyncio.create_task(bot.waking.run())
        await seen(lambda: bool(bot.shown), 20.0)
        task.cancel()

    asyncio.run(main())
    assert bot.shown[0].text.startswith("**Te laat")


def test_a_tick_that_fails_does_not_end_the_ticking(bot: Bot) -> None:
    calls = []

    def broken() -> list[Subject]:
        calls.append(1)
        raise OSError

    bot.clock.subjects = broken
    assert bot.at(MONDAY) == []
    bot.clock.subjects = lambda: [ACTION]
    bot.at(MONDAY)
    assert calls
    assert len(bot.at(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE))) == 1


def test_passed_on_it_comes_again_at_once_to_somebody_else(bot: Bot) -> None:
    bot.at(MONDAY)
    (due,) = [item for item in bot.reminders.planned(ON_THE_DAY) if item.rule == "action_due"]
    bot.at(ON_THE_DAY)
    bot.reminders.pass_on(due.id, CORA, bot.now)
    assert len(bot.at(ON_THE_DAY + timedelta(seconds=1))) == 1
    assert bot.outbox.letters([State.SENT])[0].dest == CORA


def test_going_up_needs_somebody_above(bot: Bot) -> None:
    bot.subjects[ACTION.ref] = replace(ACTION, people={"owner": "terminal:fatima"})
    bot.at(MONDAY)
    planned = bot.reminders.planned(MONDAY + timedelta(days=90))
    assert {(item.rule, item.step) for item in planned} == {("action_before", 0), ("action_due", 0), ("action_late", 0)}
