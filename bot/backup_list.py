"""The backups that `wegwijzer db backup` and a restore made, so that they can expire where they were put."""

import json
import logging
from datetime import datetime
from pathlib import Path

from knowledge.whole_file import write_whole

FILE = "backups.json"
_BEGINS = b"SQLite format 3\x00"
_log = logging.getLogger(__name__)


class BackupList:
    """The list in the data folder. What was moved or copied elsewhere is out of its sight."""

    def __init__(self, home: Path) -> None:
        self._file = home / FILE

    def add(self, file: Path, now: datetime) -> None:
        """Note a backup that was made."""
        self._write({**self._read(), str(file.absolute()): now.isoformat()})

    def expire(self, before: datetime, dry: bool = False) -> int:
        """Delete the backups that were made before this moment, or with `dry` only count them; returns how many.

        What this process may not delete, as a service that writes only in its data folder, stays listed.
        """
        listed = self._read()
        old = [file for file, made in listed.items() if datetime.fromisoformat(made) < before]
        if dry:
            return sum(Path(file).is_file() for file in old)
        outcome = {file: _delete(Path(file)) for file in old}
        stuck = [file for file, deleted in outcome.items() if deleted is None]
        if stuck:
            _log.warning("%d backups had their time and cannot be deleted here", len(stuck))
        if old:
            self._write({file: made for file, made in listed.items() if outcome.get(file) is None})
        return sum(deleted is True for deleted in outcome.values())

    def _read(self) -> dict[str, str]:
        return dict(json.loads(self._file.read_text(encoding="utf-8"))) if self._file.exists() else {}

    def _write(self, listed: dict[str, str]) -> None:
        write_whole(self._file, json.dumps(listed, ensure_ascii=False, indent=1))


def _delete(file: Path) -> bool | None:
    """Whether a backup was deleted: False when it is gone or no longer a backup, None when it could not be."""
    try:
        with file.open("rb") as opened:
            is_ours = opened.read(len(_BEGINS)) == _BEGINS
        if is_ours:
            file.unlink()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False
    except OSError:  # no right to it, or a file system that is read only
        return None
    return is_ours
