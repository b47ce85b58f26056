"""Emoji verification as other clients do it: four faults of nio 0.26 mended (matrix-nio issue 570)."""

import base64
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from nio.api import Api
from nio.crypto import Sas, SasState

_TO_COMPARE = timedelta(minutes=8)
_MENDED = "_wegwijzer"


def mend() -> None:
    """Mend nio's class, once."""
    if getattr(Sas, _MENDED, False):
        return
    setattr(Sas, _MENDED, True)
    # nio computes this code but announces the older one.
    Sas._mac_normal = "hkdf-hmac-sha256.v2"
    Sas._mac_v1 = [Sas._mac_normal]
    # An operator has to come and look.
    Sas._max_age = Sas._max_event_timeout = _TO_COMPARE
    Sas.from_key_verification_start = classmethod(_with_commitment(Sas.from_key_verification_start.__func__))
    Sas._check_commitment = lambda sas, key: sas.commitment == _commitment(key, sas.start_verification().content)
    # The library gives the seven numbers; nio takes them for bytes and shows other emoji than the other side.
    Sas._generate_emoji = lambda sas, info: [sas.emoji[n] for n in sas.established_sas.bytes(info).emoji_indices]
    Sas.receive_mac_event = _strict(Sas.receive_mac_event)


def _commitment(key: str, content: dict[str, Any]) -> str:
    # nio writes it in hexadecimal, everyone else in unpadded base64.
    digest = sha256((key + Api.to_canonical_json(content)).encode()).digest()
    return base64.b64encode(digest).decode().rstrip("=")


def _with_commitment(original: Callable[..., Sas]) -> Callable[..., Sas]:
    def from_start(cls: type[Sas], user: str, device: str, fingerprint: str, other: Any, event: Any) -> Sas:
        made = original(cls, user, device, fingerprint, other, event)
        made.commitment = _commitment(made.pubkey, event.source["content"])
        return made

    return from_start


def _strict(original: Callable[[Sas, Any], None]) -> Callable[[Sas, Any], None]:
    def receive(sas: Sas, event: Any) -> None:
        original(sas, event)
        if sas.state is SasState.mac_received and not sas.verified_devices:
            # nio notes that nothing was proven, and then goes on as if it was.
            sas.state = SasState.canceled
            sas.cancel_code, sas.cancel_reason = Sas._key_mismatch_error

    return receive
