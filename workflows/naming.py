"""Who is named in a row of words: the speaker, a role, a person by name; the words it knows stand in grammar.yaml."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.grammar import grammar, is_finite, is_whole, key, verbs
from workflows.tokens import Token

_JOINS = frozenset(("en", "of", "&", "+", "/", "alsook", "plus"))
_OPEN_SURNAMES = frozenset(("van", "ter", "ten", "el", "al", "vd"))
_NOUN_ENDS = tuple(
    """
    tje je ing heid tie sie ment schap plan verslag gesprek overleg formulier map lijst brief avond dag werk zorg hulp
    kaart mail aanvraag traject rapport bezoek onderzoek vraag advies document en
    """.split()
)


@dataclass(frozen=True)
class Person:
    """Who is named, as typed; where that starts and ends, whether it is sure, whether it may be a plural."""

    names: tuple[str, ...]
    start: int
    end: int
    sure: bool
    plural: bool = False


def read_person(words: Sequence[Token], i: int, trusting: bool = False) -> Person | None:
    """The person or persons named from place i on; trusting takes an unknown word for a name."""
    first = _one_person(words, i, trusting)
    if first is None:
        return None
    names, listed, end, here = first.names, first.names, first.end, first.end
    while nxt := _next_named(words, here):
        tied, more = nxt
        listed, here = (*listed, *more.names), more.end
        if tied:  # "Jan, Karin" may be a name and something else; "Jan, Karin en Piet" is a list
            names, end = listed, here
    return Person(names, i, end, first.sure, first.plural or len(names) > 1)


def _next_named(words: Sequence[Token], i: int) -> tuple[bool, Person] | None:
    """The person behind "en", "of" or a comma at place i, and whether it was more than a comma."""
    tied = _join(words, i)
    place = tied or (i + 1 if i < len(words) and words[i].text == "," else None)
    more = _one_person(words, place, trusting=False) if place else None
    return (bool(tied), more) if more else None


def _join(words: Sequence[Token], i: int) -> int | None:
    """The place after "en", "of", "/" or "samen met", if one stands at i."""
    keys = [key(w) for w in words[i : i + 2]]
    if keys == ["samen", "met"]:
        return i + 2
    return i + 1 if keys and (keys[0] in _JOINS or words[i].text in ("&", "+", "/")) else None


def _one_person(words: Sequence[Token], start: int, trusting: bool) -> Person | None:
    i = start
    while i < len(words) and key(words[i]) in grammar().articles:
        i += 1
    if i >= len(words) or words[i].kind not in ("word", "initials", "glued", "mention"):
        return None
    spoken = _pronoun(words, i) if i == start else None
    sure = _role_end(words, i) or _titled_end(words, i) or _name_end(words, i)
    end = sure or (_guessed_end(words, i, i > start) if trusting else None)
    return spoken or (_person(words, start, i, end, sure=bool(sure)) if end else None)


def _person(words: Sequence[Token], start: int, i: int, end: int, sure: bool) -> Person:
    """The person named from i on, whose article stands at start."""
    end = _belonging(words, end)
    plural = sure and key(words[end - 1]) in grammar().plural
    return Person((_typed(words, i, end),), start, _skip_aside(words, end), sure, plural)


def _guessed_end(words: Sequence[Token], i: int, after_article: bool) -> int | None:
    """Where a name nobody listed ends: "van der Berg", "Xiomara", a word in front of a verb."""
    surname = _name_run(words, i) if key(words[i]) in _OPEN_SURNAMES else i
    if surname > i or not _may_be_name(words[i], after_article):
        return surname if surname > i else None
    return _name_run(words, i + 1) if words[i].text[0].isupper() else i + 1


def _pronoun(words: Sequence[Token], i: int) -> Person | None:
    known = grammar()
    for name, forms in known.pronouns.items():
        if key(words[i]) in forms:
            return Person((name,), i, i + 1, True, name != "ik")
    return Person((), i, i + 1, True) if key(words[i]) in known.unknown else None


def _role_end(words: Sequence[Token], i: int) -> int | None:
    """Where a role ends, with a name behind it: "juf Anne", "centrum voor jeugd en gezin"."""
    length = _role_length(words, i)
    return _called(words, i + length) if length else None


def _called(words: Sequence[Token], i: int) -> int:
    """Where the name ends that a role or a title may have behind it, in capitals or not: "juf marieke"."""
    small = i < len(words) and key(words[i]) in grammar().names and not _is_verb(words[i])
    return _name_run(words, i + 1 if small else i)


def _is_verb(word: Token) -> bool:
    return is_finite(word) or is_whole(word) or key(word) in verbs().stem


def _role_length(words: Sequence[Token], i: int) -> int:
    known = grammar()
    roles, keys = known.roles | known.family | known.plural, [key(w) for w in words[i : i + 5]]
    return next((n for n in range(len(keys), 0, -1) if "+".join(keys[:n]) in roles), 0)


def _titled_end(words: Sequence[Token], i: int) -> int | None:
    if key(words[i]).rstrip(".") not in grammar().titles:
        return None
    start = i + 1 + (i + 1 < len(words) and words[i + 1].text == ".")
    end = _called(words, start)
    return end if end > start else None


def _name_end(words: Sequence[Token], i: int) -> int | None:
    """Where a name ends: a known first name, or a capital where no sentence opens."""
    word, known, capital = key(words[i]), grammar(), words[i].text[0].isupper()
    if word in known.names and (capital or not (_is_verb(words[i]) or word in known.things)):
        return _name_run(words, i + 1)
    return _name_run(words, i + 1) if capital and i > 0 and _may_be_name(words[i], False) else None


def _name_run(words: Sequence[Token], i: int) -> int:
    """Where the surname ends that starts at i, if one does: "de Vries", "Peters"."""
    while True:
        end = i
        while end < len(words) and key(words[end]) in grammar().particles:
            end += 1
        if end >= len(words) or not words[end].text[0].isupper() or not _may_be_name(words[end], False):
            return i
        if _role_length(words, end):
            return i
        i = end + 1


def _may_be_name(word: Token, after_article: bool) -> bool:
    known, text = grammar(), key(word)
    if word.kind not in ("word", "initials") or len(text) < 2:
        return False
    if text in known.things | known.unknown | known.impersonal:
        return False
    if _is_verb(word) or text in known.fillers | known.articles:
        return False
    named = text in known.names
    return named or not text.endswith(_NOUN_ENDS if not word.text[0].isupper() or after_article else _NOUN_ENDS[:-1])


def _belonging(words: Sequence[Token], end: int) -> int:
    """Where "van de Zonnewijzer" or "van het CJG" ends, if that follows and a verb comes next."""
    if end >= len(words) or key(words[end]) != "van":
        return end
    last = end + 1
    while last < len(words) and key(words[last]) in grammar().articles:
        last += 1
    last = max(_role_end(words, last) or 0, _name_run(words, last)) if last < len(words) else last
    return last if end + 1 < last < len(words) and is_finite(words[last]) else end


def _skip_aside(words: Sequence[Token], end: int) -> int:
    """The place after "(ib'er)"."""
    if end < len(words) and words[end].text == "(":
        close = next((j for j in range(end + 1, min(end + 5, len(words))) if words[j].text == ")"), None)
        return close + 1 if close and close + 1 < len(words) and is_finite(words[close + 1]) else end
    return end


def _typed(words: Sequence[Token], start: int, end: int) -> str:
    """The words as typed, with single spaces where there were any."""
    parts = [words[start].text]
    for before, word in zip(words[start:end], words[start + 1 : end], strict=False):
        parts.append((" " if word.start > before.end else "") + word.text)
    return "".join(parts).strip(".,") if len(parts) == 1 else "".join(parts)
