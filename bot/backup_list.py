"""The backups that `wegwijzer db backup` and a restore made, so that they can expire where they were put."""

import json
import os
from datetime import datetime
from pathlib import Path

FILE = "backups.json"
_BEGINS = b"SQLite format 3\x00"


class BackupList:
    """The list in the data folder. What was moved or copied elsewhere is out of its sight."""

    def __init__(self, home: Path) -> None:
        self._file = home / FILE

    def add(self, file: Path, now: datetime) -> None:
        """Note a backup that was made."""
        self._write({**self._read(), str(file.absolute()): now.isoformat()})

    def expire(self, before: datetime, dry: bool = False) -> int:
        """Delete the backups that were made before this moment, or with `dry` only count them; returns how many."""
        listed = self._read()
        old = [file for file, made in listed.items() if datetime.fromisoformat(made) < before]
        if dry:
            return sum(Path(file).is_file() for file in old)
        deleted = sum(_delete(Path(file)) for file in old)
        if old:
            self._write({file: made for file, made in listed.items() if file not in old})
        return deleted

    def _read(self) -> dict[str, str]:
        return dict(json.loads(self._file.read_text(encoding="utf-8"))) if self._file.exists() else {}

    def _write(self, listed: dict[str, str]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8")
        temporary.replace(self._file)


def _delete(file: Path) -> bool:
    """Delete a backup, if that is still what stands there."""
    try:
        with file.open("rb") as opened:
            is_ours = opened.read(len(_BEGINS)) == _BEGINS
        if is_ours:
            file.unlink()
    except OSError:  # moved, or on a disk that is not there now
        return False
    return is_ours
