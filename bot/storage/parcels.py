"""Messages as text, for a column: what came in, and what goes out with its files."""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from bot.messages import Attachment, Choice, Incoming, Person, Reply, Role, Room

_CASE = re.compile(r"\bC-\d{4}-\d{4,}")
_MENTION = {
    "slack": re.compile(r"<@([UW][A-Z0-9]+)"), "matrix": re.compile(r"(?<![\w.+-])(@[\w.=/+-]+:[\w.:-]*\w)"),
}  # fmt: skip


def names_in(reply: Reply, platform: str) -> set[str]:
    """The cases and the users of the platform that a reply speaks of: references and keys of persons."""
    files = (f"{file.name} {file.alt}" for file in reply.attachments)
    picks = (f"{choice.label} {choice.value}" for choice in (*reply.choices, *reply.offers))
    text = "\n".join([reply.text, *picks, *files])
    mention = _MENTION.get(platform)
    people = {f"{platform}:{id}" for id in mention.findall(text)} if mention else set()
    return {*_CASE.findall(text), *people}


def pack_incoming(incoming: Incoming) -> str:
    """A message from a person as JSON."""
    return json.dumps({**asdict(incoming), "at": incoming.at.isoformat()}, ensure_ascii=False)


def unpack_incoming(text: str) -> Incoming:
    """The message again."""
    found = json.loads(text)
    person = found.pop("person")
    who = Person(person["platform"], person["id"], Role(person["role"]))
    at, room = datetime.fromisoformat(found.pop("at")), Room(found.pop("room"))
    return Incoming(person=who, at=at, room=room, **_known(Incoming, found))


def pack_reply(reply: Reply) -> str:
    """A reply as JSON, its files in base64."""
    files = [{**asdict(file), "content": b64encode(file.content).decode()} for file in reply.attachments]
    return json.dumps({**asdict(reply), "attachments": files}, ensure_ascii=False)


def unpack_reply(text: str) -> Reply:
    """The reply again."""
    found = json.loads(text)
    files = tuple(Attachment(**{**file, "content": b64decode(file["content"])}) for file in found.pop("attachments"))
    return Reply(
        choices=_choices(found.pop("choices")),
        offers=_choices(found.pop("offers")),
        attachments=files,
        **_known(Reply, found),
    )


def _known(kind: type[Incoming] | type[Reply], found: dict[str, Any]) -> dict[str, Any]:
    """The fields this version knows: after a step back a newer one's field must not hold up everybody behind it."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in found.items() if name in names}


def _choices(found: list[dict[str, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(**choice) for choice in found)
