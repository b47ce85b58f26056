"""The way out to Slack: places posts from the outbox and says truly what became of them. It never repeats a post."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Absent, Outcome, Post, Recall, Refused, Rejected, Sent, Unknown
from bot.platforms.slack.blocks import Message, metadata, to_message
from bot.platforms.slack.caution import Caution, is_half_way
from bot.platforms.slack.gatekeeper import UnsureError
from bot.platforms.slack.look_ups import find, tell_lost_files
from bot.platforms.slack.taking_back import sweep, take_back
from bot.platforms.slack.uploads import share, upload
from bot.platforms.slack.web_api import BROKEN, reason

_log = logging.getLogger(__name__)

GONE = frozenset(
    "channel_not_found is_archived not_in_channel user_not_found user_disabled cannot_dm_bot messages_tab_disabled "
    "channel_is_archived users_not_found user_not_visible restricted_action".split()
)
"""Errors that say: this place is not there for us, now or ever."""

MALFORMED = frozenset(
    "invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text invalid_arguments "
    "invalid_metadata_format metadata_too_large invalid_attachments too_many_attachments".split()
)

_HICCUP, _UNSURE = timedelta(seconds=1), timedelta(seconds=30)
"""How long a post waits when Slack did not tell who would read it: lost on the way, or refused. It is no failed try."""

_OVER = frozenset("message_not_found cant_update_message edit_window_closed thread_not_found".split())


async def open_to_all(_: str) -> Rejected | None:
    """Everywhere something may be said."""
    return None


@dataclass
class SlackDelivery:
    """Posts to Slack. `readable` tells whether the history of a channel may be read, which decides about the look-up.

    Where it may not, a post carries its short number, and one whose answer was lost is sent again: at least once.
    """

    client: AsyncWebClient
    readable: frozenset[str] = frozenset({"im"})
    recall: Recall = field(default=Recall(look_up=True, settle=timedelta(seconds=30)))
    platform: str = "slack"
    caution: Caution = field(default_factory=Caution)
    me: str = ""
    closed: Callable[[str], Awaitable[Rejected | None]] = open_to_all
    """Why nothing may be said unasked to a person or in a channel. Raises UnsureError when Slack does not tell."""

    _rooms: dict[str, str] = field(default_factory=dict)

    async def send(self, post: Post) -> Outcome:
        """Place a post, or put it in the place of the message it edits."""
        if wait := self.caution.left():
            return _out_of_reach(wait)
        outcome = await self._send(post)
        if isinstance(outcome, Sent):
            self.caution.well()
        return outcome

    async def _send(self, post: Post) -> Outcome:
        dest = post.dest.partition(":")[2]
        try:
            if post.unasked and (why := await self.closed(dest)):
                return why
        except UnsureError as error:
            return self._unsure(error.__cause__ or error)
        message = to_message(post.reply, 0 if post.numbered or self._can_look(dest) else post.number)
        try:
            files = [await upload(self.client, file) for file in message.files]
        except BROKEN as error:  # nothing to be seen yet: surely not there
            return self._surely_not(error)
        try:
            channel, ts = await self._place(post, dest, message)
        except BROKEN as error:
            if reason(error) in MALFORMED:
                _log.error("Slack refused the form of post %d: %s", post.number, reason(error))
                return await self._bare(post, dest, message)
            return self._outcome(error)
        if files and not await share(self.client, files, channel, post.thread):
            await tell_lost_files(self.client, channel, ts, message.text, message.blocks)
        return Sent(" ".join([f"{channel}/{ts}", *(str(file["id"]) for file in files)]))

    async def _place(self, post: Post, dest: str, message: Message) -> tuple[str, str]:
        said: dict[str, Any] = {"text": message.text, "blocks": list(message.blocks)}
        if post.edits:
            channel, _, ts = post.edits.partition("/")
            try:
                await self.client.chat_update(
                    channel=channel, ts=ts, metadata=metadata(post.marker, len(message.files)), **said
                )
            except SlackApiError as error:
                if reason(error) not in _OVER:
                    raise
            else:
                return channel, ts
        if post.private_to and not dest.startswith(("D", "U", "W")):
            thread: dict[str, Any] = {"thread_ts": post.thread} if post.thread else {}
            found = await self.client.chat_postEphemeral(channel=dest, user=post.private_to, **thread, **said)
            return dest, str(found["message_ts"])
        return await self._post(post, dest, said, len(message.files))

    async def _post(self, post: Post, dest: str, said: Mapping[str, Any], files: int) -> tuple[str, str]:
        found = await self.client.chat_postMessage(
            channel=dest, thread_ts=post.thread or None, metadata=metadata(post.marker, files),
            unfurl_links=False, unfurl_media=False, **said,
        )  # fmt: skip
        if dest.startswith(("U", "W")):
            self._rooms[dest] = str(found["channel"])
        return str(found["channel"]), str(found["ts"])

    async def _bare(self, post: Post, dest: str, message: Message) -> Outcome:
        """The words alone, when Slack does not take the form: surely not posted, so posting again doubles nothing."""
        try:
            channel, ts = await self._post(post, dest, {"text": message.text}, 0)
        except BROKEN as error:
            return Rejected(reason(error)) if reason(error) in MALFORMED else self._outcome(error)
        return Sent(f"{channel}/{ts}")

    def _outcome(self, error: BaseException) -> Outcome:
        """What became of a post whose request failed."""
        if is_half_way(error) and not isinstance(error, aiohttp.ClientConnectorError):
            self.caution.hear(error)
            return Unknown(reason(error))
        if (code := reason(error)) in GONE | MALFORMED or code == "thread_not_found":
            self.caution.hear(error)
            return Rejected(code, gone=code in GONE, moot=code == "thread_not_found")
        return self._surely_not(error)

    def _surely_not(self, error: BaseException) -> Outcome:
        wait = self.caution.hear(error)
        return Refused(reason(error), wait, everywhere=wait is not None)

    def _unsure(self, error: BaseException) -> Outcome:
        wait = self.caution.hear(error)
        later = wait or (_HICCUP if is_half_way(error) else _UNSURE)
        return Refused(reason(error), later, everywhere=wait is not None)

    def _can_look(self, dest: str) -> bool:
        return ("im" if dest.startswith(("U", "W", "D")) else "channel") in self.readable

    async def look_up(self, post: Post) -> Sent | Absent | Unknown:
        """Whether an earlier try is there, by the marker in the metadata of what stands in that place since then."""
        dest = post.dest.partition(":")[2]
        if post.private_to or not self._can_look(dest):
            return Absent()  # it cannot be found out: once more, with the number that shows a double
        if wait := self.caution.left():
            return Unknown("out_of_reach", timedelta(seconds=wait))
        try:
            found = await find(self.client, post, await self._room(dest))
        except BROKEN as error:
            not_before = self.caution.hear(error)
            return Absent() if reason(error) in _OVER else Unknown(reason(error), not_before)
        self.caution.well()
        return found

    async def take_back(self, post: Post) -> Outcome:
        """Delete an earlier post with its files, after a look for it when nobody knows whether it arrived."""
        if not post.placed:
            found = await self.look_up(post)
            if not isinstance(found, Sent):
                return Sent("") if isinstance(found, Absent) else found
            post = replace(post, placed=found.id)
        if wait := self.caution.left():
            return _out_of_reach(wait)
        try:
            return await take_back(self.client, post)
        except BROKEN as error:
            return self._not_taken(error)

    async def sweep(self, post: Post) -> Outcome:
        """Delete some of what we ever said to a person in private."""
        if wait := self.caution.left():
            return _out_of_reach(wait)
        try:
            return await sweep(self.client, await self._room(post.dest.partition(":")[2]), self.me)
        except BROKEN as error:
            return Sent("") if reason(error) in GONE else self._not_taken(error)

    def _not_taken(self, error: BaseException) -> Outcome:
        """Why something was not taken away; what Slack does not let us delete, a person must."""
        code = reason(error)
        return Rejected(code) if code in ("cant_delete_message", "cant_delete_file") else self._surely_not(error)

    async def _room(self, dest: str) -> str:
        """The channel of a direct message; history is only read by channel."""
        if not dest.startswith(("U", "W")):
            return dest
        if dest not in self._rooms:
            self._rooms[dest] = str((await self.client.conversations_open(users=dest))["channel"]["id"])
        return self._rooms[dest]


def _out_of_reach(wait: float) -> Refused:
    return Refused("out_of_reach", timedelta(seconds=wait), everywhere=True)
