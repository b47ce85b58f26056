import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from knowledge.dense import Dense
from knowledge.document_files import read_document
from knowledge.documents import Document
from knowledge.embedding import MODEL_FOLDER, Identity, StaticEmbeddings, write_model
from knowledge.shelf import Shelf
from knowledge.vectors import FOLDER, Vectors, VectorsBusyError, VectorsError, open_vectors
from tests.own_files import DOCUMENTS, ROOT

ASKED = "een ouder wil het dossier inzien"

PIECES = Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json")).get_vocab_size()


class Counting(StaticEmbeddings):
    """The real model, that remembers how many texts it was given."""

    given = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.given += len(texts)
        return super().embed_documents(texts)


@pytest.fixture(scope="module")
def embedding() -> Counting:
    return Counting()


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [read_document(file) for file in DOCUMENTS[:6]]


def opened(data: Path, documents: list[Document], embedding: StaticEmbeddings) -> Vectors:
    return open_vectors(data, documents, embedding)


def passages(documents: list[Document]) -> set[str]:
    return {passage.id for document in documents for passage in document.passages}


def test_the_nearest_passages_are_those_of_an_exact_search(
    tmp_path: Path, documents: list[Document], embedding: Counting
) -> None:
    vectors = opened(tmp_path, documents, embedding)
    near = vectors.near(ASKED, 5)
    vectors.close()
    texts = {p.id: f"{d.title}. {p.section}. {p.text}" for d in documents for p in d.passages}
    exact = embedding.vectors(list(texts.values())) @ embedding.vectors([ASKED])[0]
    best = sorted(zip(texts, exact, strict=True), key=lambda pair: -pair[1])[:5]
    assert list(near) == [id for id, _ in best]
    assert np.allclose(list(near.values()), [value for _, value in best], atol=1e-4)


def test_it_is_a_langchain_retriever(tmp_path: Path, documents: list[Document], embedding: Counting) -> None:
    from langchain_core.retrievers import BaseRetriever

    vectors = opened(tmp_path, documents, embedding)
    retriever = vectors.retriever(3)
    found = retriever.invoke(ASKED)
    vectors.close()
    assert isinstance(retriever, BaseRetriever)
    assert len(found) == 3
    assert found[0].metadata["similarity"] >= found[1].metadata["similarity"]
    assert found[0].page_content


def test_what_fits_is_opened_and_not_made_again(tmp_path: Path, documents: list[Document], embedding: Counting) -> None:
    first = opened(tmp_path, documents, embedding)
    asked = first.near(ASKED)
    first.close()
    before = embedding.given
    second = opened(tmp_path, documents, embedding)
    assert (first.rebuilt, second.rebuilt) == ("why_new", "")
    assert embedding.given == before
    assert second.near(ASKED) == pytest.approx(asked, abs=1e-5)
    second.close()


def test_only_new_passages_are_computed_and_old_ones_go(
    tmp_path: Path, documents: list[Document], embedding: Counting
) -> None:
    opened(tmp_path, documents[:5], embedding).close()
    before = embedding.given
    vectors = opened(tmp_path, documents[1:], embedding)
    assert vectors.rebuilt == "why_content"
    assert embedding.given - before == len(documents[5].passages)
    assert set(vectors.near(ASKED, 1000)) == passages(documents[1:])
    vectors.close()


def test_vectors_of_another_model_are_not_mixed_in(
    tmp_path: Path, documents: list[Document], embedding: Counting
) -> None:
    opened(tmp_path, documents, embedding).close()
    rows = np.random.default_rng(1).normal(size=(PIECES, embedding.identity.dimension)).astype(np.float32)
    write_model(tmp_path / "other", rows, (MODEL_FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    other = StaticEmbeddings(tmp_path / "other")
    assert (other.identity.model, other.identity.dimension) == (embedding.identity.model, embedding.identity.dimension)
    vectors = opened(tmp_path, documents, other)
    assert vectors.rebuilt == "why_model"
    best = vectors.near(ASKED, 1)
    vectors.close()
    texts = [f"{d.title}. {p.section}. {p.text}" for d in documents for p in d.passages]
    assert next(iter(best.values())) == pytest.approx(
        float((other.vectors(texts) @ other.vectors([ASKED])[0]).max()), abs=1e-4
    )


@pytest.mark.parametrize("harm", ["flip", "cut", "gone", "seal"])
def test_a_damaged_folder_is_made_anew(
    tmp_path: Path, documents: list[Document], embedding: Counting, harm: str
) -> None:
    opened(tmp_path, documents, embedding).close()
    current = tmp_path / FOLDER / "current"
    file = current / ("seal.json" if harm == "seal" else "chroma.sqlite3")
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 255
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(raw[: len(raw) // 2] if harm == "cut" else raw)
    vectors = opened(tmp_path, documents, embedding)
    assert vectors.rebuilt == "why_damaged"
    assert set(vectors.near(ASKED, 1000)) == passages(documents)
    vectors.close()


def test_what_a_killed_build_left_is_swept_and_the_old_one_still_serves(
    tmp_path: Path, documents: list[Document], embedding: Counting
) -> None:
    opened(tmp_path, documents, embedding).close()
    shutil.copytree(tmp_path / FOLDER / "current", tmp_path / FOLDER / "new-left")
    (tmp_path / FOLDER / "open-left").mkdir()
    vectors = opened(tmp_path, documents, embedding)
    assert vectors.rebuilt == ""
    vectors.close()
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir() if path.is_dir()) == ["current"]


def test_a_build_that_fails_leaves_the_old_one(
    tmp_path: Path, documents: list[Document], embedding: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(tmp_path, documents, embedding).close()
    before = (tmp_path / FOLDER / "current" / "seal.json").read_bytes()

    def fail(_: list[str]) -> list[list[float]]:
        raise MemoryError

    monkeypatch.setattr(embedding, "embed_documents", fail)
    with pytest.raises(MemoryError):
        opened(tmp_path, [*documents, read_document(DOCUMENTS[7])], embedding)
    monkeypatch.undo()
    assert (tmp_path / FOLDER / "current" / "seal.json").read_bytes() == before
    opened(tmp_path, documents, embedding).close()  # and the lock is free again


OWNER = """
import sys
from pathlib import Path
from knowledge.embedding import StaticEmbeddings
from knowledge.shelf import Shelf
from knowledge.vectors import open_vectors
data = Path(sys.argv[1])
vectors = open_vectors(data, Shelf(data).documents(), StaticEmbeddings())
print("open", flush=True)
sys.stdin.read()
"""


def test_one_process_owns_the_folder(tmp_path: Path, documents: list[Document], embedding: Counting) -> None:
    for document in documents:
        Shelf(tmp_path).put(document)
    owner = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", OWNER, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip
    assert owner.stdin
    assert owner.stdout
    assert owner.stdout.readline() == "open\n"
    with pytest.raises(VectorsBusyError):
        opened(tmp_path, documents, embedding)
    beside = Dense(tmp_path)
    assert "andere Wegwijzer" in beside.wait()
    assert beside.near(ASKED) == {}
    owner.kill()
    owner.wait()
    owner.stdin.close()
    owner.stdout.close()
    vectors = opened(tmp_path, documents, embedding)  # a killed owner leaves no lock
    assert vectors.rebuilt == ""
    vectors.close()


def test_the_background_keeps_up_with_the_documents(tmp_path: Path, documents: list[Document]) -> None:
    dense = Dense(tmp_path)
    assert dense.near(ASKED) == {}
    assert dense.wait() == "er zijn geen eigen documenten"
    Shelf(tmp_path).put(documents[0])
    assert "ook op betekenis (wegwijzer-static" in dense.wait()
    assert set(dense.near(ASKED)) == passages(documents[:1])
    Shelf(tmp_path).put(documents[1])
    assert "opnieuw opgeslagen: de documenten zijn veranderd" in dense.wait()
    assert set(dense.near(ASKED)) == passages(documents[:2])
    Shelf(tmp_path).remove(documents[0].id)
    dense.wait()
    assert set(dense.near(ASKED)) == passages(documents[1:2])
    dense.close()


def test_without_a_model_words_are_enough(tmp_path: Path, documents: list[Document]) -> None:
    Shelf(tmp_path).put(documents[0])
    dense = Dense(tmp_path, model=str(tmp_path / "nergens"))
    assert dense.wait().startswith("op woorden; zoeken op betekenis lukt niet")
    assert dense.near(ASKED) == {}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chroma = Path(sys.executable).with_name("chroma")
    folder = tmp_path_factory.mktemp("server")
    command = [str(chroma), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


def test_a_server_serves_several_processes(
    tmp_path: Path, documents: list[Document], embedding: Counting, server: str
) -> None:
    first = open_vectors(tmp_path, documents, embedding, server)
    second = open_vectors(tmp_path, documents, embedding, server)
    other = open_vectors(tmp_path, documents[:2], embedding, f"{server}/elders")
    assert (first.rebuilt, second.rebuilt, other.rebuilt) == ("why_new", "", "why_new")
    assert first.near(ASKED) == second.near(ASKED)
    assert set(other.near(ASKED)) == passages(documents[:2])
    changed = open_vectors(tmp_path, documents[:3], embedding, server)
    assert changed.rebuilt == "why_content"
    assert set(changed.near(ASKED)) == passages(documents[:3])
    assert set(other.near(ASKED)) == passages(documents[:2])


def test_a_server_that_is_not_there_is_told_in_dutch(
    tmp_path: Path, documents: list[Document], embedding: Counting
) -> None:
    with pytest.raises(VectorsError, match="WEGWIJZER_CHROMA_URL is niet bereikbaar"):
        open_vectors(tmp_path, documents, embedding, "http://127.0.0.1:9")
    with pytest.raises(VectorsError, match="is geen adres"):
        open_vectors(tmp_path, documents, embedding, "chroma")


def test_the_metadata_says_what_is_in_it(tmp_path: Path, documents: list[Document], embedding: Counting) -> None:
    opened(tmp_path, documents, embedding).close()
    told = json.loads((tmp_path / FOLDER / "current" / "seal.json").read_text(encoding="utf-8"))["metadata"]
    found = Identity(told["model"], told["model_digest"], told["dimension"])
    assert found == replace(embedding.identity)
    assert told["passages"] == len(passages(documents))
    assert told["chunking"] == documents[0].chunking
