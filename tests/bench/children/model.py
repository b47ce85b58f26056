"""Makes a sentence-transformer of MiniLM's size with random weights: its time does not depend on them.

Six layers of 384, a vocabulary of 30,522, mean pooling; the WordPiece tokenizer is trained on the given texts.
"""

import json
import sys
import tempfile
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertModel, BertTokenizerFast

_VOCABULARY, _WIDTH, _LAYERS, _HEADS, _INNER, _LONGEST = 30522, 384, 6, 12, 1536, 256


def main(texts: str, out: str) -> None:
    """Write the model to a folder."""
    torch.manual_seed(1)
    trained = BertWordPieceTokenizer(lowercase=True)
    lines = json.loads(Path(texts).read_text(encoding="utf-8"))
    trained.train_from_iterator(lines, vocab_size=_VOCABULARY, min_frequency=1, show_progress=False)
    with tempfile.TemporaryDirectory() as folder:
        trained.save_model(folder)
        BertTokenizerFast(vocab_file=f"{folder}/vocab.txt", do_lower_case=True).save_pretrained(folder)
        BertModel(_config()).save_pretrained(folder)
        words = Transformer(folder, max_seq_length=_LONGEST)
        SentenceTransformer(modules=[words, Pooling(_WIDTH), Normalize()]).save(out)
    print("made")


def _config() -> BertConfig:
    return BertConfig(
        vocab_size=_VOCABULARY,
        hidden_size=_WIDTH,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        intermediate_size=_INNER,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
