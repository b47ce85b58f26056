"""Our device signed by our account's own keys, so that clients that show only signed devices see what we write."""

import base64
import json
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nio.api import Api

from bot.platforms.matrix.credentials import Account, Credentials
from bot.platforms.matrix.homeserver import Homeserver
from bot.platforms.matrix.identities import PURPOSES, SigningError, canonical, identity
from bot.vault import Vault, VaultError

_COPY = "nl.wegwijzer.keys"
"""Account data that holds the seeds, locked with the product's own secret: they outlive the data folder."""


@dataclass(frozen=True)
class Signing:
    """Signs our device, and makes the account's keys when it has none."""

    client: Homeserver
    credentials: Credentials
    vault: Vault
    password: str

    async def ensure(self, account: Account) -> Account:
        """See to it that our device is signed; the account with its seeds. Raises SigningError."""
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        found = await identity(self.client, account.user)
        if found.has_signed(account.device) and account.seeds:
            return account
        seeds = account.seeds or await self._copied(account) or {}
        if found.has_signed(account.device) and not seeds:
            return account
        if not found.public("master"):
            seeds = seeds or {purpose: os.urandom(32).hex() for purpose in PURPOSES}
            account = await self._keep(account, seeds)
            await self._publish(account)
        elif not seeds or found.public("self_signing") != _public(seeds["self_signing"]):
            raise SigningError("other")
        account = await self._keep(account, seeds)
        await self._sign(account, found.devices.get(account.device) or await self._own_device(account))
        return account

    async def _keep(self, account: Account, seeds: dict[str, str]) -> Account:
        """Keep the seeds before the server knows them: lost keys of a known account cannot be replaced quietly."""
        if account.seeds == seeds:
            return account
        kept = account.with_seeds(seeds)
        self.credentials.save(kept)
        await self.client.call("PUT", self._path(account), {"locked": self.vault.lock(json.dumps(seeds))})
        return kept

    async def _copied(self, account: Account) -> dict[str, str]:
        """The seeds from the copy at the server, when our secret opens it."""
        status, found = await self.client.call("GET", self._path(account))
        try:
            return dict(json.loads(self.vault.unlock(str(found.get("locked", ""))) or "{}")) if status == 200 else {}
        except (VaultError, ValueError):
            return {}

    async def _publish(self, account: Account) -> None:
        body: dict[str, Any] = {f"{purpose}_key": self._key(account, purpose) for purpose in PURPOSES}
        path = "/_matrix/client/v3/keys/device_signing/upload"
        status, found = await self.client.call("POST", path, body)
        if status == 401 and self.password:
            who = {"type": "m.id.user", "user": account.user}
            proof = {"type": "m.login.password", "identifier": who, "password": self.password}
            body["auth"] = {**proof, "session": found.get("session", "")}
            status, found = await self.client.call("POST", path, body)
        if status != 200:
            raise SigningError(str(found.get("errcode", status)))

    def _key(self, account: Account, purpose: str) -> dict[str, Any]:
        public = _public(account.seeds[purpose])
        key = {"user_id": account.user, "usage": [purpose], "keys": {f"ed25519:{public}": public}}
        if purpose == "master":
            by_device = self.client.olm.account.sign(Api.to_canonical_json(key))
            return {**key, "signatures": {account.user: {f"ed25519:{account.device}": by_device}}}
        return _signed(key, account.user, account.seeds["master"])

    async def _own_device(self, account: Account) -> dict[str, Any]:
        devices = (await identity(self.client, account.user)).devices
        if account.device not in devices:
            raise SigningError("no device keys")
        return devices[account.device]

    async def _sign(self, account: Account, device: dict[str, Any]) -> None:
        signed = _signed(device, account.user, account.seeds["self_signing"])
        body = {account.user: {account.device: signed}}
        status, found = await self.client.call("POST", "/_matrix/client/v3/keys/signatures/upload", body)
        if status != 200 or found.get("failures"):
            raise SigningError(str(found.get("errcode", status)))

    def _path(self, account: Account) -> str:
        return f"/_matrix/client/v3/user/{quote(account.user)}/account_data/{_COPY}"


def _signed(thing: dict[str, Any], user: str, seed: str) -> dict[str, Any]:
    """A thing with the signature of this seed and no other."""
    private, public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)), _public(seed)
    signature = _unpadded(private.sign(canonical(thing)))
    bare = {key: value for key, value in thing.items() if key not in ("signatures", "unsigned")}
    return {**bare, "signatures": {user: {f"ed25519:{public}": signature}}}


def _public(seed: str) -> str:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key()
    return _unpadded(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
