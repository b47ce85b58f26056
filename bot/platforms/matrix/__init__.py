"""Matrix: the same assistant in encrypted rooms, on one device that lasts."""

import asyncio
import logging

from bot.platforms import Services
from bot.platforms.matrix.checking import check
from bot.platforms.matrix.session import MatrixConnection
from bot.settings import Settings
from bot.vault import Vault
from prompts import render


def connect(services: Services) -> MatrixConnection:
    """The connection of this installation, not yet opened. Raises ValueError when a setting is missing."""
    logging.getLogger("nio").setLevel(logging.ERROR)  # below that it writes of every event, and of what it cannot read
    return MatrixConnection(services)


def alone(settings: Settings) -> str:
    """The lease of our account: its keys belong to one device, and that is one process."""
    return f"matrix {settings.matrix_user_id}"


def examine(settings: Settings, vault: Vault) -> list[tuple[bool, str, str]]:
    """What `doctor` says about Matrix: every fault in a line, or that all is well."""
    faults = asyncio.run(check(settings, vault))
    return [(False, "Matrix", line) for line in faults] or [(True, "Matrix", render("matrix.in_order"))]
