"""Reads a user's file: Markdown and text here, PDF and DOCX in a process apart. Refuses in one Dutch line."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from knowledge.documents import Block, Document, make_document
from knowledge.faults import ContentError, Fault
from knowledge.headings import markdown_blocks, plain_blocks
from prompts import render

LARGEST = 50  # MB
MOST_PASSAGES = 20_000  # in one document
_SECONDS = 120  # to read one PDF or DOCX

_MARKDOWN, _TEXT, _APART = {".md", ".markdown"}, {".txt", ".text"}, {".pdf", ".docx", ".docm"}
_OLE = b"\xd0\xcf\x11\xe0"  # how old and encrypted Office files begin


def read_document(file: Path) -> Document:
    """The document in a file. Raises ContentError with one line that says what is wrong with it and what to do."""
    suffix = file.suffix.lower()
    if not file.is_file():
        raise refusal(file, "missing")
    if suffix not in _MARKDOWN | _TEXT | _APART | {".doc"}:
        raise refusal(file, "unknown_kind")
    if file.stat().st_size > LARGEST * 2**20:
        raise refusal(file, "too_big", limit=LARGEST)
    if suffix == ".doc" or (suffix in _APART and _begins(file).startswith(_OLE)):
        raise refusal(file, "old_word")
    document = make_document(file.name, _apart(file) if suffix in _APART else _here(file, suffix in _MARKDOWN))
    if not document.passages:
        raise refusal(file, "scan" if suffix == ".pdf" else "empty")
    if len(document.passages) > MOST_PASSAGES:
        raise refusal(file, "too_much_text", limit=MOST_PASSAGES)
    return document


def refusal(file: Path, why: str, **values: object) -> ContentError:
    """The error for a file that cannot be used; `why` is a key of prompts/documents.toml."""
    return ContentError([Fault(file.name, render("documents.place"), render(f"documents.{why}", **values))])


def _begins(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(8)


def _here(file: Path, is_markdown: bool) -> Iterator[Block]:
    text = _decode(file)
    if is_markdown:
        return markdown_blocks(text)
    return plain_blocks((line, None) for line in text.splitlines())


def _decode(file: Path) -> str:
    """UTF-8, UTF-16 with its mark, or the Western encoding of older Windows programs."""
    raw = file.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in raw:
        raise refusal(file, "not_text")
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusal(file, "not_text")


def _apart(file: Path) -> list[Block]:
    """A PDF or DOCX, read by a process with a limit on time and memory: a hostile file takes only that one down."""
    command = [sys.executable, "-m", "knowledge.reading_apart", str(file.resolve())]
    folder = Path(__file__).parent.parent
    try:
        done = subprocess.run(command, capture_output=True, cwd=folder, timeout=_SECONDS, check=False)  # noqa: S603
        told = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise refusal(file, "too_hard") from None
    if "why" in told:
        raise refusal(file, told["why"], **told["values"])
    return [Block(*row) for row in told["blocks"]]
