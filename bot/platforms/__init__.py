"""The platform port: what the core asks of a chat platform, and nothing more."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.messages import Incoming, Reply

Handler = Callable[[Incoming], Sequence[Reply]]


class Platform(Protocol):
    """A place where people talk: takes their messages to the handler and shows the replies."""

    name: str

    async def run(self, handle: Handler) -> None:
        """Listen until the conversation or the process ends."""
        ...
