"""Rules for rows of tags, written as they are said: "wd over n week" reads "dinsdag over 2 weken".

A rule is a row of words and the names of parts (`PARTS`); "?" behind one makes it optional, "|" separates choices.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from workflows.calendar import Calendar

T = TypeVar("T")
Said = Mapping[str, str | None]

PARTS = {
    "wd": "WD(?P<wd>[0-6])", "wd2": "WD(?P<wd2>[0-6])", "d": "[NOW](?P<d>[0-9]{1,2})", "d2": "[NOW][0-9]{1,2}",
    "o": "O(?P<d>[0-9]+)", "o10": "O(?P<d>[1-3][0-9])", "nth": "[OW](?P<nth>[0-9]+)", "num": "N(?P<d>[0-9]{1,2})",
    "num2": "N(?P<m>[0-9]{1,2})",
    "mo": "MO(?P<mo>[0-9]+)", "y": "N(?P<y>20[0-9]{2})", "dt": "DT(?P<y>[0-9]+|_)-(?P<mo>[0-9]+)-(?P<d>[0-9]+)",
    "n": "(?:een|N(?P<n>[0-9]+))", "n2": "(?:een|N[0-9]+)", "u": "U(?P<u>[a-z]+)", "u2": "U[a-z]+",
    "ud": "U(?P<u>dag|week|maand|jaar|werkdag|schooldag|kwartaal|halfjaar)",
    "v": "V(?P<v>[a-z]+)", "f": "F(?P<f>[a-z-]+)", "t": "[TX](?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})", "t2": "[TX][0-9:]+",
    "p": "P(?P<p>[a-z]+)", "h": "(?:een|N(?P<h>[0-9]{1,2}))", "hh": "N(?P<h>[0-9]{1,2})", "h2": "(?:een|N[0-9]{1,2})",
    "near": "(?P<near>vandaag|morgen|overmorgen)", "more": "(?P<more>anderhalf)", "next": "(?P<next>volgende)",
    "stretch": "(?:U(?:week|maand|jaar|kwartaal)|MO[0-9]+|weekend|[a-z]*jaar|zomer|winter|herfst|lente)",
    "short": "N(?P<short>[0-9]{1,2})",
    "any": "[a-z]+",
    "wx": "w[a-z]{1,5}",
    "ow": "[OW](?P<d>[0-9]+)",
    "w": "W[0-9]+",
    "part": "(?:begin|midden|half|halverwege|medio|loop|eind|ultimo)",
    "season": "(?:[a-z]+jaar|zomer|winter|herfst|lente|Ukwartaal)",
    "=stop": r"(?=$|[,.;:!?)(—–] |- (?!N)|[TPX#]|om |half |kwart |uiterlijk |door |@ )",
    "=p": "(?=P(?:ochtend|middag|avond) )",
    "=dotted": r"(?=X(?P<d>[0-9]+):(?P<mo>[0-9]+) )",
    "=verb": "(?=(?:belt|stuurt|moet|gaat|zal|kan|maakt|levert|wordt|regelt|plant|neemt|ik|we|wij|de|het"
    "|terug|op|af|aan|uit|mee|door) )",
    "=end": r"(?=$|[,.;:!?)(—–] |- (?!N)|[TPX#]|om |half |kwart |uiterlijk |voor |door |@ )",
}  # fmt: skip


@dataclass(frozen=True)
class Rule(Generic[T]):
    """How a row of tags looks and what it means at a moment in a region."""

    pattern: re.Pattern[str]
    resolve: Callable[[Said, "Moment"], T]


@dataclass(frozen=True)
class Moment:
    """When and where something is said: the local time in Amsterdam, and the working and school days there."""

    now: datetime
    calendar: Calendar


@dataclass(frozen=True)
class Found(Generic[T]):
    """A rule that holds for the tags from start up to end, with the words that lead it in."""

    start: int
    end: int
    rule: Rule[T]
    said: Said
    lead: str


_BEFORE_LEADS = "op|voor|uiterlijk|tegen|per|binnen|over|na|vanaf"
_LOOSE_LEADS = {
    "op": f"{_BEFORE_LEADS}|vandaag|morgen|overmorgen|volgende|elke|iedere",
    "voor": _BEFORE_LEADS,
    "rond": _BEFORE_LEADS,
}


def rule(template: str, resolve: Callable[[Said, Moment], T], leads: Sequence[str]) -> Rule[T]:
    """The rule for a row of words, which any of the leads may precede."""
    lead = "|".join(_lead(words) for words in sorted(leads, key=len, reverse=True))
    body = "".join(_piece(item) for item in template.split())
    return Rule(re.compile(f"(?P<lead>(?:(?:{lead}) )*){body}"), resolve)


def _lead(words: str) -> str:
    """A lead; before another one "op" and "voor" belong to a verb: "pakt het op uiterlijk vrijdag"."""
    loose = _LOOSE_LEADS.get(words)
    return re.escape(words) + (f"(?! (?:{loose}) )" if loose else "")


def _piece(item: str) -> str:
    if item.startswith("="):
        return PARTS[item]
    optional = len(item) > 1 and item.endswith("?")
    choices = "|".join(PARTS.get(part, re.escape(part)) for part in item.rstrip("?").split("|"))
    return f"(?:(?:{choices}) ){'?' if optional else ''}"


def scan(tags: Sequence[str], rules: Sequence[Rule[T]]) -> Iterator[Found[T]]:
    """The longest match at each place, from left to right, without overlap."""
    line = "".join(f"{tag} " for tag in tags)
    places = [0]
    for tag in tags:
        places.append(places[-1] + len(tag) + 1)
    index = {place: i for i, place in enumerate(places)}
    i = 0
    while i < len(tags):
        best = _longest(line, places[i], rules)
        if best:
            found, match = best
            end = index[match.end()]
            yield Found(i, end, found, match.groupdict(), (match["lead"] or "").strip())
            i = end
        else:
            i += 1


def _longest(line: str, place: int, rules: Sequence[Rule[T]]) -> tuple[Rule[T], re.Match[str]] | None:
    matches = [(rule, m) for rule in rules if (m := rule.pattern.match(line, place)) and m.end() > place]
    return max(matches, key=lambda pair: pair[1].end(), default=None)
