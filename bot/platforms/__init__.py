"""The platform port: what the core asks of a chat platform, and what a platform gets from the core."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.delivery import Delivery
from bot.messages import Incoming, Reply, Role

if TYPE_CHECKING:
    from bot.meetings.office import Office
    from bot.settings import Settings
    from bot.storage.cases import Cases
    from bot.storage.inbox import Inbox
    from bot.vault import Vault

Handler = Callable[[Incoming], Sequence[Reply]]


class Connection(Protocol):
    """A chat platform over the network: what comes in goes to the inbox, what goes out comes from the outbox."""

    @property
    def delivery(self) -> Delivery:
        """The way out."""
        ...

    async def listen(self) -> None:
        """Take in events until cancelled. Trouble with the network is waited out, never raised."""
        ...

    def trouble(self) -> str:
        """What is wrong now, in one Dutch line; empty when all is well."""
        ...

    def advice(self) -> str:
        """What is better mended though everything works, in one Dutch line; empty when there is nothing."""
        ...

    def silence(self) -> float:
        """Seconds since the platform last gave a sign of life; 0 where it gives none by itself, as over signed HTTP."""
        ...

    def figures(self) -> Mapping[str, int]:
        """Counts of its own, for the metrics, by a word of ours."""
        ...


@dataclass(frozen=True)
class Services:
    """What a platform gets from the composition root.

    `wake` is called after something was kept in the inbox; `echo` with (marker, the platform's id) when our own post is
    seen in the stream; `first_aid` says what to answer at once when nothing can be kept; `tell` posts a text, by (key,
    a person's key, text, moment), once for its key. `office` and `cases` are for reading; `http_port` is where signed
    requests come in, 0 for none; `on_duty` tells whether this process may still act, where only one may.
    """

    settings: "Settings"
    inbox: "Inbox"
    vault: "Vault"
    now: Callable[[], datetime]
    role_of: Callable[[str], Role]
    wake: Callable[[], None]
    echo: Callable[[str, str], None]
    first_aid: Callable[[Incoming], Sequence[Reply]]
    tell: Callable[[str, str, str, datetime], None]
    office: "Office"
    cases: "Cases"
    http_port: int = 0
    on_duty: Callable[[], bool] = lambda: True
