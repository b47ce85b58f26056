"""A stand-in for Slack's servers on loopback: the Web API, Socket Mode, and signed requests to us.

What it delivers it delivers as Slack does: again when it is not acknowledged within three seconds.
"""

import asyncio
import hashlib
import hmac
import json
import random
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from tests.slack.workspace import Body, SlackError, Workspace

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-proef", "xapp-proef", "8f742231b10e8888abcd99yyyzzz85a5"
ACK_WITHIN = 3.0  # seconds


@dataclass
class Ack:
    """How one delivery was answered: after how many seconds, and with what."""

    sent: float = field(default_factory=time.monotonic)
    seconds: float | None = None
    payload: Any = None
    came: asyncio.Event = field(default_factory=asyncio.Event)
    broken: bool = False
    """Whether the line it went over broke meanwhile: then Slack delivers it again."""

    def come(self, payload: Any) -> None:
        """It was answered."""
        if self.seconds is None:
            self.seconds, self.payload = time.monotonic() - self.sent, payload
        self.came.set()


@dataclass
class Standin:
    """Slack's servers. `limits` and `fails` hold what the next calls of a method meet."""

    space: Workspace = field(default_factory=Workspace)
    calls: list[tuple[str, Body, float]] = field(default_factory=list)
    acks: dict[str, Ack] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    connects: list[float] = field(default_factory=list)
    limits: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    fails: defaultdict[str, list[str | int]] = field(default_factory=lambda: defaultdict(list))
    loses: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    limited: float = 0.0
    lost: float = 0.0
    waits: dict[str, float] = field(default_factory=dict)
    refusals: int = 0
    too_early: list[float] = field(default_factory=list)
    responses: list[Body] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {BOT_TOKEN, APP_TOKEN})
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    deaf: bool = False
    slow: dict[str, float] = field(default_factory=dict)
    """Seconds that the answer to a call takes, "*" for every other call; what was asked is done at once."""
    leaving: list[web.WebSocketResponse] = field(default_factory=list)
    down: bool = False

    async def start(self) -> "Standin":
        """Listen on a free port."""
        app = web.Application(client_max_size=50 * 2**20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_post("/response/{id}", self._response)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await self._site.start()
        self._port = self._runner.addresses[0][1]
        self.space.base = f"http://127.0.0.1:{self._port}"
        self.api = f"{self.space.base}/api/"
        return self

    async def fall(self) -> None:
        """Go down: every call is answered with 503, and no line stands."""
        self.down = True
        for socket in list(self.sockets):
            await socket.close()

    async def vanish(self) -> None:
        """Go away altogether: nobody listens on the port."""
        await self._site.stop()
        assert self._runner.server
        await self._runner.server.shutdown(0.1)
        self.sockets.clear()

    async def come_back(self) -> None:
        """Be there again, at the same address."""
        if not self.down:
            self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
            await self._site.start()
        self.down = False

    async def stop(self) -> None:
        """Close everything."""
        for socket in list(self.sockets):
            await socket.close()
        await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, given = request.match_info["method"], await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or given.pop("token", "")
        self.calls.append((method, given, time.monotonic()))
        if self.down:
            return web.Response(status=503, text="upstream")
        if refused := self._refused(method, token):
            return refused
        if failed := self._failed(method, given):
            return failed
        try:
            answer = self._connect(token) if method == "apps.connections.open" else self.space.call(method, given)
        except SlackError as error:
            told = {"response_metadata": {"messages": list(error.told)}} if error.told else {}
            return web.json_response({"ok": False, "error": error.code, **told})
        await asyncio.sleep(self.slow.get(method, self.slow.get("*", 0.0)))
        if self._loses(method):
            assert request.transport is not None
            request.transport.abort()
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.space.granted))}
        return web.json_response({"ok": True, **answer}, headers=headers)

    def _refused(self, method: str, token: str) -> web.Response | None:
        needed = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token == needed and token in self.tokens:
            return None
        code = "token_revoked" if token in (BOT_TOKEN, APP_TOKEN) and token == needed else "invalid_auth"
        return web.json_response({"ok": False, "error": code if token else "not_authed"})

    def _failed(self, method: str, given: Body) -> web.Response | None:
        now = time.monotonic()
        watched = [name for name in (_marker(given), str(given.get("channel", ""))) if name and _places(method)]
        self.too_early += [self.waits[name] - now for name in watched if now < self.waits.get(name, 0.0)]
        chance = method == "chat.postMessage" and self.chance.random() < self.limited
        if self.limits[method] or chance:
            wait = self.limits[method].pop(0) if self.limits[method] else 1
            self.waits |= dict.fromkeys(watched, now + wait)
            self.refusals += 1
            return _ratelimited(wait)
        if self.fails[method]:
            code = self.fails[method].pop(0)
            if isinstance(code, int):
                return web.Response(status=code, text="upstream")
            return web.json_response({"ok": False, "error": code})
        return None

    def _loses(self, method: str) -> bool:
        """Whether the answer to this call, which was done, gets lost."""
        if self.loses[method]:
            self.loses[method] -= 1
            return True
        return method == "chat.postMessage" and self.chance.random() < self.lost

    def _connect(self, _: str) -> Body:
        self.connects.append(time.monotonic())
        return {"url": f"{self.space.base.replace('http', 'ws')}/link?ticket={uuid.uuid4()}"}

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=not self.deaf)
        socket["deaf"] = self.deaf
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets)})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    given = json.loads(message.data)
                    if ack := self.acks.get(given.get("envelope_id", "")):
                        ack.come(given.get("payload"))
        finally:
            if socket in self.sockets:
                self.sockets.remove(socket)
        return socket

    async def _upload(self, request: web.Request) -> web.Response:
        found = self.space.uploads[request.match_info["file"]]
        found["data"] = await request.read()
        return web.Response(text=f"OK - {len(found['data'])}")

    async def _response(self, request: web.Request) -> web.Response:
        self.responses.append(await request.json())
        return web.Response(text="ok")

    async def send(self, kind: str, payload: Body, attempt: int = 0) -> Ack:
        """Deliver once over one of the sockets, and wait for the answer at most three seconds."""
        id, ack = str(uuid.uuid4()), Ack()
        self.acks[id] = ack
        envelope = {"envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": True}
        if attempt:
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout"}
        while not (open_ones := [s for s in self.sockets if not s.closed and s not in self.leaving]):
            await asyncio.sleep(0.01)
        socket, ack.sent = self.chance.choice(open_ones), time.monotonic()
        await socket.send_json(envelope)
        try:
            async with asyncio.timeout(ACK_WITHIN):
                await ack.came.wait()
        except TimeoutError:
            ack.broken = socket not in self.sockets
        return ack

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask one socket to renew itself; nothing more is delivered over it."""
        staying = [s for s in self.sockets if not s.closed and s not in self.leaving]
        if staying:
            self.leaving.append(staying[0])
            await staying[0].send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def post(self, url: str, kind: str, payload: Body, **how: Any) -> tuple[int, str]:
        """Deliver once as a signed request; `how` makes it wrong in some way."""
        headers, body = signed(kind, payload, **how)
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()


def signed(
    kind: str, payload: Body, secret: str = SECRET, moment: str = "", headers: Body | None = None, tamper: bool = False
) -> tuple[dict[str, str], bytes]:
    """The headers and body of a request as Slack sends it."""
    form = "application/x-www-form-urlencoded"
    if kind == "events_api":
        body, type = json.dumps(payload).encode(), "application/json"
    else:
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        body, type = urlencode(fields).encode(), form
    at = moment or str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    made = {"Content-Type": type, "X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}
    return {**made, **(headers or {})}, body + b" " if tamper else body


def _marker(given: Body) -> str:
    return str(((given.get("metadata") or {}).get("event_payload") or {}).get("id", ""))


def _places(method: str) -> bool:
    return method in ("chat.postMessage", "chat.postEphemeral")


def _ratelimited(wait: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)}
    )  # fmt: skip


async def _arguments(request: web.Request) -> Body:
    """What a call was given: the SDK puts JSON into the query and into forms as well."""
    given: Body = {name: _decoded(value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        given |= await request.json()
    else:
        given |= {name: _decoded(value) for name, value in (await request.post()).items()}
    return given


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            decoded: Any = json.loads(value)
        except ValueError:
            return value
        return decoded
    return value
