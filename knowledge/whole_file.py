"""A file that is written whole or not at all: who reads it meanwhile, or after a crash, sees the one before."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_whole(file: Path, content: str | bytes, check: Callable[[Path], object] = lambda _: None) -> None:
    """Put `content` (text as UTF-8) in the place of what the file held, for its owner only; the folder is made.

    `check` looks at the new file before it takes the place of the old one. Raises OSError, and what `check` raises.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
            out.flush()
            os.fsync(out.fileno())  # without it a power cut can leave the new name with nothing in it
        check(temporary)
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
