"""What somebody does on Slack in the storm: types, presses, says two things at once, plans, asks in a channel."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.slack.blocks import marker_of
from tests.slack.deliveries import direct, mention, press, room_of
from tests.slack.house import text_of
from tests.slack.standin import Standin
from tests.slack.workspace import BOT, Body

RETRIES = 3
"""How often Slack delivers each thing once more, whatever it was told."""

ANSWERS = ("Stap 1 van", "Stap 2 van", "Stap 3 van", "UP-I-inleiding-1", "U bent bij: Alleen onderwijs", "Bel eerst")
"""What everybody must have heard in the end."""

_IN_PRIVATE = 7  # messages, one for each of the first three and two for each of the two that were said at once
_PLANNED = 3  # messages more for who plans a meeting: is this right, it stands, and the invitation
_SPREAD = 4.0  # seconds within which a retry comes: before, between or after what is said next


@dataclass
class Post:
    """Slack's postman: brings everything several times, and hangs up on us every fifty deliveries."""

    standin: Standin
    chance: random.Random
    acks: list[float] = field(default_factory=list)
    unanswered: int = 0
    deliveries: int = 0
    _stray: set["asyncio.Task[None]"] = field(default_factory=set)

    async def bring(self, kind: str, payload: Body) -> None:
        """Deliver until it is acknowledged, and three times more, with the same event id or another."""
        for attempt in range(RETRIES):
            again = payload
            if "event_id" in payload and self.chance.random() < 0.3:
                again = {**payload, "event_id": f"{payload['event_id']}R{attempt}"}
            task = asyncio.create_task(self._later(kind, again, attempt + 1))
            self._stray.add(task)
        for attempt in range(100):
            if await self._deliver(kind, payload, attempt):
                return

    async def finish(self) -> None:
        """Wait for the last retries."""
        await asyncio.gather(*self._stray)

    async def _later(self, kind: str, payload: Body, attempt: int) -> None:
        await asyncio.sleep(self.chance.random() * _SPREAD)
        await self._deliver(kind, payload, attempt)

    async def _deliver(self, kind: str, payload: Body, attempt: int) -> bool:
        self.deliveries += 1
        if self.deliveries % 50 == 0:
            with suppress(ConnectionError):
                await self.standin.disconnect()
        try:
            ack = await self.standin.send(kind, payload, min(attempt, RETRIES))
        except ConnectionError:
            return False
        if ack.seconds is not None:
            self.acks.append(ack.seconds)
        elif not ack.broken:
            self.unanswered += 1  # the line stood: it was simply not answered
        return ack.seconds is not None


@dataclass
class Talker:
    """One person. `plans`: whether they plan a meeting as well; `channel` is where they ask a question."""

    post: Post
    user: str
    channel: str
    plans: bool

    @property
    def heard(self) -> list[Body]:
        """What we said to this person in private."""
        return [m for m in self.post.standin.space.messages[room_of(self.user)] if m["user"] == BOT]

    @property
    def answered(self) -> list[Body]:
        """What we said in answer to this person's question in a channel."""
        said = self.post.standin.space.messages[self.channel]
        asked = {m["ts"] for m in said if m["user"] == self.user}
        return [m for m in said if m["user"] == BOT and m.get("thread_ts") in asked]

    @property
    def due(self) -> int:
        """How many messages in private there must be in the end."""
        return _IN_PRIVATE + _PLANNED * self.plans

    async def talk(self) -> None:
        """The whole conversation, each step after the answer to the one before."""
        space = self.post.standin.space
        await self._say(1, self._typed("!start-case"))
        await self._say(2, self.post.bring("interactive", press(space, self.heard[0], "Nee", self.user)))
        await self._say(3, self._typed("basisschool"))
        first, second = self._typed("waarom"), self._typed("status")
        await self._say(_IN_PRIVATE, second, first)  # Slack does not promise the order in which it was said
        if self.plans:
            await self._say(_IN_PRIVATE + 1, self._typed("!mdo plan volgende week dinsdag 14:30 met ouders, school"))
            await self._say(self.due, self._typed("ja"))
        await self.post.bring("events_api", mention(space, "wie bel ik bij zorgen?", self.user, self.channel))
        await _until(lambda: bool(self.answered))

    def _typed(self, words: str) -> Coroutine[Any, Any, None]:
        return self.post.bring("events_api", direct(self.post.standin.space, words, self.user))

    async def _say(self, answers: int, *said: Coroutine[Any, Any, None]) -> None:
        for one in said:
            await one
        await _until(lambda: len(self.heard) >= answers)

    def lost(self) -> int:
        """How many of the answers never came."""
        text = text_of([*self.heard, *self.answered])
        return sum(answer not in text for answer in ANSWERS) + max(0, self.due - len(self.heard))

    def doubled(self) -> int:
        """How many messages came more than once."""
        posts = [m for m in [*self.heard, *self.answered] if "files" not in m]
        twice = len(posts) - len({marker_of(m) for m in posts})
        return max(twice, len(self.heard) - self.due, len(self.answered) - 1, 0)


async def _until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.02)


def everybody(post: Post, users: Sequence[str], channels: Sequence[str]) -> list[Talker]:
    """All who talk: one in ten plans a meeting, and each channel is asked in by several."""
    return [Talker(post, user, channels[number % len(channels)], number % 10 == 0) for number, user in enumerate(users)]
