"""From Dutch as people type it to features: words, stems, concepts, pairs, pieces of words.

Pure text in, strings out; weighing and searching them is retrieval's work.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import Stemmer

MAX_CHARACTERS = 4000  # what is longer is read up to here; nobody asks a question that long

_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = str.maketrans({"\u2018": "'", "\u2019": "'", "`": "'", "\u00b4": "'"})
_GLUED = re.compile(r"(?<=[a-z0-9])['\-](?=(?:er|ers|s|en|tje|tjes)\b)")
_HIDDEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\U000e0000-\U000e007f]")
_ENGLISH = frozenset(
    "the is are do does who what how when can should i my we they of with for a an to in it if and or there".split()
)
_DUTCH = frozenset("de het een ik we wij en is van dat die niet met voor mag moet wie wat hoe kan er op aan".split())
_stemmer = Stemmer.Stemmer("dutch")


# Spellings of one sound, longest first: a dyslexic colleague and a dictating phone write by ear.
_SOUNDS = (
    ("sch", "sg"), ("tie", "si"), ("ij", "ei"), ("au", "ou"), ("ch", "g"), ("ph", "f"), ("th", "t"), ("dt", "t"),
    ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("c", "k"), ("y", "i"), ("v", "f"), ("z", "s"),
)  # fmt: skip
_ENDING = {"d": "t", "b": "p"}
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=64)  # every reader of a message folds it anew
def fold(text: str) -> str:
    """Lower case without accents, hidden characters or the apostrophe of ib'er; cut at MAX_CHARACTERS."""
    text = _HIDDEN.sub("", text[:MAX_CHARACTERS]).translate(_APOSTROPHES).lower()
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _GLUED.sub("", text)


def words(text: str) -> list[str]:
    """The words and numbers of a text, folded, in order."""
    return _WORD.findall(fold(text))


def is_english(text: str) -> bool:
    """Whether a message is in English."""
    tokens = words(text)
    return sum(t in _ENGLISH for t in tokens) > max(1, sum(t in _DUTCH for t in tokens) * 1.5)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Snowball stem of a folded word."""
    return str(_stemmer.stemWord(word))


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """How a folded word sounds, roughly: words that only differ in spelling by ear get the same value."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    word = _DOUBLED.sub(r"\1", word)
    return word[:-1] + _ENDING[word[-1]] if word[-1:] in _ENDING else word


@dataclass(frozen=True)
class Concepts:
    """Groups of words that mean the same here ("kar trekken" = regie); built from the glossary."""

    single: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prefixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phrases: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    open_phrases: Mapping[tuple[str, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    longest: int = 1

    @classmethod
    def from_groups(cls, groups: Mapping[str, Iterable[str]]) -> "Concepts":
        """Groups of variants; a variant is a word or a phrase, with * for any ending of its last word."""
        single: dict[str, set[str]] = {}
        prefixes: dict[str, set[str]] = {}
        phrases: dict[tuple[str, ...], set[str]] = {}
        open_phrases: dict[tuple[str, ...], set[tuple[str, str]]] = {}
        for name, variants in groups.items():
            for variant in variants:
                parts = tuple(words(variant))
                is_open = variant.rstrip().endswith("*")
                if len(parts) > 1 and is_open:
                    open_phrases.setdefault(parts[:-1], set()).add((parts[-1], name))
                elif len(parts) > 1:
                    phrases.setdefault(parts, set()).add(name)
                elif parts and is_open:
                    prefixes.setdefault(parts[0], set()).add(name)
                elif parts:
                    single.setdefault(parts[0], set()).add(name)
        return cls(
            {k: tuple(sorted(v)) for k, v in single.items()},
            {k: tuple(sorted(v)) for k, v in prefixes.items()},
            {k: tuple(sorted(v)) for k, v in phrases.items()},
            {k: tuple(sorted(v)) for k, v in open_phrases.items()},
            max((len(k) for k in (*phrases, *((*begin, "") for begin in open_phrases))), default=1),
        )

    def of(self, tokens: Sequence[str]) -> Iterator[str]:
        """The concepts that occur in a row of folded words, with repeats."""
        for start, word in enumerate(tokens):
            yield from self.single.get(word, ())
            for end in range(3, len(word) + 1):
                yield from self.prefixes.get(word[:end], ())
            for length in range(2, min(self.longest, len(tokens) - start) + 1):
                *begin, last = tokens[start : start + length]
                yield from self.phrases.get((*begin, last), ())
                yield from (name for piece, name in self.open_phrases.get(tuple(begin), ()) if last.startswith(piece))


def pieces(word: str, size: int = 4) -> list[str]:
    """The runs of `size` characters of a word with its edges marked: "^mdo$" gives "^mdo", "mdo$"."""
    edged = f"^{word}$"
    return [edged[i : i + size] for i in range(len(edged) - size + 1)] or [edged]
