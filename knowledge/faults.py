"""A fault in the content, and how a check tells all of them at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from prompts import ToldError

_T = TypeVar("_T")


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong in a content file: where, what, and what to do about it."""

    file: str
    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.what}"


class ContentError(ToldError):
    """Content that cannot be used; carries every fault that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


def tried(load: Callable[[], _T], faults: list[Fault]) -> _T | None:
    """What is loaded, or None with what is wrong added to `faults`: so that all files are told of at once."""
    try:
        return load()
    except ContentError as error:
        faults += error.faults
        return None


def from_validation(file: str, place: str, error: ValidationError) -> list[Fault]:
    """Pydantic's findings on one item as faults that name the field."""
    found = []
    for item in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in item["loc"]) or "geheel"
        found.append(Fault(file, place, f"{field}: {in_dutch(item['type'], item['msg'], item.get('ctx', {}))}"))
    return found


def in_dutch(type: str, message: str, details: Mapping[str, object]) -> str:
    """What pydantic found wrong with a value; `details` are the `ctx` of its finding."""
    values = {name: str(value).replace(" or ", " of ") for name, value in details.items()}
    return _DUTCH[type].format(**values) if type in _DUTCH else message


_DUTCH = {
    "missing": "ontbreekt; vul dit veld in",
    "extra_forbidden": "dit veld bestaat niet; verwijder het of verbeter de naam",
    "string_type": "moet tekst zijn; zet het zo nodig tussen aanhalingstekens",
    "string_too_short": "is leeg; vul dit veld in",
    "list_type": "moet een lijst zijn, tussen [ en ]",
    "tuple_type": "moet een lijst zijn, tussen [ en ]",
    "dict_type": "moet namen met waarden hebben",
    "model_type": "moet velden met waarden hebben",
    "int_type": "moet een geheel getal zijn",
    "int_parsing": "moet een geheel getal zijn",
    "greater_than_equal": "moet minstens {ge} zijn",
    "less_than_equal": "mag hoogstens {le} zijn",
    "bool_type": "moet true of false zijn",
    "too_short": "is leeg; vul minstens {min_length} in",
    "enum": "kies {expected}",
    "literal_error": "kies {expected}",
    "value_error": "{error}",
}
