"""A small JSON file in the data folder, written whole or not at all, for its owner only."""

import json
import os
from pathlib import Path
from typing import Any


def read(file: Path) -> dict[str, Any]:
    """What is in it; empty when it is not there or cannot be read: it holds nothing that cannot be learned again."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(file: Path, content: dict[str, Any]) -> None:
    """Put this in the place of what was in it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = file.with_name(file.name + ".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(content, out, ensure_ascii=False)
    half.replace(file)
