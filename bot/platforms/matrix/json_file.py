"""A small JSON file in the data folder, written whole or not at all, for its owner only."""

import json
from pathlib import Path
from typing import Any

from knowledge.whole_file import write_whole


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
    write_whole(file, json.dumps(content, ensure_ascii=False))
