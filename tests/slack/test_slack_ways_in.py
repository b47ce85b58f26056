"""The ways in: signatures, sockets that renew themselves, tokens that fail; the manifest and what doctor says."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.platforms.slack import connect, examine, missing
from bot.platforms.slack.manifest import FOLLOW_UPS, SCOPES, compare, manifest, readable
from bot.platforms.slack.web_api import base
from bot.settings import Settings
from bot.vault import Vault
from knowledge.library import INDEX_NAME
from tests.slack.deliveries import direct, echo, room_of
from tests.slack.house import House, open_house, settings, text_of, until
from tests.slack.standin import BOT_TOKEN, Standin, signed
from tests.slack.workspace import GRANTED, IRIS

QUESTION = "wie bel ik bij zorgen over een leerling?"


@pytest.fixture
async def web_house(standin: Standin, index: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(standin, tmp_path, index, over_http=True) as opened:
        yield opened


WRONG: dict[str, dict[str, Any]] = {
    "another secret": {"secret": "x"},
    "six minutes old": {"moment": str(int(time.time()) - 360)},
    "an hour ahead": {"moment": str(int(time.time()) + 3600)},
    "changed on the way": {"tamper": True},
    "no signature": {"headers": {"X-Slack-Signature": ""}},
    "no moment": {"headers": {"X-Slack-Request-Timestamp": ""}},
    "a moment in words": {"headers": {"X-Slack-Request-Timestamp": "abc"}},
    "a negative moment": {"headers": {"X-Slack-Request-Timestamp": "-1"}},
    "a moment with a fraction": {"headers": {"X-Slack-Request-Timestamp": "1700000000.5"}},
    "an endless moment": {"headers": {"X-Slack-Request-Timestamp": "9" * 400}},
    "a signature of another version": {"headers": {"X-Slack-Signature": "v1=" + "a" * 64}},
    "a signature that is no hex": {"headers": {"X-Slack-Signature": "v0=" + "z" * 64}},
    "a signature outside ASCII": {"headers": {"X-Slack-Signature": "v0=" + "é" * 64}},
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_not_surely_from_slack_is_401(web_house: House, name: str) -> None:
    payload = direct(web_house.standin.space, QUESTION)
    status, _ = await web_house.standin.post(web_house.url, "events_api", payload, **WRONG[name])
    assert status == 401
    assert web_house.app.inbox.count() == 0


async def test_a_body_that_is_no_text_is_401_and_other_paths_are_not_there(web_house: House) -> None:
    headers, _ = signed("events_api", {})
    async with aiohttp.ClientSession() as session:
        async with session.post(web_house.url, data=b"\xff\xfe\x00", headers=headers) as answer:
            assert answer.status == 401
        async with session.post(web_house.url, data=io.BytesIO(b"x" * 3_000_000), headers=headers) as answer:
            assert answer.status == 413
        async with session.get(web_house.url) as answer:
            assert answer.status == 405


async def test_slack_may_check_the_address(web_house: House) -> None:
    payload = {"type": "url_verification", "challenge": "abc", "token": "t"}
    status, body = await web_house.standin.post(web_house.url, "events_api", payload)
    assert (status, "abc" in body) == (200, True)


async def test_a_signed_request_played_again_does_nothing(web_house: House) -> None:
    headers, body = signed("events_api", direct(web_house.standin.space, QUESTION))
    async with aiohttp.ClientSession() as session:
        for _ in range(3):
            async with session.post(web_house.url, data=body, headers=headers) as answer:
                assert answer.status == 200
    await web_house.settled()
    assert len(web_house.said(room_of(IRIS))) == 1


async def test_two_lines_are_open_and_a_renewal_loses_nothing(house: House) -> None:
    assert len(house.standin.sockets) == 2 or await _two(house)
    for _ in range(3):
        await house.standin.disconnect()
        assert await house.tell(QUESTION)
    await until(lambda: len(house.standin.connects) >= 4)
    pauses = [b - a for a, b in zip(house.standin.connects, house.standin.connects[1:], strict=False)]
    assert min(pauses) >= 0.95  # never more than one a second


async def test_who_it_is_is_asked_once_however_often_it_is_delivered_meanwhile(house: House) -> None:
    house.standin.slow["users.info"] = 0.3
    said = direct(house.standin.space, QUESTION)
    await asyncio.gather(*(house.deliver("events_api", said) for _ in range(5)))
    await house.settled()
    assert sum(method == "users.info" for method, _, _ in house.standin.calls) == 1
    assert len(house.said(room_of(IRIS))) == 1


async def _two(house: House) -> bool:
    await until(lambda: len(house.standin.sockets) == 2)
    return True


async def test_a_line_that_breaks_is_renewed(house: House) -> None:
    await _two(house)
    for socket in list(house.standin.sockets):
        assert socket._req is not None
        assert socket._req.transport is not None
        socket._req.transport.abort()
    house.standin.fails["apps.connections.open"] = ["internal_error", 503]
    await until(lambda: len(house.standin.connects) >= 4 and len(house.standin.sockets) == 2, 30)
    await until(lambda: not house.connection.trouble())
    assert "Bel eerst" in text_of(await house.tell(QUESTION))


async def test_a_workspace_that_is_not_named_is_not_served(standin: Standin, index: Path, tmp_path: Path) -> None:
    (tmp_path / INDEX_NAME).symlink_to(index)
    from bot.app import App

    app = App(settings=settings(tmp_path, standin.api, SLACK_TEAM_ID="T0ANDERS"))
    connection = connect(app.services(lambda: None))
    listening = asyncio.create_task(connection.listen())
    await until(lambda: "hoort bij T0WERK" in connection.trouble())
    assert standin.sockets == []
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    app.database.close()


async def test_our_own_post_in_the_stream_settles_what_was_unsure(house: House) -> None:
    house.standin.loses["chat.postMessage"] = 1
    await house.deliver("events_api", direct(house.standin.space, QUESTION))
    await until(lambda: bool(house.said(room_of(IRIS))))
    (post,) = house.said(room_of(IRIS))
    await house.deliver("events_api", echo(post, room_of(IRIS)))
    await house.settled()
    assert len(house.said(room_of(IRIS))) == 1
    assert not any(method == "conversations.history" for method, _, _ in house.standin.calls)


def test_the_manifest_asks_for_the_least_and_opens_nothing_more() -> None:
    sockets, web = manifest(), manifest("https://bot.example/slack/events")
    assert sockets["settings"]["socket_mode_enabled"]
    assert not web["settings"]["socket_mode_enabled"]
    assert web["settings"]["event_subscriptions"]["request_url"] == "https://bot.example/slack/events"
    assert sockets["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert not set(FOLLOW_UPS) & set(SCOPES)
    assert "message.channels" not in sockets["settings"]["event_subscriptions"]["bot_events"]
    chosen = manifest(follow_ups=True)
    assert set(FOLLOW_UPS) <= set(chosen["oauth_config"]["scopes"]["bot"])
    assert "message.channels" in chosen["settings"]["event_subscriptions"]["bot_events"]
    assert set(SCOPES) == GRANTED
    prompts = sockets["features"]["agent_view"]["suggested_prompts"]
    assert len(prompts) == 4
    assert len(sockets["display_information"]["description"]) <= 140
    assert len(sockets["display_information"]["long_description"]) >= 174


def test_granted_scopes_are_held_against_the_manifest() -> None:
    assert compare(frozenset(SCOPES)) == (True, f"alle {len(SCOPES)} rechten zijn gegeven")
    assert compare(frozenset(SCOPES) - {"im:history"})[0] is False
    assert "files:read" in compare(frozenset(SCOPES) | {"files:read"})[1]
    assert readable(frozenset(SCOPES)) == {"im"}
    assert readable(frozenset(SCOPES) | set(FOLLOW_UPS)) == {"im", "channel"}


async def test_doctor_says_what_is_wrong(standin: Standin, tmp_path: Path) -> None:
    good, vault = settings(tmp_path, standin.api), Vault.open("", tmp_path)
    assert await asyncio.to_thread(examine, good, vault) == [(True, "Slack", "T0WERK, alle 10 rechten zijn gegeven")]
    other = settings(tmp_path, standin.api, SLACK_TEAM_ID="T9")
    assert (await asyncio.to_thread(examine, other, vault))[0][0] is False
    standin.tokens.discard(BOT_TOKEN)
    assert "token_revoked" in (await asyncio.to_thread(examine, good, vault))[0][2]
    away = settings(tmp_path, "http://127.0.0.1:1/api/")
    assert "niet te bereiken" in (await asyncio.to_thread(examine, away, vault))[0][2]


def test_settings_that_lack_are_named(tmp_path: Path) -> None:
    given = settings(tmp_path, "http://x", SLACK_APP_TOKEN="", SLACK_TEAM_ID="")
    assert missing(given) == ["SLACK_APP_TOKEN", "SLACK_TEAM_ID"]
    assert missing(given, 3000) == ["SLACK_TEAM_ID"]
    assert missing(Settings()) == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_TEAM_ID"]


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://slack.com/api/", "https://slack.com/api/"),
        ("https://slack.com/api", "https://slack.com/api/"),
        ("http://127.0.0.1:80", "http://127.0.0.1:80/api/"),
        ("http://127.0.0.1:80/", "http://127.0.0.1:80/api/"),
        ("http://127.0.0.1:80/own/path", "http://127.0.0.1:80/own/path/"),
    ],
)
def test_the_address_may_be_written_in_any_way(given: str, used: str) -> None:
    assert base(given) == used
