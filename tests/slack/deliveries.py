"""What Slack delivers when somebody does something in a workspace: payloads as they come over the wire."""

import time
import uuid
from typing import Any

from tests.slack.workspace import APP, BOT, IRIS, OPEN, TEAM, Body, Workspace


def room_of(user: str) -> str:
    """The direct message of a person with us."""
    return f"D{user[1:]}"


def event(inner: Body, team: str = TEAM, shared: bool = False) -> Body:
    """An event in its envelope."""
    return {
        "type": "event_callback", "team_id": team, "api_app_id": APP, "event": inner, "event_time": int(time.time()),
        "event_id": f"Ev{uuid.uuid4().hex[:10].upper()}", "is_ext_shared_channel": shared,
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
    }  # fmt: skip


def direct(space: Workspace, text: str, user: str = IRIS, **more: Any) -> Body:
    """Somebody types in the direct message."""
    return event(_message(space, room_of(user), text, user, "message", {"channel_type": "im", **more}))


def mention(space: Workspace, text: str, user: str = IRIS, channel: str = OPEN, **more: Any) -> Body:
    """Somebody mentions us in a channel."""
    shared = bool(space.channels.get(channel, {}).get("is_ext_shared"))
    return event(_message(space, channel, f"<@{BOT}> {text}", user, "app_mention", more), shared=shared)


def _message(space: Workspace, channel: str, text: str, user: str, kind: str, more: Body) -> Body:
    ts = space.ts()
    space.messages[channel].append({"type": "message", "user": user, "text": text, "ts": ts} | _thread(more))
    return {"type": kind, "user": user, "team": TEAM, "text": text, "ts": ts, "channel": channel, "event_ts": ts} | more


def _thread(more: Body) -> Body:
    return {"thread_ts": more["thread_ts"]} if "thread_ts" in more else {}


def edited(space: Workspace, was: Body, text: str) -> Body:
    """Somebody changes a direct message."""
    old, ts = was["event"], space.ts()
    message = {"type": "message", "user": old["user"], "text": text, "ts": old["ts"], "edited": {"ts": ts}}
    return event(
        {"type": "message", "subtype": "message_changed", "channel": old["channel"], "channel_type": "im",
         "message": message, "previous_message": {**message, "text": old["text"]}, "event_ts": ts, "ts": ts}
    )  # fmt: skip


def deleted(space: Workspace, was: Body) -> Body:
    """Somebody deletes a direct message."""
    old = was["event"]
    space.messages[old["channel"]] = [m for m in space.messages[old["channel"]] if m["ts"] != old["ts"]]
    return event(
        {"type": "message", "subtype": "message_deleted", "channel": old["channel"], "channel_type": "im",
         "deleted_ts": old["ts"], "ts": space.ts(), "previous_message": old}
    )  # fmt: skip


def home_opened(user: str = IRIS) -> Body:
    """Somebody opens App Home."""
    return event({"type": "app_home_opened", "user": user, "tab": "home", "channel": room_of(user)})


def echo(message: Body, channel: str) -> Body:
    """Our own post as it comes back in the stream."""
    kind = "im" if channel.startswith("D") else "channel"
    return event({**message, "channel": channel, "channel_type": kind})


def command(space: Workspace, text: str, user: str = IRIS, channel: str = "", team: str = TEAM) -> Body:
    """Somebody types a slash command; in the direct message when no channel is given."""
    name, _, words = text.partition(" ")
    return {
        "command": name, "text": words, "team_id": team, "user_id": user, "api_app_id": APP,
        "channel_id": channel or room_of(user), "channel_name": "open" if channel else "directmessage",
        "trigger_id": space.trigger(), "response_url": f"{space.base}/response/{uuid.uuid4().hex}",
        "is_enterprise_install": "false",
    }  # fmt: skip


def press(space: Workspace, message: Body, label: str, user: str = IRIS, channel: str = "") -> Body:
    """Somebody presses a button, or picks a line of a list, with this label under a message."""
    room = channel or room_of(user)
    place = {"type": "message", "message_ts": message["ts"], "channel_id": room}
    if "thread_ts" in message:
        place["thread_ts"] = message["thread_ts"]
    return {
        **_interactive(space, user), "channel": {"id": room, "name": "x"}, "message": message, "container": place,
        "actions": [action(space, message["blocks"], label)],
        "response_url": f"{space.base}/response/{uuid.uuid4().hex}",
    }  # fmt: skip


def press_home(space: Workspace, label: str, user: str = IRIS) -> Body:
    """Somebody presses a button on App Home."""
    view = {**space.homes[user], "id": "VHOME"}
    pressed = action(space, view["blocks"], label)
    return {**_interactive(space, user), "view": view, "container": {"type": "view", "view_id": "VHOME"},
            "actions": [pressed]}  # fmt: skip


def _interactive(space: Workspace, user: str) -> Body:
    team = space.users.get(user, {}).get("team_id", TEAM)
    return {
        "type": "block_actions", "team": {"id": TEAM}, "user": {"id": user, "team_id": team}, "api_app_id": APP,
        "trigger_id": space.trigger(),
    }  # fmt: skip


def action(space: Workspace, blocks: list[Body], label: str) -> Body:
    """The button or line with this label, as pressed. Fails when it is not there."""
    for element in (e for b in blocks if b["type"] == "actions" for e in b["elements"]):
        pressed = {"action_id": element["action_id"], "type": element["type"], "action_ts": space.ts()}
        if element["type"] == "button" and element["text"]["text"] == label:
            return {**pressed, "value": element["value"], "text": element["text"]}
        for option in element.get("options", []):
            if option["text"]["text"] == label:
                return {**pressed, "selected_option": option}
    raise AssertionError(f"no button {label!r}: {labels(blocks)}")


def labels(blocks: list[Body]) -> list[str]:
    """Everything that can be pressed or picked."""
    elements = [e for b in blocks if b["type"] == "actions" for e in b["elements"]]
    found = [e["text"]["text"] for e in elements if e["type"] == "button"]
    return found + [o["text"]["text"] for e in elements for o in e.get("options", [])]


def submission(space: Workspace, view: Body, user: str = IRIS, **values: Any) -> Body:
    """Somebody sends in a form; each value is put in the shape of its field."""
    fields = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    state = {name: {"value": _state(element, values.get(name))} for name, element in fields.items()}
    return {
        "type": "view_submission", "team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM}, "api_app_id": APP,
        "trigger_id": space.trigger(), "view": {**view, "state": {"values": state}}, "response_urls": [],
    }  # fmt: skip


def _state(element: Body, value: Any) -> Body:
    match element["type"]:
        case "datepicker":
            return {"type": "datepicker", "selected_date": value}
        case "timepicker":
            return {"type": "timepicker", "selected_time": value}
        case "users_select":
            return {"type": "users_select", "selected_user": value}
        case "static_select":
            found = next((o for o in element["options"] if o["value"] == value), element.get("initial_option"))
            return {"type": "static_select", "selected_option": found if value else element.get("initial_option")}
        case "multi_static_select":
            chosen = [o for o in element["options"] if o["value"] in (value or [])]
            return {"type": "multi_static_select", "selected_options": chosen if value else element["initial_options"]}
    return {"type": element["type"], "value": value}
