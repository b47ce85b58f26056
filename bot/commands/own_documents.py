"""`knowledge add`, `remove` and `list`: own documents read, kept, taken away and shown beside the agreements."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.app import App
from bot.bars import counting
from knowledge.apart import refusal
from knowledge.dense import load_vectors
from knowledge.document_files import read_document
from knowledge.documents import Document
from knowledge.faults import ContentError, Fault
from knowledge.own_index import build_own_index
from knowledge.shelf import Shelf
from prompts import render

_OPTIONS = {"valid_from": "--van", "valid_until": "--tot"}


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
        if document.pictures:
            print(render("documents.pictures", pages=_pages(document.pictures)))
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


def knowledge_list(app: App, _: Namespace) -> int:
    """Every provision with its title, and every own document with its id, size and validity."""
    for provision in app.library.provisions.values():
        print(f"{provision.id:32} {provision.title}")
    documents = Shelf(app.settings.home).documents()
    for document in documents:
        print(_row(document, app.now().date()))
    if not documents:
        print(render("documents.none"))
    return 0


def _pages(numbers: Sequence[int]) -> str:
    """Page numbers as a person writes them: "2, 5-9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _row(document: Document, today: date) -> str:
    days = [("valid_from", document.valid_from), ("valid_until", document.valid_until)]
    validity = " ".join(render(f"documents.{name}", date=f"{day:%d-%m-%Y}") for name, day in days if day)
    if not document.in_force(today):
        validity = f"{validity} {render('documents.not_in_force')}"
    size = len(document.passages)
    row = render(
        "documents.row", id=document.id, file=document.file, passages=size, title=document.title, validity=validity
    )
    return row.rstrip()


def _read(files: list[Path], dates: dict[str, date]) -> list[Document]:
    documents: list[Document] = []
    faults: list[Fault] = []
    with counting(render("documents.reading"), len(files)) as bar:
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
    for name in _OPTIONS:
        if text := getattr(args, name, None):
            try:
                found[name] = date.fromisoformat(text)
            except ValueError:
                what = render("documents.dates_wrong", text=text)
                raise ContentError([Fault("knowledge add", _OPTIONS[name], what)]) from None
    if len(found) == len(_OPTIONS) and found["valid_from"] > found["valid_until"]:
        raise ContentError([Fault("knowledge add", "--tot", render("documents.dates_swapped"))])
    return found


def _index(app: App, shelf: Shelf) -> None:
    """Words first: then the documents are found. Meanings after that, unless a running bot owns and renews them."""
    size = len(shelf.files())
    with counting(render("documents.indexing"), size) as bar:
        build_own_index(app.settings.home, bar.on)
    if not size:
        return
    with counting(render("documents.vectors"), size) as bar:
        vectors, status = load_vectors(app.settings.home, app.settings.embedding_model, app.settings.chroma_url, bar.on)
    if vectors:
        vectors.close()
    print(status[:1].upper() + status[1:] + ".")
