"""`python -m tests.model.scripted FILE.jsonl`: `evaluate` without a model and with a scripted one, side by side.

The scripted model knows nothing: it gives the first provision back, each sentence in the first written way it was
offered or as it stands. It shows what the way there and back costs; `wegwijzer evaluate` measures a real model, where
WEGWIJZER_LLM is set.
"""

import re
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from bot.phrasing.chat_model import ChatModel
from bot.phrasing.comparing import as_columns, compare
from bot.phrasing.phraser import Phraser
from knowledge.answering import Asker
from knowledge.evaluation import read_set
from knowledge.library import Library
from knowledge.sources import Sources
from tests.model.standin import Reply, as_json, asked_for, running, sentences


def scripted(body: dict[str, Any]) -> Reply:
    """Every sentence of the first provision, more plainly; the candidates as they came; the question as it was."""
    text = str(body["messages"][1]["content"])
    if asked_for(body) == "chosen":
        return as_json({"ids": re.findall(r"^\[([A-Z]{2}-[\w-]+)\] ", text, re.MULTILINE)})
    if asked_for(body) == "standalone":
        return as_json({"question": " ".join(text.split("\n")[i] for i in (1, -1))})
    return sentences(*_plainly(text))


def _plainly(text: str) -> list[tuple[str, str]]:
    """The sentences of the first provision, each in its first written way when it has one, with its source."""
    told: dict[str, str] = {}
    ways: dict[str, str] = {}
    source = ""
    for line in text.splitlines():
        if numbered := re.match(r"([A-Z]{2}-[\w-]+\.\d+) (.*)", line):
            source = numbered[1]
            told[source] = numbered[2]
        elif line.strip().startswith("of: "):
            ways.setdefault(source, line.strip().removeprefix("of: "))
    first = next(iter(told), "").split(".")[0]
    return [(ways.get(name, said), name) for name, said in told.items() if name.split(".")[0] == first]


def main(file: Path) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, running(scripted) as server:
        library = Library.open(Sources(), Path(folder))
        phraser = Phraser(ChatModel("openai:scripted", server.url, 8.0, {}))
        print(as_columns(compare(library, read_set(file), Asker(date(2026, 11, 20)), phraser), "openai:scripted"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
