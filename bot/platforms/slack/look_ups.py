"""Finding out whether a post arrived: its marker is searched in what stands in that place since the first try."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Absent, Post, Sent, Unknown
from bot.platforms.slack.blocks import Block, context, files_of, marker_of, to_message
from bot.platforms.slack.uploads import share, upload
from bot.platforms.slack.web_api import BROKEN, reason
from prompts import render

_log = logging.getLogger(__name__)
_PAGES, _PAGE = 5, 200  # how far back is read
_LAG = timedelta(seconds=5)  # Slack's clock may be behind ours

Found = Mapping[str, Any]


async def find(client: AsyncWebClient, post: Post, channel: str) -> Sent | Absent | Unknown:
    """The post under Slack's own id, when it is there; its files are placed when they are not. Raises what a call can.

    Nothing else of ours comes to a place while a post to it is unsettled, so files after the words belong to them.
    """
    edited = await _edited(client, post) if post.edits else None
    asked: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": _PAGE}
    asked["oldest"] = f"{(post.since - _LAG).timestamp():.6f}"
    method = client.conversations_replies if post.thread else client.conversations_history
    asked |= {"ts": post.thread} if post.thread else {}
    for _ in range(_PAGES):
        page = await method(**asked)
        if message := edited or next((m for m in page["messages"] if marker_of(m) == post.marker), None):
            files = await _with_files(client, post, channel, message, page["messages"])
            return Sent(" ".join([f"{channel}/{message['ts']}", *files]))
        asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
        if not asked["cursor"]:
            return Absent()
    return Unknown("too_much_history")


async def _edited(client: AsyncWebClient, post: Post) -> Found | None:
    channel, _, ts = post.edits.partition("/")
    page = await client.conversations_history(
        channel=channel, latest=ts, oldest=ts, inclusive=True, limit=1, include_all_metadata=True
    )
    return next((m for m in page["messages"] if m["ts"] == ts and marker_of(m) == post.marker), None)


async def _with_files(
    client: AsyncWebClient, post: Post, channel: str, message: Found, page: Sequence[Found]
) -> list[str]:
    """The ids of the files that belong to words that arrived; what is missing is placed, or told when it cannot be."""
    count = files_of(dict(message))
    ours = [m for m in page if m.get("user") == message.get("user") and float(m["ts"]) >= float(message["ts"])]
    there = [file for m in sorted(ours, key=lambda m: float(m["ts"])) for file in m.get("files", [])][:count]
    ids = [str(file["id"]) for file in there]
    if len(there) >= count:
        return ids
    names = {file["name"] for file in there}
    missing = [file for file in to_message(post.reply).files if file.name not in names]
    made = [await upload(client, file) for file in missing]
    if made and await share(client, made, channel, post.thread):
        return ids + [str(file["id"]) for file in made]
    await tell_lost_files(client, channel, message["ts"], message.get("text", ""), message.get("blocks", []))
    return ids


async def tell_lost_files(client: AsyncWebClient, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None:
    """Say under a message that its file is missing and how to get it."""
    note = context(render("slack.files_failed"))
    try:
        await client.chat_update(channel=channel, ts=ts, text=text, blocks=[*blocks[:49], note])
    except BROKEN as error:
        _log.error("a file could not be placed, nor told: %s", reason(error))
