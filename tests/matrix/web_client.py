"""A person with Hydrogen, a web client with a crypto library of its own (Olm), in a browser without a window."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, web

from tests.matrix.browser import NAMES, Page, chromium, open_page
from tests.matrix.npm import NoNodeError, install

SOURCE = Path(__file__).parent / "hydrogen"


class NoWebClientError(Exception):
    """There is no web client here; the message says why."""


@asynccontextmanager
async def web_client(homeserver: str, profile: Path, width: int = 1000, height: int = 1250) -> AsyncIterator[Page]:
    """The client's first page. Raises NoWebClientError."""
    if not chromium():
        raise NoWebClientError(f"no browser here ({', '.join(NAMES)})")
    try:
        folder = await asyncio.to_thread(install, SOURCE, "hydrogen")
    except NoNodeError as error:
        raise NoWebClientError(f"Hydrogen cannot be brought here: {error}") from error
    runner = web.AppRunner(_site(folder), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/index.html?hs={homeserver}"
    try:
        async with ClientSession() as session:
            page = await open_page(session, url, profile, (width, height))
            try:
                yield page
            finally:
                await page.close()
    finally:
        await runner.cleanup()


def _site(folder: Path) -> web.Application:
    """The files as they are; what was written for another way of importing is wrapped."""

    async def as_module(request: web.Request) -> web.Response:
        code = (folder / "node_modules" / request.match_info["path"]).read_text()
        wrapped = f"const module = {{exports: {{}}}}, exports = module.exports;\n{code}\nexport default module.exports;"
        return web.Response(text=wrapped, content_type="text/javascript")

    app = web.Application()
    app.router.add_get("/as-module/{path:.*}", as_module)
    app.router.add_static("/", folder)
    return app


async def sign_in(page: Page, user: str, password: str = "pw") -> None:
    """Sign in, with the homeserver that is filled in."""
    await page.type("#username", user)
    await page.type("#password", password)
    await page.click("button", "Log In")


async def open_room(page: Page, name: str, invited: str) -> None:
    """Make an encrypted room and ask somebody in."""
    await page.click("button.create")
    await page.click(".menu-item", "Create Room")
    await page.type("#name", name)
    await page.click("button", "Create room")
    await page.click(".RoomList a", name)
    await say(page, f"/invite {invited}")


async def say(page: Page, text: str) -> None:
    """Type a message and send it."""
    await page.type(".MessageComposer textarea", text, enter=True)


async def sees(page: Page, text: str) -> None:
    """Wait until words stand in the room."""
    await page.until(f"document.querySelector('.Timeline')?.innerText.includes({text!r})")


async def press(page: Page, sign: str) -> None:
    """Press a reaction that the bot set."""
    await page.click(".Timeline_messageReactions button", sign)


async def sees_picture(page: Page) -> None:
    """Wait until a picture is decrypted and drawn."""
    await page.until(
        "[...document.querySelectorAll('.Timeline .media img')].some(e => e.complete && e.naturalWidth > 100)"
    )
