"""Everybody who is not let in on Slack tries every command in every way, in every kind of room: nothing is taken in."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.app import App
from bot.platforms.slack import connect
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.web_api import Identity, make_client
from prompts import render
from tests.permits_walk import CASE_DEEDS, MEETING_DEEDS, WORDS_ALONE
from tests.slack.deliveries import command, direct, event, mention, press, room_of
from tests.slack.house import settings
from tests.slack.standin import BOT_TOKEN, Standin
from tests.slack.workspace import BOT, CLOSED, GUEST, IRIS, OPEN, ROBOT, SHARED, STRANGER, TEAM, Body, Workspace

GONE, ULTRA, UNKNOWN, ELSEWHERE = "UWEG00001", "UEENKANAL", "UNIEMAND1", "UANDERS01"
PEOPLE = (GUEST, STRANGER, ROBOT, GONE, ULTRA, UNKNOWN, ELSEWHERE, BOT, "USLACKBOT")
TEXTS = (
    *(f"/start-case {word} C-2026-0001" for word in CASE_DEEDS),
    *(f"/mdo {words.format(m='M-2026-0001', a='M-2026-0001-1', c='C-2026-0001')}".strip() for words in MEETING_DEEDS),
    *WORDS_ALONE, "/herinnering 1 klaar", "/herinnering 1 toon", "wie bel ik bij wachtlijsten?", "👎", "bewaar",
    "mijn leerling wil dood",
)  # fmt: skip
_ALLOWED = (render("slack.refused"), render("answer.safety"))


@dataclass
class Siege:
    """One workspace with its outsiders, and what they got out of it."""

    home: Path
    tries: int = 0
    leaks: list[str] = field(default_factory=list)

    async def run(self, every: int = 1) -> int:
        """Let them try, or one in `every`; returns how many tries there were."""
        standin = await Standin().start()
        space = standin.space
        space.users |= {
            GONE: {**space.users[IRIS], "id": GONE, "deleted": True},
            ULTRA: {**space.users[IRIS], "id": ULTRA, "is_ultra_restricted": True},
            ELSEWHERE: {**space.users[IRIS], "id": ELSEWHERE, "team_id": "T0ANDERS"},
        }
        app = App(settings=settings(self.home, standin.api))
        client = make_client(BOT_TOKEN, standin.api)
        reception = connect(app.services(lambda: None))._reception(client, Identity(TEAM, BOT))
        try:
            for number, (who, body) in enumerate(self._deliveries(space)):
                if number % every == 0:
                    await self._try(app, reception, who, body)
            await reception.finish()
            self._look(standin)
            await self._colleague(app, reception, space)
        finally:
            await reception.finish()
            if client.session:
                await client.session.close()
            await standin.stop()
            app.database.close()
        return self.tries

    def _deliveries(self, space: Workspace) -> Iterator[tuple[str, Body]]:
        for who, text in itertools.product((*PEOPLE, IRIS), TEXTS):
            rooms = (SHARED,) if who == IRIS else ("", OPEN, CLOSED, SHARED)
            for room in rooms:
                yield from ((who, body) for body in _ways(space, who, room, text))
        for who in PEOPLE:
            yield who, event({"type": "app_home_opened", "tab": "home", "user": who, "channel": room_of(who)})

    async def _try(self, app: App, reception: Reception, who: str, body: Body) -> None:
        self.tries += 1
        answer = await reception.receive(body)
        told = str(answer.payload.get("text", "")) + str(answer.payload.get("errors", ""))
        if app.inbox.count():
            self.leaks.append(f"taken in from {who}: {_short(body)}")
        if told and not any(_plain(allowed) in _plain(told) for allowed in _ALLOWED):
            self.leaks.append(f"told {who}: {told[:80]}")

    def _look(self, standin: Standin) -> None:
        """What was said to anybody: nothing but the refusal, and whom to call in danger."""
        space = standin.space
        posted = (m for said in space.messages.values() for m in said if "bot_id" in m)
        self.leaks += [f"posted: {m['text'][:80]}" for m in posted]
        self.leaks += ["a form was opened" for _ in space.views]
        whispers = [said["text"] for said in (*space.ephemeral, *standin.responses)]
        for text in whispers:
            left = _plain(text)
            for allowed in _ALLOWED:
                left = left.replace(_plain(allowed), "")
            if left:
                self.leaks.append(f"whispered: {text[:80]}")
        homes = {who: str(view) for who, view in space.homes.items()}
        self.leaks += [f"home of {who}" for who, view in homes.items() if render("slack.home_refused") not in view]

    async def _colleague(self, app: App, reception: Reception, space: Workspace) -> None:
        """The same from a colleague is taken in: the walk could have seen it."""
        await reception.receive(direct(space, "wie bel ik?", IRIS))
        if app.inbox.count() != 1:
            self.leaks.append("a colleague is not heard")


def _ways(space: Workspace, who: str, room: str, text: str) -> Iterator[Body]:
    """One text in every way it can come: typed, as a command, by a button, in a thread, by a form."""
    team = "T0ANDERS" if who == ELSEWHERE else TEAM
    if room:
        yield mention(space, text, who, room)
        root = space.ts()
        yield mention(space, text, who, room, thread_ts=root, type="message", channel_type="channel")
    else:
        yield direct(space, text, who)
    yield command(space, text if text.startswith("/") else f"/mdo {text}", who, room, team)
    blocks = [{"type": "actions", "elements": [
        {"type": "button", "action_id": "x", "text": {"type": "plain_text", "text": "x"}, "value": text}]}]  # fmt: skip
    yield press(space, {"ts": space.ts(), "blocks": blocks}, "x", who, room)


def _plain(text: str) -> str:
    """Letters and digits alone; of a link what is shown of it."""
    shown = re.sub(r"<[^|>]+\|", "", text)
    return "".join(character for character in shown if character.isalnum())


def _short(body: Any) -> str:
    return str(body)[:100]
