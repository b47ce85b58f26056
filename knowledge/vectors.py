"""The meanings of own passages in Chroma, behind LangChain's retriever; the one home of chromadb and langchain_chroma.

A cache that can always be made anew: built beside the old one, checked, sealed with a digest of every file, swapped in.
Two processes that write corrupt an embedded Chroma, so one holds a lock on the folder; what is opened is a copy.
"""

import hashlib
import json
import logging
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlsplit

import chromadb
from chromadb.config import Settings
from filelock import FileLock, Timeout
from langchain_chroma import Chroma
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as Found
from langchain_core.retrievers import BaseRetriever
from langsmith import tracing_context

from knowledge.documents import CHUNKING, Document
from knowledge.embedding import Embedding
from knowledge.library import Progress
from prompts import ToldError, render

FOLDER = "vectors"
_COLLECTION = "own"
_SEAL = "seal.json"
_SPACE = {"hnsw": {"space": "cosine"}}
_CHECKED = 20  # passages that must find themselves before a new collection is used
_SAME = 1e-3  # cosine distance of a passage to itself, rounding and all

Client = Any
"""A client of Chroma, whose types leave out what its clients can do."""

_log = logging.getLogger(__name__)


class VectorsBusyError(Exception):
    """Another process owns the folder; search by words meanwhile."""


class VectorsError(ToldError):
    """The vectors cannot be used; the message says why, in Dutch."""


class OwnRetriever(BaseRetriever):
    """LangChain's retriever over own passages; each carries its id and its similarity (-1 to 1) in the metadata."""

    store: Chroma
    most: int = 50

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain gives it
    ) -> list[Found]:
        pairs = self.store.similarity_search_with_score(query, k=self.most)
        return [Found(d.page_content, metadata={**d.metadata, "similarity": 1 - distance}) for d, distance in pairs]


class Vectors:
    """An opened collection; `rebuilt` is why it was made anew (a key of prompts/documents.toml) or ""."""

    def __init__(self, store: Chroma, size: int, rebuilt: str, close: Callable[[], None]) -> None:
        self._store, self.size, self.rebuilt, self._close = store, size, rebuilt, close

    def retriever(self, most: int = 50) -> OwnRetriever:
        """The passages nearest in meaning, as LangChain's retriever."""
        return OwnRetriever(store=self._store, most=min(most, self.size))

    def near(self, question: str, most: int = 50) -> dict[str, float]:
        """The similarity of the nearest passages, by passage id. Nothing is traced: what people type stays here."""
        with tracing_context(enabled=False):
            found = self.retriever(most).invoke(question)
        return {str(document.metadata["passage"]): float(document.metadata["similarity"]) for document in found}

    def close(self) -> None:
        """Let go of the folder."""
        self._close()


def open_vectors(
    data: Path, documents: Sequence[Document], embedding: Embedding, url: str = "", progress: Progress = lambda *_: None
) -> Vectors:
    """The vectors of these documents by this model, made anew when they are of others.

    Raises VectorsBusyError, VectorsError.
    """
    if url:
        return _open_server(url, documents, embedding, progress)
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise VectorsBusyError from error
    try:
        return _open_folder(folder, documents, embedding, progress, lock.release)
    except BaseException:
        lock.release()
        raise


def wanted(documents: Sequence[Document], embedding: Embedding) -> dict[str, str | int]:
    """What a collection must say of itself: which model, which rule for passages, which passages."""
    identity = embedding.identity
    ids = sorted(passage.id for document in documents for passage in document.passages)
    return {
        "model": identity.model,
        "model_digest": identity.digest,
        "dimension": identity.dimension,
        "normalised": 1,
        "chunking": CHUNKING,
        "passages": len(ids),
        "passages_digest": hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16],
    }


def mismatch(found: Mapping[str, Any] | None, want: Mapping[str, str | int]) -> str:
    """Why a collection cannot be used: "why_new", "why_model", "why_content", or "" when it can."""
    if found is None:
        return "why_new"
    wrong = {name for name, value in want.items() if found.get(name) != value}
    if wrong & {"model", "model_digest", "dimension", "normalised"}:
        return "why_model"
    return "why_content" if wrong else ""


def _open_folder(
    folder: Path, documents: Sequence[Document], embedding: Embedding, progress: Progress, release: Callable[[], None]
) -> Vectors:
    for left in [*folder.glob("open-*"), *folder.glob("new-*")]:  # of a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    want, current = wanted(documents, embedding), folder / "current"
    seal = _read_seal(current)
    why = "why_damaged" if seal is None and current.exists() else mismatch(seal and seal["metadata"], want)
    if why:
        known = _vectors_of(current, folder) if why == "why_content" else {}
        new = Path(mkdtemp(prefix="new-", dir=folder))
        _build_folder(new, documents, embedding, want, known, progress)
        shutil.rmtree(current, ignore_errors=True)
        new.rename(current)
    copy = _copy(current, folder)
    client = _client(copy)

    def close() -> None:
        client.close()
        shutil.rmtree(copy, ignore_errors=True)
        release()

    return Vectors(_store(client, _COLLECTION, embedding), int(want["passages"]), why, close)


def _client(folder: Path) -> Client:
    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _store(client: Client, name: str, embedding: Embedding) -> Chroma:
    # Without a collection of this name an error: an empty one made in passing would find nothing and look well.
    return Chroma(name, embedding, client=client, create_collection_if_not_exists=False)


def _copy(current: Path, folder: Path) -> Path:
    """A copy to open: opening writes in the files, and the sealed ones stay as they were checked."""
    copy = Path(mkdtemp(prefix="open-", dir=folder))
    shutil.copytree(current, copy, dirs_exist_ok=True)
    return copy


def _vectors_of(current: Path, folder: Path) -> dict[str, Sequence[float]]:
    """The vectors that are there, by passage id: what has not changed is not computed again."""
    copy = _copy(current, folder)
    client = _client(copy)
    try:
        found = client.get_collection(_COLLECTION, embedding_function=None).get(include=["embeddings"])
    finally:
        client.close()
        shutil.rmtree(copy, ignore_errors=True)
    rows = found["embeddings"]
    return {} if rows is None else {id: list(map(float, row)) for id, row in zip(found["ids"], rows, strict=True)}


def _build_folder(
    folder: Path,
    documents: Sequence[Document],
    embedding: Embedding,
    want: Mapping[str, str | int],
    known: Mapping[str, Sequence[float]],
    progress: Progress,
) -> None:
    client = _client(folder)
    try:
        _fill(client, _COLLECTION, documents, embedding, want, known, progress)
    finally:
        client.close()
    files = {str(f.relative_to(folder)): _file_digest(f) for f in sorted(folder.rglob("*")) if f.is_file()}
    seal = {"metadata": want, "files": files}
    (folder / _SEAL).write_text(json.dumps(seal, indent=1), encoding="utf-8")


def _fill(
    client: Client,
    name: str,
    documents: Sequence[Document],
    embedding: Embedding,
    want: Mapping[str, str | int],
    known: Mapping[str, Sequence[float]],
    progress: Progress,
) -> None:
    """Make a collection of all passages and check it. Raises VectorsError when it is not what was put in."""
    collection = client.create_collection(
        name,
        metadata=dict(want),
        configuration=_SPACE,
        embedding_function=None,
    )
    batch = min(500, client.get_max_batch_size())
    for done, document in enumerate(documents):
        progress(document.file, done / len(documents))
        texts = {p.id: f"{document.title}. {p.section}. {p.text}" for p in document.passages}
        ids = list(texts)
        for start in range(0, len(ids), batch):
            part = ids[start : start + batch]
            missing = [id for id in part if id not in known]
            made = (
                dict(zip(missing, embedding.embed_documents([texts[id] for id in missing]), strict=True))
                if missing
                else {}
            )
            collection.upsert(
                ids=part,
                embeddings=[list(made.get(id) or known[id]) for id in part],
                documents=[texts[id] for id in part],
                metadatas=[{"passage": id, "file": document.file} for id in part],
            )
    _check(collection, int(want["passages"]))


def _check(collection: chromadb.Collection, size: int) -> None:
    if collection.count() != size:
        raise VectorsError(f"{collection.count()} ≠ {size}")
    if not size:
        return
    probe = collection.get(limit=_CHECKED, include=["embeddings"])
    rows = probe["embeddings"]
    found = collection.query(query_embeddings=rows, n_results=1, include=["distances"])["distances"]
    if found is None or any(not row or abs(row[0]) > _SAME for row in found):
        raise VectorsError("zelftest")


def _file_digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _read_seal(current: Path) -> dict[str, Any] | None:
    """The seal of a folder whose files are all as they were, else None."""
    try:
        seal: dict[str, Any] = json.loads((current / _SEAL).read_text(encoding="utf-8"))
        whole = all(_file_digest(current / name) == digest for name, digest in seal["files"].items())
        return seal if whole and isinstance(seal["metadata"], dict) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _open_server(url: str, documents: Sequence[Document], embedding: Embedding, progress: Progress) -> Vectors:
    """The collection on a Chroma server; its name says what is in it. The path of the address keeps users apart."""
    client, prefix = _server(url)
    want = wanted(documents, embedding)
    name = f"{prefix}-{hashlib.sha256(json.dumps(want, sort_keys=True).encode()).hexdigest()[:16]}"
    try:
        there = {collection.name: collection.metadata for collection in client.list_collections()}
        mine = {other: found for other, found in there.items() if other.startswith(f"{prefix}-")}
        why = "" if name in mine else next((mismatch(found, want) for found in mine.values()), "why_new")
        if why:
            _fill_beside(client, name, documents, embedding, want, progress)
            for other in mine:
                client.delete_collection(other)
        return Vectors(_store(client, name, embedding), int(want["passages"]), why, lambda: None)
    except VectorsError:
        raise
    except Exception as error:  # a server gives many kinds of errors
        raise VectorsError(render("documents.chroma_unreachable", reason=type(error).__name__)) from error


def _server(url: str) -> tuple[Client, str]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise VectorsError(render("documents.chroma_url_wrong", url=url))
    secure = parts.scheme == "https"
    settings = Settings(anonymized_telemetry=False)
    try:
        port = parts.port or (443 if secure else 8000)
        client = chromadb.HttpClient(host=parts.hostname, port=port, ssl=secure, settings=settings)
    except Exception as error:  # unreachable, refused, another service
        raise VectorsError(render("documents.chroma_unreachable", reason=type(error).__name__)) from error
    return client, parts.path.strip("/").replace("/", "-") or "wegwijzer"


def _fill_beside(
    client: Client,
    name: str,
    documents: Sequence[Document],
    embedding: Embedding,
    want: Mapping[str, str | int],
    progress: Progress,
) -> None:
    """Fill a collection under another name and give it its own when it is whole."""
    beside = f"new-{uuid.uuid4().hex[:12]}"
    try:
        _fill(client, beside, documents, embedding, want, {}, progress)
        client.get_collection(beside, embedding_function=None).modify(name=name)
    except Exception:
        if name not in {collection.name for collection in client.list_collections()}:
            raise
        _log.info("another process filled the collection first")
        client.delete_collection(beside)
