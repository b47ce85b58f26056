"""The user guide shows Slack as it is now."""

from pathlib import Path

from tests.pictures import differs
from tests.slack.pictures import FOLDER, played


async def test_what_the_guide_shows_of_slack_is_what_a_user_sees(index: Path) -> None:
    """After a change that is meant: `python -m tests.slack.pictures`, and look."""
    made = await played(index)
    assert [name for name, png in made.items() if differs(png, (FOLDER / f"{name}.png").read_bytes())] == []
    assert len(made) == 7
