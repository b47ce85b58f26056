"""Whether a sentence is a shortening of one sentence of a provision: its words in its order, and all that counts."""

from functools import cache

from knowledge.phrasing.readings import ASKED, Reading, readings
from knowledge.phrasing.tokens import BREAKS, base, tokens
from knowledge.phrasing.wordlists import lists

_VERB = 3  # letters of a verb too short for a base: "wek" is "wekt"
_SPARE = 8  # tokens; a sentence with so many more than its source is no shortening


def adds_nothing(said: str, source: str) -> bool:
    """Whether every word of the sentence stands in the source, in this order, but for articles."""
    return any(_fits(tokens(said), reading, may_omit=True) for reading in readings(source))


def omits_nothing(said: str, source: str) -> bool:
    """Whether all that must stay of the source stands in the sentence, in this order."""
    return any(_fits(tokens(said), reading, may_add=True) for reading in readings(source))


def is_anchored(said: str, source: str) -> bool:
    """Whether the sentence is one of the readings of the source, in its own or in plainer words."""
    return any(_fits(tokens(said), reading) for reading in readings(source))


def _fits(said: tuple[str, ...], reading: Reading, may_add: bool = False, may_omit: bool = False) -> bool:
    if len(said) > 2 * len(reading.tokens) + _SPARE:
        return False
    leaps: dict[int, list[int]] = {}
    for start, end in reading.leaps:
        leaps.setdefault(start, []).append(end)

    @cache
    def fits(at: int, there: int) -> bool:
        """Whether the sentence from `at` on fits the reading from `there` on."""
        if at == len(said) and there == len(reading.tokens):
            return True
        if there < len(reading.tokens):
            if at < len(said) and _same(said[at], reading.tokens[there]) and fits(at + 1, there + 1):
                return True
            if (may_omit or there in reading.light) and fits(at, there + 1):
                return True
            if any(fits(at, end) for end in leaps.get(there, ())):
                return True
        return at < len(said) and (may_add or _may_come_in(said, at)) and fits(at + 1, there)

    return fits(0, 0)


def _same(said: str, there: str) -> bool:
    if there in BREAKS:
        return said in BREAKS and (said != ASKED or there == ASKED)
    return said == there or base(said) == base(there) or {said, there} == {there[:_VERB], f"{there[:_VERB]}t"}


def _may_come_in(said: tuple[str, ...], at: int) -> bool:
    """Whether a token may come in: an article; a comma before a joint, unless behind a limit."""
    before, after = (said[at - 1 : at] or ("",))[0], (said[at + 1 : at + 2] or ("",))[0]
    if said[at] == ",":
        return after in lists().joints and before not in lists().limits
    return said[at] in lists().free and before not in lists().free and bool(after)
