"""Somebody in a web client: invites the bot, asks, presses a reaction, sees a picture. Skipped where no browser is."""

from pathlib import Path

import pytest

from tests.matrix.bot_house import House
from tests.matrix.synapse import Synapse
from tests.matrix.web_client import NoWebClientError, open_room, press, say, sees, sees_picture, sign_in, web_client


async def test_a_person_invites_asks_presses_and_sees_a_picture(synapse: Synapse, house: House, tmp_path: Path) -> None:
    iris = synapse.register("webiris")
    try:
        async with web_client(synapse.url, tmp_path / "browser") as page:
            await sign_in(page, "webiris")
            await open_room(page, "Wegwijzer", house.user)
            await sees(page, "has enabled end-to-end encryption")
            await sees(page, "digitale assistent")
            await say(page, "wie bel ik bij zorgen over een leerling van De Regenboog?")
            await sees(page, "Sanne Voorbeeld")
            for sign in "🧭👍👎":
                await sees(page, f"{sign} 1")
            await press(page, "🗺")
            await sees_picture(page)
            await page.picture(tmp_path / "seen.png")
            assert "Unable to decrypt" not in await page.run("document.body.innerText")
    except NoWebClientError as error:
        pytest.skip(str(error))
    assert (tmp_path / "seen.png").stat().st_size > 20_000
    rooms = synapse.request("GET", "/_matrix/client/v3/joined_rooms", token=iris["access_token"])[1]["joined_rooms"]
    history = f"/_matrix/client/v3/rooms/{rooms[0]}/messages?dir=b&limit=100"
    sent = synapse.request("GET", history, token=iris["access_token"])[1]["chunk"]
    assert {event["type"] for event in sent} & {"m.room.message"} == set()
