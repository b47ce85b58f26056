"""What the thresholds were chosen on: each message's log-odds from judges that never saw its author, at every bound."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.danger import POSSIBLE, SURE, by_words, can_be_sure
from knowledge.library import Library
from knowledge.signs import Signs, certain_odds, danger_odds, outside_odds
from knowledge.text import is_english
from knowledge.understanding import (
    CARRIED,
    COMMAND_SURE,
    FOLLOWS,
    OUTSIDE_SURE,
    SMALLTALK_SURE,
    leans_on_history,
    with_history,
)

_POSSIBLE = sorted({-3.5, -3.0, -2.5, -2.0, -1.5, -1.0, POSSIBLE})
_SURE = sorted({0.5, 1.0, 1.5, 2.0, 2.5, 3.0, SURE})
_OUTSIDE = sorted({-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, OUTSIDE_SURE})
_WATCHED = ("danger", "asked", "harmless", "out_of_scope")
_JUDGES = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0)
CARRIES = sorted({0.0, 0.1, 0.2, 0.3, 0.6, 0.8, 1.0, CARRIED})


@dataclass(frozen=True)
class Weighed:
    """A message's log-odds.

    `spoken` when the floor of expressions found danger; `says` when it says enough for the judge alone to be sure;
    `leans` when it cannot stand alone; `carried`: the place of its provision for each of CARRIES.
    """

    danger: float
    certain: float
    outside: float
    smalltalk: float
    command: float
    spoken: bool
    says: bool
    leans: bool = False
    carried: tuple[int, ...] = ()


def weigh(library: Library, text: str, history: Sequence[str] = (), id: str = "") -> Weighed:
    """The log-odds of a message, and for a follow-up to the provision `id` where that comes."""
    features = library.reader.features(text)
    signs = Signs.of(features, library.search.scores(features), library.search)
    spoken = bool(by_words(text) or by_words(library.reader.repaired(text)))
    judged = library.verdicts(features)
    smalltalk, command = (library.score(name, features) for name in ("smalltalk", "command"))
    return Weighed(
        danger_odds(judged, signs, spoken, is_english(text)),
        certain_odds(judged, signs, spoken),
        outside_odds(judged, signs, is_english(text)),
        smalltalk,
        command,
        spoken,
        can_be_sure(signs),
        leans_on_history(text),
        tuple(_place(library, features, history[-1], id, weight) for weight in CARRIES) if history else (),
    )


def _place(library: Library, features: Sequence[str], before: str, id: str, weight: float) -> int:
    scores = with_history(library, features, before, library.search.scores(features), weight)
    own = scores[library.ids.index(id)]
    return sum(score > own for score in scores)


def figures(some: Mapping[str, Iterable[Weighed]]) -> dict[str, list[dict[str, Any]]]:
    """Per kind of message (label), the shares at every bound; the shipped bound is marked."""
    by = {label: list(rows) for label, rows in some.items()}
    return {
        "possible": list(_possible(by)),
        "certain": list(_certain(by)),
        "outside": list(_outside(by)),
        "smalltalk": [_above(by, "smalltalk", bound, SMALLTALK_SURE) for bound in sorted({*_JUDGES, SMALLTALK_SURE})],
        "command": [_above(by, "command", bound, COMMAND_SURE) for bound in sorted({*_JUDGES, COMMAND_SURE})],
        "carried": list(_carried(by.get("follow-up", []))),
    }


_Rows = Mapping[str, Sequence[Weighed]]


def _possible(by: _Rows) -> Iterator[dict[str, Any]]:
    """The floor alone is enough for the safety line."""
    for bound in _POSSIBLE:
        told = {label: _part(row.spoken or row.danger >= bound for row in by.get(label, [])) for label in _WATCHED}
        yield {"bound": bound, "shipped": "safety line" * (bound == POSSIBLE), **told}


def _certain(by: _Rows) -> Iterator[dict[str, Any]]:
    """With the floor, possible danger is certain."""
    for bound in _SURE:
        told = {
            label: _part(
                (row.says and row.certain >= bound) or (row.spoken and row.danger >= POSSIBLE)
                for row in by.get(label, [])
            )
            for label in _WATCHED
        }
        yield {"bound": bound, "shipped": "certain" * (bound == SURE), **told}


def _outside(by: _Rows) -> Iterator[dict[str, Any]]:
    for bound in _OUTSIDE:
        told = {label: _part(row.outside > bound for row in by.get(label, [])) for label in ("out_of_scope", "asked")}
        later = _part(row.outside - FOLLOWS > bound for row in by.get("follow-up", []))
        yield {"bound": bound, "shipped": "outside" * (bound == OUTSIDE_SURE), **told, "follow-up": later}


def _above(by: _Rows, judge: str, bound: float, shipped: float) -> dict[str, Any]:
    told = {label: _part(getattr(row, judge) > bound for row in by.get(label, [])) for label in (judge, "asked")}
    return {"bound": bound, "shipped": judge * (bound == shipped), **told}


def _carried(rows: Sequence[Weighed]) -> Iterator[dict[str, Any]]:
    leaning, whole = ([row for row in rows if row.leans == leans] for leans in (True, False))
    for at, weight in enumerate(CARRIES):
        told = {
            name: _part(row.carried[at] == 0 for row in some)
            for name, some in (("hit@1", rows), ("hit@1, leaning", leaning), ("hit@1, whole sentences", whole))
        }
        among = _part(row.carried[at] < 3 for row in rows)
        yield {"bound": weight, "shipped": "carried" * (weight == CARRIED), **told, "hit@3": among}


def _part(outcomes: Iterable[object]) -> float | None:
    seen = list(outcomes)
    return round(sum(map(bool, seen)) / len(seen), 4) if seen else None
