"""A small file that is written whole or not at all: who reads it meanwhile, or after a crash, sees the one before."""

import os
import threading
from pathlib import Path


def write_whole(file: Path, text: str) -> None:
    """Put `text` in the place of what the file held; the folder is made when it is not there. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)
