"""How often the right provision comes first, on questions whose author the index never saw."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from knowledge.content import Content
from knowledge.crossvalidation import Outcome, cross_validate
from knowledge.text import is_english, words
from tests.bench.authors import each
from tests.bench.shares import Figure, share

Figures = dict[str, Any]

_LENGTHS = ((4, "1-4 words"), (8, "5-8 words"), (15, "9-15 words"))
_WORST = 10


def outcomes(content: Content, authors: Iterable[frozenset[str]], workers: int) -> list[Outcome]:
    """Every question of these authors, searched without its author."""
    return each(partial(_held_back, content), authors, workers)


def _held_back(content: Content, voices: frozenset[str]) -> list[Outcome]:
    return cross_validate(content, only=[voices])


def figures(found: Sequence[Outcome]) -> Figures:
    """Overall and by voice, source, length and language; and how each provision is found."""
    return {
        "overall": measures(found),
        "by voice": by(found, lambda o: o.asked.voice),
        "by source": by(found, lambda o: source(o.asked.id)),
        "by length": by(found, lambda o: length(o.asked.q)),
        "by language": by(found, lambda o: "English" if is_english(o.asked.q) else "Dutch"),
        "provisions": provisions(found),
    }


def measures(found: Sequence[Outcome]) -> dict[str, Figure | None]:
    """Hit@1 and Hit@3, strictly and with twins that say the same, and the mean reciprocal rank."""
    return {
        "hit@1": share(o.place == 0 for o in found),
        "hit@1 twins": share(o.is_hit() for o in found),
        "hit@3": share(o.place < 3 for o in found),
        "hit@3 twins": share(o.is_hit(3) for o in found),
        "mrr": share(1 / (o.place + 1) for o in found),
    }


def by(found: Iterable[Outcome], group: Callable[[Outcome], str]) -> dict[str, Figures]:
    """The main measures for each group."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        groups[group(outcome)].append(outcome)
    return {
        name: {
            "hit@1": share(o.place == 0 for o in some),
            "hit@3 twins": share(o.is_hit(3) for o in some),
            "mrr": share(1 / (o.place + 1) for o in some),
        }
        for name, some in sorted(groups.items())
    }


def source(id: str) -> str:
    """The document a provision comes from, and for the implementation plan the kind too: UP-A, VS."""
    parts = id.split("-")
    return "-".join(parts[:2]) if parts[0] == "UP" else parts[0]


def length(question: str) -> str:
    """The class of length of a question."""
    count = len(words(question))
    return next((name for most, name in _LENGTHS if count <= most), "more than 15 words")


def provisions(found: Iterable[Outcome]) -> Figures:
    """The share of each provision's own held-back questions that find it in the first three, twins counted."""
    own: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        own[outcome.asked.id].append(outcome)
    shares = {id: sum(o.is_hit(3) for o in some) / len(some) for id, some in own.items()}
    worst = sorted(shares, key=lambda id: (shares[id], id))[:_WORST]
    return {
        "n": len(shares),
        "mean": round(sum(shares.values()) / max(1, len(shares)), 4),
        "lowest": round(min(shares.values(), default=0.0), 4),
        "under 0.6": sum(value < 0.6 for value in shares.values()),
        "worst": [_provision(id, shares, own) for id in worst],
    }


def _provision(id: str, shares: Mapping[str, float], own: Mapping[str, Sequence[Outcome]]) -> Figures:
    voices = Counter(o.asked.voice for o in own[id] if not o.is_hit(3))
    return {
        "id": id,
        "hit@3 twins": round(shares[id], 4),
        "hit@1": round(sum(o.place == 0 for o in own[id]) / len(own[id]), 4),
        "n": len(own[id]),
        "missed": [o.asked.q for o in own[id] if not o.is_hit(3)][:5],
        "voices that miss it": [voice for voice, _ in voices.most_common(3)],
    }
