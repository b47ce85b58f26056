"""Verification of our device by emoji: shown to whoever runs the bot, who alone says whether they match.

The running bot puts the emoji in a file in the data folder; the command line shows them there and writes the answer.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nio import (
    KeyVerificationCancel,
    KeyVerificationKey,
    KeyVerificationMac,
    KeyVerificationStart,
    ToDeviceMessage,
    UnknownToDeviceEvent,
)

from bot.platforms.matrix import json_file
from bot.platforms.matrix.homeserver import Homeserver
from bot.platforms.matrix.room_rules import RoomRules
from prompts import render

_ASKED, _ANSWER = "verify.json", "verify.answer"
_LOOK_EVERY = 0.5  # seconds
_METHOD = "m.sas.v1"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Emoji:
    """What the operator compares: whose device, and seven emoji with their names."""

    transaction: str
    user: str
    device: str
    emoji: Sequence[tuple[str, str]]


def asked(folder: Path) -> Emoji | None:
    """The verification that waits for the operator; None when there is none."""
    found = json_file.read(folder / _ASKED)
    if not found:
        return None
    return Emoji(found["transaction"], found["user"], found["device"], tuple(map(tuple, found["emoji"])))


def answer(folder: Path, transaction: str, same: bool) -> None:
    """The operator's word: whether the emoji are the same."""
    json_file.write(folder / _ANSWER, {"transaction": transaction, "same": same})


@dataclass
class EmojiCheck:
    """The bot's side of verifications under way."""

    client: Homeserver
    rules: RoomRules
    folder: Path
    _watch: "asyncio.Task[None] | None" = field(default=None)

    async def take(self, events: Sequence[Any]) -> None:
        """Answer what came in about verification; the rest is left."""
        for event in events:
            sender = getattr(event, "sender", "")
            if isinstance(event, UnknownToDeviceEvent) and self.rules.may(sender):
                await self._unknown(event)
            elif isinstance(event, KeyVerificationStart) and self.rules.may(sender):
                await self._start(event)
            elif isinstance(event, KeyVerificationKey):
                await self._show(event.transaction_id)
            elif isinstance(event, KeyVerificationMac):
                await self._finish(event.transaction_id)
            elif isinstance(event, KeyVerificationCancel) and self._is_shown(event.transaction_id):
                self._clear()

    async def _unknown(self, event: UnknownToDeviceEvent) -> None:
        content = event.source.get("content", {})
        if event.type != "m.key.verification.request" or _METHOD not in content.get("methods", ()):
            return
        device, transaction = str(content.get("from_device", "")), str(content.get("transaction_id", ""))
        ready = {"from_device": self.client.device_id, "methods": [_METHOD], "transaction_id": transaction}
        await self._send("m.key.verification.ready", event.sender, device, ready)

    async def _start(self, event: KeyVerificationStart) -> None:
        if event.transaction_id not in self.client.key_verifications and self.client.should_query_keys:
            await self.client.keys_query()
            self.client.olm.handle_key_verification(event)
        if event.transaction_id in self.client.key_verifications:
            await self.client.accept_key_verification(event.transaction_id)

    async def _show(self, transaction: str) -> None:
        sas = self.client.key_verifications.get(transaction)
        if sas is None or sas.canceled:
            return
        for message in list(self.client.outgoing_to_device_messages):  # our key, before our code
            await self.client.to_device(message)
        names = render("matrix.emoji_names").split(", ")
        signs = [sign for sign, _ in type(sas).emoji]
        shown = [(sign, names[signs.index(sign)]) for sign, _ in sas.get_emoji()]
        device = sas.other_olm_device
        wanted = Emoji(transaction, device.user_id, device.id, shown)
        (self.folder / _ANSWER).unlink(missing_ok=True)
        json_file.write(self.folder / _ASKED, asdict(wanted))
        _log.warning("matrix: a device asks to be verified; compare the emoji with: wegwijzer matrix verify")
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._wait_for_operator(transaction))

    async def _wait_for_operator(self, transaction: str) -> None:
        """Look for the operator's answer until it is there or the verification has ended."""
        while (sas := self.client.key_verifications.get(transaction)) and not sas.canceled and not sas.timed_out:
            same = self._answered(transaction)
            if same is not None:
                await self._decide(transaction, same)
                return
            await asyncio.sleep(_LOOK_EVERY)
        self._clear()

    def _answered(self, transaction: str) -> bool | None:
        found = json_file.read(self.folder / _ANSWER)
        return bool(found.get("same")) if found.get("transaction") == transaction else None

    async def _decide(self, transaction: str, same: bool) -> None:
        if same:
            await self.client.confirm_short_auth_string(transaction)
            await self._finish(transaction)
        else:
            await self.client.cancel_key_verification(transaction, reject=True)
            self._clear()

    async def _finish(self, transaction: str) -> None:
        """Tell the other side that it is done, when both have proven it."""
        sas = self.client.key_verifications.get(transaction)
        if sas is not None and sas.verified:
            device = sas.other_olm_device
            done = {"transaction_id": transaction}
            await self._send("m.key.verification.done", device.user_id, device.id, done)
            self._clear()

    async def _send(self, kind: str, user: str, device: str, content: dict[str, Any]) -> None:
        await self.client.to_device(ToDeviceMessage(kind, user, device, content))

    def _is_shown(self, transaction: str) -> bool:
        """Whether the operator is asked about this one: anybody can send a word about any other."""
        shown = asked(self.folder)
        return shown is not None and shown.transaction == transaction

    def _clear(self) -> None:
        for name in (_ASKED, _ANSWER):
            (self.folder / name).unlink(missing_ok=True)
