"""What people type to agree on an action: who answers for it, what, by when; a whole sentence, or one part to mend."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from workflows.dates import Understood, parse, parse_snooze
from workflows.tokens import clean

_QUOTES = " \"“”„«»'‘’"
_OPENING = re.compile(
    r"^(?:(?:nee|niet|maar|liever|toch|doe|maak(?: er)?(?: van)?|(?:het|dat) (?:is|moet)|moet zijn|dan)\b[ ,:]*)+",
    re.IGNORECASE,
)
_PART = re.compile(
    r"^(?P<owner>wie|eigenaar|door|owner)\s*[:=]?\s+(?P<who>.+)$|^(?:wat|actie|omschrijving)\s*[:=]\s*(?P<words>.+)$"
    r"|^(?:wanneer|datum|uiterlijk|deadline)\s*[:=]\s*(?P<due>.+)$",
    re.IGNORECASE,
)
_MENTION = re.compile(r"<@(\w+)(?:\|([^>]*))?>|(?<!\w)(@[\w.’'-]+(?::[\w.-]+)?)")
_LENGTH = re.compile(
    r"^(?:met |nog )?(?:een |één |\d+ |twee |drie |vier )?(?:dag|dagen|week|weken|weekje|maand(?:en)?|werkdag(?:en)?)$",
    re.IGNORECASE,
)
_LONGEST_NAME = 4  # words


@dataclass(frozen=True)
class Mentioned:
    """A user of the chat as typed: `id` without signs, `label` as the sentence reader has it."""

    id: str
    label: str


@dataclass(frozen=True)
class Mend:
    """What one reply changes of an action as it was shown; None stays as it was. `ask` names what was not clear."""

    owner: str | None = None
    words: str | None = None
    due: date | None = None
    at: time | None = None
    ask: tuple[str, ...] = ()


def unquoted(text: str) -> str:
    """A sentence without the quotation marks and the signs around it."""
    return clean(text).strip(_QUOTES)


def mentions(text: str) -> list[Mentioned]:
    """The users of the chat who are mentioned: @iris, <@U1|iris>, @iris:server."""
    found = []
    for match in _MENTION.finditer(text):
        id = match[1] or match[3].removeprefix("@")
        label = (match[2] or match[1]) if match[1] else id
        found.append(Mentioned(match[3] if match[3] and ":" in match[3] else id, label))
    return found


def read_sentence(text: str, now: datetime) -> Understood:
    """A whole sentence about an action."""
    return parse(unquoted(text), now)


def read_owner(text: str, now: datetime) -> str | None:
    """Who is named when only that was asked; None when it is more than one, or no name."""
    bare = unquoted(text)
    found = parse(bare, now)
    if found.owner:
        return found.owner
    plain = found.due is None and 0 < len(bare.split()) <= _LONGEST_NAME
    several = re.search(r"\b(?:en|of)\b|[,/&+]", bare)
    return bare.removeprefix("de ").removeprefix("het ") if plain and not several else None


def read_mend(text: str, now: datetime) -> Mend:
    """What to change of an action that was shown back."""
    bare = _OPENING.sub("", unquoted(text))
    if part := _PART.match(bare):
        if part["who"]:
            owner = read_owner(part["who"], now)
            return Mend(owner=owner, ask=() if owner else ("owner",))
        if part["words"]:
            return Mend(words=part["words"])
        bare = part["due"]
    found = parse(bare, now)
    whole = bool(found.owner and found.action and found.due)
    words = found.action if whole or (found.due is None and not found.owner and len(found.action.split()) > 1) else None
    if found.due is None and found.time is None and found.owner is None and words is None:
        return Mend(owner=read_owner(bare, now)) if bare.istitle() else Mend(ask=("all",))
    return Mend(found.owner, words, found.due, found.time)


def read_put_off(text: str, due: date, now: datetime) -> tuple[date | None, time | None]:
    """Until when an action is put off: a length of time counts from the day it was due, or from today when past."""
    bare = unquoted(text).removeprefix("tot ")
    if _LENGTH.match(bare):
        start = max(due, now.date())
        moved = parse_snooze(bare.removeprefix("met ").removeprefix("nog "), now)
        return (start + (moved.day - now.date()) if moved.day else None), None
    found = parse_snooze(bare, now)
    return found.day, found.at
