"""Whole conversations about meetings, played through the front door on a real database."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.messages import Incoming, Reply
from tests.mdo_world import MdoWorld
from tests.transcripts import play

FILES = sorted(Path(__file__).parent.joinpath("transcripts").glob("mdo_*.md"))


def build(folder: Path) -> Callable[[], Callable[[Incoming], Sequence[Reply]]]:
    """A start function for `play`: every call is a new process on the same database."""
    worlds = list[MdoWorld]()

    def start() -> Callable[[Incoming], Sequence[Reply]]:
        for world in worlds:
            world.database.close()
        worlds.append(MdoWorld(folder))
        return worlds[-1].play

    return start


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_conversation(file: Path, tmp_path: Path) -> None:
    assert play(file, build(tmp_path)) == []


def test_there_are_enough_conversations() -> None:
    assert len(FILES) >= 5
