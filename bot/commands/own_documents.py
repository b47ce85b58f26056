"""`knowledge add`, `remove` and `list`: a user's own documents, read, kept, taken away and shown."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from bot.app import App
from knowledge.dense import load_vectors
from knowledge.document_files import read_document, refusal
from knowledge.documents import Document
from knowledge.faults import ContentError, Fault
from knowledge.own_index import build_own_index
from knowledge.shelf import Shelf
from prompts import render


@dataclass(frozen=True)
class Bar:
    """A bar that moves one on for every file."""

    progress: Progress
    task: TaskID

    def on(self, _: str = "") -> None:
        """One file done."""
        self.progress.advance(self.task)


def knowledge_add(app: App, args: Namespace) -> int:
    """Read every file, and only when all can be read keep them. Raises ContentError with all faults."""
    files = [Path(file) for file in args.files]
    documents = _read(files, _dates(args))
    shelf = Shelf(app.settings.home)
    _ = app.library  # its words help to read the documents; built now when it was not there
    for document in documents:
        outcome = shelf.put(document)
        passages = {} if outcome == "unchanged" else {"passages": len(document.passages)}
        print(render(f"documents.{outcome}", file=document.file, id=document.id, **passages))
    _index(app, shelf)
    return 0


def knowledge_remove(app: App, args: Namespace) -> int:
    """Take documents away by id or file name; at once gone from every search. Raises ContentError."""
    shelf = Shelf(app.settings.home)
    for name in args.ids:
        gone = shelf.remove(name)
        print(render("documents.removed", file=gone.file, id=gone.id))
    _index(app, shelf)
    return 0


def documents_list(app: App, _: Namespace) -> int:
    """Every own document, with its id, size and validity."""
    documents = Shelf(app.settings.home).documents()
    for document in documents:
        print(_row(document))
    if not documents:
        print(render("documents.none"))
    return 0


def _row(document: Document) -> str:
    validity = " ".join(
        render(f"documents.{name}", date=f"{day:%d-%m-%Y}")
        for name, day in (("valid_from", document.valid_from), ("valid_until", document.valid_until))
        if day
    )
    size = len(document.passages)
    row = render(
        "documents.row", id=document.id, file=document.file, passages=size, title=document.title, validity=validity
    )
    return row.rstrip()


def _read(files: list[Path], dates: dict[str, date]) -> list[Document]:
    documents: list[Document] = []
    faults: list[Fault] = []
    with _bar("documents.reading", len(files)) as bar:
        for file in files:
            try:
                document = read_document(file).model_copy(update=dates)
                if any(other.file == document.file and other.id != document.id for other in documents):
                    raise refusal(file, "same_name")
                documents.append(document)
            except ContentError as error:
                faults += error.faults
            bar.on()
    if faults:
        raise ContentError(faults)
    return documents


def _dates(args: Namespace) -> dict[str, date]:
    """The days between which the documents hold, as far as given. Raises ContentError."""
    found = {}
    for name in ("valid_from", "valid_until"):
        if text := getattr(args, name, None):
            try:
                found[name] = date.fromisoformat(text)
            except ValueError:
                what = render("documents.dates_wrong", text=text)
                raise ContentError([Fault("knowledge add", name, what)]) from None
    return found


def _index(app: App, shelf: Shelf) -> None:
    """Words first: then the documents are found. Meanings after that, unless a running bot owns and renews them."""
    size = len(shelf.files())
    with _bar("documents.indexing", size) as bar:
        build_own_index(app.settings.home, bar.on)
    if not size:
        return
    with _bar("documents.vectors", size) as bar:
        vectors, status = load_vectors(app.settings.home, app.settings.embedding_model, app.settings.chroma_url, bar.on)
    if vectors:
        vectors.close()
    print(status[:1].upper() + status[1:] + ".")


@contextmanager
def _bar(what: str, total: int) -> Iterator[Bar]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress, progress.add_task(render(what), total=total))
