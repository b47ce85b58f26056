"""Trouble on the wire: a server that is broken, busy, silent, or no longer knows us. A real one stands behind it."""

import time
from collections.abc import AsyncIterator, Callable
from itertools import count, pairwise
from pathlib import Path

import pytest

from bot.delivery import Refused, Sent
from bot.platforms.matrix import stream
from bot.platforms.matrix.credentials import Account, Credentials
from tests.matrix.between import BAD_GATEWAY, SILENCE, Between, Fault, limited, signed_out
from tests.matrix.friend import Friend
from tests.matrix.line import Line
from tests.matrix.meeting_up import meet
from tests.matrix.synapse import Synapse

Make = Callable[[str], Friend]
_NUMBERS = count(1)
SYNC = "/sync"


@pytest.fixture(autouse=True)
def _short_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a fault is met at once and not after half a minute of waiting for something to happen."""
    monkeypatch.setattr(stream, "_POLL", 300)
    monkeypatch.setattr(stream, "_WITHIN", 3.0)


@pytest.fixture
async def between(synapse: Synapse) -> AsyncIterator[Between]:
    made = Between(synapse.url)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def line(synapse: Synapse, between: Between, tmp_path: Path) -> AsyncIterator[Line]:
    """The platform alone, with somebody in between."""
    account = synapse.register(f"tbot{next(_NUMBERS)}", "geheim")
    made = Line(between.url, account["user_id"], tmp_path / "line", matrix_password="geheim")
    await made.start()
    yield made
    await made.close()


def account(line: Line) -> Account:
    found = Credentials(line.home / "matrix", line.vault).load()
    assert found is not None
    return found


def apart(moments: list[float]) -> float:
    """The shortest time between two moments, in seconds."""
    return min((later - earlier for earlier, later in pairwise(moments)), default=1_000.0)


async def test_a_broken_server_is_asked_once_a_second_and_nothing_is_lost(
    line: Line, between: Between, friend: Make
) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    start = time.monotonic()
    between.fail(BAD_GATEWAY, SYNC)
    await iris.say(room, "eerste")
    await line.until(lambda: "502" in line.connection.trouble())
    await line.until(lambda: len(between.times(SYNC, start)) >= 3)
    await iris.say(room, "tweede")
    asked = list(between.times(SYNC, start))[1:]
    between.heal()
    await line.hears("eerste")
    await line.hears("tweede")
    await line.until(lambda: line.connection.trouble() == "")
    assert apart(asked) >= 0.9


async def test_a_busy_server_is_given_the_time_it_asks_for(line: Line, between: Between, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    start = time.monotonic()
    between.fail(limited(3), SYNC, times=1)
    await iris.say(room, "eerste")
    await line.until(lambda: "M_LIMIT_EXCEEDED" in line.connection.trouble())
    await line.hears("eerste")
    asked = list(between.times(SYNC, start))
    limit = max(later - earlier for earlier, later in pairwise(asked))
    assert limit >= 2.9


async def test_a_silent_server_is_noticed_and_asked_again(line: Line, between: Between, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    between.fail(SILENCE, SYNC)
    await iris.say(room, "hoort u mij?")
    await line.until(lambda: "niet bereikbaar" in line.connection.trouble())
    between.heal()
    await line.hears("hoort u mij?")


async def test_a_soft_logout_keeps_the_device_and_its_keys(line: Line, between: Between, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    before = account(line)
    between.fail(signed_out(soft=True), SYNC, times=1)
    await iris.say(room, "eerste")
    await line.hears("eerste")
    assert account(line).token != before.token
    assert account(line).device == before.device
    assert isinstance(await line.says(room, "Ik ben er nog."), Sent)
    await iris.hears("Ik ben er nog.")
    assert iris.unreadable == []


async def test_signed_out_again_and_again_is_no_storm(line: Line, between: Between) -> None:
    start = time.monotonic()
    between.fail(signed_out(soft=True), SYNC)
    await line.until(lambda: len(between.times("/login", start)) >= 3)
    between.heal()
    assert apart(list(between.times("/login", start))) >= 0.9
    await line.until(lambda: line.connection.delivery.desk is not None and not line.connection.trouble())


async def test_signed_out_without_a_password_is_told_and_nothing_is_tried(
    line: Line, between: Between, caplog: pytest.LogCaptureFixture
) -> None:
    await line.stop()
    del line.given["matrix_password"]
    await line.start()
    between.fail(signed_out(soft=False), SYNC)
    await line.until(lambda: "afgemeld" in line.connection.trouble())
    told = [record for record in caplog.records if "afgemeld" in record.getMessage()]
    asked = len(between.asked)
    await line.says("!x", "dag")
    assert (len(told), len(between.asked)) == (1, asked)


async def test_sending_waits_as_long_as_the_server_asks_and_that_is_told(
    line: Line, between: Between, friend: Make, caplog: pytest.LogCaptureFixture
) -> None:
    room = await meet(line, friend("iris"))
    between.wrong = lambda method, path: limited(7) if "/send/" in path else None
    outcome = await line.says(room, "Later dan.")
    assert isinstance(outcome, Refused)
    assert outcome.retry_after is not None
    assert outcome.retry_after.total_seconds() == 7
    await line.says(room, "Later dan.")
    assert sum("remt mijn berichten af" in record.getMessage() for record in caplog.records) == 1


async def test_words_do_not_wait_for_reactions_and_those_come_when_they_may(
    line: Line, between: Between, friend: Make
) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    between.wrong = lambda method, path: limited(1) if "/send/m.reaction/" in path else None
    assert isinstance(await line.says(room, "Eerste?", "Ja", "Nee"), Sent)
    assert isinstance(await line.says(room, "Tweede?", "Ja", "Nee"), Sent)
    between.heal()
    await iris.hears("Tweede?")
    sign = await iris.hears(lambda event: event["type"] == "m.reaction")
    second = next(e["event_id"] for _, e in iris.heard if "Tweede?" in str(e["content"].get("body")))
    assert sign["content"]["m.relates_to"]["event_id"] == second
    await iris.hears(lambda event: event["content"].get("m.relates_to", {}).get("key") == "2\ufe0f\u20e3")
    relations = [e["content"]["m.relates_to"]["event_id"] for _, e in iris.heard if e["type"] == "m.reaction"]
    assert relations == [second, second]


async def test_an_invitation_is_taken_when_the_server_has_time(line: Line, between: Between, friend: Make) -> None:
    between.wrong = lambda method, path: limited(1) if path.endswith("/join") or "/join/" in path else None
    iris = friend("iris")
    await iris.sync()
    room = await iris.room(line.user)
    await line.until(lambda: "M_LIMIT_EXCEEDED" in line.connection.trouble())
    between.heal()
    await iris.until(room, line.user)
    await iris.hears("Wegwijzer")


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("/sendToDevice/", BAD_GATEWAY),
        ("/keys/claim", limited(1)),
        ("/keys/query", BAD_GATEWAY),
        ("/joined_members", limited(1)),
    ],
)
async def test_nothing_is_said_before_everyone_has_the_key(
    line: Line, between: Between, friend: Make, step: str, fault: Fault
) -> None:
    iris, tom = friend("iris"), friend("tom")
    room = await meet(line, iris)
    await tom.sync()
    await line.stop()
    await line.start()  # then the key is a new one, and who is there must be asked for
    between.wrong = lambda method, path: fault if step in path else None
    await iris.client.room_invite(room, tom.id)
    await tom.client.join(room)
    await line.until(lambda: line.connection.client and tom.id in line.connection.client.rooms[room].users)
    assert isinstance(await line.says(room, "eerste"), Refused)
    between.heal()
    assert isinstance(await line.says(room, "tweede"), Sent)
    await tom.hears("tweede")
    await iris.hears("tweede")
    assert iris.unreadable == []
