"""Plain BM25 as a process: index the passages of a file, then the seconds of retrieving for every question."""

import json
import re
import sys
from pathlib import Path
from time import perf_counter

from rank_bm25 import BM25Okapi


def main(passages: str, questions: str) -> None:
    """Print a line at the first retrieval, then the seconds of every retrieval as JSON."""
    texts = json.loads(Path(passages).read_text(encoding="utf-8"))
    index = BM25Okapi([_tokens(text) for text in texts])
    seconds: list[float] = []
    for question in json.loads(Path(questions).read_text(encoding="utf-8")):
        start = perf_counter()
        index.get_top_n(_tokens(question), texts, n=4)
        seconds.append(perf_counter() - start)
        if len(seconds) == 1:
            print("retrieved", flush=True)
    print(json.dumps(seconds))


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


if __name__ == "__main__":
    main(*sys.argv[1:])
