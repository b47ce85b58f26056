"""What a text means, as a row of numbers: the small model that comes along, or any sentence-transformers model instead.

The model that comes along is a table with a row per piece of a word; a text is the mean of its pieces. No torch.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save
from tokenizers import Tokenizer

from prompts import render

MODEL_FOLDER = Path(__file__).with_name("model")
_TABLE, _TOKENIZER = "model.safetensors", "tokenizer.json"
_STEPS = 127  # a row is kept as whole numbers of at most this, and one scale

Numbers = NDArray[np.float32]


class EmbeddingError(Exception):
    """No model can be opened; the message says why and what to do, in Dutch."""


@dataclass(frozen=True)
class Identity:
    """Which model made a vector: its name, a digest of all it computes with, and the length of its vectors."""

    model: str
    digest: str
    dimension: int


class Embedding(Embeddings):
    """LangChain's embedding interface, and who it is; vectors have length 1."""

    identity: Identity


class StaticEmbeddings(Embedding):
    """The model that comes along."""

    def __init__(self, folder: Path = MODEL_FOLDER) -> None:
        try:
            table = load_file(folder / _TABLE)
            self._tokenizer = Tokenizer.from_str((folder / _TOKENIZER).read_text(encoding="utf-8"))
            self._rows: Numbers = table["rows"].astype(np.float32) * table["scales"].astype(np.float32)[:, None]
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise EmbeddingError(render("documents.model_damaged")) from error
        except Exception as error:  # the tokenizer's library raises nothing more precise
            raise EmbeddingError(render("documents.model_damaged")) from error
        self.identity = Identity("wegwijzer-static", _digest(folder), self._rows.shape[1])

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector of length 1 per text; a text without a known piece is all zeros."""
        found: list[list[float]] = self.vectors(texts).tolist()
        return found

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self.embed_documents([text])[0]

    def vectors(self, texts: Sequence[str]) -> Numbers:
        """A row of length 1 per text."""
        read = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        found = np.zeros((len(read), self._rows.shape[1]), np.float32)
        for at, pieces in enumerate(read):
            if pieces.ids:
                found[at] = self._rows[pieces.ids].mean(axis=0)
        lengths: Numbers = np.linalg.norm(found, axis=1, keepdims=True)
        found /= np.where(lengths > 0, lengths, 1.0)
        return found


def write_model(folder: Path, rows: Numbers, tokenizer: str) -> None:
    """Write a trained table (a row per piece) and its tokenizer (JSON) as a model that comes along."""
    folder.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-8) / _STEPS
    whole = np.round(rows / scales[:, None]).astype(np.int8)
    (folder / _TABLE).write_bytes(save({"rows": whole, "scales": scales.astype(np.float32)}))
    (folder / _TOKENIZER).write_text(tokenizer, encoding="utf-8")


def _digest(folder: Path) -> str:
    seen = hashlib.sha256()
    for name in (_TABLE, _TOKENIZER):
        seen.update((folder / name).read_bytes())
    return seen.hexdigest()[:16]


def open_embedding(model: str = "") -> Embedding:
    """The model of a setting (a folder or a hub name), or the one that comes along. Raises EmbeddingError."""
    if not model:
        return StaticEmbeddings()
    from knowledge.sentence_models import SentenceEmbeddings  # torch: seconds, and only where it is asked for

    return SentenceEmbeddings(model)
