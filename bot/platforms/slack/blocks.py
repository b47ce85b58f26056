"""A reply as Block Kit: sections, buttons, and what can be said next; always within Slack's limits. Pure.

The marker goes along as message metadata. Everybody in the workspace can read that, so it is a bare id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.messages import Attachment, Choice, Reply
from bot.platforms.slack.mrkdwn import cut, pieces, to_fallback, to_mrkdwn
from prompts import render

Block = dict[str, Any]

EVENT = "wegwijzer_post"
"""The event type in the metadata of our own posts."""

SECTION, BUTTON, VALUE, OPTION, OPTIONS = 3000, 75, 2000, 150, 100  # characters and counts that Slack takes at most
ROW = 25  # buttons in one actions block
WHOLE = 11_000  # characters shown in one message; what is longer goes along as a file
MANY = 10  # from more choices than this a list is shown instead of buttons
LONG_NAME = "antwoord.md"


@dataclass(frozen=True)
class Message:
    """What is posted: text for the notification, blocks, and the files that go with it."""

    text: str
    blocks: Sequence[Block]
    files: Sequence[Attachment] = ()


def to_message(reply: Reply, number: int = 0) -> Message:
    """A reply as a message; with `number` that is shown, so that a double is recognised by eye."""
    body, files = _body(reply)
    blocks = [section(piece) for piece in pieces(body, SECTION)]
    shown = _more_than_fit(reply.choices)
    blocks += [section(piece) for piece in pieces(cut(to_mrkdwn(shown), WHOLE), SECTION)] if shown else []
    blocks += choices(reply.choices)
    if reply.offers:
        blocks += buttons(reply.offers, "offer")
    if number:
        blocks.append(context(render("slack.number", number=number)))
    text = to_fallback(reply.text) or render("slack.file_only")
    return Message(text, blocks or [section(text)], files)


def _body(reply: Reply) -> tuple[str, tuple[Attachment, ...]]:
    """The text that is shown, and the files; what is too long to show becomes a file too."""
    made, files = to_mrkdwn(reply.text), tuple(reply.attachments)
    if len(made) <= WHOLE:
        return made, files
    head = cut(made, WHOLE - 200)
    whole = Attachment(LONG_NAME, "text/markdown", reply.text.encode())
    return f"{head}\n\n{render('slack.too_long', name=LONG_NAME)}", (*files, whole)


def section(text: str) -> Block:
    """A piece of text."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text.strip() or "…"}, "expand": True}


def context(text: str) -> Block:
    """A line in small grey."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": cut(text, SECTION)}]}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, 150)}


def plain(text: str, most: int = BUTTON) -> Block:
    """A text without marks, cut to size."""
    return {"type": "plain_text", "text": cut(text.strip() or "…", most), "emoji": True}


def choices(found: Sequence[Choice]) -> list[Block]:
    """What can be picked: buttons, or a list when there are many."""
    sendable = [choice for choice in found if _fits(choice)]
    listable = all(len(choice.value) <= OPTION for choice in sendable)
    if len(sendable) > MANY and listable:
        return [_list(sendable[:OPTIONS])]
    return buttons(sendable[:OPTIONS], "choice")


def buttons(found: Sequence[Choice], name: str) -> list[Block]:
    """Buttons, twenty-five in a block."""
    rows = [found[at : at + ROW] for at in range(0, len(found), ROW)]
    return [
        {"type": "actions", "elements": [button(c, f"{name}-{n * ROW + i}") for i, c in enumerate(row)]}
        for n, row in enumerate(rows)
    ]


def button(choice: Choice, action_id: str) -> Block:
    """One button; pressing it says its value."""
    return {"type": "button", "action_id": action_id, "text": plain(choice.label), "value": choice.value}


def option(choice: Choice) -> Block:
    """One line of a list."""
    return {"text": plain(choice.label), "value": choice.value}


def _list(found: Sequence[Choice]) -> Block:
    placeholder = plain(render("slack.pick"), 150)
    select = {"type": "static_select", "action_id": "choice", "placeholder": placeholder}
    return {"type": "actions", "elements": [{**select, "options": [option(c) for c in found]}]}


def _fits(choice: Choice) -> bool:
    return bool(choice.value) and len(choice.value) <= VALUE


def _more_than_fit(found: Sequence[Choice]) -> str:
    """The labels that a button cuts off or has no room for, as text, so that they can be read and typed."""
    long = any(len(choice.label) > BUTTON for choice in found) or len(found) > OPTIONS
    return "\n".join(f"{n}. {choice.label}" for n, choice in enumerate(found, 1)) if long else ""


def metadata(marker: str, files: int = 0) -> dict[str, Any]:
    """The marker, for the look-up: a bare id, and how many files follow."""
    return {"event_type": EVENT, "event_payload": {"id": marker, **({"files": files} if files else {})}}


def marker_of(message: dict[str, Any]) -> str:
    """The marker that a message carries; empty when it is not a post of ours."""
    found = message.get("metadata") or {}
    return str((found.get("event_payload") or {}).get("id", "")) if found.get("event_type") == EVENT else ""


def files_of(message: dict[str, Any]) -> int:
    """How many files come after a post of ours."""
    return int(((message.get("metadata") or {}).get("event_payload") or {}).get("files", 0))


def settled(found: Sequence[Block], note: str) -> list[Block]:
    """The blocks of a message of which a choice was made: no buttons left, and what was picked."""
    kept = [block for block in found if block.get("type") != "actions"]
    return [*kept[:49], context(note)]
