"""Keeps App Home up to date for who has it open: shown when it is opened, and again when something changed."""

import asyncio
import hashlib
import json
import logging
import time
from dataclasses import dataclass, field, replace

from slack_sdk.web.async_client import AsyncWebClient

from bot.messages import Person
from bot.platforms import Services
from bot.platforms.slack.app_home import Home, failed, look, refused, to_view
from bot.platforms.slack.blocks import Block
from bot.platforms.slack.caution import Caution
from bot.platforms.slack.uploads import keep_picture
from bot.platforms.slack.web_api import BROKEN, reason

_log = logging.getLogger(__name__)
_OPEN = 3600.0  # seconds a home is kept up to date after it was opened
_LOOKS = 60.0  # seconds between looks for what another process changed

Stamp = tuple[object, ...]
"""Another value when there may be something new to show."""


@dataclass
class Shown:
    """What somebody sees now."""

    at: float
    page: int = 1
    digest: str = ""
    stamp: Stamp = ()


@dataclass
class HomeKeeper:
    """Publishes the home of a person; the same view is not sent twice."""

    client: AsyncWebClient
    services: Services
    caution: Caution = field(default_factory=Caution)
    pause: float = 1.0
    _shown: dict[str, Shown] = field(default_factory=dict)
    _pictures: dict[str, str] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self, user: str, page: int = 1) -> None:
        """Show somebody their home."""
        self._shown[user] = Shown(time.monotonic(), page)
        await self._show(user)

    async def refuse(self, user: str) -> None:
        """Show nothing but that this person is not let in."""
        await self._publish(user, refused())

    def changed(self) -> None:
        """Something was answered or posted: look again soon."""
        self._changed.set()

    async def run(self) -> None:
        """Refresh until cancelled."""
        while True:
            try:
                async with asyncio.timeout(_LOOKS):
                    await self._changed.wait()
            except TimeoutError:
                pass
            self._changed.clear()
            await asyncio.sleep(self.pause)  # several changes make one refresh
            now = time.monotonic()
            self._shown = {user: shown for user, shown in self._shown.items() if now - shown.at < _OPEN}
            for user in list(self._shown):
                if self.caution.alarmed:
                    break  # what has to arrive tries whether Slack is there again; a home can wait
                await self._refresh(user)

    async def _refresh(self, user: str) -> None:
        """Show it anew when something changed: that is cheap to ask, and making a home is not."""
        try:
            stamp = await asyncio.to_thread(self._stamp, user)
        except Exception as error:
            _log.error("App Home cannot be refreshed: %s", type(error).__name__)
            return
        if stamp != self._shown[user].stamp:
            await self._show(user)

    def _stamp(self, user: str) -> Stamp:
        services = self.services
        return services.office.meetings.stamp(), *services.cases.stamp(f"slack:{user}"), services.now().date()

    async def _show(self, user: str) -> None:
        shown = self._shown[user]
        key = f"slack:{user}"
        person = Person("slack", user, self.services.role_of(key))
        try:
            stamp = await asyncio.to_thread(self._stamp, user)  # first: what changes meanwhile is shown next time
            home = await asyncio.to_thread(look, self.services.office, self.services.cases, person, self.services.now())
        except Exception as error:
            _log.error("App Home cannot be made: %s", type(error).__name__)
            await self._publish(user, failed())
            return
        view = to_view(home, shown.page, await self._picture(home))
        digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        is_shown = digest == shown.digest or await self._publish(user, view)
        if is_shown and self._shown.get(user) is shown:  # else a page was turned meanwhile
            self._shown[user] = replace(shown, digest=digest, stamp=stamp)

    async def _picture(self, home: Home) -> str:
        """The timeline, brought up once for as long as it is the same; without it when that fails."""
        if home.picture is None:
            return ""
        digest = hashlib.sha256(home.picture.content).hexdigest()
        if digest not in self._pictures:
            try:
                self._pictures = {digest: await keep_picture(self.client, home.picture)}
            except BROKEN as error:
                self.caution.hear(error)
                _log.info("the timeline was not brought up: %s", reason(error))
                return ""
        return self._pictures[digest]

    async def _publish(self, user: str, view: Block) -> bool:
        try:
            await self.client.views_publish(user_id=user, view=view)
        except BROKEN as error:
            pictures = [block for block in view["blocks"] if block["type"] == "image"]
            if pictures and reason(error) in ("invalid_blocks", "invalid_arguments"):
                # A picture that Slack is still working on makes it refuse the whole view.
                return await self._publish(user, {**view, "blocks": [b for b in view["blocks"] if b not in pictures]})
            self.caution.hear(error)
            _log.info("App Home was not shown: %s", reason(error))
            return False
        self.caution.well()
        return True
