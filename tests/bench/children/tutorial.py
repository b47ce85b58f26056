"""The pipeline of the tutorials as a process: sentence-transformer, Chroma in memory, LangChain's retriever, top 4."""

import json
import sys
from pathlib import Path
from time import perf_counter

from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings


def main(model: str, passages: str, questions: str) -> None:
    """Print a line at the first retrieval, then the seconds of every retrieval as JSON."""
    store = Chroma.from_texts(
        json.loads(Path(passages).read_text(encoding="utf-8")),
        HuggingFaceEmbeddings(model_name=model),
        client_settings=Settings(anonymized_telemetry=False),
    )
    retriever = store.as_retriever(search_kwargs={"k": 4})
    seconds: list[float] = []
    for question in json.loads(Path(questions).read_text(encoding="utf-8")):
        start = perf_counter()
        retriever.invoke(question)
        seconds.append(perf_counter() - start)
        if len(seconds) == 1:
            print("retrieved", flush=True)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
