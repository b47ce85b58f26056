"""A real homeserver once a run; people and a whole bot per test."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from knowledge.library import INDEX_NAME
from tests.matrix.bot_house import House
from tests.matrix.friend import Friend
from tests.matrix.line import Line
from tests.matrix.synapse import CannotInstallError, Synapse, python

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    try:
        python()
    except CannotInstallError as error:
        pytest.skip(f"Synapse cannot be installed here: {error}")
    server = Synapse(tmp_path_factory.mktemp("synapse"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def house(synapse: Synapse, tmp_path: Path, index: Path) -> AsyncIterator[House]:
    """A bot of its own on the homeserver, running."""
    home = tmp_path / "home"
    home.mkdir()
    (home / INDEX_NAME).symlink_to(index)
    account = synapse.register(f"bot{next(_NUMBERS)}", "geheim")
    bot = House(synapse, account["user_id"], home)
    await bot.start()
    yield bot
    await bot.stop()


@pytest.fixture
async def line(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Line]:
    """The platform alone, connected."""
    account = synapse.register(f"bot{next(_NUMBERS)}", "geheim")
    made = Line(synapse.url, account["user_id"], tmp_path / "line", matrix_password="geheim")
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def friend(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Callable[[str], Friend]]:
    """Makes people with a client of their own."""
    made: list[Friend] = []

    def make(name: str) -> Friend:
        account = synapse.register(f"{name}{next(_NUMBERS)}")
        made.append(Friend(synapse.url, account, tmp_path / account["user_id"][1:6]))
        return made[-1]

    yield make
    for person in made:
        with suppress(asyncio.CancelledError):
            await person.close()
