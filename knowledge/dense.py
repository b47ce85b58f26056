"""The dense half of searching own documents: loaded in the background, kept up with the documents, never in the way."""

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.faults import ContentError
from knowledge.library import Progress
from knowledge.shelf import Shelf
from prompts import render

if TYPE_CHECKING:  # a second and more of imports; here only to name the type
    from knowledge.vectors import Vectors

_log = logging.getLogger(__name__)


class Dense:
    """Similarity in meaning for one process; until it is loaded, or when it cannot be, it knows nothing."""

    def __init__(self, data: Path, model: str = "", url: str = "") -> None:
        self._data, self._model, self._url = data, model, url
        self._vectors: Vectors | None = None
        self._loaded: str | None = None  # the stamp of the documents that were loaded, or failed to
        self._status = render("documents.dense_loading")
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Load in the background, when there is something to load."""
        stamp = Shelf(self._data).stamp()
        with self._turn:
            if stamp == self._loaded or (self._thread and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._load, args=(stamp,), name="dense", daemon=True)
            self._thread.start()

    def near(self, question: str, most: int = 50) -> Mapping[str, float]:
        """The similarity of the nearest passages by id; {} while loading, which this starts when it is needed."""
        self.start()
        vectors = self._vectors
        if vectors is None or not question.strip():
            return {}
        try:
            return vectors.near(question, most)
        except Exception as error:  # being swapped, damaged, a server gone: words are enough for this one
            _log.warning("no similarity for a question: %s", type(error).__name__)
            return {}

    def wait(self) -> str:
        """Load now; returns the status. For commands, tests and measurements."""
        for _ in range(2):  # what was loading when the documents changed is loaded once more
            self.start()
            if self._thread:
                self._thread.join()
        return self.status

    @property
    def status(self) -> str:
        """How own documents are searched at the moment, in Dutch."""
        return self._status

    def close(self) -> None:
        """Let go of the folder."""
        with self._turn:
            vectors, self._vectors = self._vectors, None
        if vectors:
            vectors.close()

    def _load(self, stamp: str) -> None:
        self.close()  # the folder has one owner, also within this process
        if stamp:
            self._vectors, self._status = load_vectors(self._data, self._model, self._url)
        else:
            self._status = render("documents.dense_none")
        self._loaded = stamp


def load_vectors(
    data: Path, model: str = "", url: str = "", progress: Progress = lambda *_: None
) -> "tuple[Vectors | None, str]":
    """The vectors of the documents in a data folder, made anew when needed, or None; and the status, in Dutch."""
    try:
        from knowledge.embedding import EmbeddingError, open_embedding
        from knowledge.vectors import VectorsBusyError, VectorsError, open_vectors
    except ImportError as error:
        return None, render("documents.dense_failed", why=type(error).__name__)
    try:
        embedding = open_embedding(model)
        vectors = open_vectors(data, Shelf(data).documents(), embedding, url, progress)
    except VectorsBusyError:
        return None, render("documents.dense_busy")
    except (EmbeddingError, VectorsError, ContentError) as error:
        return None, render("documents.dense_failed", why=str(error))
    except Exception as error:  # a cache: whatever is wrong with it, search by words goes on
        _log.warning("the vectors cannot be opened: %s", type(error).__name__)
        return None, render("documents.dense_failed", why=type(error).__name__)
    ready = render("documents.dense_ready", model=embedding.identity.model, passages=vectors.size)
    if not vectors.rebuilt:
        return vectors, ready
    return vectors, f"{ready}; {render('documents.dense_rebuilt', why=render(f'documents.{vectors.rebuilt}'))}"
