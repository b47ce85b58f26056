"""Models of sentence-transformers: any of them in place of the one that comes along, and the training of that one.

The one home of sentence-transformers and torch (extra `models`), imported when a model is opened or trained.
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding import Embedding, EmbeddingError, Identity, Numbers
from prompts import render

Pair = tuple[str, str]
"""Two texts that mean the same."""

_SCALE = 20.0  # how sharply the right one must stand out among the others of a batch
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib")
_START = 0.1  # size of the first, random numbers: small ones leave room for what is learned


class SentenceEmbeddings(Embedding):
    """A sentence-transformers model in a folder or on the hub; code that comes with a model is never run.

    Weights are read from safetensors alone: a pickle can give orders while it is read.
    """

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbeddingError(render("documents.no_models", model=model)) from error
        try:
            self._model: Any = SentenceTransformer(_folder(model), device="cpu", trust_remote_code=False)
        except EmbeddingError:
            raise
        except Exception as error:  # a wrong name, no network, a damaged folder: the libraries raise many kinds
            reason = type(error).__name__
            raise EmbeddingError(render("documents.model_missing", model=model, reason=reason)) from error
        dimension = len(self.embed_query("proef"))
        self.identity = Identity(model, _digest(self._model), dimension)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector of length 1 per text."""
        found = self._model.encode_document(texts, normalize_embeddings=True, show_progress_bar=False)
        return [list(map(float, row)) for row in found]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, with the model's own prompt for questions."""
        found = self._model.encode_query([text], normalize_embeddings=True, show_progress_bar=False)
        return list(map(float, found[0]))


def _folder(model: str) -> str:
    """Where a model stands, fetched from the hub without its pickles when it is a name. Raises EmbeddingError."""
    if not Path(model).is_dir():
        from huggingface_hub import snapshot_download

        return snapshot_download(model, ignore_patterns=[f"*{ending}" for ending in _PICKLES])
    for file in sorted(Path(model).rglob("*")):
        if file.suffix in _PICKLES and not [*file.parent.glob("*.safetensors")]:
            raise EmbeddingError(render("documents.model_pickle", model=model, file=file.relative_to(model)))
    return model


def _digest(model: Any) -> str:
    """A digest of a model's weights and make-up: another model under the same name is another one."""
    seen = hashlib.sha256(f"{model}{model.prompts}".encode())
    for name, tensor in sorted(model.state_dict().items()):
        seen.update(name.encode())
        seen.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
    return seen.hexdigest()[:16]


def train_rows(
    tokenizer: Any, dimension: int, turns: Iterable[Sequence[Sequence[Pair]]], steps: int, rate: float, seed: int
) -> Numbers:
    """A row per piece of `tokenizer`, learned from pairs: turns of batches; within a batch no two pairs mean the same.

    `steps` is the number of batches in all turns, over which the rate goes down to nothing.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    torch.manual_seed(seed)
    table = StaticEmbedding(tokenizer, embedding_dim=dimension)
    with torch.no_grad():
        table.embedding.weight.mul_(_START)
    model = SentenceTransformer(modules=[table], device="cpu")
    loss = MultipleNegativesRankingLoss(model, scale=_SCALE)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    slowing = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=steps)
    for batches in turns:
        for batch in batches:
            optimizer.zero_grad()
            columns = [model.preprocess([pair[side] for pair in batch]) for side in (0, 1)]
            loss(columns, None).backward()
            optimizer.step()
            slowing.step()
    return np.asarray(table.embedding.weight.detach().numpy(), dtype=np.float32)
