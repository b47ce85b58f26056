"""People from the settings as keys of a platform: "cora" is somebody at the terminal, U024BE7LH is on Slack."""

import re
from collections.abc import Sequence

_SLACK = re.compile(r"[UW][A-Z0-9]{6,}")


def key_of(name: str) -> str:
    """The key of a person as written in the settings: "slack:U1", "U024BE7LH", "@cora:school.nl" or a user name."""
    if name.startswith("@"):
        return f"matrix:{name}"
    if ":" in name:
        return name
    return f"slack:{name}" if _SLACK.fullmatch(name) else f"terminal:{name}"


def on_platform(names: Sequence[str], platform: str) -> str:
    """The key of the first of these people on a platform; empty when none is there."""
    return next((key for key in map(key_of, names) if key.startswith(f"{platform}:")), "")


def channel_key(name: str) -> str:
    """The key of a channel as written in the settings: "C024BE7LH" on Slack, "!abc:school.nl" on Matrix."""
    if name.startswith("!"):
        return f"matrix:{name}"
    return name if not name or ":" in name else f"slack:{name}"
