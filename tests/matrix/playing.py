"""Plays a transcript through a Matrix client: numbers are pressed as reactions, words typed."""

import re
from pathlib import Path
from typing import Any

from bot.platforms.matrix.wording_html import plain, with_marks
from tests.matrix.friend import Friend

_YEAR = re.compile(r"\b([CM])-\d{4}-")
_DAY = re.compile(r"\b\d{1,2}-\d{1,2}-\d{4}\b")
_FILE = re.compile(r"\[.*\]")


def _shown(text: str) -> str:
    """Words as a client shows them, whatever day it is."""
    return _DAY.sub("D-M-JJJJ", _YEAR.sub(r"\1-JJJJ-", plain(with_marks(text))))


async def play(file: Path, person: Friend, room: str) -> list[str]:
    """Play `> ` lines and compare what is said after each; returns what went wrong."""
    wrong: list[str] = []
    blocks = re.split(r"^> ?", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for block in blocks:
        typed, _, expected = block.partition("\n")
        said = await _ask(person, room, typed.strip(), last_line(expected))
        at = 0
        for line in filter(None, map(str.strip, expected.splitlines())):
            found = said.find(_shown(line), at)
            if found < 0 and not _FILE.fullmatch(line):
                wrong.append(f"{file.name}: after '{typed}' not said: {line}\n--- said:\n{said}")
            at = max(at, found)
    return wrong


def last_line(expected: str) -> str:
    """The last line that is said, to wait for."""
    lines = [line.strip() for line in expected.splitlines() if line.strip() and not _FILE.fullmatch(line.strip())]
    return _shown(lines[-1]) if lines else ""


async def _ask(person: Friend, room: str, typed: str, last: str) -> str:
    start = len(person.heard)
    if typed.isdecimal():
        await _press(person, room, int(typed))
    else:
        await person.say(room, typed)
    await person.hears(lambda event: last in _shown(str(event["content"].get("body", ""))), start=start)
    return "\n".join(_shown(str(e["content"]["body"])) for _, e in person.heard[start:] if "body" in e["content"])


async def _press(person: Friend, room: str, number: int) -> None:
    """Press a number under the last message that has reactions."""
    key = f"{number}\ufe0f\u20e3"
    words = [e["event_id"] for _, e in person.heard if e["content"].get("msgtype") == "m.notice"]

    def offered(event: dict[str, Any]) -> bool:
        relation = event["content"].get("m.relates_to", {})
        return bool(relation.get("key") == key and relation.get("event_id") == words[-1])

    await person.hears(offered)
    await person.react(room, str(words[-1]), key)
