"""Who somebody is to the server: their devices, and the keys of the account that sign them."""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nio.api import Api

from bot.platforms.matrix.homeserver import Homeserver

PURPOSES = ("master", "self_signing", "user_signing")


class SigningError(Exception):
    """The device could not be signed; `reason` is the server's, or "other" when the account has keys we do not have."""


@dataclass(frozen=True)
class Identity:
    """What the server tells of an account: its devices, and its signing keys by purpose."""

    user: str
    devices: dict[str, dict[str, Any]]
    keys: dict[str, dict[str, Any]]

    def public(self, purpose: str) -> str:
        """The public key for a purpose; empty when there is none."""
        return next(iter(self.keys.get(purpose, {}).get("keys", {}).values()), "")

    def has_signed(self, device: str) -> bool:
        """Whether a device is signed by the account's self-signing key, and that by its master key."""
        master, signing = self.public("master"), self.public("self_signing")
        if not master or not signing or device not in self.devices:
            return False
        by_master = _is_signed(self.keys["self_signing"], self.user, master)
        return by_master and _is_signed(self.devices[device], self.user, signing)


async def identity(client: Homeserver, user: str) -> Identity:
    """Ask the server for an account's devices and keys. Raises SigningError."""
    return (await identities(client, (user,)))[user]


async def identities(client: Homeserver, users: Collection[str]) -> dict[str, Identity]:
    """The same for many, in one request; without whose own server does not answer. Raises SigningError."""
    asked: dict[str, list[str]] = {user: [] for user in users}
    status, found = await client.call("POST", "/_matrix/client/v3/keys/query", {"device_keys": asked})
    if status != 200:
        raise SigningError(str(found.get("errcode", status)))
    silent = found.get("failures", {})
    return {user: _identity(user, found) for user in users if user.partition(":")[2] not in silent}


def _identity(user: str, found: dict[str, Any]) -> Identity:
    keys = {purpose: found.get(f"{purpose}_keys", {}).get(user, {}) for purpose in PURPOSES}
    return Identity(user, found.get("device_keys", {}).get(user, {}), keys)


def _is_signed(thing: dict[str, Any], user: str, public: str) -> bool:
    signature = thing.get("signatures", {}).get(user, {}).get(f"ed25519:{public}", "")
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(public)).verify(_bytes(signature), canonical(thing))
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(thing: dict[str, Any]) -> bytes:
    """What is signed of a thing."""
    bare = {key: value for key, value in thing.items() if key not in ("signatures", "unsigned")}
    return str(Api.to_canonical_json(bare)).encode()


def _bytes(unpadded: str) -> bytes:
    return base64.b64decode(unpadded + "=" * (-len(unpadded) % 4))
