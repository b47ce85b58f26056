"""What the tests of Slack start from: a workspace without a payload that Slack would refuse, and a bot in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.slack.house import House, open_house
from tests.slack.standin import Standin


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    """Slack's servers; at the end not one payload may have been invalid."""
    started = await Standin().start()
    yield started
    await started.stop()
    assert started.space.invalid == []


@pytest.fixture
async def house(standin: Standin, index: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A bot over Socket Mode."""
    async with open_house(standin, tmp_path, index) as opened:
        yield opened
