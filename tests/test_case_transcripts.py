"""Whole conversations about a case, played through the front door on a real database."""

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest

from bot.messages import Incoming, Reply
from tests.case_world import World, changed, scripts, shipped_chart
from tests.transcripts import play

FILES = sorted(Path(__file__).parent.joinpath("transcripts").glob("case_*.md"))


def build(folder: Path, file: Path) -> Callable[[], Callable[[Incoming], Sequence[Reply]]]:
    """A start function for `play`: every call is a new process on the same database."""
    starts, worlds = count(), list[World]()

    def start() -> Callable[[Incoming], Sequence[Reply]]:
        for world in worlds:
            world.database.close()
        new = next(starts) and "schema" in file.stem
        new_question = "Is de zorg besproken met {speakers}, en weten zij wat u ziet?"
        content = changed(shipped_chart(), "parents_concern", question=new_question) if new else scripts()
        worlds.append(World(folder, content, sitting=str(len(worlds))))
        return worlds[-1].assistant.handle

    return start


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_conversation(file: Path, tmp_path: Path) -> None:
    assert play(file, build(tmp_path, file)) == []


def test_there_are_enough_conversations() -> None:
    assert len(FILES) >= 16
