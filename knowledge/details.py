"""What a question can ask for and an agreement may leave open: a term, a price, an age; read from details.yaml.

An answer about the right subject that does not hold what was asked for sounds surer than it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from knowledge.faults import ContentError, from_validation
from knowledge.provisions import Provision, Words
from knowledge.text import Concepts, words
from knowledge.yaml_file import read_yaml


class Detail(BaseModel):
    """One thing that can be asked for: how people ask, how an agreement gives it, and the sentence when it does not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Words
    asks: list[Words] = Field(min_length=1)
    gives: list[Words] = Field(min_length=1)
    lacks: Words


_DETAILS = TypeAdapter(list[Detail])


def load_details(file: Path) -> list[Detail]:
    """Every detail. Raises ContentError with all faults."""
    try:
        return _DETAILS.validate_python(read_yaml(file))
    except ValidationError as error:
        raise ContentError(from_validation(file.name, "onderdeel", error)) from error


def as_meta(details: Sequence[Detail], provisions: Iterable[Provision]) -> dict[str, Any]:
    """What an index keeps: how each detail is asked for, what is said when it is lacking, and who gives which."""
    gives = Concepts.from_groups({detail.name: detail.gives for detail in details})
    texts = {p.id: f"{p.title} {p.answer} {p.first} {p.never}" for p in provisions}
    return {
        "asks": {detail.name: detail.asks for detail in details},
        "lacks": {detail.name: detail.lacks for detail in details},
        "given": {id: sorted(set(gives.of(words(text)))) for id, text in texts.items()},
    }


@dataclass(frozen=True)
class Details:
    """The details as an index keeps them."""

    asks: Concepts
    lacks: Mapping[str, str]
    given: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> "Details":
        """From what `as_meta` made."""
        return cls(Concepts.from_groups(meta["asks"]), meta["lacks"], meta["given"])

    def lacking(self, text: str, ids: Iterable[str]) -> str:
        """The sentence for the first detail a message asks for that none of these provisions gives, or nothing."""
        given = {name for id in ids for name in self.given[id]}
        return next((self.lacks[name] for name in self.asks.of(words(text)) if name not in given), "")
