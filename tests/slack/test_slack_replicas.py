"""Two whole bots on one Slack app and one PostgreSQL: whichever hears it, it is answered once and in order."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests import databases
from tests.case_world import TO_CONSENT
from tests.databases import Kind
from tests.slack.deliveries import command, direct, room_of
from tests.slack.house import House, open_house, text_of
from tests.slack.standin import Standin
from tests.slack.workspace import IRIS


@pytest.fixture(params=["sockets", "http"])
async def houses(
    standin: Standin, index: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[list[House]]:
    """Each with a data folder of its own; the database and the key are shared."""
    with databases.on(Kind.POSTGRESQL):
        shared = {"WEGWIJZER_DATABASE_URL": databases.address(tmp_path), "WEGWIJZER_SECRET_KEY": "van allebei"}
        async with AsyncExitStack() as stack:
            opened = []
            for name in ("one", "two"):
                (tmp_path / name).mkdir()
                house = open_house(standin, tmp_path / name, index, request.param == "http", more=shared)
                opened.append(await stack.enter_async_context(house))
            yield opened


async def test_what_both_are_told_is_answered_once(houses: list[House]) -> None:
    payload = direct(houses[0].standin.space, "wie bel ik bij zorgen over een leerling?", IRIS)
    for house in (*houses, *houses):
        await house.deliver("events_api", payload)
    await houses[0].settled()
    (answer,) = houses[0].said(room_of(IRIS))
    assert "Bel eerst de CJG'er" in text_of([answer])


async def test_a_conversation_goes_on_with_whoever_hears_the_next_word(houses: list[House]) -> None:
    space, room = houses[0].standin.space, room_of(IRIS)
    await houses[0].deliver("slash_commands", command(space, "/start-case", IRIS))
    await houses[0].settled()
    for turn, text in enumerate(TO_CONSENT[1:]):
        before = len(houses[0].said(room))
        await houses[turn % 2].deliver("events_api", direct(space, text, IRIS))
        await houses[0].settled()
        assert len(houses[0].said(room)) > before
    assert "Waarvoor geeft ouder 1" in text_of(houses[0].said(room)[-1:])


async def test_quick_words_to_both_are_answered_in_the_order_in_which_they_were_confirmed(houses: list[House]) -> None:
    space, room = houses[0].standin.space, room_of(IRIS)
    await houses[0].deliver("slash_commands", command(space, "/start-case", IRIS))
    for turn, text in enumerate(TO_CONSENT[1:]):  # nobody waits for an answer
        await houses[turn % 2].deliver("events_api", direct(space, text, IRIS))
    await houses[0].settled()
    assert "Waarvoor geeft ouder 1" in text_of(houses[0].said(room)[-1:])
