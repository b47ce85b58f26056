"""Markdown as Matrix shows it: escaped HTML of allowed tags, and plain text for a client that shows no HTML."""

import re

from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
_SLASH = re.compile(r"(?<![\w/.:])/(?=(?:start-case|startcase|zaak|mdo|herinnering|help)\b)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_STRESS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_SLANT = re.compile(r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)")
_HEADING = re.compile(r"^#{1,6} +", re.MULTILINE)


def with_marks(text: str) -> str:
    """Commands as they are typed here: "!mdo" where other platforms have "/mdo"."""
    return _SLASH.sub("!", text)


def html(text: str) -> str:
    """Markdown as HTML; whatever looks like a tag in it is shown, not used."""
    return str(_MARKDOWN.render(text)).strip()


def plain(text: str) -> str:
    """Markdown without its signs."""
    text = _LINK.sub(lambda found: found[1] if found[1] == found[2] else f"{found[1]} ({found[2]})", text)
    text = _SLANT.sub(r"\1", _STRESS.sub(r"\2", _HEADING.sub("", text)))
    return text.replace("`", "").replace("\\", "")
