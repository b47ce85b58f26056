"""Who is named in what was said: an outsider stays a bare word, so that nothing about a case is ever sent there."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.platforms.slack.gatekeeper import Gatekeeper
from bot.platforms.slack.payloads import Said
from prompts import render

_NAMED = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|(?P<label>[^<>]*))?>")
_MOST = 10  # people looked up for one message; whoever names more means no one in particular


@dataclass(frozen=True)
class Naming:
    """Reads the people out of a message."""

    gate: Gatekeeper

    async def read(self, said: Said) -> tuple[Said, str]:
        """The message with outsiders as bare words, and what to tell about that. Raises UnsureError."""
        outside = await self.outsiders(match["id"] for match in _NAMED.finditer(said.text))
        if not outside:
            return said, ""
        text = _NAMED.sub(lambda m: outside.get(m["id"], m[0]), said.text)
        return replace(said, text=text), render("slack.outsider_named", names=", ".join(outside.values()))

    async def outsiders(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Those of these people who are no colleagues, by name. Raises UnsureError."""
        asked = [id for id in dict.fromkeys(ids) if id != self.gate.me][:_MOST]
        names = await asyncio.gather(*map(self.gate.outsider, asked))
        return {id: name for id, name in zip(asked, names, strict=True) if name}
