"""One workspace: the way in, the way out, and what is wrong with it."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Absent, Outcome, Post, Recall, Refused, Sent, Unknown
from bot.platforms import Services
from bot.platforms.slack.bolt_app import make_app
from bot.platforms.slack.caution import Caution
from bot.platforms.slack.form_desk import FormDesk
from bot.platforms.slack.gatekeeper import Gatekeeper, Known
from bot.platforms.slack.home_keeper import HomeKeeper
from bot.platforms.slack.keeping import Keeper
from bot.platforms.slack.manifest import readable
from bot.platforms.slack.naming import Naming
from bot.platforms.slack.notices import Notices
from bot.platforms.slack.numbers_typed import NumbersTyped
from bot.platforms.slack.posting import SlackDelivery
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.signed_http import serve
from bot.platforms.slack.socket_mode import Lines
from bot.platforms.slack.threads import Threads
from bot.platforms.slack.web_api import BROKEN, TOKEN, Identity, Register, identify, make_client, reason, retry_after
from prompts import render

_log = logging.getLogger(__name__)
_LONGEST_WAIT = 60.0  # seconds
_NOT_YET = Refused("starting", timedelta(seconds=1), everywhere=True)
_CHECKS, _CHECKS_IN_TROUBLE = 600.0, 60.0  # seconds between looks whether the token is still good

SETTLE = timedelta(seconds=30)
"""After this a post that was under way is visible or will not come: three times the longest that a request takes."""


@dataclass
class Line:
    """What is wrong now, in one Dutch line."""

    text: str = ""

    def hear(self, code: str) -> None:
        """A code from Slack or the network; an empty one means that all is well."""
        key = "slack.trouble_token" if code in TOKEN else "slack.trouble_down"
        self.say(render(key, code=code) if code else "")

    def say(self, text: str) -> None:
        """The line itself; written to the log once."""
        if text and text != self.text:
            _log.error("Slack: %s", text)
        self.text = text


@dataclass
class LateDelivery:
    """The way out; posts wait until we know who we are."""

    recall: Recall
    inner: SlackDelivery | None = None
    posted: Callable[[], None] = lambda: None
    platform: str = "slack"

    async def send(self, post: Post) -> Outcome:
        """Place a post."""
        if self.inner is None:
            return _NOT_YET
        outcome = await self.inner.send(post)
        if isinstance(outcome, Sent):
            self.posted()
        return outcome

    async def look_up(self, post: Post) -> Sent | Absent | Unknown:
        """Whether an earlier try of this post is there."""
        return await self.inner.look_up(post) if self.inner else Unknown("starting", _NOT_YET.retry_after)

    async def take_back(self, post: Post) -> Outcome:
        """Take an earlier post away."""
        return await self.inner.take_back(post) if self.inner else _NOT_YET

    async def sweep(self, post: Post) -> Outcome:
        """Take away some of what we ever said to a person."""
        return await self.inner.sweep(post) if self.inner else _NOT_YET


class SlackConnection:
    """Slack over Socket Mode, or with a port over signed HTTP."""

    def __init__(self, services: Services, settle: timedelta = SETTLE, ping: float = 5.0) -> None:
        self._services, self._http_port, self._ping = services, services.http_port, ping
        self._settings, self._heard_at = services.settings, time.monotonic()
        self._in, self._out, self._app = Line(render("slack.trouble_starting")), Line(), Line()
        self._caution = Caution(self._out.hear)
        self.delivery = LateDelivery(Recall(look_up=True, settle=settle))

    def trouble(self) -> str:
        """What is wrong now, in one Dutch line; empty when all is well."""
        return self._app.text or self._in.text or self._out.text

    def advice(self) -> str:
        """Nothing: what is not in order here is trouble."""
        return ""

    def silence(self) -> float:
        """Seconds since Slack answered a ping or delivered something; requests over HTTP may stay away for days."""
        return 0.0 if self._http_port else time.monotonic() - self._heard_at

    def figures(self) -> Mapping[str, int]:
        """Slack has no counts of its own."""
        return {}

    def _heard(self) -> None:
        self._heard_at = time.monotonic()

    async def listen(self) -> None:
        """Take in events until cancelled."""
        client = make_client(self._settings.slack_bot_token.get_secret_value(), self._settings.slack_api_url)
        try:
            me = await self._identity(client)
            if me.team not in teams(self._settings.slack_team_id):
                self._in.say(render("slack.trouble_team", team=me.team))
                await asyncio.Event().wait()  # closed by default: nobody is served, and nothing is posted
            await self._serve(client, me)
        finally:
            self.delivery.inner = None
            if client.session:
                await client.session.close()

    async def _identity(self, client: AsyncWebClient) -> Identity:
        """Who we are; asked until Slack tells, ever slower."""
        wait = 1.0
        while True:
            try:
                return await identify(client)
            except BROKEN as error:
                self._in.hear(reason(error))
                await asyncio.sleep(_LONGEST_WAIT if reason(error) in TOKEN else max(wait, retry_after(error)))
                wait = min(wait * 2, _LONGEST_WAIT)

    async def _serve(self, client: AsyncWebClient, me: Identity) -> None:
        reception = self._reception(client, me)
        self.delivery.inner = SlackDelivery(
            client, readable(me.scopes), recall=self.delivery.recall, caution=self._caution, me=me.user,
            closed=reception.gate.closed,
        )  # fmt: skip
        self.delivery.posted = reception.home.changed
        app = make_app(reception, client, me, self._settings.slack_signing_secret.get_secret_value())
        async with asyncio.TaskGroup() as group:
            group.create_task(reception.home.run())
            group.create_task(self._keep_checking())
            group.create_task(self._over_http(app) if self._http_port else self._over_sockets(app))

    def _reception(self, client: AsyncWebClient, me: Identity) -> Reception:
        register = Register(client)
        gate = Gatekeeper(teams(self._settings.slack_team_id), me.user, Known(register.person), Known(register.channel))
        return Reception(
            self._services, gate, Notices(client), FormDesk(client, self._services),
            HomeKeeper(client, self._services, self._caution), Threads(client, me.user), NumbersTyped(client, me.user),
            Naming(gate), Keeper(self._services.inbox), on_removed=self._removed,
        )  # fmt: skip

    def _removed(self) -> None:
        self._app.say(render("slack.trouble_removed"))

    async def _keep_checking(self) -> None:
        while True:
            await asyncio.sleep(_CHECKS_IN_TROUBLE if self._app.text or self._out.text else _CHECKS)
            await self.check()

    async def check(self) -> None:
        """Ask who we are: a token that was revoked is told before the first post fails on it."""
        if self.delivery.inner is None or self._caution.left():
            return
        try:
            await identify(self.delivery.inner.client)
        except BROKEN as error:
            self._caution.hear(error)
        else:
            self._app.say("")
            self._caution.well()

    async def _over_sockets(self, app: AsyncApp) -> None:
        token = self._settings.slack_app_token.get_secret_value()
        lines = Lines(app, token, self._in.hear, self._ping, self._heard, caution=self._caution)
        try:
            await lines.run()
        finally:
            await lines.close()

    async def _over_http(self, app: AsyncApp) -> None:
        server = await serve(app, self._http_port)
        self._in.hear("")
        try:
            await asyncio.Event().wait()
        finally:
            await server.cleanup()


def teams(named: str) -> frozenset[str]:
    """The workspaces that are served, from "T1, T2"."""
    return frozenset(part.strip() for part in named.split(",") if part.strip())
