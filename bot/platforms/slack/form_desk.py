"""Opens the forms and reads what comes back: the window first, within Slack's three seconds, what is in it after."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.meetings.action_talk import open_to
from bot.meetings.showing import meeting_line
from bot.meetings.talk import faults
from bot.messages import Choice, Incoming, Person
from bot.platforms import Services
from bot.platforms.slack.modals import Filled, Options, Wanted, form, loading, read, wanted
from bot.platforms.slack.payloads import Said
from bot.platforms.slack.web_api import BROKEN, reason
from bot.storage.database import StorageError
from bot.vault import VaultError
from workflows.case import CaseState
from workflows.dates import parse
from workflows.summary import label_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FormDesk:
    """The forms of one workspace."""

    client: AsyncWebClient
    services: Services

    async def open(self, said: Said, incoming: Incoming) -> bool:
        """Open the form that was asked for; False when it is too late for that, or what goes in it cannot be read."""
        asked = wanted(said) or Wanted("plan")
        try:
            opened = await self.client.views_open(trigger_id=said.trigger, view=loading(asked, said))
        except BROKEN as error:
            _log.warning("a form was not opened: %s", reason(error))
            return False
        try:
            options = await asyncio.to_thread(self._options, incoming)
            await self.client.views_update(view_id=opened["view"]["id"], view=form(asked, said, options))
        except BROKEN as error:
            _log.warning("a form was not filled: %s", reason(error))
            return False
        except (StorageError, VaultError) as error:
            _log.warning("a form was not filled: %s", type(error).__name__)
            return False
        return True

    def _options(self, incoming: Incoming) -> Options:
        office, person = self.services.office, incoming.person.key
        cases = [c for c in self.services.cases.listed(person) if c.state is not CaseState.CLOSED]
        return Options(
            cases=[Choice(f"{c.ref} · {label_of(c)}", c.ref) for c in cases],
            meetings=[Choice(meeting_line(m), m.ref) for m in open_to(office, incoming)],
            roles=[Choice(office.role_name(id), id) for id in office.lexicon],
            owners=[Choice(office.role_name(id), word) for id in office.lexicon if (word := self.word_of(id))],
        )

    def word_of(self, role: str) -> str:
        """The first word for a role that is understood as who does something; empty when none is."""
        words = (role, *self.services.office.lexicon[role])
        return next((word for word in words if parse(f"{word}: bellen", self.services.now()).owner == word), "")

    def read(self, view: Mapping[str, Any]) -> Filled:
        """What was filled in."""
        now = self.services.now()
        nobody = Incoming(Person("slack", ""), "", now)
        return read(view, now, lambda text: faults(text, nobody))
