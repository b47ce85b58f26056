"""Reads a user's file: Markdown and text here, PDF and DOCX in a process apart. Refuses in one Dutch line."""

from collections.abc import Iterable
from pathlib import Path

from knowledge.apart import begins_with, read_apart, refusal, shown_name
from knowledge.documents import MOST_PASSAGES, Block, Document, make_document
from knowledge.headings import markdown_blocks, plain_blocks

LARGEST_TEXT = 10  # MB of Markdown or text; more is more passages than are kept

_MARKDOWN, _TEXT, _APART = {".md", ".markdown"}, {".txt", ".text"}, {".pdf", ".docx", ".docm"}
_OLE = b"\xd0\xcf\x11\xe0"  # how old and encrypted Office files begin


def read_document(file: Path) -> Document:
    """The document in a file. Raises ContentError with one line that says what is wrong with it and what to do."""
    suffix = file.suffix.lower()
    if suffix not in _MARKDOWN | _TEXT | _APART | {".doc"}:
        begins_with(file)
        raise refusal(file, "unknown_kind")
    return _apart(file, suffix) if suffix in _APART | {".doc"} else _here(file, suffix in _MARKDOWN)


def _apart(file: Path, suffix: str) -> Document:
    if begins_with(file).startswith(_OLE) or suffix == ".doc":
        raise refusal(file, "old_word")
    if suffix == ".docm":
        raise refusal(file, "macros", kind="docx")
    told = read_apart(file)
    pictures = tuple(told["pictures"])
    return _kept(file, [Block(*row) for row in told["blocks"]], "scan" if suffix == ".pdf" else "empty", pictures)


def _here(file: Path, is_markdown: bool) -> Document:
    begins_with(file, LARGEST_TEXT)
    text = _decode(file)
    blocks = markdown_blocks(text) if is_markdown else plain_blocks((line, None) for line in text.splitlines())
    return _kept(file, blocks, "empty")


def _kept(file: Path, blocks: Iterable[Block], when_empty: str, pictures: tuple[int, ...] = ()) -> Document:
    document = make_document(shown_name(file), blocks)
    if not document.passages:
        raise refusal(file, when_empty)
    if len(document.passages) > MOST_PASSAGES:
        raise refusal(file, "too_much_text", limit=MOST_PASSAGES)
    return document.model_copy(update={"pictures": pictures})


def _decode(file: Path) -> str:
    """UTF-8, UTF-16 with its mark, or the Western encoding of older Windows programs."""
    try:
        return decoded(file.read_bytes())
    except ValueError:
        raise refusal(file, "not_text") from None


def decoded(raw: bytes) -> str:
    """Text as people save it: UTF-8, UTF-16 with its mark, or what Windows programs of here call ANSI. ValueError."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    if b"\0" in raw:
        raise ValueError("no text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")
