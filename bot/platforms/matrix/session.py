"""The connection that keeps itself up: signs in, signs its device, listens, backs off, and says what is wrong."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aiohttp import ClientError

from bot.platforms import Services
from bot.platforms.matrix.attention import Attention
from bot.platforms.matrix.catching_up import GapError
from bot.platforms.matrix.credentials import Account, Credentials
from bot.platforms.matrix.cross_signing import Signing
from bot.platforms.matrix.emoji_check import EmojiCheck
from bot.platforms.matrix.errands import Errands
from bot.platforms.matrix.homeserver import Homeserver
from bot.platforms.matrix.identities import SigningError
from bot.platforms.matrix.invitations import Invitations
from bot.platforms.matrix.listening import Listener
from bot.platforms.matrix.memory import Memory
from bot.platforms.matrix.moving import Moves
from bot.platforms.matrix.new_devices import Acquaintances, NewDevices
from bot.platforms.matrix.outcomes import SyncFailedError
from bot.platforms.matrix.placing import Desk, Placing
from bot.platforms.matrix.preset import Presets
from bot.platforms.matrix.room_rules import RoomRules
from bot.platforms.matrix.signing_in import SignIn, SignInError
from bot.platforms.matrix.stream import SignedOutError, Stream
from bot.platforms.matrix.unreadable import Unreadable
from bot.storage.database import StorageError
from bot.vault import VaultError
from prompts import render

FOLDER = "matrix"
_SHORTEST, _LONGEST = 1.0, 15.0  # seconds between tries
_log = logging.getLogger(__name__)


@dataclass
class MatrixConnection:
    """The connection of one installation to one Matrix account."""

    services: Services
    sleep: Callable[[float], "asyncio.Future[None]"] = field(default=asyncio.sleep)  # type: ignore[assignment]
    client: Homeserver | None = None
    account: Account | None = None
    _trouble: str = ""
    _unsigned: str = ""
    _errands: Errands = field(default_factory=Errands)
    _begun: bool = False
    _heard: float = field(default_factory=time.monotonic)
    _unreadable: Unreadable | None = None

    def __post_init__(self) -> None:
        settings = self.services.settings
        if not settings.matrix_homeserver or not settings.matrix_user_id:
            raise ValueError(render("matrix.settings_missing"))
        self.folder: Path = settings.home / FOLDER
        self.delivery = Placing(self.services.now)
        self.rules = RoomRules(
            settings.matrix_user_id, settings.matrix_allowed, settings.matrix_team_rooms, self.services.role_of
        )
        self._sign_in = SignIn(
            settings.matrix_homeserver.rstrip("/"),
            settings.matrix_user_id,
            settings.matrix_password.get_secret_value(),
            settings.matrix_access_token.get_secret_value(),
            settings.matrix_device_id,
            Credentials(self.folder, self.services.vault),
            self.services.now,
        )

    def trouble(self) -> str:
        """What is wrong now, in one Dutch line; empty when all is well."""
        return self._trouble or ("" if self._begun else render("matrix.starting"))

    def advice(self) -> str:
        """That our device is not signed, and what to do."""
        return self._unsigned

    def silence(self) -> float:
        """Seconds since the last sync that was taken in."""
        return time.monotonic() - self._heard

    def figures(self) -> Mapping[str, int]:
        """How many messages wait for their key, and of how many keys that did not come the sender was told."""
        kept = self._unreadable
        return {"unreadable": len(kept.events), "keys_missed": len(kept.told)} if kept else {}

    async def listen(self) -> None:
        """Take in events until cancelled; whatever goes wrong is waited out, at most one try a second."""
        wait = _SHORTEST
        stream: Stream | None = None
        try:
            while True:
                try:
                    stream = stream or await self._open()
                    await stream.turn()
                    wait, self._heard = _SHORTEST, time.monotonic()
                    self._note("")
                    continue
                except SignedOutError as error:
                    stream, least = None, await self._signed_out(error)
                except Exception as error:
                    least = self._explain(error)
                await self.sleep(max(wait, least))
                wait = min(wait * 2, _LONGEST)
        finally:
            self.delivery.desk = None
            await self._close()

    async def _open(self) -> Stream:
        if self.client is None:
            self.client, self.account = await self._sign_in.open()
        client = self.client
        client.on_duty = self.services.on_duty
        self._unsigned = await self._sign()
        memory, moves, errands = Memory(client), Moves.open(self.folder / "moves.json"), self._errands
        attention, presets = Attention(client, errands), Presets(client, errands)
        self._unreadable = Unreadable.open(self.folder / "unreadable.json")
        listener = Listener(
            client, self.rules, memory, self._unreadable, moves, self.services.settings.zone,
            await self._own_name(client),
        )  # fmt: skip
        assert self.account is not None
        desk = Desk(client, memory, moves, attention, presets, self.rules, datetime.fromisoformat(self.account.since))

        def synced() -> None:
            self.delivery.desk, self._begun = desk, True

        return Stream(
            client,
            listener,
            Invitations(client, self.rules),
            self.services,
            self.delivery,
            EmojiCheck(client, self.rules, self.folder),
            attention,
            presets,
            NewDevices(client, self.services, moves, Acquaintances.open(self.folder / "devices.json")),
            synced,
        )

    async def _sign(self) -> str:
        """Sign our device; what to do when that cannot be done, in one Dutch line."""
        assert self.client is not None
        assert self.account is not None
        vault, password = self.services.vault, self.services.settings.matrix_password.get_secret_value()
        try:
            signing = Signing(self.client, Credentials(self.folder, vault), vault, password)
            self.account = await signing.ensure(self.account)
        except SigningError as error:
            what = render("matrix.signed_by_other") if str(error) == "other" else render("matrix.not_signed")
            _log.warning("matrix: %s (%s)", what, error)
            return what
        return ""

    async def _own_name(self, client: Homeserver) -> str:
        answer = await client.get_displayname()
        return str(getattr(answer, "displayname", "") or "")

    async def _signed_out(self, error: SignedOutError) -> float:
        """Sign in again when we can; returns how long to wait at least, in seconds."""
        self.delivery.desk = None
        await self._close()
        if self.account is None:
            return _SHORTEST
        try:
            self.client, self.account = await self._sign_in.renew(self.account, error.soft)
        except Exception as failure:
            return self._explain(failure)
        return 0.0

    def _explain(self, error: Exception) -> float:
        """Note what is wrong; returns how long to wait at least, in seconds."""
        homeserver = self.services.settings.matrix_homeserver
        match error:
            case SignInError():
                self._note(str(error))
                return error.wait
            case StorageError() | VaultError():
                self._note(str(error))
            case SyncFailedError():
                self._note(render("matrix.sync_failed", reason=error))
                return error.wait
            case GapError() | SigningError():
                self._note(render("matrix.sync_failed", reason=error))
            case ClientError() | TimeoutError() | OSError():
                self._note(render("matrix.unreachable", homeserver=homeserver))
            case _:
                self._note(render("matrix.sync_failed", reason=type(error).__name__))
        return _SHORTEST

    def _note(self, trouble: str) -> None:
        """Keep what is wrong; whoever reads the log sees it once, and once that it is over."""
        if trouble != self._trouble:
            _log.warning("matrix: %s", trouble or render("matrix.over"))
        self._trouble = trouble

    async def _close(self) -> None:
        client, self.client = self.client, None
        await self._errands.end()
        if client is not None:
            await client.close()
            if client.store:
                client.store.database.close()
