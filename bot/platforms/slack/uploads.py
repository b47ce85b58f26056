"""Files, by Slack's external upload: bytes go up first and are seen by nobody, then they are shared in the channel."""

import asyncio
import io
import logging
from collections.abc import Sequence

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages import Attachment
from bot.platforms.slack.caution import is_half_way
from bot.platforms.slack.web_api import BROKEN, reason, retry_after

_log = logging.getLogger(__name__)
_TRIES = 3
_MOST_WAIT = 30.0  # seconds

Uploaded = dict[str, str | None]  # id and title


async def upload(client: AsyncWebClient, file: Attachment) -> Uploaded:
    """Bring the bytes up. Raises what a call can raise; whatever happens, nothing is to be seen yet."""
    alt = {"alt_txt": file.alt[:1000]} if file.alt and file.media_type.startswith("image/") else {}
    ticket = await client.files_getUploadURLExternal(filename=file.name, length=len(file.content), **alt)
    session = client.session
    if session is None or session.closed:
        raise aiohttp.ClientConnectionError("no session")
    async with session.post(str(ticket["upload_url"]), data=io.BytesIO(file.content)) as answer:
        if answer.status != 200:
            raise aiohttp.ClientPayloadError(f"upload {answer.status}")
    return {"id": str(ticket["file_id"]), "title": file.name}


async def share(client: AsyncWebClient, files: Sequence[Uploaded], channel: str, thread: str) -> bool:
    """Show the files in a channel; False when Slack surely did not. An id can be completed once, so a retry is safe."""
    lost = False  # whether an earlier answer was: then a file that is no longer waiting has been placed
    for _ in range(_TRIES):
        try:
            await client.files_completeUploadExternal(files=list(files), channel_id=channel, thread_ts=thread or None)
        except BROKEN as error:
            if is_half_way(error):
                lost = True
                continue
            if lost and reason(error) == "file_not_found":
                return True
            if wait := retry_after(error):
                await asyncio.sleep(min(wait, _MOST_WAIT))
                continue
            _log.error("a file could not be placed: %s", reason(error))
            return False
        else:
            return True
    return False


async def keep_picture(client: AsyncWebClient, file: Attachment) -> str:
    """A picture that a view can show; returns its id. Raises what a call can raise."""
    made = await upload(client, file)
    await client.files_completeUploadExternal(files=[made])
    return str(made["id"])
