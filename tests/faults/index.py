"""The index is damaged, missing or another's; several processes build it or open it at once."""

import multiprocessing
import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np

from knowledge.document_files import read_document
from knowledge.documents import Document
from knowledge.embedding import MODEL_FOLDER, StaticEmbeddings, write_model
from knowledge.library import INDEX_NAME, Library, _current
from knowledge.sources import Sources
from knowledge.vectors import FOLDER, VectorsBusyError, open_vectors
from tests.faults.delivery import Row
from tests.own_files import DOCUMENTS

CREW = 3
_ASKED = "een ouder wil het dossier inzien"
_HELD = 0.3  # seconds in which all the others have tried
_SPAWN = multiprocessing.get_context("spawn")


def harms(quick: bool) -> int:
    """How often the index of the agreements is harmed."""
    return 300 if quick else 3_000


def harm_index(folder: Path, times: int, seed: int = 1) -> tuple[int, int]:
    """Harm the index of the agreements in one place after another: (how often, how often it was not noticed)."""
    stamp, path, chance = Sources().stamp(), folder / INDEX_NAME, random.Random(seed)
    if _current(path, stamp) is None:
        raise FileNotFoundError(f"no whole index in {folder}")
    size, unnoticed = path.stat().st_size, 0
    with path.open("r+b", buffering=0) as file:
        for _ in range(times):
            at, length = chance.randrange(size), chance.choice((1, 1, 1, 8, 512))
            file.seek(at)
            was = file.read(length)
            file.seek(at)
            file.write(_other(was, chance))
            unnoticed += _current(path, stamp) is not None
            file.seek(at)
            file.write(was)
        for left in (0, 1, 15, 16, size // 2, size - 1):
            cut = folder / "cut"
            cut.write_bytes(path.read_bytes()[:left])
            unnoticed += _current(cut, stamp) is not None
    unnoticed += _current(folder / "missing", stamp) is not None
    unnoticed += _current(path, "another content") is not None
    return times + 8, unnoticed


def _other(was: bytes, chance: random.Random) -> bytes:
    """As many bytes, of which at least one differs."""
    at = chance.randrange(len(was))
    changed = bytes((was[at] ^ chance.randrange(1, 256),))
    rest = chance.randbytes(len(was)) if chance.random() < 0.5 else was
    return rest[:at] + changed + rest[at + 1 :]


@dataclass
class Shelf:
    """The vectors of some documents in a folder, and the answer they give when they are whole."""

    folder: Path
    documents: Sequence[Document]
    embedding: StaticEmbeddings

    def near(self) -> tuple[str, dict[str, float]]:
        """Why it was made anew, and the nearest passages."""
        vectors = open_vectors(self.folder, self.documents, self.embedding)
        try:
            return vectors.rebuilt, vectors.near(_ASKED, 1000)
        finally:
            vectors.close()


def shelf(folder: Path, count: int = 4) -> Shelf:
    """Some of the fictitious documents."""
    return Shelf(folder, [read_document(file) for file in DOCUMENTS[:count]], StaticEmbeddings())


def harm_vectors(folder: Path, times: int, seed: int = 1) -> tuple[int, int]:
    """Harm the vectors in every way in turn: (how often, how often not noticed or not mended)."""
    made, chance = shelf(folder), random.Random(seed)
    _, wanted = made.near()
    other = Shelf(folder, made.documents, _other_model(folder / "other"))
    failures = 0
    for number in range(times):
        why = _HARMS[number % len(_HARMS)](made, chance)
        asked = other if why == "why_model" else made
        rebuilt, found = asked.near()
        failures += rebuilt != why or (asked is made and not _same(found, wanted)) or set(found) != set(wanted)
        if asked is other:
            made.near()  # its own again
    return times, failures


def _same(found: dict[str, float], wanted: dict[str, float]) -> bool:
    return found.keys() == wanted.keys() and all(abs(found[id] - wanted[id]) < 1e-4 for id in wanted)


def _other_model(folder: Path) -> StaticEmbeddings:
    """A model of the same name and size with other numbers in it."""
    pieces = StaticEmbeddings()
    rows = np.random.default_rng(1).normal(size=(_pieces(), pieces.identity.dimension)).astype(np.float32)
    write_model(folder, rows, (MODEL_FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    return StaticEmbeddings(folder)


def _pieces() -> int:
    from tokenizers import Tokenizer

    return int(Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json")).get_vocab_size())


def _file(made: Shelf, chance: random.Random) -> Path:
    return chance.choice(sorted(path for path in (made.folder / FOLDER / "current").rglob("*") if path.is_file()))


def _flip(made: Shelf, chance: random.Random) -> str:
    file = _file(made, chance)
    raw = bytearray(file.read_bytes()) or bytearray(b"x")
    raw[chance.randrange(len(raw))] ^= chance.randrange(1, 256)
    file.write_bytes(raw)
    return "why_damaged"


def _cut(made: Shelf, chance: random.Random) -> str:
    file = _file(made, chance)
    raw = file.read_bytes()
    file.write_bytes(raw[: chance.randrange(len(raw))] if raw else b"x")
    return "why_damaged"


def _lose(made: Shelf, chance: random.Random) -> str:
    _file(made, chance).unlink()
    return "why_damaged"


def _lose_all(made: Shelf, _: random.Random) -> str:
    shutil.rmtree(made.folder / FOLDER / "current")
    return "why_new"


def _other_numbers(_: Shelf, __: random.Random) -> str:
    return "why_model"


_HARMS: Sequence[Callable[[Shelf, random.Random], str]] = (_flip, _flip, _cut, _lose, _lose_all, _other_numbers)


def open_at_once(folder: Path, rounds: int) -> tuple[int, int]:
    """Several processes open the vectors at one moment: (rounds, those after which something was wrong)."""
    made, failures = shelf(folder), 0
    _, wanted = made.near()
    crew = [_Opener(folder) for _ in range(CREW)]
    try:
        for number in range(rounds):
            if number % 2:  # every other time it has to be made anew as well
                shutil.rmtree(folder / FOLDER / "current")
            answers = [opener.answer() for opener in [opener.ask() for opener in crew]]
            opened = [found for found in answers if found is not None]
            found = made.near()[1]
            failures += len(opened) != 1 or not _same(opened[0], wanted) or not _same(found, wanted)
    finally:
        for opener in crew:
            opener.end()
    return rounds, failures


class _Opener:
    """A process that opens the vectors when told to, and holds them until all have tried."""

    def __init__(self, folder: Path) -> None:
        self._line, theirs = _SPAWN.Pipe()
        self._process: BaseProcess = _SPAWN.Process(target=_open_when_told, args=(folder, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._line.recv()

    def ask(self) -> "_Opener":
        """Tell it to open."""
        self._line.send("open")
        return self

    def answer(self) -> dict[str, float] | None:
        """What it found, None when another had the folder."""
        found: dict[str, float] | None = self._line.recv()
        return found

    def end(self) -> None:
        """Stop it."""
        self._process.kill()
        self._process.join()


def _open_when_told(folder: Path, line: Connection) -> None:
    made = shelf(folder)
    line.send("ready")
    while True:
        line.recv()
        try:
            vectors = open_vectors(folder, made.documents, made.embedding)
        except VectorsBusyError:
            line.send(None)
            continue
        found = vectors.near(_ASKED, 1000)
        time.sleep(_HELD)
        vectors.close()
        line.send(found)


def rows(folder: Path, quick: bool = False) -> Iterator[Row]:
    """Every fault of the indexes."""
    for name in ("agreements", "harmed", "shared"):
        (folder / name).mkdir()
    Library.open(Sources(), folder / "agreements")
    trials, failures = harm_index(folder / "agreements", harms(quick))
    how = "bytes changed at random places, cut off, missing, of other content"
    yield Row("the index of the agreements is damaged", how, "noticed at the start", trials, failures)
    trials, failures = harm_vectors(folder / "harmed", 12 if quick else 120)
    how = "bytes changed, files cut off or gone, all gone, another model of the same name"
    yield Row("the index of own documents is damaged", how, "noticed, told, and mended when opened", trials, failures)
    trials, failures = open_at_once(folder / "shared", 6 if quick else 50)
    how = f"{CREW} processes at one moment; every other time it has to be made anew"
    yield Row(
        "several processes open the index of own documents", how, "one has it, nothing is corrupt", trials, failures
    )
