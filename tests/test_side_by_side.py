"""Several processes at the same rows, here as threads with connections of their own: each thing happens once."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest

from bot.messages import Incoming, Person
from bot.storage.cases import Cases, Noted, RacedError
from bot.storage.database import HEAD, Database
from bot.storage.heartbeat import Heartbeat
from bot.storage.inbox import Arrived, Inbox
from bot.storage.letters import Policy, State
from bot.storage.meetings import Meetings
from bot.storage.outbox_store import Outbox
from bot.storage.people import People, Profile
from bot.storage.reminder_store import Reminders
from bot.vault import Vault
from tests import databases
from workflows.case import Case, FollowUp
from workflows.due import Occurrence
from workflows.meeting import Meeting, Who, act

pytestmark = pytest.mark.usefixtures("kind")

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
CREW = 4
T = TypeVar("T")


class Place:
    """One database, opened by every one of the crew for itself."""

    def __init__(self, folder: Path) -> None:
        databases.set_clock(folder, NOW)
        self.databases = [databases.opened(folder) for _ in range(CREW)]
        self.databases[0].upgrade()
        self.vault = Vault.open("a key for tests", folder)

    def all(self, work: Callable[[Database], T]) -> list[T]:
        """What each got, all having begun at one moment."""
        ready = Barrier(CREW)

        def begin(database: Database) -> T:
            ready.wait(10)
            return work(database)

        with ThreadPoolExecutor(CREW) as crew:
            return list(crew.map(begin, self.databases))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def case(owner: str = "slack:U1") -> Case:
    return Case("", owner, NOW, NOW)


def meeting() -> Meeting:
    return Meeting("", "slack:U1", datetime(2026, 12, 1, 14, 0), "gemeentehuis")


def occurrences(count: int) -> Sequence[Occurrence]:
    return [
        Occurrence(
            f"r{n}", "A-1", 0, date(2026, 11, 24), datetime(2026, 11, 24), "Europe/Amsterdam", NOW, "owner", "fake:c"
        )
        for n in range(count)
    ]


def test_no_two_cases_or_meetings_have_one_number(place: Place) -> None:
    def begin(database: Database) -> list[str]:
        cases, meetings = Cases(database, place.vault), Meetings(database, place.vault)
        return [ref for _ in range(5) for ref in (cases.begin(case(), "c").ref, meetings.plan(meeting(), NOW).ref)]

    refs = [ref for found in place.all(begin) for ref in found]
    assert len(set(refs)) == len(refs) == 2 * 5 * CREW
    assert max(refs) == f"M-2026-{5 * CREW:04}"


def test_of_two_changes_of_one_case_the_second_is_told(place: Place) -> None:
    begun = Cases(place.databases[0], place.vault).begin(case(), "c")

    def change(database: Database) -> bool:
        try:
            Cases(database, place.vault).save(begun, (), Noted(begun.ref, NOW, begun.owner, "answer"))
        except RacedError:
            return False
        return True

    assert Counter(place.all(change)) == {True: 1, False: CREW - 1}


def test_what_was_settled_meanwhile_is_not_undone_by_a_change_that_was_under_way(place: Place) -> None:
    cases = Cases(place.databases[0], place.vault)
    begun = cases.begin(case(), "c")
    kept = cases.save(
        replace(begun, follow_ups=(FollowUp("waiting_list", date(2026, 12, 1)),)), (), Noted(begun.ref, NOW, "x", "y")
    )
    Cases(place.databases[1], place.vault).settle(kept.ref, kept.follow_ups[0], Noted(kept.ref, NOW, "x", "settle"))
    with pytest.raises(RacedError):
        cases.save(kept, (), Noted(kept.ref, NOW, "x", "answer"))
    assert cases.follow_ups(kept.ref)[1][0].done


def test_changes_of_one_meeting_are_made_one_after_another(place: Place) -> None:
    ref = Meetings(place.databases[0], place.vault).plan(meeting(), NOW).ref

    def add(database: Database) -> None:
        for _ in range(5):
            Meetings(database, place.vault).change(
                ref, lambda found: act(found, Who("ik"), "belt", date(2026, 12, 4)), "slack:U1", "act", NOW
            )

    place.all(add)
    found = Meetings(place.databases[0], place.vault).find(ref)
    assert found is not None
    assert [action.number for action in found.actions] == list(range(1, 5 * CREW + 1))


def test_one_event_heard_by_all_is_kept_once(place: Place) -> None:
    def hear(database: Database) -> int:
        inbox = Inbox(database, place.vault)
        said = [Incoming(Person("slack", f"U{n % 3}"), "hoi", NOW, conversation="c", id=str(n)) for n in range(10)]
        return sum(inbox.keep([Arrived((f"a{n}", f"b{n}"), incoming)]) for n, incoming in enumerate(said))

    assert sum(place.all(hear)) == 10
    assert Inbox(place.databases[0], place.vault).count() == 10


def test_what_one_person_says_is_under_way_once(place: Place) -> None:
    """Whoever takes while another still answers gets somebody else's message, or none."""
    inbox = Inbox(place.databases[0], place.vault)
    said = [Incoming(Person("slack", who), text, NOW, conversation=f"{where}") for who, text, where in (
        ("U1", "een", "direct"), ("U1", "twee", "kanaal"), ("U2", "drie", "direct"),
    )]  # fmt: skip
    inbox.keep([Arrived((incoming.text,), incoming) for incoming in said])
    if place.databases[0].is_sqlite:
        pytest.skip("SQLite lets nobody else take anything meanwhile")
    others = [Inbox(database, place.vault) for database in place.databases[1:]]
    with place.databases[0].unit():
        first = inbox.take()
        with place.databases[1].unit():
            second = others[0].take()
            with place.databases[2].unit():
                third = others[1].take()
    assert [found and found.incoming.text for found in (first, second, third)] == ["een", "drie", None]
    last = inbox.take()
    assert last is not None
    assert last.incoming.text == "twee"


def test_every_post_is_claimed_by_one(place: Place) -> None:
    policy = Policy(spacing=timedelta())
    for number in range(20):
        Outbox(place.databases[0], place.vault, policy).post(str(number), f"fake:{number}", "x", NOW)

    def claim(database: Database) -> list[int]:
        outbox, found = Outbox(database, place.vault, policy), []
        for _ in range(40):
            if letter := outbox.claim("fake", "me", NOW, timedelta()):
                found.append(letter.id)
        return found

    claimed = [id for found in place.all(claim) for id in found]
    assert sorted(claimed) == list(range(1, 21))


def test_every_reminder_fires_once_and_plans_do_not_collide(place: Place) -> None:
    until = NOW + timedelta(days=1)

    def plan(database: Database) -> None:
        Reminders(database).plan("action", "A-1", occurrences(30), NOW - timedelta(days=1), until)

    place.all(plan)
    assert sum(place.all(lambda database: Reminders(database).fire(NOW))) == 30
    outbox = Outbox(place.databases[0], place.vault)
    assert len(outbox.letters([State.PENDING], limit=100)) == 30


def test_the_first_rows_of_all_are_made_once(place: Place, tmp_path: Path) -> None:
    def begin(database: Database) -> None:
        People(database, place.vault).remember("slack:U1", Profile("De Regenboog"))
        Heartbeat(database, tmp_path).beat()

    place.all(begin)
    assert not Heartbeat(place.databases[0], tmp_path).restored()
    assert People(place.databases[0], place.vault).profile("slack:U1") == Profile("De Regenboog")


def test_all_may_bring_an_empty_database_up_to_date(tmp_path: Path) -> None:
    opened = [databases.opened(tmp_path, "empty.db", empty=True) for _ in range(CREW)]
    with ThreadPoolExecutor(CREW) as crew:
        list(crew.map(Database.upgrade, opened))
    assert {database.version() for database in opened} == {HEAD}
