"""A sentence as a row of tokens: folded words, what means the same under one name, and the breaks between them."""

import re
from functools import lru_cache

from knowledge.phrasing.wordlists import lists
from knowledge.text import fold

BREAKS = frozenset(",;:.?()")
_TOKEN = re.compile(r"[a-z0-9]+|[,;:.?!()/%+€\u2014]|(?<= )[\u2013-](?= )")
_ONE = re.compile(r"\béén\b", re.IGNORECASE)
_BEFORE = re.compile("vóór", re.IGNORECASE)  # without its accents it would be "for"
_SHARED_END = re.compile(r"\b([a-z]+)- (of|en) ([a-z]{2})([a-z]{5,})")  # "op- of afschalen" has both words
INSIDE = re.compile(r"(?<=\w)\((\w+)\)|\((\w+)\)(?=\w)")  # "jeugd(hulp)partners" is one word
_MARKS = {"!": ".", "\u2013": ",", "-": ",", "\u2014": ","}


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """The tokens of a text; "één" is the number 1, "vóór" is not "voor", and a full stop at the end is none."""
    plain = fold(INSIDE.sub(r"\1\2", _BEFORE.sub("tevoren", _ONE.sub("1", text))))
    plain = _SHARED_END.sub(r"\1\4 \2 \3\4", plain)
    row = " ".join(_MARKS.get(token, token) for token in _TOKEN.findall(plain)).removesuffix(" .")
    for pattern, name in lists().phrases:
        row = " ".join(pattern.sub(lambda m, name=name: f"{name} {''.join(m.groups())}", row).split())  # type: ignore[misc]
    return tuple(lists().single.get(token, token) for token in row.split())
