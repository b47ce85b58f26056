"""What Slack delivers, read into what was said, by whom and where. Pure: a body in, a value out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.platforms.slack.mrkdwn import to_plain

Body = Mapping[str, Any]

_SAID = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""The subtypes of a message that a person wrote; the rest is Slack's own administration."""

_DIRECT_NAME = "directmessage"


class Kind(StrEnum):
    """In which way something was said."""

    MESSAGE = "message"
    MENTION = "app_mention"
    FOLLOW_UP = "follow_up"
    EDIT = "edit"
    DELETION = "deletion"
    COMMAND = "command"
    PRESS = "press"
    FORM = "form"
    HOME = "home"


@dataclass(frozen=True)
class Said:
    """Something a person typed or pressed; not judged yet. `channel` is empty in App Home.

    `outside`: the payload says that other organisations read along, or (None) says nothing about it. `trigger` opens a
    modal within 3 seconds.
    """

    kind: Kind
    team: str
    user: str
    channel: str
    text: str
    keys: tuple[str, ...] = ()
    id: str = ""
    thread: str = ""
    edits: str = ""
    direct: bool = False
    outside: bool | None = None
    teams: frozenset[str] = frozenset()
    trigger: str = ""
    response_url: str = ""
    files: bool = False
    bot: bool = False
    label: str = ""


def from_event(body: Body, me: str) -> Said | None:
    """A message, a mention or the opening of App Home; None for what needs no answer. `me` is the bot's user id."""
    event = body.get("event") or {}
    match event.get("type"):
        case "app_mention":
            return _message(body, event, Kind.MENTION, me)
        case "message" if event.get("subtype") == "message_changed":
            return _edit(body, event, me)
        case "message" if event.get("subtype") == "message_deleted":
            return _deletion(body, event)
        case "message" if event.get("subtype", "") in _SAID:
            if event.get("channel_type") == "im":
                return _message(body, event, Kind.MESSAGE, me)
            # With a mention it comes as app_mention too; outside threads nobody is talking to us.
            mentioned = f"<@{me}>" in str(event.get("text") or "")
            return _message(body, event, Kind.FOLLOW_UP, me) if event.get("thread_ts") and not mentioned else None
        case "app_home_opened" if event.get("tab") == "home":
            return Said(Kind.HOME, _team(body), str(event.get("user", "")), "", "", teams=_teams(body, event))
    return None


def _message(body: Body, event: Body, kind: Kind, me: str) -> Said:
    channel, ts = str(event.get("channel", "")), str(event.get("ts", ""))
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    root = str(event.get("thread_ts", ""))
    return Said(
        kind, _team(body), str(event.get("user", "")), channel, to_plain(str(event.get("text") or ""), me),
        keys=_keys(body, channel, ts, str(event.get("type"))), id=f"{channel}/{ts}",
        thread=root or ("" if direct else ts), direct=direct, outside=body.get("is_ext_shared_channel"),
        teams=_teams(body, event), files=bool(event.get("files")), bot=bool(event.get("bot_id")),
    )  # fmt: skip


def _edit(body: Body, event: Body, me: str) -> Said | None:
    """A direct message that was changed in its words; None when Slack only added a preview."""
    now, was = event.get("message") or {}, event.get("previous_message") or {}
    if event.get("channel_type") != "im" or now.get("text") == was.get("text") or now.get("bot_id"):
        return None
    channel, edited = str(event.get("channel", "")), now.get("edited") or {}
    ts = f"{now.get('ts', '')}/{edited.get('ts') or event.get('event_ts', '')}"
    return Said(
        Kind.EDIT, _team(body), str(now.get("user", "")), channel, to_plain(str(now.get("text") or ""), me),
        keys=_keys(body, channel, ts, "edit"), id=f"{channel}/{ts}", thread=str(now.get("thread_ts", "")),
        direct=True, teams=_teams(body, now),
    )  # fmt: skip


def _deletion(body: Body, event: Body) -> Said | None:
    """A direct message that somebody took away; None when it was ours."""
    was, channel = event.get("previous_message") or {}, str(event.get("channel", ""))
    if event.get("channel_type") != "im" or was.get("bot_id") or not was.get("user"):
        return None
    ts = str(event.get("deleted_ts", ""))
    return Said(
        Kind.DELETION, _team(body), str(was["user"]), channel, "",
        keys=_keys(body, channel, ts, "deletion"), id=f"{channel}/{ts}", thread=str(was.get("thread_ts", "")),
        direct=True, teams=_teams(body, was),
    )  # fmt: skip


def _keys(body: Body, channel: str, ts: str, type: str) -> tuple[str, ...]:
    """The names of an event: Slack does not promise that a retry carries the same event id."""
    team, event_id = _team(body), body.get("event_id")
    own = (f"slack/{team}/{event_id}",) if event_id else ()
    return (*own, f"slack/{team}/{channel}/{ts}/{type}")


def _team(body: Body) -> str:
    found = body.get("team_id") or (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id")
    return str(found or "")


def _teams(body: Body, event: Body) -> frozenset[str]:
    """Every workspace that the event names: where it was installed, said and written."""
    named = [event.get(name) for name in ("team", "user_team", "source_team")]
    return frozenset(str(team) for team in [_team(body), *named] if team)


def is_removal(event: Body) -> bool:
    """Whether the app was taken out of the workspace, or its own token was revoked; not that of some user."""
    revoked = event.get("type") == "tokens_revoked" and bool((event.get("tokens") or {}).get("bot"))
    return revoked or event.get("type") == "app_uninstalled"


def own_post(body: Body, me: str) -> Body | None:
    """Our own message seen in the stream, with what it carries; None for anybody else's."""
    event = body.get("event") or {}
    mine = event.get("type") == "message" and event.get("user") == me
    return event if mine else None


def from_command(body: Body) -> Said:
    """A slash command."""
    channel, user = str(body.get("channel_id", "")), str(body.get("user_id", ""))
    text = f"{body.get('command', '')} {to_plain(str(body.get('text') or ''))}".strip()
    trigger = str(body.get("trigger_id", ""))
    return Said(
        Kind.COMMAND, _team(body), user, channel, text,
        keys=(f"slack/{_team(body)}/{trigger}/command",), id=f"command/{trigger}",
        direct=body.get("channel_name") == _DIRECT_NAME or channel.startswith("D"),
        outside=_true(body.get("is_ext_shared_channel")) or None, teams=frozenset({_team(body)}),
        trigger=trigger, response_url=str(body.get("response_url", "")),
    )  # fmt: skip


def from_press(body: Body) -> Said | None:
    """A button or a line of a list; None when it only opens a link."""
    action = (body.get("actions") or [{}])[0]
    picked = action.get("selected_option") or action
    value = picked.get("value")
    if not value:
        return None
    user, place = body.get("user") or {}, body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or place.get("channel_id") or "")
    ts = str(place.get("message_ts", ""))
    press = f"{channel or place.get('view_id', '')}/{ts}/{action.get('action_id')}/{action.get('action_ts')}"
    return Said(
        Kind.PRESS, _team(body), str(user.get("id", "")), channel, str(value),
        keys=(f"slack/{_team(body)}/{user.get('id')}/{press}/press",), id=press,
        thread=_thread(body, channel, ts), edits=f"{channel}/{ts}" if ts else "",
        direct=not channel or channel.startswith("D"), teams=_user_teams(body),
        trigger=str(body.get("trigger_id", "")), response_url=str(body.get("response_url", "")),
        label=str((picked.get("text") or {}).get("text", "")),
    )  # fmt: skip


def _thread(body: Body, channel: str, ts: str) -> str:
    """The thread a pressed message stands in; in a channel an answer to the message itself makes one."""
    root = (body.get("container") or {}).get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    return str(root or "") or ("" if not channel or channel.startswith("D") else ts)


def _user_teams(body: Body) -> frozenset[str]:
    teams = [_team(body), (body.get("user") or {}).get("team_id")]
    return frozenset(str(team) for team in teams if team)


def from_form(body: Body, text: str, channel: str, thread: str) -> Said:
    """A modal that was sent in, as the words it stands for."""
    view = body.get("view") or {}
    return Said(
        Kind.FORM, _team(body), str((body.get("user") or {}).get("id", "")), channel, text,
        keys=(f"slack/{_team(body)}/{view.get('id')}/form",), id=f"form/{view.get('id')}", thread=thread,
        direct=not channel or channel.startswith("D"), teams=_user_teams(body),
    )  # fmt: skip


def _true(value: object) -> bool:
    return str(value).lower() in ("true", "1")
