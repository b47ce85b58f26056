"""A Slack workspace in memory: people, channels, messages, views and files, with the Web API's own answers.

Strict where Slack is: scopes, membership, Block Kit, triggers that live three seconds and are used once.
"""

import itertools
import json
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.slack.block_kit import message_faults, view_faults

Body = dict[str, Any]

TEAM, APP, BOT = "T0WERK", "A0WEGWIJZER", "UWEGWIJZER"
IRIS, FATIMA, CORA = "UIRIS0001", "UFATIMA02", "UCORA0003"
GUEST, STRANGER, ROBOT = "UGAST0004", "UVREEMD05", "UROBOT006"
OPEN, CLOSED, SHARED = "C0OPEN", "C0BESLOTEN", "C0GEDEELD"
TRIGGER_LIVES = 3.0  # seconds

SCOPES = {
    "chat.postMessage": "chat:write", "chat.update": "chat:write", "chat.postEphemeral": "chat:write",
    "assistant.threads.setStatus": "chat:write",  "users.info": "users:read", "conversations.open": "im:write",
    "chat.delete": "chat:write", "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write", "files.completeUploadExternal": "files:write",
}  # fmt: skip
GRANTED = frozenset(
    "app_mentions:read assistant:write channels:read chat:write commands files:write groups:read im:history im:write "
    "users:read".split()
)


class SlackError(Exception):
    """`ok: false` with a code."""

    def __init__(self, code: str, *told: str) -> None:
        super().__init__(code)
        self.code, self.told = code, told


def _person(id: str, name: str, **more: Any) -> Body:
    facts = {"id": id, "team_id": TEAM, "name": name, "is_bot": False, "deleted": False, "is_restricted": False,
             "is_ultra_restricted": False}  # fmt: skip
    return {**facts, **more}


def _people() -> dict[str, Body]:
    found = (
        _person(IRIS, "iris"), _person(FATIMA, "fatima"), _person(CORA, "cora"),
        _person(GUEST, "gast", is_restricted=True), _person(STRANGER, "vreemd", team_id="T0ANDERS", is_stranger=True),
        _person(ROBOT, "robot", is_bot=True), _person(BOT, "wegwijzer", is_bot=True),
    )  # fmt: skip
    return {user["id"]: user for user in found}


def _channels() -> dict[str, Body]:
    return {
        OPEN: {"id": OPEN, "name": "open", "is_channel": True, "is_member": True},
        CLOSED: {"id": CLOSED, "name": "besloten", "is_channel": True, "is_private": True, "is_member": True},
        SHARED: {"id": SHARED, "name": "gedeeld", "is_channel": True, "is_member": True, "is_ext_shared": True},
    }


@dataclass
class Workspace:
    """What there is; each public method named after one of the Web API answers a call of it."""

    base: str = ""
    granted: frozenset[str] = GRANTED
    users: dict[str, Body] = field(default_factory=_people)
    channels: dict[str, Body] = field(default_factory=_channels)
    messages: defaultdict[str, list[Body]] = field(default_factory=lambda: defaultdict(list))
    ephemeral: list[Body] = field(default_factory=list)
    views: dict[str, Body] = field(default_factory=dict)
    homes: dict[str, Body] = field(default_factory=dict)
    uploads: dict[str, Body] = field(default_factory=dict)
    statuses: list[Body] = field(default_factory=list)
    triggers: dict[str, float] = field(default_factory=dict)
    invalid: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def ts(self) -> str:
        """A moment as Slack writes it, never the same twice."""
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def trigger(self) -> str:
        """A fresh trigger."""
        made = f"{next(self._numbers)}.{uuid.uuid4().hex}"
        self.triggers[made] = time.monotonic()
        return made

    def call(self, method: str, given: Body) -> Body:
        """Answer one call. Raises SlackError."""
        scope = SCOPES.get(method) or self._reading(method, given)
        if scope and scope not in self.granted:
            raise SlackError("missing_scope")
        found = getattr(self, f"do_{method.replace('.', '_')}", None)
        if found is None:
            raise SlackError("unknown_method")
        try:
            answer: Body = found(given)
        except KeyError as error:
            raise SlackError("invalid_arguments", f"missing {error}") from None
        return answer

    def _reading(self, method: str, given: Body) -> str:
        """The scope to read a conversation, which depends on its kind."""
        if not method.startswith("conversations.") or "channel" not in given:
            return ""
        kind = "im" if given["channel"].startswith("D") else self._kind(given["channel"])
        if method == "conversations.info":
            return f"{kind}:read"
        return f"{kind}:history" if method in ("conversations.history", "conversations.replies") else ""

    def _kind(self, channel: str) -> str:
        return "groups" if self.channels.get(channel, {}).get("is_private") else "channels"

    def room(self, name: str) -> str:
        """The channel; a person's id stands for the direct message with that person."""
        if name in self.users:
            return f"D{name[1:]}"
        if name in self.channels or (name.startswith("D") and f"U{name[1:]}" in self.users):
            return name
        raise SlackError("channel_not_found")

    def do_auth_test(self, _: Body) -> Body:
        """Who we are."""
        return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0WEGWIJZER", "url": "https://werk.slack.com/"}

    def do_users_info(self, given: Body) -> Body:
        """A user."""
        if given["user"] not in self.users:
            raise SlackError("user_not_found")
        return {"user": self.users[given["user"]]}

    def do_conversations_info(self, given: Body) -> Body:
        """A channel; a closed one where we are not is as good as absent."""
        found = self.channels.get(given["channel"])
        if found is None or (found.get("is_private") and not found.get("is_member")):
            raise SlackError("channel_not_found")
        return {"channel": found}

    def do_conversations_open(self, given: Body) -> Body:
        """The direct message with a person."""
        return {"channel": {"id": self.room(given["users"])}}

    def _checked(self, given: Body) -> str:
        room = self.room(given["channel"])
        if room in self.channels and not self.channels[room].get("is_member"):
            raise SlackError("not_in_channel")
        if room in self.channels and self.channels[room].get("is_archived"):
            raise SlackError("is_archived")
        if faults := message_faults(given):
            self.invalid.extend(faults)
            raise SlackError(faults[0] if faults[0] in ("no_text", "msg_too_long") else "invalid_blocks", *faults)
        return room

    def do_chat_postMessage(self, given: Body) -> Body:  # noqa: N802 - the method's own name
        """Post a message."""
        room, ts = self._checked(given), self.ts()
        if given.get("unfurl_links") is not False or given.get("unfurl_media") is not False:
            self.invalid.append("unfurling is not off")
        root = given.get("thread_ts")
        if root and not any(m["ts"] == root for m in self.messages[room]):
            raise SlackError("thread_not_found")
        kept = {name: given[name] for name in ("text", "blocks", "thread_ts", "metadata") if given.get(name)}
        made = {"type": "message", "ts": ts, "user": BOT, "bot_id": "B0WEGWIJZER", "app_id": APP, **kept}
        self.messages[room].append(made)
        return {"channel": room, "ts": ts, "message": made}

    def do_chat_postEphemeral(self, given: Body) -> Body:  # noqa: N802
        """Show a message to one person; it is kept nowhere, and its metadata is ignored."""
        room, ts = self._checked(given), self.ts()
        self.ephemeral.append({**given, "channel": room, "ts": ts, "user": given["user"]})
        return {"message_ts": ts}

    def do_chat_update(self, given: Body) -> Body:
        """Change a message of ours."""
        room = self._checked(given)
        if given["channel"] in self.users:
            raise SlackError("channel_not_found")
        found = next((m for m in self.messages[room] if m["ts"] == given["ts"]), None)
        if found is None:
            raise SlackError("message_not_found")
        if found["user"] != BOT:
            raise SlackError("cant_update_message")
        found.update({name: given[name] for name in ("text", "blocks", "metadata") if name in given})
        return {"channel": room, "ts": given["ts"], "message": found}

    def do_chat_delete(self, given: Body) -> Body:
        """Take a message of ours away; the root of a thread leaves a gravestone."""
        room = self._channel(given)
        found = next((m for m in self.messages[room] if m["ts"] == given["ts"]), None)
        if found is None or found.get("subtype") == "tombstone":
            raise SlackError("message_not_found")
        if found["user"] != BOT:
            raise SlackError("cant_delete_message")
        self.messages[room].remove(found)
        if any(m.get("thread_ts") == found["ts"] for m in self.messages[room]):
            grave = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": found["ts"], "text": "weg"}
            self.messages[room].insert(0, {**grave, "thread_ts": found["ts"]})
        return {"channel": room, "ts": given["ts"]}

    def do_files_delete(self, given: Body) -> Body:
        """Take a file of ours away, with the messages that only showed it."""
        if self.uploads.pop(given["file"], None) is None:
            raise SlackError("file_not_found")
        for room, said in self.messages.items():
            self.messages[room] = [m for m in said if all(f["id"] != given["file"] for f in m.get("files", []))]
        return {}

    def do_conversations_history(self, given: Body) -> Body:
        """What was said in a channel, newest first, without replies in threads."""
        said = self.messages[self._channel(given)]
        answers = Counter(m["thread_ts"] for m in said if m.get("thread_ts", m["ts"]) != m["ts"])
        top = [m for m in reversed(said) if m.get("thread_ts", m["ts"]) == m["ts"]]
        top = [{**m, "reply_count": answers[m["ts"]]} if m["ts"] in answers else m for m in top]
        return self._page(self._since(top, given), given)

    def do_conversations_replies(self, given: Body) -> Body:
        """A thread with its root, oldest first."""
        said = [m for m in self.messages[self._channel(given)] if given["ts"] in (m["ts"], m.get("thread_ts"))]
        if not said:
            raise SlackError("thread_not_found")
        return self._page([said[0], *self._since(said[1:], given)], given)

    def _channel(self, given: Body) -> str:
        if given["channel"] in self.users:
            raise SlackError("channel_not_found")
        return self.room(given["channel"])

    @staticmethod
    def _since(said: list[Body], given: Body) -> list[Body]:
        lowest, highest = float(given.get("oldest") or 0), float(given.get("latest") or "inf")
        both = str(given.get("inclusive")).lower() in ("1", "true")
        inside = [m for m in said if lowest <= float(m["ts"]) <= highest]
        return inside if both else [m for m in inside if float(m["ts"]) not in (lowest, highest)]

    @staticmethod
    def _page(said: list[Body], given: Body) -> Body:
        start, most = int(given.get("cursor") or 0), min(int(given.get("limit") or 100), 999)
        if str(given.get("include_all_metadata")).lower() not in ("1", "true"):
            said = [{name: value for name, value in m.items() if name != "metadata"} for m in said]
        more = start + most < len(said)
        cursor = {"next_cursor": str(start + most) if more else ""}
        return {"messages": said[start : start + most], "has_more": more, "response_metadata": cursor}

    def _view(self, given: Body) -> Body:
        view: Body = given["view"] if isinstance(given["view"], dict) else json.loads(given["view"])
        if faults := view_faults(view):
            self.invalid.extend(faults)
            raise SlackError("invalid_arguments", *faults)
        return view

    def do_views_open(self, given: Body) -> Body:
        """Open a modal, with a trigger that is fresh and unused."""
        view, issued = self._view(given), self.triggers.pop(given["trigger_id"], None)
        if issued is None:
            raise SlackError("invalid_trigger_id")
        if time.monotonic() - issued > TRIGGER_LIVES:
            raise SlackError("expired_trigger_id")
        id = f"V{next(self._numbers)}"
        self.views[id] = {**view, "id": id, "hash": uuid.uuid4().hex, "team_id": TEAM, "state": {"values": {}}}
        return {"view": self.views[id]}

    def do_views_update(self, given: Body) -> Body:
        """Change an open modal."""
        view, old = self._view(given), self.views.get(given["view_id"])
        if old is None:
            raise SlackError("not_found")
        old.update(view, hash=uuid.uuid4().hex)
        return {"view": old}

    def do_views_publish(self, given: Body) -> Body:
        """Show somebody their home."""
        view = self._view(given)
        for found in view["blocks"]:
            if found["type"] == "image" and not self.uploads.get(found["slack_file"]["id"], {}).get("done"):
                raise SlackError("invalid_blocks")
        self.homes[given["user_id"]] = view
        return {"view": {**view, "id": "VHOME"}}

    def do_files_getUploadURLExternal(self, given: Body) -> Body:  # noqa: N802
        """Where to bring the bytes."""
        id = f"F{next(self._numbers)}"
        self.uploads[id] = {
            "name": given["filename"], "length": int(given["length"]), "data": None, "alt": given.get("alt_txt", "")
        }  # fmt: skip
        return {"upload_url": f"{self.base}/upload/{id}", "file_id": id}

    def do_files_completeUploadExternal(self, given: Body) -> Body:  # noqa: N802
        """Show the files, once."""
        made = []
        for asked in given["files"]:
            found = self.uploads.get(asked["id"])
            if found is None or found["data"] is None or found.get("done"):
                raise SlackError("file_not_found")
            if len(found["data"]) != found["length"]:
                raise SlackError("file_upload_size_mismatch")
            found["done"] = True
            made.append({"id": asked["id"], "name": found["name"], "title": asked.get("title")})
        if channel := given.get("channel_id"):
            self._share(self._channel({"channel": channel}), made, given)
        return {"files": made}

    def _share(self, room: str, files: list[Body], given: Mapping[str, Any]) -> None:
        thread = {"thread_ts": given["thread_ts"]} if given.get("thread_ts") else {}
        text = given.get("initial_comment") or ""
        made = {"type": "message", "subtype": "file_share", "ts": self.ts(), "user": BOT, "text": text, **thread}
        self.messages[room].append({**made, "files": files})

    def do_assistant_threads_setStatus(self, given: Body) -> Body:  # noqa: N802
        """The sign that we are at work."""
        self.statuses.append({"channel": given["channel_id"], "thread": given["thread_ts"], "status": given["status"]})
        return {}
