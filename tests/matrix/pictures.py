"""`python -m tests.matrix.pictures`: a question in a real web client, as a picture for the user guide."""

import asyncio
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from knowledge.library import INDEX_NAME, Library
from knowledge.sources import Sources
from tests.matrix.bot_house import House
from tests.matrix.synapse import Synapse
from tests.matrix.web_client import open_room, press, say, sees, sees_picture, sign_in, web_client

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
_FOLDED = ".Timeline_message:first-of-type, .AnnouncementView, .DateHeader { display: none !important }"
"""What stands before the question is no part of the picture."""


async def draw(synapse: Synapse, home: Path) -> None:
    """Ask, ask for the chart, and keep what is seen."""
    bot = _named(synapse, "wegwijzer", "Wegwijzer", "geheim")
    _named(synapse, "iris", "Iris")
    house = House(synapse, bot, home)
    await house.start()
    try:
        async with web_client(synapse.url, home / "browser") as page:
            await sign_in(page, "iris")
            await open_room(page, "Wegwijzer", bot)
            await sees(page, "digitale assistent")
            await say(page, "wie bel ik bij zorgen over een leerling van De Regenboog?")
            await sees(page, "👎 1")
            await press(page, "🗺")
            await sees_picture(page)
            await page.run(f"document.head.insertAdjacentHTML('beforeend', '<style>{_FOLDED}</style>')")
            await asyncio.sleep(1)
            await page.picture(FOLDER / "matrix-vraag.png")
    finally:
        await house.stop(calm=False)


def _named(synapse: Synapse, name: str, shown: str, password: str = "pw") -> str:
    account = synapse.register(name, password)
    path = f"/_matrix/client/v3/profile/{quote(account['user_id'])}/displayname"
    synapse.request("PUT", path, {"displayname": shown}, account["access_token"])
    return account["user_id"]


def main() -> int:
    """Draw it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        Library.open(Sources(), home)
        assert (home / INDEX_NAME).exists()
        synapse = Synapse(Path(folder) / "synapse")
        synapse.start()
        try:
            asyncio.run(draw(synapse, home))
        finally:
            synapse.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
