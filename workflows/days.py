"""Which day a text means: every mention of a day in it, and what to do when two of them meet.

The convention: what is not sure is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from workflows.phrases import Found, Moment, scan
from workflows.sayings import BEFORE, LEAD, ONWARD, RULES, UNSURE
from workflows.senses import ASK, Sense, one

_BESIDE = frozenset(("voor", "na"))
_ARTICLES = frozenset(("het", "de", "een"))
_OPEN = frozenset((("of", "later"), ("of", "anders"), ("of", "zo")))


@dataclass(frozen=True)
class Mention:
    """A phrase about a day in a text: the tags it takes up, its sense, and the day it is the eve of ("vóór vrijdag").

    A reference ("het verslag van maandag") fixes nothing; an onward mention goes on from another ("t/m vrijdag");
    an impossible one is in no calendar ("31 november").
    """

    start: int
    end: int
    sense: Sense
    eve_of: date | None = None
    reference: bool = False
    onward: bool = False
    impossible: bool = False


def find_days(tags: Sequence[str], moment: Moment) -> list[Mention]:
    """Every mention of a day, in order."""
    return [_in_context(_mention(found, moment), tags) for found in scan(tags, RULES)]


def _in_context(mention: Mention, tags: Sequence[str]) -> Mention:
    """The mention, unsure when "niet" or "of later" follows, or when it dates something else: "vóór het mdo op …"."""
    after, before = tuple(tags[mention.end : mention.end + 2]), tuple(tags[max(0, mention.start - 3) : mention.start])
    other = len(before) == 3 and before[0] in _BESIDE and before[1] in _ARTICLES and tags[mention.start] == "op"
    doubtful = after[:1] == ("niet",) or after in _OPEN or other
    return replace(mention, sense=ASK, reference=False) if doubtful else mention


def settle(mentions: Sequence[Mention], today: date) -> Mention | None:
    """The mention that fixes the day, with its sense narrowed to that day; None when one has to ask."""
    live = [m for i, m in enumerate(mentions) if not m.reference or _runs_on(mentions, i)]
    if not live or not all(m.sense.certain for m in live):
        return None
    said = [m for m in live if m.sense.first and not m.sense.fallback] or [m for m in live if m.sense.first]
    day = _one_day([m.sense for m in said])
    if day is None or day < today:
        return None
    kept = next((m for m in said if m.eve_of or m.sense.moment), said[0])
    return replace(kept, sense=replace(kept.sense, first=day, last=day))


def _runs_on(mentions: Sequence[Mention], i: int) -> bool:
    """Whether "van 1 dec" goes on as "t/m 5 dec": then it is no mere reference."""
    return i + 1 < len(mentions) and mentions[i + 1].onward and mentions[i].end == mentions[i + 1].start


def _one_day(senses: list[Sense]) -> date | None:
    """The one day all senses agree on, if there is one."""
    periods = [(s.first, s.last) for s in senses if s.first and s.last and s.first != s.last]
    days = {s.first for s in senses if s.first == s.last and s.weekday is None}
    bare = {s.weekday: s.first for s in senses if s.weekday is not None}
    if not days and len(bare) == 1:
        weekday, coming = next(iter(bare.items()))
        days = {_within(periods, weekday) if periods else coming}
    day = next(iter(days)) if len(days) == 1 else None
    fits = day is not None and all(day.weekday() == w for w in bare) and all(a <= day <= b for a, b in periods)
    return day if fits else None


def _within(periods: list[tuple[date, date]], weekday: int | None) -> date | None:
    """The only such weekday in the only period."""
    if len(periods) != 1 or weekday is None:
        return None
    first, last = periods[0]
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    return day if day <= last < day + timedelta(days=7) else None


def _mention(found: Found[Sense], moment: Moment) -> Mention:
    try:
        sense = found.rule.resolve(found.said, moment)
        leads = LEAD.findall(found.lead)
        if set(leads) & set(UNSURE):
            sense = ASK
        if set(leads) & set(BEFORE) and sense.first and not sense.closing:
            eve_of = sense.first if sense.first == sense.last else None
            return Mention(found.start, found.end, one(sense.first - timedelta(days=1)), eve_of)
    except (ValueError, OverflowError):
        return Mention(found.start, found.end, ASK, impossible=True)
    reference = "van" in leads and sense.certain
    return Mention(found.start, found.end, sense, reference=reference, onward=bool(ONWARD & set(leads)))
