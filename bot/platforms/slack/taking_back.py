"""Taking our own messages away again: one post with its files, or everything we ever said to one person."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Outcome, Post, Refused, Sent
from bot.platforms.slack.web_api import BROKEN, reason

GONE = frozenset("message_not_found file_not_found file_deleted channel_not_found thread_not_found".split())
"""Errors that say: it is not there any more."""

_AT_ONCE = 10  # messages in one round of a sweep; Slack lets an app delete fifty a minute
_PAUSE = timedelta(seconds=15)
_PAGE = 200

Found = Mapping[str, Any]


async def take_back(client: AsyncWebClient, post: Post) -> Outcome:
    """Delete a post that was placed as `placed`: "channel/ts", then its files. Raises what a call can raise."""
    place, *files = post.placed.split()
    channel, _, ts = place.partition("/")
    if not post.private_to or channel.startswith("D"):  # what only one person saw in a channel is kept nowhere
        await _quietly(client.chat_delete, channel=channel, ts=ts)
    for file in files:
        await _quietly(client.files_delete, file=file)
    return Sent(place)


async def sweep(client: AsyncWebClient, channel: str, me: str) -> Outcome:
    """Delete some of our messages in a direct conversation. Raises what a call can raise."""
    count = 0
    async for message in _ours(client, channel, me):
        if count == _AT_ONCE:
            return Refused("more", _PAUSE)
        for file in message.get("files") or ():
            await _quietly(client.files_delete, file=file["id"])
        await _quietly(client.chat_delete, channel=channel, ts=message["ts"])
        count += 1
    return Sent(channel)


async def _ours(client: AsyncWebClient, channel: str, me: str) -> AsyncIterator[Found]:
    """Our own messages in a conversation and in its threads."""
    async for message in _pages(client.conversations_history, channel=channel):
        if message.get("reply_count") or message.get("thread_ts"):
            async for answer in _pages(client.conversations_replies, channel=channel, ts=message["ts"]):
                if answer["ts"] != message["ts"] and answer.get("user") == me:
                    yield answer
        if message.get("user") == me and message.get("subtype") != "tombstone":
            yield message


async def _pages(method: Any, **asked: Any) -> AsyncIterator[Found]:
    while True:
        page = await method(limit=_PAGE, **asked)
        for message in page["messages"]:
            yield message
        asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
        if not asked["cursor"]:
            return


async def _quietly(method: Any, **arguments: Any) -> None:
    """Delete something; that it is gone already is as good."""
    try:
        await method(**arguments)
    except BROKEN as error:
        if reason(error) not in GONE:
            raise
