"""Times of day as they are said: "half drie", "14u30", "vijf voor half 9", "'s avonds 8 uur".

An hour that could be either is taken within working hours, unless a part of the day decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from workflows.phrases import Found, Moment, Rule, Said, rule, scan

_LEADS = (
    "om", "rond", "rond de klok van", "vanaf", "voor", "tegen", "tot", "uiterlijk", "klokslag", "precies", "stipt",
    "na", "omstreeks", "ongeveer", "circa", "ca", "van", "op", "tijd :", "hoe laat :", "start", "aanvang", "om :",
    "ergens rond",
)  # fmt: skip
_BARE_LEADS = frozenset(("om", "rond", "tegen", "omstreeks", "klokslag", "stipt"))
_WORK = (7 * 60, 18 * 60 + 59)  # working hours, in minutes since midnight
_PARTS = {
    "ochtend": ((180, 719),),
    "middag": ((720, 1080),),
    "avond": ((1020, 1439),),
    "nacht": ((0, 360), (1320, 1439)),
}
_LASTING = frozenset(
    """
    per lang durend durende nodig begeleiding ondersteuning hulp zorg les lessen extra tijd werk observatie therapie
    vertraging later eerder geleden lesuitval behandeling coaching rt bijles inzet durende onderwijs arrangement
    """.split()
)
_LASTING_AFTER = frozenset("gedurende extra minstens maximaal max minimaal totaal plus nog elke iedere".split())


_CLOSING = frozenset(
    ("", "#", ",", ".", ";", "!", "?", ")", "@", "-", "bij", "met", "op", "in", "via", "aan", "door", "te")
)


@dataclass(frozen=True)
class Hour:
    """A time as said: minutes since midnight; whether it can be either half of the day; None when it cannot be."""

    minutes: int | None
    either: bool = True


@dataclass(frozen=True)
class Clock:
    """What a text says about the time of day: a time, or that one has to ask, and the tags it takes up."""

    at: time | None
    ask: bool
    spans: tuple[tuple[int, int], ...]


IMPOSSIBLE = Hour(None)


def _digital(said: Said, _: Moment) -> Hour:
    hour, minute = said["h"] or "", int(said["min"] or 0)
    return _hour(int(hour), minute, either=not hour.startswith("0"))


def _hour(hour: int, minute: int, either: bool = True) -> Hour:
    if hour > 23 or minute > 59:
        return IMPOSSIBLE
    return Hour(hour * 60 + minute, either and 0 < hour <= 12)


def _whole(said: Said, _: Moment) -> Hour:
    return _hour(int(said["h"] or 1), int(said.get("m") or 0))


def _half(said: Said, _: Moment) -> Hour:
    return _around(said, -30)


def _quarter_to(said: Said, _: Moment) -> Hour:
    return _around(said, -15)


def _quarter_past(said: Said, _: Moment) -> Hour:
    return _around(said, 15)


def _minutes_to(said: Said, _: Moment) -> Hour:
    return _around(said, -int(said["m"] or 0))


def _minutes_past(said: Said, _: Moment) -> Hour:
    return _around(said, int(said["m"] or 0))


def _minutes_to_half(said: Said, _: Moment) -> Hour:
    return _around(said, -30 - int(said["m"] or 0))


def _minutes_past_half(said: Said, _: Moment) -> Hour:
    return _around(said, -30 + int(said["m"] or 0))


def _around(said: Said, minutes: int) -> Hour:
    """So many minutes from a whole hour; "kwart voor 1" lies before one, on a clock of twelve hours or of 24."""
    hour = int(said["h"] or 1)
    if hour > 24 or abs(minutes) > 59:
        return IMPOSSIBLE
    return Hour((hour * 60 + minutes) % (720 if hour <= 12 else 1440), either=hour <= 12)


def _morning(said: Said, _: Moment) -> Hour:
    return Hour(int(said["h"] or 0) % 12 * 60, either=False)


def _afternoon(said: Said, _: Moment) -> Hour:
    return Hour((int(said["h"] or 0) % 12 + 12) * 60, either=False)


def _one_o_clock(_said: Said, _moment: Moment) -> Hour:
    return Hour(60)


def _impossible(_said: Said, _moment: Moment) -> Hour:
    return IMPOSSIBLE


_SAID = (
    ("t Uuur?", _digital),
    ("t -|–|tot t2 Uuur?", _digital),
    ("t tot en met t2 Uuur?", _digital),
    ("hh Uuur", _whole),
    ("een Uuur", _one_o_clock),
    ("hh", _whole),
    ("hh Uuur num2 =end", _whole),
    ("hh Uuur num2 =verb", _whole),
    ("een Uuur of hh", _whole),
    ("half h Uuur?", _half),
    ("kwart|Ukwartier voor h Uuur?", _quarter_to),
    ("kwart|Ukwartier over|na h Uuur?", _quarter_past),
    ("num2 Uminuut? voor h Uuur?", _minutes_to),
    ("num2 Uminuut? over|na h Uuur?", _minutes_past),
    ("num2 Uminuut? voor half h Uuur?", _minutes_to_half),
    ("num2 Uminuut? over|na half h Uuur?", _minutes_past_half),
    ("hh am", _morning),
    ("hh pm", _afternoon),
    ("middernacht", _impossible),
    ("tussen h2|t2 Uuur? en h2|t2 Uuur?", _impossible),
    ("hh Uuur? -|–|tot|of|/|en|a h2 Uuur", _impossible),
    ("van|tussen|om|rond hh Uuur? -|–|tot|of|/|en|a h2 Uuur?", _impossible),
)
_RULES: tuple[Rule[Hour], ...] = tuple(rule(said, resolve, _LEADS) for said, resolve in _SAID)


def read_clock(tags: Sequence[str], moment: Moment) -> Clock:
    """The time of day in a row of tags, where the tags of the day already found are "#"."""
    found = _surest([f for f in scan(tags, _RULES) if _is_time(f, tags)])
    spans = [(f.start, f.end) for f in found]
    parts = _parts(tags, spans)
    named = {tags[i].removeprefix("P") for start, end in parts for i in range(start, end) if tags[i][0] == "P"}
    times = {_pick(f, named, moment) for f in found}
    at = next(iter(times)) if len(times) == 1 else None
    return Clock(at, bool(times) and at is None, tuple(sorted([*spans, *parts])))


def _surest(found: list[Found[Hour]]) -> list[Found[Hour]]:
    """Without "2 uur" where another time has "om" before it: then the first is how long it lasts."""
    led = [f for f in found if set(f.lead.split()) & _BARE_LEADS]
    return [f for f in found if not led or f.lead or f.rule.resolve is not _whole]


def _pick(found: Found[Hour], parts: set[str], moment: Moment) -> time | None:
    """The one time that fits the part of the day, or else working hours; None when there is none or it is open."""
    said = found.rule.resolve(found.said, moment)
    lead = found.lead.split()
    if said.minutes is None or "na" in lead or ("van" in lead and found.end - found.start < 4) or len(parts) > 1:
        return None
    half = said.minutes % 720
    choices = {half, half + 720} if said.either else {said.minutes}
    windows = _PARTS[next(iter(parts))] if parts else (_WORK,) if said.either else ((0, 1439),)
    fitting = [m for m in choices if any(a <= m <= b for a, b in windows)]
    return time(*divmod(fitting[0], 60)) if len(fitting) == 1 else None


def _is_time(found: Found[Hour], tags: Sequence[str]) -> bool:
    """Whether what looks like a time is one, not a duration ("3 uur per week") or a count ("om 2 redenen")."""
    core = list(tags[found.start + len(found.lead.split()) : found.end])
    before, after = (tags[found.start - 1] if found.start else ""), (tags[found.end] if found.end < len(tags) else "")
    led = bool(set(found.lead.split()) & _BARE_LEADS)
    if core[-1] == "Uuur" and len(core) == 2 and found.lead.split()[-1:] == ["van"]:
        return False
    if core[:2] == ["een", "Uuur"]:
        return led and after not in _LASTING
    if len(core) == 1 and core[0].startswith("N"):
        return led and (before[:1] in ("#", "P") or after in _CLOSING or after[:1] == "P")
    if core[-1] == "Uuur" and len(core) == 2 and core[0][0] == "N" and not led:
        return not (after in _LASTING or before in _LASTING_AFTER or int(core[0][1:] or 0) >= 30)
    return core[0][0] != "N" or "half" in core or "Uuur" in core or _sounds_like_minutes(core, led or before == "#")


def _sounds_like_minutes(core: list[str], expected: bool) -> bool:
    """Whether "10 voor 3" is a time: after "om" or a day, or with minutes that people name."""
    return expected or "Uminuut" in core or core[0] in ("N5", "N10", "N20", "N25") or core[-1] in ("am", "pm")


def _parts(tags: Sequence[str], times: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where parts of the day stand that belong to a day or a time, with the words that lead them in."""
    edges = {i for span in times for i in span}
    found = []
    for i, tag in enumerate(tags):
        if tag[0] != "P" or not tag[1:].islower():
            continue
        start = i
        while start and tags[start - 1] in ("s", "de", "in", "op", "tussen", "het", "deze"):
            start -= 1
        beside = (start and tags[start - 1] == "#") or tags[i + 1 : i + 2] == ["#"] or {start, i + 1} & edges
        if beside or start < i:
            found.append((start, i + 1))
    return found
