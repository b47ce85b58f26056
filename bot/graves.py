"""What was erased, as marks from which nothing can be read: so that an old backup that is put back brings nothing back.

The file stands beside the database, because the database is what a restore replaces. A mark is kept for as long as
backups are.
"""

import hashlib
import json
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from knowledge.whole_file import write_whole

FILE = "vergeten.json"
_COST = 2**13  # of scrypt: some hundredths of a second each, so that names cannot be tried by the million


@dataclass(frozen=True)
class _Kept:
    """What is in the file: a salt of its own, and the marks with when they were made."""

    salt: str = field(default_factory=lambda: secrets.token_hex(16))
    marks: dict[str, str] = field(default_factory=dict)

    def mark(self, name: str) -> str:
        """The mark of a name."""
        return hashlib.scrypt(name.encode(), salt=bytes.fromhex(self.salt), n=_COST, r=8, p=1, dklen=16).hex()


class Graves:
    """The marks of cases and persons that were erased."""

    def __init__(self, home: Path) -> None:
        self._file, self._writing = home / FILE, threading.Lock()

    def add(self, name: str, now: datetime) -> None:
        """Mark a case's reference or a person's key as erased."""
        with self._writing:
            kept = self._read()
            self._write(replace(kept, marks={**kept.marks, kept.mark(name): now.isoformat()}))

    def among(self, names: Iterable[str]) -> list[str]:
        """Which of these names were erased."""
        kept = self._read()
        return [name for name in names if kept.mark(name) in kept.marks] if kept.marks else []

    def expire(self, before: datetime) -> None:
        """Let go of the marks that were made before this moment."""
        with self._writing:
            kept = self._read()
            marks = {mark: at for mark, at in kept.marks.items() if datetime.fromisoformat(at) >= before}
            if len(marks) < len(kept.marks):
                self._write(replace(kept, marks=marks))

    def _read(self) -> _Kept:
        return _Kept(**json.loads(self._file.read_text(encoding="ascii"))) if self._file.exists() else _Kept()

    def _write(self, kept: _Kept) -> None:
        write_whole(self._file, json.dumps(vars(kept)))
