"""Room keys that are sent again: accepted from the very device that made them, as well as from our own."""

from functools import partial
from typing import Any

from nio.crypto import Olm
from nio.events import ForwardedRoomKeyEvent


def accept_from_maker(olm: Olm) -> None:
    """Let `olm` take a key that we asked for from the device that encrypts with it; nio refuses all but our own."""
    olm._should_accept_forward = partial(_accept, olm, olm._should_accept_forward)


def _accept(olm: Olm, own: Any, sender: str, sender_key: str, event: ForwardedRoomKeyEvent) -> bool:
    content = event.source.get("content", {})
    asked = olm.outgoing_key_requests.get(event.session_id)
    made_it = content.get("sender_key") == sender_key and not content.get("forwarding_curve25519_key_chain")
    if asked and asked.room_id == event.room_id and made_it:
        # The channel it came through is that device's own, so this is as good as the first time.
        device = olm.device_store.device_from_sender_key(sender, sender_key)
        return device is not None and content.get("sender_claimed_ed25519_key") == device.ed25519
    return bool(own(sender, sender_key, event))
