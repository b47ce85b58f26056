"""The way to Slack's Web API: one client without retries of its own, who we are there, and what may be asked."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.gatekeeper import Facts, UnsureError

TIMEOUT = 10.0  # seconds for one request
LOOK = 0.8  # seconds for one look-up; at most three come before Slack is answered, and Slack waits three seconds
_IDLE = 15.0  # seconds a connection is kept: shorter than any server keeps it, so that no post meets a closed one

NETWORK = (aiohttp.ClientError, TimeoutError, OSError)
"""What goes wrong on the way, without an answer from Slack."""

BROKEN = (SlackClientError, *NETWORK)
"""Everything that a call can raise."""

TOKEN = frozenset(
    "invalid_auth not_authed account_inactive token_revoked token_expired no_permission org_login_required "
    "ekm_access_denied missing_scope team_access_not_granted not_allowed_token_type".split()
)
"""Errors that no retry mends: somebody has to look at the app or its token."""

quiet = logging.getLogger("wegwijzer.slack.sdk")
"""The SDK writes whole payloads in its log, and those hold what people typed: it gets a logger that says nothing."""
quiet.setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class Identity:
    """Who we are in the workspace, and which scopes were granted."""

    team: str
    user: str
    scopes: frozenset[str] = frozenset()


def make_client(token: str, base_url: str) -> AsyncWebClient:
    """A client that never repeats a request by itself. Made inside the event loop; close its session at the end."""
    connector = aiohttp.TCPConnector(keepalive_timeout=_IDLE, limit=50)
    session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=TIMEOUT))
    return AsyncWebClient(token=token, base_url=base(base_url), session=session, retry_handlers=[], logger=quiet)


def base(url: str) -> str:
    """The address of the Web API, as the SDK wants it."""
    trimmed = url.rstrip("/")
    return f"{trimmed}/" if trimmed.endswith("/api") or trimmed.count("/") > 2 else f"{trimmed}/api/"


def reason(error: BaseException) -> str:
    """The code of what went wrong; never Slack's message, which can hold what was sent."""
    if isinstance(error, SlackApiError):
        found = error.response.get("error") if isinstance(getattr(error.response, "data", None), dict) else None
        return str(found or f"http_{status(error)}")
    return "timeout" if isinstance(error, TimeoutError) else type(error).__name__


def status(error: SlackApiError) -> int:
    """The HTTP status of a failed call; 0 when there is none."""
    return int(getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0) or 0)


def retry_after(error: BaseException) -> float:
    """Seconds that Slack asks to wait; 0 when it does not."""
    if not isinstance(error, SlackApiError) or (status(error) != 429 and reason(error) != "ratelimited"):
        return 0.0
    headers = getattr(error.response, "headers", None) or {}
    asked: Any = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    value = str(asked[0] if isinstance(asked, list) and asked else asked)
    return max(float(value), 1.0) if value.isdecimal() else 30.0


async def identify(client: AsyncWebClient) -> Identity:
    """Who the token belongs to. Raises what a call can raise."""
    found = await client.auth_test()
    headers = {name.lower(): value for name, value in found.headers.items()}
    scopes = headers.get("x-oauth-scopes", "")
    granted = scopes if isinstance(scopes, str) else ",".join(scopes)
    return Identity(
        str(found["team_id"]), str(found["user_id"]), frozenset(s.strip() for s in granted.split(",") if s.strip())
    )


@dataclass(frozen=True)
class Register:
    """What Slack knows about people and channels, as the gatekeeper asks it."""

    client: AsyncWebClient

    async def person(self, id: str) -> Facts:
        """A user; somebody Slack does not know is as good as deleted."""
        try:
            async with asyncio.timeout(LOOK):
                found = await self.client.users_info(user=id)
        except BROKEN as error:
            if reason(error) in ("user_not_found", "user_not_visible", "users_not_found"):
                return {"deleted": True}
            raise UnsureError(reason(error)) from error
        user: dict[str, Any] = found["user"]
        return user

    async def channel(self, id: str) -> Facts:
        """A channel; one that Slack does not show us is closed, and we are not in it."""
        try:
            async with asyncio.timeout(LOOK):
                found = await self.client.conversations_info(channel=id)
        except SlackApiError as error:
            if retry_after(error) or status(error) >= 500:
                raise UnsureError(reason(error)) from error
            return {"is_private": True, "is_member": False}
        except BROKEN as error:
            raise UnsureError(reason(error)) from error
        channel: dict[str, Any] = found["channel"]
        return channel
