"""A real HTTP server on loopback that speaks the OpenAI wire format and does what it is told."""

import asyncio
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aiohttp import web

Reply = Mapping[str, Any]
"""content | status (with headers) | drop: chunks before the line breaks | delay: seconds a chunk | stall: seconds
before it starts | finish: another finish_reason (None: ends without one) | refusal | raw: bytes instead of JSON."""


class Standin:
    """The server; `calls` holds every body that came in, `script` the replies to give before `reply` decides."""

    def __init__(self, reply: Callable[[dict[str, Any]], Reply], chunk: int = 24) -> None:
        self.calls: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.script: list[Reply] = []
        self.reply, self.chunk, self.url = reply, chunk, ""
        self._number = itertools.count(1)

    async def start(self) -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/v1/chat/completions", self._chat)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.calls.append(body)
        self.headers.append(dict(request.headers))
        reply = self.script.pop(0) if self.script else self.reply(body)
        await asyncio.sleep(reply.get("stall", 0))
        if request.transport is None or request.transport.is_closing():
            return web.Response()
        if "status" in reply:
            error = {"error": {"message": "injected", "type": "mock", "code": str(reply["status"])}}
            return web.json_response(error, status=reply["status"], headers=reply.get("headers", {}))
        if "raw" in reply:
            return web.Response(body=reply["raw"], content_type="text/event-stream")
        try:
            return await (self._stream if body.get("stream") else self._whole)(request, body, reply)
        except ConnectionResetError:  # the client no longer waits
            return web.Response()

    async def _whole(self, _: web.Request, body: dict[str, Any], reply: Reply) -> web.StreamResponse:
        message = {"role": "assistant", "content": reply.get("content"), "refusal": reply.get("refusal")}
        choice = {"index": 0, "finish_reason": reply.get("finish", "stop"), "message": message}
        return web.json_response({**self._base(body), "object": "chat.completion", "choices": [choice]})

    async def _stream(self, request: web.Request, body: dict[str, Any], reply: Reply) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        base, text = self._base(body), reply.get("content") or ""

        async def event(delta: Mapping[str, Any], finish: str | None = None) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            data = {**base, "object": "chat.completion.chunk", "choices": [choice]}
            await response.write(b"data: " + json.dumps(data).encode() + b"\n\n")

        await event({"role": "assistant", "content": ""})
        if reply.get("refusal"):
            await event({"refusal": reply["refusal"]})
        for number, start in enumerate(range(0, len(text), self.chunk)):
            if reply.get("drop") is not None and number >= reply["drop"] and request.transport:
                request.transport.abort()
                return response
            await event({"content": text[start : start + self.chunk]})
            await asyncio.sleep(reply.get("delay", 0))
        if reply.get("finish", "stop"):
            await event({}, reply.get("finish", "stop"))
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    def _base(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": f"chatcmpl-{next(self._number)}", "created": 1_700_000_000, "model": body["model"]}


@contextmanager
def running(reply: Callable[[dict[str, Any]], Reply]) -> Iterator[Standin]:
    """The server in a thread with its own loop, gone afterwards."""
    loop, server = asyncio.new_event_loop(), Standin(reply)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def as_json(value: object) -> Reply:
    """A reply of one JSON value."""
    return {"content": json.dumps(value, ensure_ascii=False)}


def sentences(*said: tuple[str, str]) -> Reply:
    """A phrased answer: sentences, each with the numbered sentence it names."""
    return as_json({"sentences": [{"text": text, "source": source} for text, source in said]})


def asked_for(body: Mapping[str, Any]) -> str:
    """Which of the three uses a request is: phrased, chosen or standalone."""
    return str(body["response_format"]["json_schema"]["name"])
