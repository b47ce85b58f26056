"""What the words and letters of the field mean (words.yaml): MDO, OPP, oza. Read only when a meaning is asked."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from knowledge.faults import ContentError, from_validation
from knowledge.provisions import Words
from knowledge.text import words
from knowledge.yaml_file import read_yaml

_FILE = Path(__file__).with_name("words.yaml")


class Meaning(BaseModel):
    """What a word means; `words` are the ways it is written, `provisions` say where it matters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: list[Words] = Field(min_length=1)
    means: Words
    provisions: list[Words] = Field(min_length=1)


_MEANINGS = TypeAdapter(list[Meaning])


def load_meanings(file: Path = _FILE) -> list[Meaning]:
    """Every meaning. Raises ContentError with all faults."""
    try:
        return _MEANINGS.validate_python(read_yaml(file))
    except ValidationError as error:
        raise ContentError(from_validation(file.name, "woord", error)) from error


def is_explained(word: str) -> bool:
    """Whether a word (or phrase) has a meaning here."""
    return _key(word) in _by_word()


def meaning_of(word: str) -> Meaning:
    """The meaning of a word. Raises KeyError when it has none; ask `is_explained` first."""
    return _by_word()[_key(word)]


def _key(word: str) -> str:
    return " ".join(words(word))


@cache
def _by_word() -> Mapping[str, Meaning]:
    return {_key(word): meaning for meaning in load_meanings() for word in meaning.words}
