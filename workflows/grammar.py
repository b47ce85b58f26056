"""The verbs and the words for people in Dutch sentences, from grammar.yaml, and what a word can be."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from workflows.spelling import folded
from workflows.tokens import Token

_FILE = Path(__file__).with_name("grammar.yaml")


class Lexicon(BaseModel):
    """The words of grammar.yaml, each list as a set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: frozenset[str]
    bodies: frozenset[str]
    plural: frozenset[str]
    family: frozenset[str]
    titles: frozenset[str]
    particles: frozenset[str]
    pronouns: dict[str, frozenset[str]]
    unknown: frozenset[str]
    impersonal: frozenset[str]
    articles: frozenset[str]
    verbs: frozenset[str]
    forms: frozenset[str]
    auxiliaries: frozenset[str]
    passives: frozenset[str]
    things: frozenset[str]
    fillers: frozenset[str]
    adverbs: frozenset[str]
    names: frozenset[str]

    @field_validator("*", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, dict):
            return {key: frozenset(words.split()) for key, words in value.items()}
        return frozenset(value.split()) if isinstance(value, str) else value


@dataclass(frozen=True)
class Verbs:
    """The forms of the verbs: whole (bellen), stem (bel), third person (belt), and what several can do (bellen).

    A verb that splits in a sentence (uitnodigen) is no form for several: they "nodigen uit".
    """

    whole: frozenset[str]
    stem: frozenset[str]
    third: frozenset[str]
    plural: frozenset[str]


@cache
def grammar() -> Lexicon:
    """The words of grammar.yaml. Raises ValidationError when it is not right."""
    return Lexicon.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@cache
def verbs() -> Verbs:
    """The forms of all verbs of grammar.yaml."""
    rows = [entry.replace("+", " ").split(":") for entry in grammar().verbs]
    third = {row[2] if len(row) > 2 else row[1] if row[1].endswith("t") else f"{row[1]}t" for row in rows}
    whole, stem = frozenset(row[0] for row in rows), frozenset(row[1] for row in rows)
    return Verbs(whole, stem, frozenset(third), frozenset(row[0] for row in rows if row[0][:2] == row[1][:2]))


def key(word: Token) -> str:
    """The word as the lexicon writes it."""
    return folded(word.text)


def is_finite(word: Token) -> bool:
    """Whether a word can be the verb of "hij": belt, moet, wordt."""
    return key(word) in verbs().third or key(word) in grammar().forms


def is_whole(word: Token) -> bool:
    """Whether a word is a whole verb: bellen, uitnodigen."""
    return key(word) in verbs().whole
