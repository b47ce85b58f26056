"""What one could take instead: the tutorial pipeline and plain BM25, as commands to be timed beside the product.

The sentence-transformer has MiniLM's size and random weights: time and memory are real, quality there is none.
"""

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from knowledge.content import Content
from tests.bench.installation import TUTORIAL, folder_size, size
from tests.bench.passages import recombined, texts
from tests.bench.processes import child, run

SIZES = (127, 1000)


def rivals(content: Content, folder: Path, questions: Path, sizes: Sequence[int] = SIZES) -> dict[str, list[str]]:
    """The commands by name; none of what is not installed here."""
    commands: dict[str, list[str]] = {}
    for count in sizes:
        passages = _write(folder / f"passages-{count}.json", recombined(content, count))
        if is_installed():
            commands[f"tutorial, {count:,}"] = child("tutorial", str(model(content, folder)), passages, str(questions))
        if find_spec("rank_bm25"):
            commands[f"plain BM25, {count:,}"] = child("bm25", passages, str(questions))
    return commands


def is_installed() -> bool:
    """Whether the tutorial pipeline can run here."""
    return all(find_spec(name) for name in ("langchain_chroma", "langchain_huggingface", "sentence_transformers"))


def model(content: Content, folder: Path) -> Path:
    """The sentence-transformer, made once."""
    made = folder / "model"
    if not (made / "modules.json").exists():
        run(child("model", _write(folder / "texts.json", list(texts(content))), str(made)))
    return made


def disk(folder: Path) -> dict[str, int]:
    """Bytes of its installation and of its model; nothing where it is not installed."""
    return {"installation": size(TUTORIAL), "model": folder_size(folder / "model")} if is_installed() else {}


def _write(file: Path, lines: list[str]) -> str:
    file.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    return str(file)
