"""The faults of a running bot on few examples; `make faults` (part running) plays all of them, and for longer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.pulse import CLOCK, WORKER
from bot.storage.heartbeat import Heartbeat
from bot.storage.inbox import Inbox
from tests.faults import exceptions
from tests.slack.house import open_house, until
from tests.slack.standin import Standin


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    started = await Standin().start()
    yield started
    await started.stop()


@pytest.mark.parametrize(("owner", "name", "part"), [(Inbox, "take", WORKER), (Heartbeat, "beat", CLOCK)])
async def test_an_exception_inside_ends_nothing(tmp_path: Path, index: Path, owner: type, name: str, part: str) -> None:
    assert (owner, name, part) in exceptions.POINTS
    assert await exceptions.trial(tmp_path, index, owner, name, part) == []


async def test_a_line_that_opens_and_says_nothing_is_silent(standin: Standin, tmp_path: Path, index: Path) -> None:
    async with open_house(standin, tmp_path, index) as house:
        await asyncio.sleep(2.5)
        assert house.connection.silence() < 2.5  # a ping a second, and its answer
    standin.deaf = True
    async with open_house(standin, tmp_path, index) as house:
        await until(lambda: house.connection.silence() > 3)
        assert house.connection.trouble() == ""  # every line opens well: only the silence tells
