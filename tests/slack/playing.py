"""Plays a transcript on Slack: numbers are pressed as buttons, commands typed as slash commands, the rest typed."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.messages import Room
from bot.platforms.slack.mrkdwn import to_mrkdwn
from tests.slack.deliveries import labels, room_of
from tests.slack.house import House
from tests.slack.workspace import BOT, CLOSED, CORA, FATIMA, IRIS, OPEN, Body
from tests.transcripts import _DIRECTIVE, Stage, _direct

BOB = "UBOB00007"
USERS = {"iris": IRIS, "fatima": FATIMA, "cora": CORA, "bob": BOB}
_NAME = re.compile(rf"(?:@|terminal:)({'|'.join(USERS)})\b")
_WITHOUT_WORDS = re.compile(r"/(mdo (?:plan|actie))$")


@dataclass
class Watch:
    """The clock of a house in which a transcript is played: it stands still, but for a millisecond at each look."""

    stage: Stage = field(default_factory=Stage)

    def __call__(self) -> datetime:
        """The moment."""
        self.stage.now += timedelta(milliseconds=1)
        return self.stage.now


@dataclass
class Player:
    """One transcript under way."""

    house: House
    stage: Stage
    shown: list[Body] = field(default_factory=list)

    @property
    def user(self) -> str:
        """Who speaks."""
        return USERS[self.stage.person.id]

    @property
    def room(self) -> str:
        """Where that is."""
        return {Room.PRIVATE: CLOSED, Room.PUBLIC: OPEN}.get(self.stage.room, room_of(self.user))

    async def play(self, file: Path) -> list[str]:
        """Play it; returns what went wrong."""
        wrong, said, at = [], "", 0
        for number, raw in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            line = raw.strip()
            if directive := _DIRECTIVE.fullmatch(line):
                _direct(self.stage, directive[1], directive[2])
            elif line.startswith(">"):
                said, at = await self._say(line[1:].strip()), 0
            elif line.startswith("~~"):
                wrong += (
                    [f"{file.name}:{number}: must not be said: {line}"] if line.strip(" ~") in self._here(said) else []
                )
            elif line and not line.startswith(("#", "(antwoord uit")):  # the core is the real one here
                found = said.find(_slack(line), at)
                if found < 0:
                    wrong.append(f"{file.name}:{number}: not said: {_slack(line)}\n--- said:\n{said}")
                else:
                    at = found + len(_slack(line))
        return wrong

    def _here(self, said: str) -> str:
        """Of what was said, what stands in the room where it was asked."""
        parts = said.split("→ ")
        return "\n".join(p for p in parts if self.stage.room is Room.DIRECT or p.startswith(f"{self.room}\n"))

    async def _say(self, text: str) -> str:
        """Say it; returns what is answered, wherever that is."""
        space = self.house.standin.space
        before = {id(m): str(m) for said in space.messages.values() for m in said}
        last = self.shown[-1] if self.shown else None
        if text == "HERINNERINGEN":
            self.house.app.clock_of_reminders.tick(self.stage.now)
            await self.house.settled()
        elif text.isdecimal() and last and int(text) <= len(_choices(last)):
            room = next(room for room, said in space.messages.items() if any(m is last for m in said))
            await self.house.press(last, _choices(last)[int(text) - 1], self.user, room)
        elif self.stage.room is not Room.DIRECT:
            await self.house.mention(_typed(text), self.user, self.room)
        elif text.startswith("/") and not _WITHOUT_WORDS.fullmatch(text):
            await self.house.command(_typed(text), self.user)
        else:
            await self.house.tell(_WITHOUT_WORDS.sub(r"!\1", _typed(text)), self.user)
        new = [
            (room, m) for room, said in space.messages.items() for m in said
            if m["user"] == BOT and before.get(id(m)) != str(m) and m is not last
        ]  # fmt: skip
        new += [(room, last) for room, said in space.messages.items() if last and any(m is last for m in said)
                and before[id(last)] != str(last)]  # fmt: skip
        answers = [(room, m) for room, m in new if "files" not in m]
        self.shown = [m for _, m in answers if _choices(m)] or [m for _, m in answers]
        return "\n".join(_told(room, m) for room, m in sorted(new, key=lambda pair: float(pair[1]["ts"])))


def _typed(text: str) -> str:
    return _NAME.sub(lambda m: f"<@{USERS[m[1]]}>", text)


def _slack(line: str) -> str:
    """An expected line as it looks on Slack."""
    if line.startswith("→"):
        return _NAME.sub(lambda m: room_of(USERS[m[1]]), line)
    return to_mrkdwn(_typed(line))


def _choices(message: Body) -> list[str]:
    """What can be picked under a message, without what can be said next."""
    offered = [b for b in message.get("blocks", []) if b["type"] == "actions"]
    return labels([b for b in offered if b["elements"][0]["action_id"].startswith("choice")])


def _told(room: str, message: Body) -> str:
    """A message as a transcript shows it."""
    blocks = [b["text"]["text"] for b in message.get("blocks", []) if b["type"] == "section"]
    picks = [to_mrkdwn(f"{n}. {label}") for n, label in enumerate(_choices(message), 1)]
    files = [f"[{file['name']}]" for file in message.get("files", [])]
    return "\n".join([f"→ {room}", *blocks, *picks, *files])
