"""The README's first screen is played: what it promises happens, word for word."""

import re
from pathlib import Path

import pytest

from bot.app import App
from tests.transcripts import play

README = Path(__file__).parent.parent / "README.md"


def conversations() -> list[str]:
    """The conversations the README shows."""
    return re.findall(r"```text\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_first_screen_shows_both_commands_and_a_conversation() -> None:
    first_screen = README.read_text(encoding="utf-8").splitlines()[:40]
    assert any("make chat" in line for line in first_screen)
    assert any("make test" in line for line in first_screen)
    assert conversations()[0].count("> ") >= 4


@pytest.mark.parametrize("number", range(len(conversations())))
def test_the_conversation_goes_as_written(number: int, app: App, tmp_path: Path) -> None:
    file = tmp_path / "readme.md"
    file.write_text(conversations()[number], encoding="utf-8")
    wrong = play(file, lambda: app.assistant.handle)
    assert not wrong, "\n\n".join(wrong)
