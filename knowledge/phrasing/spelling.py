"""What a sentence looks like before its words count: its characters, and that nothing in it can be clicked or typed."""

import re
import unicodedata

from knowledge.phrasing.tokens import INSIDE

_INVISIBLE = frozenset({"Cf", "Cc", "Co", "Cs", "Cn"})
_VARIATION = re.compile("[\ufe00-\ufe0f\u180b-\u180f\U000e0100-\U000e01ef\u115f\u1160\u3164\uffa0\u2800]")
_MARKED = "áàâäéèêëíìîïóòôöúùûüçñ"
_ALLOWED = re.compile(rf"""[A-Za-z0-9{_MARKED}{_MARKED.upper()} .,;:?()'"‘’“”„/%€+\u2013\u2014\-]*[.?]""")
_SPACED = re.compile(r"\s[.,;:?]|[.,;:?][.,;:?]")
_GLUED = re.compile(r"[\w'’-]+[./:][\w./:'’-]*\w")  # "school.de", "en/of"
_PAIRED = re.compile(r"[^()]*(?:\([^()]*\)[^()]*)*")
_QUOTES = re.compile(r"[\"‘“”„]")
_IN_QUOTES = re.compile(r"(?<!\w)'\w[^']*'(?!\w)")  # "mag u 'anoniem' overleggen" casts doubt
_TWICE = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)
_BRACKETED = re.compile(r"(\S+) (\([^()]*\))")
_LONGER = 40  # characters that a sentence may be longer than twice its source


def cleaned(text: str) -> str:
    """The text without what a reader cannot see, in composed form, spaces single."""
    text = unicodedata.normalize("NFC", _VARIATION.sub("", text))
    seen = "".join(
        " " if c in "\n\t\r" else c for c in text if c in "\n\t\r" or unicodedata.category(c) not in _INVISIBLE
    )
    return " ".join(seen.split())


def is_plain(said: str, source: str) -> bool:
    """Whether it is a whole sentence of Dutch letters, digits and punctuation, glued and quoted as its source is."""
    return (
        bool(_ALLOWED.fullmatch(said))
        and not _SPACED.search(said)
        and not set(_TWICE.findall(said)) - set(_TWICE.findall(source))
        and len(said) <= 2 * len(source) + _LONGER
        and all(glued in source for glued in _GLUED.findall(said))
        and bool(_PAIRED.fullmatch(INSIDE.sub("", said)))
        and all(f"{word} {aside}" in source or aside not in source for word, aside in _BRACKETED.findall(said))
        and (not _QUOTES.search(said) or bool(_QUOTES.search(source)))
        and all(quoted in source for quoted in _IN_QUOTES.findall(said))
    )
