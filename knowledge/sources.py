"""Which content files are in force: the organisation's own folder piece by piece over the shipped one."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).parent
_READ_ELSEWHERE = ("consent.yaml", "events.yaml", "closing.yaml", "reminders.yaml", "contacts.vorige.csv")
_SUFFIX = {"agreements": ".yaml", "questions": ".jsonl"}
_CONTENT = (".yaml", ".yml", ".json", ".jsonl", ".csv", ".xlsx", ".toml")
PIECES = ("agreements", "questions", "glossary.yaml", "details.yaml", "roles.yaml", "flowchart.yaml", "contacts.csv")


@dataclass(frozen=True)
class Sources:
    """The folders to look in, first one wins: the own knowledge folder, then what an import wrote, then the shipped."""

    folders: tuple[Path, ...] = (SHIPPED,)

    @classmethod
    def of(cls, own: Path | None, data: Path) -> "Sources":
        """The sources for a setting of WEGWIJZER_KNOWLEDGE and a data folder."""
        return cls(tuple(folder for folder in (own, data / "knowledge", SHIPPED) if folder))

    @property
    def writable(self) -> Path:
        """The folder where an import or a new question is written."""
        return self.folders[0]

    def path(self, piece: str) -> Path:
        """Where a piece of content stands. A folder counts only when something is in it."""
        return next((p for p in self._all(piece)), SHIPPED / piece)

    def is_shipped(self, piece: str) -> bool:
        """Whether a piece in force is the one that came with the product."""
        return self.path(piece).is_relative_to(SHIPPED)

    def question_folders(self) -> tuple[Path, ...]:
        """Every folder with questions: own questions add to the shipped ones."""
        return tuple(self._all("questions"))

    def _all(self, piece: str) -> Iterator[Path]:
        for folder in self.folders:
            path = folder / piece
            if path.is_file() or (path.is_dir() and any(path.iterdir())):
                yield path

    def unread(self) -> list[Path]:
        """Files in folders of one's own that look like content and have a name that nothing reads (flowchart.yml)."""
        return [file for folder in self.folders if folder != SHIPPED and folder.is_dir() for file in _unread(folder)]

    def stamp(self) -> str:
        """A value that changes when any content file in force changes; reads no file's content."""
        seen = hashlib.sha256()
        for piece in PIECES:
            if piece != "contacts.csv":  # read anew at every start, no part of the index
                for path in [self.path(piece)] if piece != "questions" else self.question_folders():
                    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
                        stat = file.stat()
                        seen.update(f"{file}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
        return seen.hexdigest()


def _unread(folder: Path) -> Iterator[Path]:
    names = {*PIECES, *_READ_ELSEWHERE}
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in _CONTENT and file.name not in names:
            yield file
    for piece, suffix in _SUFFIX.items():
        for file in sorted((folder / piece).glob("*")):
            if file.suffix.lower() in _CONTENT and file.suffix != suffix:
                yield file
