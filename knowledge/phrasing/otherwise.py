"""How else a sentence may be told: the ways in otherwise.txt, each written beside its sentence to say the same."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("otherwise.txt")


def ways(source: str) -> tuple[str, ...]:
    """The sentence itself and every other way to say it; only itself when its text was changed since."""
    return (source, *written().get(source, ()))


@cache
def written() -> Mapping[str, tuple[str, ...]]:
    """Every sentence of otherwise.txt to its other ways."""
    found: dict[str, list[str]] = {}
    of: list[str] = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        mark, _, text = line.partition(" ")
        if mark == "=":
            of = found.setdefault(text, [])
        elif mark == "-":
            of.append(text)
    return {sentence: tuple(others) for sentence, others in found.items()}
