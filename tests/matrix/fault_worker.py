"""A bot in a process of its own, to be killed: real platform, inbox, worker and outbox; it says back what it hears."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.bell import Bell
from bot.messages import Choice, Incoming, Reply, Role
from bot.outbox import Sender
from bot.platforms import Services
from bot.platforms.matrix.session import MatrixConnection
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.inbox import Inbox
from bot.storage.letters import Letter, Policy
from bot.storage.outbox_store import Outbox
from bot.storage.parcels import unpack_reply
from bot.vault import Vault
from bot.work import Worker

# As in real life, only shorter, so that a run of many deaths ends.
POLICY = Policy(lease=timedelta(seconds=3), margin=timedelta(seconds=1), spacing=timedelta(), most_tries=50)
_SETTLE = timedelta(seconds=1)
_ZONE = ZoneInfo("Europe/Amsterdam")


def say_back(incoming: Incoming) -> Sequence[Reply]:
    """The answer: what was said, with something to pick."""
    return [Reply(f"antwoord op: {incoming.text}", (Choice("Goed", "goed"),))]


async def main(home: Path, url: str, user: str) -> None:
    """Serve until killed."""
    database = Database(f"sqlite:///{home / 'wegwijzer.db'}")
    database.upgrade()
    vault = Vault.open("a key for tests", home)
    inbox, outbox = Inbox(database, vault), Outbox(database, vault, POLICY)
    came_in, goes_out = Bell(), Bell()
    settings = Settings(home=home, matrix_homeserver=url, matrix_user_id=user, matrix_password="geheim")
    nobody = cast(Any, None)

    def now() -> datetime:
        return datetime.now(_ZONE)

    services = Services(
        settings=settings, inbox=inbox, vault=vault, now=now, role_of=lambda _: Role.PROFESSIONAL,
        wake=came_in.ring, echo=outbox.seen, first_aid=lambda _: (), tell=lambda *_: None, office=nobody, cases=nobody,
    )  # fmt: skip
    connection = MatrixConnection(services)
    connection.delivery.recall = replace(connection.delivery.recall, settle=_SETTLE)

    def compose(letter: Letter) -> Reply:
        return unpack_reply(letter.text)

    senders = [Sender(outbox, connection.delivery, compose, f"w{n}", now, bell=goes_out) for n in range(2)]
    worker = Worker(database, inbox, outbox, say_back, goes_out.ring, came_in)
    print("up", flush=True)
    await asyncio.gather(connection.listen(), worker.run(), *(sender.run() for sender in senders))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
