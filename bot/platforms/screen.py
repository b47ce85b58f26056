"""What falls due while the terminal is open is shown there. A screen that was written to has shown it: no look-up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.delivery import Absent, Outcome, Post, Recall, Sent, Unknown
from bot.messages import Reply


@dataclass(frozen=True)
class Screen:
    """The terminal of one person, as a place to post."""

    show: Callable[[Reply], None]
    platform: str = "terminal"
    # Shown twice on one's own screen harms nobody; not shown at all would.
    recall: Recall = field(default=Recall(repeat_within=timedelta(days=3650), settle=timedelta()))

    async def send(self, post: Post) -> Outcome:
        """Show a post."""
        try:
            self.show(post.reply)
        except OSError as error:
            return Unknown(type(error).__name__)
        return Sent(post.marker)

    async def look_up(self, post: Post) -> Sent | Absent | Unknown:  # noqa: ARG002 - never asked
        """A screen has no memory."""
        return Unknown("screen")

    async def take_back(self, post: Post) -> Outcome:
        """A screen keeps nothing."""
        return Sent(post.placed)

    async def sweep(self, post: Post) -> Outcome:
        """A screen keeps nothing."""
        return Sent(post.placed)
