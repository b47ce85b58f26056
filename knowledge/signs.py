"""How a message compares with all that people ask the agreements: a few numbers that judges weigh together.

The weights were fitted on voices held back in turn (docs/retrieval.md has the figures); each adds to log-odds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.retrieval import Search

SHORT = 2.0  # root of the number of stems


@dataclass(frozen=True)
class Signs:
    """`top`: best score per root of features; `lead`: 0 tie, 1 alone; `unknown`: share of words nobody used."""

    top: float
    lead: float
    unknown: float
    length: float

    @classmethod
    def of(cls, features: Sequence[str], scores: Sequence[float], search: Search) -> "Signs":
        """The signs of a message with its scores over the provisions."""
        best, second = (*sorted(scores, reverse=True)[:2], 0.0, 0.0)[:2]
        stems = [feature for feature in features if feature.startswith("stem:")]
        unknown = sum(not search.knows(stem) for stem in stems) / len(stems) if stems else 1.0
        return cls(
            best / (len(features) or 1) ** 0.5, (best - second) / best if best else 0.0, unknown, len(stems) ** 0.5
        )


def outside_odds(judged: float, signs: Signs, is_english: bool) -> float:
    """Log-odds that a message is not in the agreements; above 0 it is taken to be not."""
    # Beyond 2 the judge only echoes a form ("wat is een …"); what the search finds may then overrule it.
    odds = (
        3.1 + 1.02 * min(judged, 2.0) - 1.22 * signs.top - 3.9 * signs.lead + 1.42 * signs.unknown + 0.24 * signs.length
    )
    # A few words of the field ("wie betaalt") have little to lead with; what is elsewhere says so by its own words.
    if signs.length <= SHORT:
        odds -= 0.8
    # English has an eighth of the written questions: what looks new there is more often just English.
    return odds - 1.0 if is_english else odds


def danger_odds(judged: float, outside: float, signs: Signs, spoken: bool, is_english: bool) -> float:
    """Log-odds that a message speaks of danger; `spoken` when the floor of expressions found one.

    Fitted to tell danger from what people ask, within and outside the agreements: a question leads to one provision.
    """
    # One word is enough to lead in a message of two or three ("kind stikt"): there a lead says little.
    leads = signs.lead * min(1.0, max(0.0, (signs.length - 1.4) / 1.6))
    odds = -0.11 + 1.09 * judged - 0.29 * outside - 1.29 * signs.top - 4.9 * leads
    odds += 2.3 * signs.unknown + 0.64 * signs.length - (1.2 if is_english else 0.0)
    return odds + (4.0 if spoken else 0.0)
