"""A tiny sample of the content, for tests of the benchmark."""

from dataclasses import replace
from functools import cache
from typing import Any

from knowledge.content import Content, load_content
from knowledge.crossvalidation import Outcome
from knowledge.questions import Asked
from knowledge.sources import Sources
from tests.bench.processes import spread

VERTELLER = [frozenset({"verteller"})]
_VOICES = frozenset({"verteller", "haastige-iber", "signalen-1", "signalen-2", "start"})


@cache
def whole() -> Content:
    """All the content."""
    return load_content(Sources())


@cache
def sample() -> Content:
    """Two authors of questions and three of signals, one line in seven."""
    return replace(
        whole(),
        asked=tuple(a for a in whole().asked if a.voice in _VOICES)[::7],
        signals=tuple(s for s in whole().signals if s.voice in _VOICES)[::7],
    )


def outcome(
    place: int, twin: bool = False, id: str = "UP-A-ouders-1", q: str = "wie bel ik", voice: str = "x"
) -> Outcome:
    """Where a held-back question of the benchmark came."""
    return Outcome(Asked(id=id, q=q, voice=voice), place, twin)


CONTESTANT: dict[str, Any] = {
    "cold seconds": spread([2.0]),
    "peak bytes": spread([50e6]),
    "warm ms": {p: spread([4.0]) for p in ("p50", "p95", "p99")},
}
SPEED: dict[str, Any] = {
    "contestants": {
        "wegwijzer ask": {"cold seconds": spread([0.5]), "peak bytes": spread([50e6])},
        "wegwijzer, whole answer": CONTESTANT,
        "wegwijzer, search alone": CONTESTANT,
        "tutorial, 127": {**CONTESTANT, "warm ms": {p: spread([40.0]) for p in ("p50", "p95", "p99")}},
        "tutorial, 1,000": {**CONTESTANT, "warm ms": {p: spread([60.0]) for p in ("p50", "p95", "p99")}},
    },
    "memory after": {"questions": 1000, "bytes": 60e6},
    "index": {"seconds": spread([12.0]), "bytes": 10e6, "peak": 240e6},
    "disk": {"wegwijzer": 90e6, "tutorial": {"installation": 1800e6, "model": 90e6}},
}
