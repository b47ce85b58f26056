"""The outbox with one thing broken on purpose. A harness that does not notice these proves nothing."""

from datetime import datetime

from bot.delivery import Absent, Post, Sent, Unknown
from bot.outbox import Sender
from bot.storage.letters import Letter
from bot.storage.outbox_store import Outbox
from tests.faults.worker import Wire


class NoFence(Outbox):
    """Sends without looking whether the lease still holds."""

    def holds(self, letter: Letter, now: datetime) -> bool:
        """Always."""
        return True


class NoLookUp(Wire):
    """Takes every lost post for not posted."""

    async def look_up(self, post: Post) -> Sent | Absent | Unknown:
        """Never there."""
        return Absent()


class MarkFirst(Sender):
    """Marks as sent, then sends."""

    async def _send(self, letter: Letter) -> None:
        reply = self._compose(letter)
        self._outbox.sent(letter, "")
        await self._delivery.send(self._post(letter, reply))


class SendFirst(Sender):
    """Sends, and treats what it does not know as surely refused."""

    async def _find_out(self, letter: Letter) -> None:
        self._outbox.absent(letter, self._now())


def outbox(mutant: str) -> type[Outbox]:
    """The outbox of a mutant, else the real one."""
    return NoFence if mutant == "no fence" else Outbox


def wire(mutant: str) -> type[Wire]:
    """The delivery of a mutant, else the real one."""
    return NoLookUp if mutant == "no look-up" else Wire


def sender(mutant: str) -> type[Sender]:
    """The sender of a mutant, else the real one."""
    return {"mark before send": MarkFirst, "send again at once": SendFirst}.get(mutant, Sender)
