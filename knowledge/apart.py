"""Files that a library must read are read in a process apart: a hostile one takes only that process down.

Whatever is wrong with a file becomes one Dutch line (prompts/documents.toml).
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from knowledge.documents import clean
from knowledge.faults import ContentError, Fault
from prompts import render

LARGEST = 50  # MB
_SECONDS = 120
_NAME = 120  # characters of a file name that are shown


def refusal(file: Path, why: str, **values: object) -> ContentError:
    """The error for a file that cannot be used; `why` is a key of prompts/documents.toml."""
    return ContentError([Fault(shown_name(file), render("documents.place"), render(f"documents.{why}", **values))])


def shown_name(file: Path) -> str:
    """The name of a file without hidden or control characters, on one line."""
    return clean(file.name)[:_NAME]


def begins_with(file: Path, largest: int = LARGEST) -> bytes:
    """How a file begins. Raises ContentError when it is not there, may not be read, or is too large (MB)."""
    try:
        if not file.is_file():  # a folder, a device or a pipe is none either
            raise refusal(file, "missing")
        if file.stat().st_size > largest * 2**20:
            raise refusal(file, "too_big", limit=largest)
        with file.open("rb") as opened:
            return opened.read(8)
    except (OSError, ValueError) as error:
        raise refusal(file, "no_access") from error


def read_apart(file: Path) -> dict[str, Any]:
    """What `reading_apart` tells of a file. Raises ContentError with one line."""
    command = [sys.executable, "-m", "knowledge.reading_apart", str(file.resolve())]
    folder = Path(__file__).parent.parent
    try:
        done = subprocess.run(command, capture_output=True, cwd=folder, timeout=_SECONDS, check=False)  # noqa: S603
        told: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise refusal(file, "too_hard") from None
    if "why" in told:
        raise refusal(file, told["why"], **told["values"])
    return told
