"""`python -m tests.slack.pictures`: plays a morning on Slack and draws what a user sees, for the user guide."""

import asyncio
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from knowledge.library import INDEX_NAME, Library
from knowledge.sources import Sources
from tests.slack.deliveries import command, home_opened, room_of
from tests.slack.house import House, open_house, until
from tests.slack.picture import Page
from tests.slack.playing import Watch
from tests.slack.standin import Standin
from tests.slack.workspace import BOT, CORA, FATIMA, IRIS, Body
from tests.transcripts import Stage

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
NAMES = {f"@{IRIS}": "@Iris", f"@{FATIMA}": "@Fatima", f"@{CORA}": "@Cora"}


def conversation(said: list[Body]) -> bytes:
    """A conversation as a picture."""
    page = Page(names=NAMES)
    for message in said:
        who = "Wegwijzer" if message["user"] == BOT else "Iris"
        files = [file["name"] for file in message.get("files", [])]
        page.message(who, message.get("blocks", []), message.get("text", ""), files)
    return page.png()


async def draw(house: House, watch: Watch) -> dict[str, bytes]:
    """Every picture by its name."""
    space, room = house.standin.space, room_of(IRIS)
    made: dict[str, bytes] = {}

    async def keep(name: str, since: int) -> int:
        await asyncio.sleep(0.3)
        made[name] = conversation(space.messages[room][since:])
        return len(space.messages[room])

    await house.tell("wie bel ik bij zorgen over een leerling?")
    at = await keep("slack-vraag", 0)
    (first,) = await house.command("/start-case")
    (second,) = await house.press(first, "Nee")
    await house.press(second, "Basisschool")
    at = await keep("slack-checklist", at)
    await house.tell("stop")
    await house.command("/mdo plan 1 december 14:30 met ouders, school, CJG in het gemeentehuis, regie: ik")
    await house.tell("ja")
    await keep("slack-mdo", at + 2)
    view = await _form(house)
    page = Page(names=NAMES)
    page.form(view)
    made["slack-formulier"] = page.png()
    at = len(space.messages[room])
    await house.tell(f"/mdo actie <@{IRIS}> stuurt het verslag naar de ouders op 4 december")
    await house.tell("ja")
    at = len(space.messages[room])
    watch.stage.now = NOW.replace(day=17, minute=1)
    house.app.clock_of_reminders.tick(watch.stage.now)
    await house.settled()
    await keep("slack-herinnering", at)
    for user, name in ((IRIS, "slack-start"), (CORA, "slack-start-coordinator")):
        await house.deliver("events_api", home_opened(user))
        await until(lambda user=user: user in space.homes)  # type: ignore[misc]
        page = Page(names=NAMES, pictures={id: found["data"] for id, found in space.uploads.items()})
        page.blocks(space.homes[user]["blocks"])
        made[name] = page.png()
    return made


async def _form(house: House) -> Body:
    await house.deliver("slash_commands", command(house.standin.space, "/mdo plan"))
    await until(lambda: any("submit" in view for view in house.standin.space.views.values()))
    return next(view for view in house.standin.space.views.values() if "submit" in view)


async def played(index: Path) -> dict[str, bytes]:
    """Every picture by its name; `index` is a built index file."""
    standin, watch = await Standin().start(), Watch(Stage(now=NOW))
    with tempfile.TemporaryDirectory() as home:
        async with open_house(standin, Path(home), index, now=watch) as house:
            made = await draw(house, watch)
    await standin.stop()
    return made


def main(folder: Path) -> None:
    """Draw all pictures into a folder."""
    with tempfile.TemporaryDirectory() as index:
        Library.open(Sources(), Path(index))
        made = asyncio.run(played(Path(index) / INDEX_NAME))
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in made.items():
        (folder / f"{name}.png").write_bytes(picture)
        print(folder / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
