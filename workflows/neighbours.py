"""Words whose meaning hangs on the words beside them: "zo" is mostly not Sunday, "Jan" not January."""

from collections.abc import Sequence

from workflows import lexicon
from workflows.spelling import folded, slip

Tags = Sequence[str]


def settled(text: str, tags: tuple[str, ...], before: Tags, after: Tags) -> tuple[str, ...]:
    """The tags of a word as its neighbours settle them."""
    tag, last, following = tags[0], before[-1] if before else "", after[0] if after else ""
    if tag.startswith(("~WD", "~MO")):
        known = _is_month(last) if tag[1] == "M" else _is_day(text, before, after)
        return (tag[1:],) if known else (folded(text),)
    if len(tags) == 1 and tag[1:2].isdigit() and (last in lexicon.COUNTED or following in lexicon.MONEY):
        return (text.lower(),)
    if tag.startswith("X") and ":" in tag:
        return (_day_or_hour(tag, before, after),)
    if tag.startswith("DT_") and _is_range(last, following):
        _, month, day = tag.split("-")
        return (f"N{day}", "-", f"N{month}")
    if tag.startswith("MO") and text[0].isupper() and not last[:1].isupper() and not following.startswith("N"):
        return (folded(text),) if last not in lexicon.BEFORE_MONTH else tags
    if len(before) > 1 and before[-2] in ("over", "binnen") and last[:1] == "N" and tag.islower():
        return (slip(tag, lexicon.FORGIVEN_UNITS) or tag, *tags[1:])
    if tag == "Vonbekend" and last == "grote":
        return ("Vzomer",)
    return ("Pochtend",) if tag == "morgen" and last.startswith("WD") else tags


def _is_range(last: str, following: str) -> bool:
    """Whether 4-5 counts something ("4-5 gesprekken", "groep 7/8", "2-3 weken") and is no day."""
    counts = following.isalpha() and following.islower() and following not in lexicon.AFTER_DATE
    dated = last in lexicon.BEFORE_DATE or last.lstrip("~").startswith("WD")
    return last in lexicon.COUNTED or following[:1] in ("U", "M") or (counts and not dated)


def _is_month(last: str) -> bool:
    """Whether "jan" or "mar" is a month: behind the number of a day."""
    return last[:1] in ("N", "O") and last[1:].isdigit() and int(last[1:]) <= 31


def _is_day(text: str, before: Tags, after: Tags) -> bool:
    """Whether a word that can be a short weekday (zo, ma, vrij) is one here."""
    word, last, following = folded(text).strip("."), before[-1] if before else "", after[0] if after else ""
    if last in lexicon.NEVER_BEFORE_DAY or {"pa", "hbo", "mbo"} & {*before[-2:], *after[:2]}:
        return False
    if word in lexicon.USUAL_DAYS or not (before or after) or _dated(after) or _beside_day(before, after):
        return True
    if last.startswith("WD"):
        return False
    closing = following in ("", ",", ".", ";", "!", "?", ")")
    if word in lexicon.OPEN_ENDED or last in lexicon.BEFORE_DAY:
        return closing and last in lexicon.BEFORE_DAY
    return closing and text.islower() and last not in lexicon.SELDOM_BEFORE_DAY


def _dated(after: Tags) -> bool:
    """Whether what follows is what follows a day: a number with a month, a time, "a.s.", "over een week"."""
    first, second, third = (*after, "", "", "")[:3]
    if first[:1] in ("T", "X", "O", "P") or first.startswith("DT") or first in ("as", "aanstaande"):
        return True
    if first[:1] == "N":
        return second.lstrip("~")[:2] == "MO" or second == "Uuur"
    counted = second == "een" or second[:1] == "N"
    return (first == "over" and counted and third[:1] == "U") or (first == "om" and second[:1] in ("N", "T", "h"))


def _beside_day(before: Tags, after: Tags) -> bool:
    """Whether "of", "en", "/" or "-" ties it to another weekday."""
    ties = ("of", "en", "/", "-")
    left = len(before) > 1 and before[-1] in ties and before[-2].lstrip("~").startswith("WD")
    return left or (len(after) > 1 and after[0] in ties and after[1].lstrip("~").startswith("WD"))


def _day_or_hour(tag: str, before: Tags, after: Tags) -> str:
    """1.12 is a time beside a date, after "om" or before "uur", a date after "op"; else it has to be seen or asked."""
    hour, minute = tag[1:].split(":")
    near = [*before[-2:], *after[:2]]
    if (
        {*before[-1:], *after[:1]} & {"Uuur", "om", "rond", "vanaf"}
        or any(map(_names_day, near))
        or _month_before(before)
    ):
        return f"T{hour}:{minute}"
    if before and before[-1].lstrip("~").startswith("WD"):
        return tag
    if set(before[-1:]) & {"op", "uiterlijk", "per", "datum", "deadline"}:
        return f"DT_-{int(minute)}-{int(hour)}"
    return "UNSURE"


def _month_before(before: Tags) -> bool:
    return len(before) > 1 and before[-1].startswith("~MO") and _is_month(before[-2])


def _names_day(tag: str) -> bool:
    return tag[:2] in ("MO", "DT") or tag[:1] == "P" or tag in lexicon.NEAR_DAYS or tag.startswith("N20")
