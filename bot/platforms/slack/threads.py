"""Which threads in channels are ours: those that began with a mention. Only asked when the team chose follow-ups.

Following a thread without a mention makes Slack deliver all talk of the channel; what is not ours is dropped unread.
"""

from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.payloads import Said
from bot.platforms.slack.web_api import BROKEN

_MOST = 2000  # threads remembered


@dataclass
class Threads:
    """Remembers of each thread whether it began with a mention of the bot (`me`)."""

    client: AsyncWebClient
    me: str
    _ours: dict[str, bool] = field(default_factory=dict)

    async def is_ours(self, said: Said) -> bool:
        """Whether somebody talks on with us; when Slack does not tell, no."""
        key = f"{said.channel}/{said.thread}"
        if key not in self._ours:
            try:
                found = await self.client.conversations_replies(channel=said.channel, ts=said.thread, limit=1)
            except BROKEN:
                return False
            if len(self._ours) > _MOST:
                self._ours.clear()
            root: dict[str, object] = next(iter(found["messages"]), {})
            self._ours[key] = f"<@{self.me}>" in str(root.get("text", ""))
        return self._ours[key]
