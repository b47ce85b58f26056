"""The README's first screen is played: what it promises happens, word for word."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def conversation() -> str:
    """The conversation on the first screen."""
    match = re.search(r"```text\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert match
    return match[1]


def test_first_screen_shows_both_commands_and_a_conversation() -> None:
    first_screen = README.read_text(encoding="utf-8").splitlines()[:40]
    assert any("make chat" in line for line in first_screen)
    assert any("make test" in line for line in first_screen)
    assert conversation().count("> ") >= 4
