"""A bare number in a direct message picks from what was shown last; the room itself remembers what that was."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.payloads import Kind, Said
from bot.platforms.slack.web_api import BROKEN, LOOK

_BACK = 10  # messages


@dataclass(frozen=True)
class NumbersTyped:
    """Reads a number as the choice it stands for."""

    client: AsyncWebClient
    me: str

    async def read(self, said: Said) -> Said:
        """With the value of the choice when that is plain to see, else as it was typed: the core knows numbers too."""
        bare = said.text.strip().rstrip(".)")
        if said.kind is not Kind.MESSAGE or not bare.isdecimal() or len(bare) > 3:
            return said
        try:
            async with asyncio.timeout(LOOK):
                values = picks(await self._before(said), self.me)
        except BROKEN:
            return said
        number = int(bare)
        return replace(said, text=values[number - 1]) if 1 <= number <= len(values) else said

    async def _before(self, said: Said) -> list[dict[str, Any]]:
        """What stood there when it was typed, newest first."""
        ts = said.id.partition("/")[2]
        asked: dict[str, Any] = {"channel": said.channel, "latest": ts, "inclusive": False}
        if not said.thread:
            return list((await self.client.conversations_history(limit=_BACK, **asked))["messages"])
        found = await self.client.conversations_replies(ts=said.thread, limit=200, **asked)
        return list(reversed(found["messages"]))


def picks(messages: list[dict[str, Any]], me: str) -> list[str]:
    """The values that can be picked under the newest of our messages."""
    newest: dict[str, Any] = next((m for m in messages if m.get("user") == me and not m.get("files")), {})
    found = []
    for block in newest.get("blocks") or []:
        for element in block.get("elements") or []:
            if str(element.get("action_id", "")).startswith("choice"):
                found += [o["value"] for o in element.get("options", [])] or [element.get("value", "")]
    return [str(value) for value in found]
