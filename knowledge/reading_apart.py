"""Reads one PDF or DOCX and prints its blocks as JSON; started as a process of its own, with little memory and time.

The libraries that read such files are imported here and nowhere else.
"""

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.documents import Block
from knowledge.headings import Line, plain_blocks

MOST_PAGES = 2000
_MOST_UNPACKED = 200 * 2**20  # bytes in all parts of a DOCX
_MOST_SQUEEZED = 200  # times smaller than unpacked: text and its tags reach some 20
_MOST_PARTS = 5000
_MEMORY = 1536 * 2**20  # bytes
_SECONDS = 100  # of computing
_OUTLINE = ("heading", "kop", "title", "titel")


class _UnreadableError(Exception):
    """Why a file cannot be read: a key of prompts/documents.toml with its values."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.why, self.values = why, values


def main(path: str) -> None:
    """Print {"blocks": [[text, level, page], …]} or {"why": …, "values": {…}}."""
    _limit()
    file = Path(path)
    kind = file.suffix.lower().removeprefix(".")
    told: dict[str, Any]
    try:
        blocks = _pdf(file) if kind == "pdf" else _docx(file)
        told = {"blocks": [[block.text, block.level, block.page] for block in blocks]}
    except _UnreadableError as error:
        told = {"why": error.why, "values": error.values}
    except (MemoryError, RecursionError):
        told = {"why": "too_hard", "values": {}}
    except Exception:  # whatever a broken file does to a library, a person gets one line
        told = {"why": "broken", "values": {"kind": kind.upper()}}
    json.dump(told, sys.stdout)


def _limit() -> None:
    try:
        import resource  # not on Windows, where only the time is limited
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _pdf(file: Path) -> Iterator[Block]:
    import pypdf
    from pypdf.errors import FileNotDecryptedError, LimitReachedError

    reader = pypdf.PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        raise _UnreadableError("encrypted")
    try:
        if len(reader.pages) > MOST_PAGES:
            raise _UnreadableError("too_many_pages", limit=MOST_PAGES)
        lines = [line for number, page in enumerate(reader.pages, 1) for line in _lines(page.extract_text(), number)]
    except FileNotDecryptedError as error:
        raise _UnreadableError("encrypted") from error
    except LimitReachedError as error:
        raise _UnreadableError("bomb") from error
    return plain_blocks(lines)


def _lines(text: str, page: int) -> Iterator[Line]:
    yield from ((line, page) for line in text.splitlines())


def _docx(file: Path) -> Iterator[Block]:
    _check_parts(file)
    import docx
    from docx.table import Table

    for item in docx.Document(str(file)).iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                yield Block(" | ".join(dict.fromkeys(cell.text for cell in row.cells)))
        else:
            yield Block(item.text, _outline_level(item.style.name if item.style else ""))


def _outline_level(style: str | None) -> int:
    """The level of a heading style ("Heading 2", "Kop 2", "Title"), 0 for other styles."""
    name, _, number = (style or "").lower().partition(" ")
    if name not in _OUTLINE:
        return 0
    return int(number) + 1 if number.isdigit() else 1


def _check_parts(file: Path) -> None:
    """Refuses macros and zip bombs before anything is unpacked."""
    try:
        parts = zipfile.ZipFile(file).infolist()
    except zipfile.BadZipFile as error:
        raise _UnreadableError("broken", kind="DOCX") from error
    if any(part.filename.lower().endswith(("vbaproject.bin", "vbadata.xml")) for part in parts):
        raise _UnreadableError("macros")
    size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > _MOST_PARTS or size > _MOST_UNPACKED or size > max(2**20, packed * _MOST_SQUEEZED):
        raise _UnreadableError("bomb")


if __name__ == "__main__":
    main(sys.argv[1])
