"""A reply as events: notices with formatted text, files, an edit in place, and the reactions set beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.messages import Attachment, Reply
from bot.platforms.matrix.choosing import PICKS, Picks, packed
from bot.platforms.matrix.wording_html import html, plain, with_marks

_LONGEST = 6_000  # characters of plain text; with HTML and encryption this stays below 65,536 bytes
_MOST_BYTES = 40_000
_BREAKS = ("\n\n", "\n", " ")


def notice(reply: Reply, picks: Picks, thread: str = "", edits: str = "") -> dict[str, Any]:
    """The content of the message itself."""
    content = spoken(with_marks(reply.text), numbered(reply))
    if picks.numbered or picks.signs:
        content[PICKS] = packed(picks)
    if edits:
        new = {key: value for key, value in content.items() if key != "m.mentions"}
        content = {**content, "body": f"* {content['body']}", "m.new_content": new}
        return {**content, "m.relates_to": {"rel_type": "m.replace", "event_id": edits}}
    return {**content, **in_thread(thread)}


def numbered(reply: Reply) -> str:
    """The choices as a numbered list, in Markdown."""
    return with_marks("\n".join(f"{n}. {choice.label}" for n, choice in enumerate(reply.choices, 1)))


def spoken(text: str, listed: str = "") -> dict[str, Any]:
    """Words as a notice, to which no other bot may answer; a list of choices stays apart from lists in the text."""
    parts = [part for part in (text, listed) if part]
    body = "\n\n".join(map(plain, parts))
    content: dict[str, Any] = {"msgtype": "m.notice", "body": body, "m.mentions": {}}
    formatted = "\n".join(map(html, parts))
    if len(body.encode()) + len(formatted.encode()) <= _MOST_BYTES:
        content |= {"format": "org.matrix.custom.html", "formatted_body": formatted}
    return content


def in_parts(text: str) -> list[str]:
    """A text in pieces that fit in one event each, broken where it reads best."""
    parts = []
    while len(text) > _LONGEST:
        at = max((text.rfind(sign, _LONGEST // 2, _LONGEST) for sign in _BREAKS), key=lambda place: place > 0)
        at = at if at > 0 else _LONGEST
        parts.append(text[:at].rstrip())
        text = text[at:].lstrip("\n ")
    return [*parts, text]


def in_thread(root: str) -> dict[str, Any]:
    """What places an event in a thread; nothing outside threads."""
    if not root:
        return {}
    relation = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True, "m.in_reply_to": {"event_id": root}}
    return {"m.relates_to": relation}


def reaction(event: str, key: str) -> dict[str, Any]:
    """A reaction under a message; it travels readable, so it carries a number or a sign and nothing else."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": key}}


@dataclass(frozen=True)
class Uploaded:
    """A file on the server; with `keys` it is encrypted and only readable with them."""

    uri: str
    keys: Mapping[str, Any] | None = None


def file_message(file: Attachment, uploaded: Uploaded, thread: str) -> dict[str, Any]:
    """The content of a file; what a picture shows stands in its caption."""
    picture = file.media_type.startswith("image/")
    info: dict[str, Any] = {"mimetype": file.media_type, "size": len(file.content)}
    if size := _png_size(file.content):
        info["w"], info["h"] = size
    place = {"file": {"v": "v2", **uploaded.keys, "url": uploaded.uri}} if uploaded.keys else {"url": uploaded.uri}
    names = {"body": file.alt or file.name, "filename": file.name}
    kind = "m.image" if picture else "m.file"
    return {"msgtype": kind, **names, "info": info, **place, "m.mentions": {}, **in_thread(thread)}


def _png_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
