"""The product as a process: answers every question of a file, one after another, and tells the seconds of each.

`answer` is all of it, from the message to the text; `search` only what a retriever does: provisions in order.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

from knowledge.answering import Asker
from knowledge.library import Library
from knowledge.sources import Sources
from knowledge.wording import answer


def main(what: str, home: str, questions: str) -> None:
    """Print a line at the first answer, then the seconds of every answer as JSON."""
    library = Library.open(Sources(), Path(home))
    work = {"answer": _answering(library), "search": _searching(library)}[what]
    seconds: list[float] = []
    for question in json.loads(Path(questions).read_text(encoding="utf-8")):
        start = perf_counter()
        work(question)
        seconds.append(perf_counter() - start)
        if len(seconds) == 1:
            print("answered", flush=True)
    print(json.dumps(seconds))


def _answering(library: Library) -> Callable[[str], object]:
    asker = Asker(date(2026, 1, 15))
    return lambda question: answer(library, question, asker).text


def _searching(library: Library) -> Callable[[str], object]:
    def search(question: str) -> object:
        scores = library.search.scores(library.reader.features(question))
        return sorted(zip(library.ids, scores, strict=True), key=lambda pair: -pair[1])[:4]

    return search


if __name__ == "__main__":
    main(*sys.argv[1:])
