"""What `make faults` tries in full, tried here on a part; and that each count notices what is broken."""

import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

import bot.asking
import bot.door
from bot.app import App
from bot.messages import Incoming, Person, Reply
from bot.platforms.slack.gatekeeper import Gatekeeper, Verdict
from bot.storage.inbox import Arrived, Inbox
from bot.storage.letters import State
from bot.storage.people import Profile
from bot.storage.privacy_store import Records
from bot.work import Worker
from knowledge.library import Library
from tests.trust import crisis
from tests.trust.breaking import SCRIPT, Breaking
from tests.trust.deliveries import Post
from tests.trust.erasing import Erasing
from tests.trust.other_servers import ALLOWED, Visit
from tests.trust.outsiders import Siege
from tests.trust.seeding import Sowing

MARK = Person("slack", "UMARK0001")


def test_there_are_at_least_two_hundred_phrasings_and_each_once() -> None:
    assert len(crisis.phrasings()) == len(set(crisis.phrasings())) >= 200


@pytest.mark.parametrize("what", [*crisis.BROKEN, crisis.EVERYTHING])
def test_danger_is_answered_whatever_is_gone(what: str, home: Path) -> None:
    every = 1 if what == crisis.EVERYTHING else 8
    assert crisis.with_broken(what, home, every).missed == []


def test_danger_is_answered_for_who_is_not_let_in_and_when_all_is_well(library: Library) -> None:
    assert crisis.turned_off().missed == crisis.answered(library).missed == []


def test_the_wide_words_that_stand_in_for_judgement_rarely_see_danger_where_there_is_none() -> None:
    taken, asked = crisis.false_alarms(every=7)
    assert taken / asked < 0.025


def test_what_is_delivered_again_and_late_is_answered_once_in_order() -> None:
    assert Post(120).run() == 0


def test_the_count_of_deliveries_notices_an_inbox_that_knows_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Inbox, "_is_new", lambda *_: True)
    assert Post(20).run() > 0


async def test_outsiders_get_nothing(home: Path) -> None:
    siege = Siege(home)
    assert await siege.run(every=97) > 80
    assert siege.leaks == []


async def test_the_siege_notices_a_gate_that_is_open(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def judge(*_: object) -> Verdict:
        return Verdict(True)

    monkeypatch.setattr(Gatekeeper, "judge", judge)
    siege = Siege(home)
    await siege.run(every=500)
    assert siege.leaks


@pytest.mark.parametrize("who", ALLOWED)
async def test_outsiders_on_matrix_get_nothing(who: str, tmp_path: Path) -> None:
    allowed, outsiders = ALLOWED[who]
    visit = Visit(tmp_path, allowed)
    assert await visit.run(outsiders, every=11) > 300
    assert visit.leaks == []


async def test_the_visit_notices_a_server_that_is_let_in(tmp_path: Path) -> None:
    visit = Visit(tmp_path, ("school.nl", "anders.nl"))
    await visit.run(["@eve:anders.nl"], every=50)
    assert visit.leaks


def test_what_is_personal_is_in_no_file(home: Path, library: Library) -> None:
    sowing = Sowing(home, library)
    assert sowing.run(8) > 12
    assert sowing.found == []


def test_the_search_notices_a_question_that_is_kept_as_typed(
    home: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.asking, "mask", lambda text, _: text)
    sowing = Sowing(home, library)
    sowing.run(8)
    assert sowing.found


def test_of_who_is_forgotten_nothing_is_left(home: Path, library: Library) -> None:
    erasing = Erasing(home, library)
    assert erasing.run(2) > 30
    assert erasing.found == []


def test_the_search_notices_who_is_not_forgotten(home: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Records, "forget_person", lambda *_: 0)
    erasing = Erasing(home, library)
    erasing.run(2)
    assert erasing.found


def test_whatever_function_fails_one_sentence_is_said_and_the_next_message_is_answered(
    tmp_path: Path, library: Library
) -> None:
    breaking = Breaking(tmp_path, library, SCRIPT[:2])
    breaking.prepare()
    breaking.run(breaking.handlers[::25])
    assert len(breaking.handlers) > 100
    assert breaking.failures == []


def test_the_count_notices_a_door_that_tells_what_went_wrong(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.door, "place", lambda _: str(sys.exc_info()[1]))
    breaking = Breaking(tmp_path, library, SCRIPT[:1])
    breaking.prepare()
    breaking.run(breaking.handlers[:3])
    assert breaking.failures


def test_a_handler_that_breaks_half_way_has_done_nothing_and_says_so(app: App) -> None:
    def half(_: Incoming) -> Sequence[Reply]:
        app.people.remember(MARK.key, Profile(school="De Regenboog"))
        raise ValueError

    vars(app)["assistant"] = SimpleNamespace(handle=half)
    app.inbox.keep([Arrived(("e1",), Incoming(MARK, "hallo", app.now(), conversation=MARK.key))])
    assert Worker(app.database, app.inbox, app.outbox, app.handle).work()
    assert app.people.profile(MARK.key) == Profile()
    assert app.inbox.count() == 0
    (letter,) = app.outbox.letters([State.PENDING])
    assert "Er ging iets mis (test_trust.py:" in letter.text
