from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.faults import ContentError, Fault, from_validation


class Colour(StrEnum):
    RED = "rood"
    BLUE = "blauw"


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    tags: list[str] = Field(default=["x"], min_length=1)
    colour: Colour = Colour.RED
    side: Literal["links", "rechts"] = "links"
    count: int = 0
    sub: "Item | None" = None


def told(content: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Item.model_validate(content)
    return [fault.what for fault in from_validation("f.yaml", "nr. 1", caught.value)]


def test_every_field_that_is_wrong_is_named_in_dutch() -> None:
    assert told({"tags": [], "colour": "groen", "side": "midden", "extra": 1, "count": []}) == [
        "name: ontbreekt; vul dit veld in",
        "tags: is leeg; vul minstens 1 in",
        "colour: kies 'rood' of 'blauw'",
        "side: kies 'links' of 'rechts'",
        "count: moet een geheel getal zijn",
        "extra: dit veld bestaat niet; verwijder het of verbeter de naam",
    ]
    assert told({"name": 7}) == ["name: moet tekst zijn; zet het zo nodig tussen aanhalingstekens"]


def test_a_field_in_a_field_is_named_with_its_way() -> None:
    assert told({"name": "a", "sub": {"tags": ["x"]}}) == ["sub.name: ontbreekt; vul dit veld in"]


def test_an_item_that_has_no_fields_is_told_as_a_whole() -> None:
    assert told("los woord") == ["geheel: moet velden met waarden hebben"]


def test_an_error_tells_each_fault_once_in_order_with_its_place() -> None:
    late, early = Fault("b.yaml", "nr. 1", "x"), Fault("a.yaml", "nr. 2", "y")
    error = ContentError([late, early, late])
    assert error.faults == [early, late]
    assert str(error) == "a.yaml: nr. 2: y\nb.yaml: nr. 1: x"
