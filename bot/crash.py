"""Named points where a test lets the process die, as in a power cut; nothing happens in real life."""

import os

CRASHED = 137
"""The exit status of a process that died at a named point, as after SIGKILL."""


def point(name: str) -> None:
    """Die here when CRASH_AT names this point."""
    if os.environ.get("CRASH_AT") == name:
        os._exit(CRASHED)
