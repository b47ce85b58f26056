"""Slack's own way of writing text: what people typed as plain words, and our Markdown as mrkdwn. Pure."""

import html
import re

LONGEST = 12_000  # characters of one message that are read

_LINK = re.compile(r"<(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_CODE = re.compile(r"```\s*(.*?)\s*```|`([^`\n]+)`", re.DOTALL)
_EMOJI = re.compile(r":(\+1|-1|[a-z][a-z0-9_+'-]*):(?::skin-tone-\d:)?")
_THUMBS = {"+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎"}
_SOME = "🙂"

_MENTION = re.compile(r"&lt;(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+)(?:\|[^&<>]*)?&gt;")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_HEADING = re.compile(r"^#{1,6}\s+(.+)$", re.MULTILINE)
_BULLET = re.compile(r"^(\s*)[-*] ", re.MULTILINE)
_TARGET = re.compile(r"\[([^\[\]\n]+)\]\(((?:https?://|mailto:|tel:)[^\s()]+)\)")
_PHONE = re.compile(
    r"<[^<>]*>|(?<![\w./-])(0800[- ]?\d{4}|0\d{1,3}[- ]\d{6,8}|0\d{9}|\+31[- ]?\d[\d ]{8,10}\d)(?![\w/-])"
)
_ALARM = re.compile(r"\*(112|113)\*|(?<=\*Bel nu )(112|113)(?=\*)")


def to_plain(text: str, bot: str = "") -> str:
    """What was typed, without Slack's marks; mentions of people and channels stay <@U1> and <#C1|mdo>."""
    text = text.replace(f"<@{bot}>", " ") if bot else text
    text = _CODE.sub(lambda m: m[1] if m[1] is not None else m[2], text)
    text = html.unescape(_LINK.sub(_link, text))
    return _without_codes(text)[:LONGEST].strip()


def _link(match: re.Match[str]) -> str:
    target, label = match["target"], match["label"] or ""
    if target.startswith(("@", "#")):
        return match[0]
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    if target.startswith(("mailto:", "tel:")):
        return label or target.partition(":")[2]
    bare = target.partition("://")[2].rstrip("/")
    return target if label.rstrip("/") in ("", bare, target.rstrip("/")) else f"{label} ({target})"


def _without_codes(text: str) -> str:
    """Emoji come as :codes:. Thumbs mean something; the rest is left out, unless there is nothing else."""
    said = _EMOJI.sub(lambda m: _THUMBS.get(m[1], ""), text)
    return said if said.strip() or not _EMOJI.search(text) else _SOME


def to_mrkdwn(text: str) -> str:
    """Markdown as Slack's mrkdwn. Numbers can be tapped; nothing that a person typed can ping a channel."""
    text = html.escape(text, quote=False)
    text = _MENTION.sub(r"<\1>", text)
    text = _TARGET.sub(r"<\2|\1>", text)
    text = _HEADING.sub(r"*\1*", text)
    text = _BULLET.sub(r"\1• ", text)
    text = _BOLD.sub(r"*\1*", text)
    text = _ALARM.sub(_alarm, text)
    return _PHONE.sub(lambda m: f"<tel:{re.sub('[ -]', '', m[1])}|{m[1]}>" if m[1] else m[0], text)


def _alarm(match: re.Match[str]) -> str:
    number = match[1] or match[2]
    return f"*<tel:{number}|{number}>*" if match[1] else f"<tel:{number}|{number}>"


def to_fallback(text: str, most: int = 3000) -> str:
    """The text for a notification: mrkdwn, short."""
    made = to_mrkdwn(text)
    return made if len(made) <= most else cut(made, most)


def cut(text: str, most: int) -> str:
    """The beginning of a text, ended at a line or a word, never inside a link or an escaped character."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    at = max(head.rfind("\n"), head.rfind(" ") if head.rfind("\n") < most // 2 else -1)
    head = head[:at] if at > most // 2 else head
    for mark, end in (("<", ">"), ("&", ";")):
        opened = head.rfind(mark)
        if opened > head.rfind(end) and len(head) - opened < 200:
            head = head[:opened]
    return head.rstrip() + "…"


def pieces(text: str, most: int) -> list[str]:
    """A text in pieces of at most so many characters, cut between paragraphs, else lines, else words."""
    found = []
    while len(text) > most:
        head = text[:most]
        places = (head.rfind("\n\n"), head.rfind("\n"), head.rfind(" "))
        at = next((p for p in places if p > most // 2), max(*places, 0) or most)
        opened = text.rfind("<", 0, at)
        if opened > text.rfind(">", 0, at) and opened > 0 and at - opened < 200:
            at = opened
        entity = text.rfind("&", 0, at)
        if entity > 0 and at - entity < 6 and ";" not in text[entity:at]:
            at = entity
        found.append(text[:at].rstrip())
        text = text[at:].lstrip("\n ")
    return [piece for piece in [*found, text] if piece.strip()]
