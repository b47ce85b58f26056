"""Which device we are: the one kept, the one in the settings, or a new one by password; never one without its keys."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from aiohttp import ClientError
from nio import LoginResponse, Response, WhoamiResponse

from bot.platforms.matrix.credentials import Account, Credentials
from bot.platforms.matrix.homeserver import Homeserver, store_name
from bot.platforms.matrix.outcomes import SIGNED_OUT, error_code, is_limit, retry_after
from prompts import render

DEVICE_NAME = "Wegwijzer"
UNTIL_MENDED = 300.0
"""Seconds between tries where somebody has to mend a setting: a wrong password often tried locks an account."""


class SignInError(Exception):
    """We cannot be on Matrix; the message says in Dutch what to do. `wait`: so long no new try, in seconds."""

    def __init__(self, message: str, wait: float = UNTIL_MENDED) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class SignIn:
    """Makes a client that is signed in and has its keys."""

    url: str
    user: str
    password: str
    token: str
    device: str
    credentials: Credentials
    now: Callable[[], datetime]

    async def open(self) -> tuple[Homeserver, Account]:
        """A client with its keys loaded. Raises SignInError, and what the network raises."""
        kept = self.credentials.load()
        if kept and (kept.user, kept.homeserver) != (self.user, self.url):
            kept = None
        if self.token and (kept is None or (self.device and kept.device != self.device)):
            return await self._with_token(kept)
        if kept and self._store(kept.device).exists():
            return self._resume(kept), kept
        if kept and not self.password:
            raise SignInError(render("matrix.store_gone", folder=self._folder))
        if not self.password:
            raise SignInError(render("matrix.no_credentials"))
        found = await self._fresh(kept)
        if kept:
            await self._retire(kept)
        return found

    async def _retire(self, old: Account) -> None:
        """Sign a device out whose keys are lost: nobody need encrypt for it any more. It may be gone already."""
        client = Homeserver(self.url, old.user, "", self._folder, "")
        client.access_token = old.token
        with suppress(ClientError, TimeoutError):
            await client.call("POST", "/_matrix/client/v3/logout", {})
        await client.close()

    async def renew(self, old: Account, soft: bool) -> tuple[Homeserver, Account]:
        """A client again after the server ended the session; `soft`: the device still exists. Raises SignInError."""
        if not self.password:
            raise SignInError(render("matrix.signed_out"))
        return await self._fresh(old, old.device if soft else "")

    def _now(self) -> str:
        return self.now().isoformat()

    @property
    def _folder(self) -> Path:
        return self.credentials.folder

    def _store(self, device: str) -> Path:
        return self._folder / store_name(device)

    def _resume(self, account: Account) -> Homeserver:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        client = Homeserver(self.url, account.user, account.device, self._folder, account.pickle_key)
        client.restore_login(account.user, account.device, account.token)
        return client

    async def _with_token(self, kept: Account | None) -> tuple[Homeserver, Account]:
        """The device named in the settings; refused when it has published keys that are not in our store."""
        probe = Homeserver(self.url, self.user, "", self._folder, "")
        try:
            probe.access_token = self.token
            who = await probe.whoami()
            if not isinstance(who, WhoamiResponse):
                raise SignInError(render("matrix.token_refused")) if error_code(who) in SIGNED_OUT else _not_now(who)
            device = self.device or who.device_id or ""
            published = await _has_published(probe, self.user, device)
        finally:
            await probe.close()
        account = Account(self.url, self.user, device, self.token, self._now(), seeds=kept.seeds if kept else {})
        if published and not self._store(device).exists():
            if self.password:
                return await self._fresh(kept)
            raise SignInError(render("matrix.store_gone", folder=self._folder))
        return self._kept(account)

    async def _fresh(self, old: Account | None, device: str = "") -> tuple[Homeserver, Account]:
        """Sign in by password: as a new device, or again as `device`, whose keys we still have."""
        probe = Homeserver(self.url, self.user, device, self._folder, "")
        probe.config = replace(probe.config, encryption_enabled=False)
        try:
            answer = await probe.login(self.password, device_name=DEVICE_NAME)
        finally:
            await probe.close()
        if not isinstance(answer, LoginResponse):
            if answer.status_code in ("M_FORBIDDEN", "M_USER_DEACTIVATED", "M_INVALID_USERNAME"):
                raise SignInError(render("matrix.password_refused"))
            raise _not_now(answer)
        seeds = old.seeds if old else {}
        if old and device:
            return self._kept(replace(old, token=answer.access_token))
        made = Account(self.url, answer.user_id, answer.device_id, answer.access_token, self._now(), seeds=seeds)
        return self._kept(made)

    def _kept(self, account: Account) -> tuple[Homeserver, Account]:
        # The account first: a store that nobody has the key of would be worse than none.
        self.credentials.save(account)
        return self._resume(account), account


def _not_now(answer: Response) -> SignInError:
    wait = retry_after(answer).total_seconds() if is_limit(answer) else 0.0
    return SignInError(render("matrix.sign_in_failed", reason=error_code(answer)), wait)


async def _has_published(client: Homeserver, user: str, device: str) -> bool:
    status, found = await client.call("POST", "/_matrix/client/v3/keys/query", {"device_keys": {user: [device]}})
    return status == 200 and device in found.get("device_keys", {}).get(user, {})
