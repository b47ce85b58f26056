"""Keys kept back and given later, as clients do with a device they do not trust yet."""

from nio.crypto import OlmDevice

from tests.matrix.friend import Friend


def bot_device(person: Friend, bot: str) -> OlmDevice:
    """The one device of the bot, as a person knows it."""
    devices = list(person.client.device_store.active_user_devices(bot))
    assert len(devices) == 1
    return devices[0]


async def give_key(person: Friend, room: str, device: OlmDevice) -> None:
    """Share the room's key after all."""
    olm = person.client.olm
    assert olm is not None
    group = olm.outbound_group_sessions[room]
    inbound = olm.inbound_group_store.get(room, olm.account.identity_keys["curve25519"], group.id)
    olm.outgoing_to_device_messages.append(
        olm._encrypt_forwarding_key(room, inbound, olm.session_store.get(device.curve25519), device)
    )
    await person.sync()
