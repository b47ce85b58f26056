"""A new index answers known questions before it takes the place of the old one."""

from collections.abc import Callable, Iterable, Sequence

from knowledge.faults import ContentError, Fault
from knowledge.frozen import Frozen
from knowledge.questions import Asked
from knowledge.retrieval import Search

QUESTIONS = 40
"""How many known questions are asked, from all over the content."""

_REMEDY = "bouw opnieuw met `wegwijzer knowledge build`, of neem de vorige `questions/` en `agreements/` terug"
_AMONG = 10  # places in which the provision has to stand
_MOST_MISSED = 0.25  # what was learned from is found nearly always; an index that misses this much is broken


def find_known(
    frozen: Frozen, ids: Sequence[str], asked: Sequence[Asked], features: Callable[[str], Iterable[str]]
) -> None:
    """Raise ContentError when an index does not find the provisions of questions that it was made with."""
    chosen = asked[:: max(1, len(asked) // QUESTIONS)]
    search = Search(frozen, "search", len(ids))
    missed = sum(not _is_found(search.scores(features(one.q)), ids.index(one.id)) for one in chosen)
    if missed > _MOST_MISSED * len(chosen):
        told = f"vindt {missed} van {len(chosen)} bekende vragen niet terug; {_REMEDY}"
        raise ContentError([Fault("index", "zelftest", told)])


def _is_found(scores: Sequence[float], wanted: int) -> bool:
    return scores[wanted] > 0 and sum(score > scores[wanted] for score in scores) < _AMONG
