"""Slack, through slack-bolt: everything that is particular to it stands in this folder."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.platforms import Services
from bot.platforms.slack.connection import SETTLE, SlackConnection, teams
from bot.platforms.slack.manifest import compare
from bot.platforms.slack.web_api import BROKEN, TOKEN, Identity, identify, make_client, reason
from bot.settings import Settings, SettingsError
from bot.vault import Vault
from prompts import render

Finding = tuple[bool, str, str]  # in order, what, remark


def connect(services: Services, settle: timedelta = SETTLE, ping: float = 5.0) -> SlackConnection:
    """Slack over Socket Mode, or with a port over signed HTTP. Raises SettingsError when a setting lacks."""
    if lacking := missing(services.settings, services.http_port):
        raise SettingsError(render("slack.trouble_settings", names=", ".join(lacking)))
    return SlackConnection(services, settle, ping)


def missing(settings: Settings, http_port: int = 0) -> Sequence[str]:
    """The names of the settings that lack."""
    second = ("SLACK_SIGNING_SECRET", settings.slack_signing_secret) if http_port else None
    second = second or ("SLACK_APP_TOKEN", settings.slack_app_token)
    needed = [("SLACK_BOT_TOKEN", settings.slack_bot_token), second]
    found = [name for name, value in needed if not value.get_secret_value()]
    return [*found, *(() if settings.slack_team_id.strip() else ("SLACK_TEAM_ID",))]


def examine(settings: Settings, _: Vault) -> list[Finding]:
    """What `doctor` says about Slack: the settings, the token, the workspace and the granted scopes."""
    app_token = settings.slack_app_token.get_secret_value()
    by_http = bool(settings.slack_signing_secret.get_secret_value()) and not app_token
    if lacking := missing(settings, int(by_http)):
        return [(False, "Slack", render("slack.trouble_settings", names=", ".join(lacking)))]
    try:
        me = asyncio.run(_identified(settings, app_token))
    except BROKEN as error:
        key = "slack.trouble_token" if reason(error) in TOKEN else "slack.trouble_down"
        return [(False, "Slack", render(key, code=reason(error)))]
    if me.team not in teams(settings.slack_team_id):
        return [(False, "Slack", render("slack.trouble_team", team=me.team))]
    good, remark = compare(me.scopes)
    return [(good, "Slack", f"{me.team}, {remark}")]


async def _identified(settings: Settings, app_token: str) -> Identity:
    """Who we are; with a token for Socket Mode also whether a line may be opened, without opening it."""
    client = make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        me = await identify(client)
        if app_token:
            await client.apps_connections_open(app_token=app_token)
        return me
    finally:
        if client.session:
            await client.session.close()
