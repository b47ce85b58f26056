"""Bolt, for both ways in: it checks the signature and unpacks; its middleware hands everything to the reception.

Only middleware runs before Slack is answered, so there are no listeners: what must not be lost is kept here.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.reception import Answer, Reception
from bot.platforms.slack.web_api import Identity, quiet


def make_app(reception: Reception, client: AsyncWebClient, me: Identity, secret: str) -> AsyncApp:
    """The Bolt app of one workspace."""

    async def authorize(**_: Any) -> AuthorizeResult:
        # Known since the start: asking Slack at every event would cost the time in which it must be answered.
        return AuthorizeResult(enterprise_id=None, team_id=me.team, bot_token=client.token, bot_user_id=me.user)

    app = AsyncApp(
        client=client,
        authorize=authorize,
        signing_secret=secret or "none: Socket Mode needs no signature",
        ignoring_self_events_enabled=False,
        logger=quiet,
    )

    @app.middleware
    async def take_in(body: Mapping[str, Any]) -> BoltResponse:
        return to_response(await reception.receive(body))

    return app


def to_response(answer: Answer) -> BoltResponse:
    """The answer as Bolt sends it."""
    if not answer.payload:
        return BoltResponse(status=answer.status, body="")
    headers: dict[str, str | Sequence[str]] = {"content-type": "application/json"}
    return BoltResponse(status=answer.status, body=json.dumps(answer.payload), headers=headers)
