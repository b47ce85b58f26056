"""When Slack is away, silent or no longer lets us in: told in one line, asked ever slower, nothing lost or doubled."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import ClientConnectorError
from aiohttp.client_reqrep import ConnectionKey

from bot.platforms.slack import examine
from bot.platforms.slack.caution import Caution
from bot.storage.letters import State
from bot.vault import Vault
from tests.slack.deliveries import event, home_opened, room_of
from tests.slack.house import House, open_house, settings, text_of, until
from tests.slack.standin import APP_TOKEN, BOT_TOKEN, Standin
from tests.slack.workspace import CORA, FATIMA, GUEST, IRIS

QUESTION = "wie bel ik bij zorgen over een leerling?"


def _later(caution: Caution, now: list[float]) -> list[float]:
    """The moments at which four senders that look all the time may ask, while nobody answers for ten minutes."""
    asked = []
    while now[0] < 600:
        for _ in range(4):
            if not caution.left():
                asked.append(now[0])
                caution.hear(TimeoutError())
        now[0] += 0.05
    return asked


def test_in_trouble_one_request_goes_at_a_time_and_ever_slower() -> None:
    now, told = [0.0], list[str]()
    caution = Caution(told.append, lambda: now[0])
    assert caution.hear(TimeoutError()) is None  # one lost answer is no outage
    assert not caution.left()
    assert not told
    caution.hear(TimeoutError())
    assert set(told) == {"timeout"}
    asked = _later(caution, now)
    pauses = [b - a for a, b in pairwise(asked)]
    assert min(pauses) >= 1.0
    assert 55 < max(pauses) < 65
    caution.well()
    assert not caution.left()
    assert told[-1] == ""


def test_when_nobody_is_there_at_all_one_failure_is_enough() -> None:
    caution = Caution()
    wait = caution.hear(ClientConnectorError(ConnectionKey("x", 1, False, False, None, None, None), OSError()))
    assert wait
    assert 0.9 < wait.total_seconds() <= 1.0
    assert caution.left()


@pytest.mark.parametrize("how", ["fall", "vanish"])
async def test_an_outage_is_waited_out_and_everything_arrives_once(house: House, how: str) -> None:
    space, caution = house.standin.space, house.connection._caution
    caution.longest = 2.0
    people = [f"UMENS{number:05d}" for number in range(25)]
    space.users |= {user: {**space.users[IRIS], "id": user} for user in people}
    await house.deliver("events_api", home_opened(IRIS))
    await until(lambda: IRIS in space.homes)
    began = asyncio.get_running_loop().time()
    await (house.standin.fall() if how == "fall" else house.standin.vanish())
    for user in people:
        house.app.outbox.post(f"k/{user}", f"slack:{user}", "Een herinnering.", house.app.now())
    await until(lambda: "niet te bereiken" in house.connection.trouble())
    await asyncio.sleep(4)
    calls = [at for _, _, at in house.standin.calls if at > began + 1.0]
    await house.standin.come_back()
    assert min((b - a for a, b in pairwise(calls)), default=1.0) > 0.95
    await house.settled()
    assert [len(house.said(room_of(user))) for user in people] == [1] * len(people)
    await until(lambda: not house.connection.trouble())
    assert "Bel eerst" in text_of(await house.tell(QUESTION))


async def test_a_line_that_falls_silent_is_renewed(standin: Standin, index: Path, tmp_path: Path) -> None:
    standin.deaf = True
    async with open_house(standin, tmp_path, index) as house:
        await until(lambda: len(standin.connects) >= 3, 30)  # silent lines were left, and others opened
        standin.deaf = False
        await until(lambda: [line["deaf"] for line in standin.sockets] == [False, False], 30)
        await until(lambda: not house.connection.trouble())
        assert "Bel eerst" in text_of(await house.tell(QUESTION))


async def test_a_token_that_is_revoked_is_told_in_one_line(standin: Standin, index: Path, tmp_path: Path) -> None:
    async with open_house(standin, tmp_path, index) as house:
        standin.tokens.discard(BOT_TOKEN)
        for number, user in enumerate((IRIS, FATIMA, CORA) * 5):
            house.app.outbox.post(f"k/{number}", f"slack:{user}", "Een herinnering.", house.app.now())
        await until(lambda: "weigert het token (token_revoked)" in house.connection.trouble())
        await asyncio.sleep(1)
        assert sum(method == "chat.postMessage" for method, _, _ in standin.calls) <= 4  # one for each sender
        standin.tokens.add(BOT_TOKEN)
        await house.connection.check()
        assert house.connection.trouble() == ""


async def test_a_token_that_fails_is_noticed_before_anything_is_posted(house: House) -> None:
    house.standin.tokens.discard(BOT_TOKEN)
    await house.connection.check()
    assert "token_revoked" in house.connection.trouble()


async def test_an_app_that_is_removed_is_told_until_it_is_back(house: House) -> None:
    await house.deliver("events_api", event({"type": "app_uninstalled"}))
    assert "uit de werkruimte gehaald" in house.connection.trouble()
    await house.connection.check()
    assert house.connection.trouble() == ""


async def test_the_token_of_some_user_is_not_ours(house: House) -> None:
    await house.deliver("events_api", event({"type": "tokens_revoked", "tokens": {"oauth": [IRIS]}}))
    assert house.connection.trouble() == ""
    await house.deliver("events_api", event({"type": "tokens_revoked", "tokens": {"bot": ["UWEGWIJZER"]}}))
    assert "uit de werkruimte gehaald" in house.connection.trouble()


async def test_doctor_tries_the_token_for_socket_mode_too(standin: Standin, tmp_path: Path) -> None:
    good, vault = settings(tmp_path, standin.api), Vault.open("", tmp_path)
    standin.tokens.discard(APP_TOKEN)
    (found,) = await asyncio.to_thread(examine, good, vault)
    assert not found[0]
    assert "SLACK_APP_TOKEN" in found[2]
    assert standin.sockets == []


async def test_a_reminder_to_who_is_no_colleague_any_more_goes_to_the_coordinator(house: House) -> None:
    house.app.outbox.post("k", f"slack:{GUEST}", "Een herinnering.", house.app.now())
    await house.settled()
    assert house.said(room_of(GUEST)) == []
    assert "een gast, een bot of geen collega meer" in text_of(house.said(room_of(CORA)))


async def test_a_reminder_waits_when_slack_does_not_tell_who_would_read_it(house: House) -> None:
    house.standin.fails["users.info"] = ["internal_error"]
    house.app.outbox.post("k", f"slack:{FATIMA}", "Een herinnering.", house.app.now())
    await until(lambda: bool(house.app.outbox.letters([State.PENDING])))
    await asyncio.sleep(0.5)
    (letter,) = house.app.outbox.letters([State.PENDING])
    assert (letter.tries, house.said(room_of(FATIMA))) == (0, [])


async def test_a_file_comes_though_the_answer_to_its_words_was_lost(house: House) -> None:
    await house.tell("!mdo plan volgende week dinsdag 14:30 met ouders, school")
    house.standin.loses["chat.postMessage"] = 1
    words, file = await house.tell("ja")
    assert "kon niet worden geplaatst" not in text_of([words])
    assert file["files"][0]["name"].endswith(".ics")
