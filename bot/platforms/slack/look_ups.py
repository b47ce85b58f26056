"""Finding out whether a post arrived: its marker is searched in what stands in that place since the first try."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Absent, Post, Sent, Unknown
from bot.platforms.slack.blocks import Block, context, marker_of
from bot.platforms.slack.web_api import BROKEN, reason
from prompts import render

_log = logging.getLogger(__name__)
_PAGES, _PAGE = 5, 200  # how far back is read
_LAG = timedelta(seconds=5)  # Slack's clock may be behind ours

Found = Mapping[str, Any]


async def find(client: AsyncWebClient, post: Post, channel: str) -> Sent | Absent | Unknown:
    """The post under Slack's own id, when it is there. Raises what a call can raise."""
    if post.edits and await _is_edited(client, post):
        return Sent(post.edits)
    asked: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": _PAGE}
    asked["oldest"] = f"{(post.since - _LAG).timestamp():.6f}"
    method = client.conversations_replies if post.thread else client.conversations_history
    asked |= {"ts": post.thread} if post.thread else {}
    for _ in range(_PAGES):
        page = await method(**asked)
        for message in page["messages"]:
            if marker_of(message) == post.marker:
                await _mend(client, channel, message, page["messages"])
                return Sent(f"{channel}/{message['ts']}")
        asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
        if not asked["cursor"]:
            return Absent()
    return Unknown("too_much_history")


async def _is_edited(client: AsyncWebClient, post: Post) -> bool:
    channel, _, ts = post.edits.partition("/")
    page = await client.conversations_history(
        channel=channel, latest=ts, oldest=ts, inclusive=True, limit=1, include_all_metadata=True
    )
    return any(message["ts"] == ts and marker_of(message) == post.marker for message in page["messages"])


async def _mend(client: AsyncWebClient, channel: str, message: Found, page: Sequence[Found]) -> None:
    """The words arrived; when the files that belong to them did not, that is told."""
    files = int(message["metadata"]["event_payload"].get("files", 0))
    later = [m for m in page if m.get("files") and float(m["ts"]) >= float(message["ts"])]
    if files and not later:
        await tell_lost_files(client, channel, message["ts"], message.get("text", ""), message.get("blocks", []))


async def tell_lost_files(client: AsyncWebClient, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None:
    """Say under a message that its file is missing and how to get it."""
    note = context(render("slack.files_failed"))
    try:
        await client.chat_update(channel=channel, ts=ts, text=text, blocks=[*blocks[:49], note])
    except BROKEN as error:
        _log.error("a file could not be placed, nor told: %s", reason(error))
