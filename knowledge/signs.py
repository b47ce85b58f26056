"""How a message compares with all that people ask the agreements: a few numbers that are weighed together.

The weights were fitted on voices held back in turn (docs/retrieval.md has the figures); each adds to log-odds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.features import kind_of
from knowledge.retrieval import WEIGHTS, Search

SHORT = 2.0  # root of the number of stems


@dataclass(frozen=True)
class Verdicts:
    """Log-odds of the learned judges: that a message is danger, alarming (danger or its look-alike), outside, asked."""

    danger: float
    alarming: float
    outside: float
    asked: float


@dataclass(frozen=True)
class Signs:
    """`top`: best score per root of features searched with; `lead`: 0 tie, 1 alone; `unknown`: share nobody used."""

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
        searched = sum(kind_of(feature) in WEIGHTS for feature in features) or 1
        return cls(best / searched**0.5, (best - second) / best if best else 0.0, unknown, len(stems) ** 0.5)

    @property
    def weighted_lead(self) -> float:
        """The lead, for as much as it says: one word is enough to lead in a message of two or three ("kind stikt")."""
        return self.lead * min(1.0, max(0.0, (self.length - 1.4) / 1.6))


def outside_odds(judged: Verdicts, signs: Signs, is_english: bool, lacks: bool = False) -> float:
    """Log-odds that a message is not in the agreements; `understanding` has the bound.

    `lacks` when it asks for something (a term, a price) that the best provision leaves open.
    """
    # Unknown words are held to a third of what they weighed when fitted: people name more names than our authors did.
    odds = 3.9 + 0.62 * judged.outside - 0.53 * judged.asked - 1.34 * signs.top - 5.5 * signs.lead
    odds += 3.0 * signs.unknown + 0.57 * signs.length
    # A few words of the field ("wie betaalt") have little to lead with; what is elsewhere says so by its own words.
    if signs.length <= SHORT:
        odds -= 1.3
    if lacks:
        odds += 3.0
    # English has an eighth of the written questions: what looks new there is more often just English.
    return odds - 0.9 if is_english else odds


def danger_odds(judged: Verdicts, signs: Signs, spoken: bool, is_english: bool) -> float:
    """Log-odds that a message may speak of danger; `spoken` when the floor of expressions found one.

    Fitted to tell danger from what people ask: a question leads to one provision. What is not in the agreements counted
    for a third in that fit: there a line too many costs less than a child.
    """
    odds = 1.2 + 0.62 * judged.danger + 0.6 * judged.alarming - 1.4 * signs.top + 1.7 * signs.unknown
    odds += 0.76 * signs.length - 5.3 * signs.weighted_lead - (0.5 if is_english else 0.0)
    return odds + (3.1 if spoken else 0.0)


def certain_odds(judged: Verdicts, signs: Signs, spoken: bool) -> float:
    """Log-odds that a message speaks of danger and of nothing that only looks like it: fitted with the look-alikes."""
    odds = 1.5 + 0.8 * judged.danger - 0.88 * signs.top - 3.9 * signs.weighted_lead + 0.36 * signs.length
    return odds + (1.9 if spoken else 0.0)
