"""Small signs beside the conversation: a line only one person sees, "is typing", a button that was pressed.

They may get lost: nothing depends on them. Answers go through the outbox.
"""

import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.door import turned_away
from bot.platforms.slack.blocks import settled
from bot.platforms.slack.mrkdwn import cut, to_mrkdwn
from bot.platforms.slack.payloads import Said
from bot.platforms.slack.web_api import BROKEN, reason
from prompts import render

_log = logging.getLogger(__name__)
_STEP = re.compile(r"(?:C-[\d-]+/|mdo:)[^\s=]+=.*", re.DOTALL)
_AGAIN = 3600.0  # seconds before the same person is refused aloud once more


@dataclass
class Notices:
    """Says small things at once; whatever goes wrong is a line in the log."""

    client: AsyncWebClient
    _told: dict[str, float] = field(default_factory=dict)

    async def whisper(self, said: Said, text: str) -> None:
        """A line that only this person sees."""
        if said.response_url:
            await self._respond(said.response_url, text)
        elif said.channel:
            thread: dict[str, Any] = {"thread_ts": said.thread} if said.thread else {}
            await self._try(
                self.client.chat_postEphemeral, channel=said.channel, user=said.user, text=to_mrkdwn(text), **thread
            )

    async def _respond(self, url: str, text: str) -> None:
        session = self.client.session
        body = {"response_type": "ephemeral", "replace_original": False, "text": to_mrkdwn(text)}
        try:
            if session and not session.closed:
                async with session.post(url, json=body) as answer:
                    await answer.read()
        except BROKEN as error:
            _log.info("a notice was lost: %s", reason(error))

    async def refuse(self, said: Said) -> None:
        """Tell somebody who may not come in, at most once an hour; nothing about us but that, and help in danger."""
        now, text = time.monotonic(), turned_away(said.text, render("slack.refused"))
        if text != render("slack.refused"):
            await self.whisper(said, text)
            return
        if now - self._told.get(said.user, -_AGAIN) < _AGAIN and not said.response_url:
            return
        if len(self._told) > 1000:
            self._told.clear()
        self._told[said.user] = now
        await self.whisper(said, text)

    async def is_typing(self, said: Said) -> None:
        """The sign that an answer is being made; Slack shows it in threads, and takes it away with the answer."""
        if said.thread and said.channel:
            await self._try(
                self.client.assistant_threads_setStatus,
                channel_id=said.channel, thread_ts=said.thread, status=render("slack.typing"),
            )  # fmt: skip

    async def settle(self, said: Said, blocks: Sequence[dict[str, Any]], text: str) -> None:
        """The buttons of a step that was answered go, and what was picked stays; only where one person is."""
        channel, _, ts = said.edits.partition("/")
        if not said.direct or not ts or not _STEP.fullmatch(said.text):
            return
        note = render("slack.picked", label=cut(said.label, 100))
        await self._try(
            self.client.chat_update, channel=channel, ts=ts, text=cut(text or note, 3000), blocks=settled(blocks, note)
        )

    async def _try(self, method: Any, **arguments: Any) -> None:
        try:
            await method(**arguments)
        except BROKEN as error:
            _log.info("a notice was lost: %s", reason(error))
