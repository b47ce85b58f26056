"""`python -m tests.model.scripted FILE.jsonl`: `evaluate` without a model and with a scripted one, side by side.

The scripted model knows nothing: it gives the provisions back in their own sentences. It shows what the way there
and back costs; `wegwijzer evaluate` measures a real model, where WEGWIJZER_LLM is set.
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
    """Every sentence of the first provision; the candidates in the order they came; the question as it was."""
    text = str(body["messages"][1]["content"])
    if asked_for(body) == "chosen":
        return as_json({"ids": re.findall(r"^\[([A-Z]{2}-[\w-]+)\] ", text, re.MULTILINE)})
    if asked_for(body) == "standalone":
        return as_json({"question": " ".join(text.split("\n")[i] for i in (1, -1))})
    numbered = re.findall(r"^([A-Z]{2}-[\w-]+\.\d+) (.*)$", text, re.MULTILINE)
    first = [(said, source) for source, said in numbered if source.split(".")[0] == numbered[0][0].split(".")[0]]
    return sentences(*first)


def main(file: Path) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, running(scripted) as server:
        library = Library.open(Sources(), Path(folder))
        phraser = Phraser(ChatModel("openai:scripted", server.url, 8.0, {}))
        print(as_columns(compare(library, read_set(file), Asker(date(2026, 11, 20)), phraser), "openai:scripted"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
