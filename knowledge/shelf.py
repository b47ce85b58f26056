"""The user's own documents as they are kept: one readable JSON file each in the data folder, which is the truth."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from knowledge.documents import CHUNKING, Document
from knowledge.faults import ContentError, Fault
from knowledge.whole_file import write_whole
from prompts import render

FOLDER = "documents"
MOST_PASSAGES = 60_000  # on the shelf; what the lexical index can number


@dataclass(frozen=True)
class Shelf:
    """The documents in a data folder."""

    data: Path

    @property
    def folder(self) -> Path:
        """Where the documents stand."""
        return self.data / FOLDER

    def files(self) -> list[Path]:
        """The documents' files, in order of name."""
        return sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []

    def stamp(self) -> str:
        """A value that changes when a document comes, goes or is edited; "" when there are none. Reads no file."""
        files = [(file.name, file.stat()) for file in self.files()]
        seen = "\n".join(f"{name}|{stat.st_size}|{stat.st_mtime_ns}" for name, stat in files)
        return hashlib.sha256(f"{CHUNKING}\n{seen}".encode()).hexdigest() if files else ""

    def documents(self) -> list[Document]:
        """Every document. Raises ContentError that names each damaged file."""
        found, faults = [], []
        for file in self.files():
            try:
                found.append(Document.model_validate_json(file.read_bytes()))
            except (ValidationError, OSError):
                faults.append(
                    Fault(f"{FOLDER}/{file.name}", render("documents.place"), render("documents.kept_broken"))
                )
        if faults:
            raise ContentError(faults)
        return found

    def put(self, document: Document) -> str:
        """Keep a document; says "added", "unchanged", or "replaced" when an earlier one had the same file name."""
        known = self.documents()
        earlier = [other for other in known if other.file == document.file and other.id != document.id]
        if any(self._is_same(document, other) for other in known) and not earlier:
            return "unchanged"
        self._refuse_overflow([document, *(o for o in known if o.id != document.id and o not in earlier)])
        write_whole(self.folder / f"{document.id}.json", document.model_dump_json(indent=1))
        for other in earlier:
            self._path(other).unlink(missing_ok=True)
        return "replaced" if earlier else "added"

    def remove(self, name: str) -> Document:
        """Take away the document with this id or file name. Raises ContentError when there is none."""
        found = next((document for document in self.documents() if name in (document.id, document.file)), None)
        if found is None:
            raise ContentError([Fault(FOLDER, name, render("documents.not_known"))])
        self._path(found).unlink(missing_ok=True)
        return found

    def _path(self, document: Document) -> Path:
        return self.folder / f"{document.id}.json"

    @staticmethod
    def _is_same(new: Document, old: Document) -> bool:
        dates_kept = (new.valid_from, new.valid_until) in ((None, None), (old.valid_from, old.valid_until))
        return new.id == old.id and new.chunking == old.chunking and dates_kept

    def _refuse_overflow(self, documents: Sequence[Document]) -> None:
        if sum(len(document.passages) for document in documents) > MOST_PASSAGES:
            raise ContentError([Fault(FOLDER, documents[0].file, render("documents.store_full", limit=MOST_PASSAGES))])


def in_force(documents: Sequence[Document], today: date) -> list[Document]:
    """The documents that hold on a day."""
    return [document for document in documents if document.in_force(today)]
