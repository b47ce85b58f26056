"""Reads one PDF, DOCX or XLSX and prints what is in it as JSON; a process of its own, with little memory and time.

The libraries that read such files are imported here and nowhere else.
"""

import json
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from knowledge.documents import LONGEST, MOST_PASSAGES, Block
from knowledge.headings import Line, plain_blocks

MOST_PAGES = 2000
MOST_ROWS = 20_000  # of a contact list
_MOST_BLOCKS = 200_000  # paragraphs
_MOST_UNPACKED = 200 * 2**20  # bytes in all parts of a DOCX or XLSX
_MOST_SQUEEZED = 200  # times smaller than unpacked: text and its tags reach some 20
_MOST_PARTS = 5000
_COLUMNS = 60  # of a contact list; what stands further to the right is no list
_HEAD = 2048  # bytes of a part in which a document type stands
_MEMORY = 1536 * 2**20  # bytes
_SECONDS = 100  # of computing
_OUTLINE = ("heading", "kop", "title", "titel")

Told = dict[str, Any]


class _UnreadableError(Exception):
    """Why a file cannot be read: a key of prompts/documents.toml with its values."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.why, self.values = why, values


def main(path: str) -> None:
    """Print {"blocks": [[text, level, page], …], "pictures": [page, …]}, {"rows": …} or {"why": …, "values": {…}}."""
    _limit()
    file = Path(path)
    kind = file.suffix.lower().removeprefix(".")
    told: Told
    try:
        told = _READERS[kind](file)
    except _UnreadableError as error:
        told = {"why": error.why, "values": error.values}
    except (MemoryError, RecursionError):
        told = {"why": "too_hard", "values": {}}
    except Exception:  # whatever a broken file does to a library, a person gets one line
        told = {"why": "broken", "values": {"kind": kind.upper()}}
    json.dump(told, sys.stdout)


def _limit() -> None:
    """Bound memory, time and core files where the machine allows each: macOS refuses the bound on memory."""
    try:
        import resource  # not on Windows, where only the time is limited
    except ImportError:
        return
    bounds = ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_CORE, 0))
    for kind, most in bounds:
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _pdf(file: Path) -> Told:
    import pypdf
    from pypdf.errors import FileNotDecryptedError, LimitReachedError

    reader = pypdf.PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        raise _UnreadableError("encrypted")
    try:
        if len(reader.pages) > MOST_PAGES:
            raise _UnreadableError("too_many_pages", limit=MOST_PAGES)
        texts = [page.extract_text() for page in reader.pages]
        pictures = [number for number, page in enumerate(reader.pages, 1) if _is_picture(page, texts[number - 1])]
    except FileNotDecryptedError as error:
        raise _UnreadableError("encrypted") from error
    except LimitReachedError as error:
        raise _UnreadableError("bomb") from error
    blocks = plain_blocks(line for number, text in enumerate(texts, 1) for line in _lines(text, number))
    return {"blocks": _bounded(blocks), "pictures": pictures}


def _is_picture(page: Any, text: str) -> bool:
    """Whether a page shows something of which no text can be read, as a scan does."""
    return not text.strip() and bool((page.get("/Resources") or {}).get("/XObject"))


def _lines(text: str, page: int) -> Iterator[Line]:
    yield from ((line, page) for line in text.splitlines())


def _docx(file: Path) -> Told:
    _check_parts(file)
    import docx

    return {"blocks": _bounded(_paragraphs(docx.Document(str(file)))), "pictures": []}


def _paragraphs(document: Any) -> Iterator[Block]:
    from docx.table import Table

    names = {style.style_id: style.name for style in document.styles}  # asking each paragraph takes ten times as long
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                yield Block(" | ".join(dict.fromkeys(cell.text for cell in row.cells)))
        else:
            yield Block(item.text, _outline_level(names.get(item._p.style)))


def _bounded(blocks: Iterator[Block]) -> list[tuple[str, int, int | None]]:
    """The blocks as rows; stops as soon as there is more than can be kept."""
    rows: list[tuple[str, int, int | None]] = []
    size = 0
    for block in blocks:
        size += len(block.text)
        if len(rows) >= _MOST_BLOCKS or size > MOST_PASSAGES * LONGEST:
            raise _UnreadableError("too_much_text", limit=MOST_PASSAGES)
        rows.append((block.text, block.level, block.page))
    return rows


def _outline_level(style: str | None) -> int:
    """The level of a heading style ("Heading 2", "Kop 2", "Title"), 0 for other styles."""
    name, _, number = (style or "").lower().partition(" ")
    if name not in _OUTLINE:
        return 0
    return int(number) + 1 if number.isdigit() else 1


def _xlsx(file: Path) -> Told:
    """The rows of the first sheet as text: {"rows": [[cell, …], …]}; empty rows at its end are left out."""
    _check_parts(file)
    from openpyxl import load_workbook

    rows: list[list[str]] = []
    last = 0
    sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=_COLUMNS), 1):
        if number - last > MOST_ROWS or last > MOST_ROWS:
            break
        rows.append([_cell(value) for value in row])
        last = number if any(rows[-1]) else last
    if last > MOST_ROWS:
        raise _UnreadableError("too_many_rows", limit=MOST_ROWS)
    return {"rows": rows[:last]}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if hasattr(value, "date"):  # Excel keeps dates as moments
        return str(value.date())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # A column of numbers loses the 0 that every Dutch telephone number begins with.
    return f"0{value}" if isinstance(value, int) and _NINE <= value < 10 * _NINE else str(value)


_NINE = 10**8
_READERS: Mapping[str, Callable[[Path], Told]] = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx}


def _check_parts(file: Path) -> None:
    """Refuses macros, zip bombs and XML that defines words of its own before anything is read."""
    kind = file.suffix.removeprefix(".").upper()
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise _UnreadableError("broken", kind=kind) from error
    parts = archive.infolist()
    if any(part.filename.lower().endswith(("vbaproject.bin", "vbadata.xml")) for part in parts):
        raise _UnreadableError("macros", kind=kind.lower())
    size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > _MOST_PARTS or size > _MOST_UNPACKED or size > max(2**20, packed * _MOST_SQUEEZED):
        raise _UnreadableError("bomb")
    if any(_defines_words(archive, part) for part in parts if part.filename.lower().endswith((".xml", ".rels"))):
        raise _UnreadableError("broken", kind=kind)


def _defines_words(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part has a document type: Word and Excel write none, and it is how a small file becomes endless."""
    with archive.open(part) as opened:
        head = opened.read(_HEAD)
    return b"<!DOCTYPE" in head.replace(b"\0", b"")  # also in UTF-16


if __name__ == "__main__":
    main(sys.argv[1])
