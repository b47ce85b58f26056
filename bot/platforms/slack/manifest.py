"""The app as Slack must know it: what `wegwijzer slack manifest` prints, and what `doctor` compares with."""

from typing import Any

from prompts import render

SCOPES = (
    "app_mentions:read",  # a question in a channel, by mention
    "assistant:write",  # the Messages tab with suggested questions
    "channels:read",  # whether a channel is shared with outsiders, and whether we are in it
    "chat:write",
    "commands",
    "files:write",  # the invitation, the report, pictures
    "groups:read",  # the same for closed channels
    "im:history",  # what is typed to us, and whether a post arrived
    "im:write",  # reminders in private
    "users:read",  # whether somebody is a colleague or a guest
)
"""The least that is needed; no history of channels."""

FOLLOW_UPS = ("channels:history", "groups:history")
"""For talking on in a channel thread without a mention: makes Slack deliver all talk of the channels we are in."""

_EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked")
_FOLLOW_UP_EVENTS = ("message.channels", "message.groups")
_PROMPTS = (1, 2, 3, 4)


def manifest(url: str = "", follow_ups: bool = False) -> dict[str, Any]:
    """The manifest: Socket Mode, or with `url` signed HTTP to that address."""
    events = [*_EVENTS, *(_FOLLOW_UP_EVENTS if follow_ups else ())]
    address = {"request_url": url} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Wegwijzer",
            "description": render("slack.app_description"),
            "long_description": render("slack.app_long"),
            "background_color": "#0072b2",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True,
                         "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Wegwijzer", "always_online": True},
            "slash_commands": [
                {"command": "/start-case", "description": render("slack.command_case"), "should_escape": True,
                 "usage_hint": render("slack.command_case_hint"), **({"url": url} if url else {})},
                {"command": "/mdo", "description": render("slack.command_mdo"), "should_escape": True,
                 "usage_hint": render("slack.command_mdo_hint"), **({"url": url} if url else {})},
            ],
            "agent_view": {
                "agent_description": render("slack.app_description"),
                "suggested_prompts": [
                    {"title": render(f"slack.prompt_{n}_title"), "message": render(f"slack.prompt_{n}")}
                    for n in _PROMPTS
                ],
            },
        },
        "oauth_config": {"scopes": {"bot": sorted([*SCOPES, *(FOLLOW_UPS if follow_ups else ())])}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": sorted(events)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }  # fmt: skip


def compare(granted: frozenset[str]) -> tuple[bool, str]:
    """Whether the granted scopes are those of the manifest, and what to do when they are not."""
    missing = sorted(set(SCOPES) - granted)
    extra = sorted(granted - set(SCOPES) - set(FOLLOW_UPS))
    if missing:
        return False, render("slack.check_missing", scopes=", ".join(missing))
    if extra:
        return True, render("slack.check_extra", scopes=", ".join(extra))
    return True, render("slack.check_scopes", count=len(SCOPES))


def readable(granted: frozenset[str]) -> frozenset[str]:
    """Of which kinds of place the history may be read: that decides whether a post can be looked up there."""
    channels = {"channel"} if set(FOLLOW_UPS) <= granted else set()
    return frozenset({"im"} | channels if "im:history" in granted or not granted else channels)
