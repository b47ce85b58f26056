"""Whole conversations through the front door: every transcript is played with the real app, an own home, and the index.

A folder beside a transcript with the same name is the organisation's own knowledge: a contact list, a placemat.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.settings import Settings
from knowledge.library import INDEX_NAME
from tests.transcripts import play

FILES = sorted((Path(__file__).parent / "transcripts").glob("qa_*.md"))


@pytest.fixture
def start(index: Path, tmp_path: Path) -> Iterator[Callable[[Path], App]]:
    """Opens the app on the home of one transcript; at a restart the home is there already."""
    opened: list[App] = []

    def open_app(transcript: Path) -> App:
        own = transcript.with_suffix("")
        if own.is_dir() and not (tmp_path / "knowledge").exists():
            shutil.copytree(own, tmp_path / "knowledge")
        if not (tmp_path / INDEX_NAME).exists():
            (tmp_path / INDEX_NAME).symlink_to(index)
        opened.append(App(settings=Settings(home=tmp_path)))
        return opened[-1]

    yield open_app
    for app in opened:
        app.database.close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_conversation_goes_as_written(file: Path, start: Callable[[Path], App]) -> None:
    wrong = play(file, lambda: start(file).assistant.handle)
    assert not wrong, "\n\n".join(wrong)


def test_there_are_enough_conversations_and_each_says_what_it_shows() -> None:
    heads = [file.read_text(encoding="utf-8").splitlines()[:2] for file in FILES]
    assert len(FILES) >= 42
    assert all(line.startswith("# ") for head in heads for line in head)
    assert len({title for title, _ in heads}) == len(FILES)
