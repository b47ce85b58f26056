"""What can come on the way of a case: whom to tell, who does it, and when to ask again. Read from events.yaml."""

from collections.abc import Iterator, Set
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.faults import ContentError, Fault, from_validation
from knowledge.flowchart import Flowchart
from knowledge.provisions import ContactRole, Words
from knowledge.vocabulary import Side
from knowledge.yaml_file import read_yaml


class Teller(BaseModel):
    """Who tells it, per side of the asker."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    onderwijs: ContactRole
    jeugdhulp: ContactRole

    def for_side(self, side: Side) -> str:
        """Who tells it, for one side."""
        return str(self.onderwijs if side is Side.EDUCATION else self.jeugdhulp)


class OnTheWay(BaseModel):
    """One event with its people; `after_days` is a product default, no agreement."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Words
    tell: list[ContactRole] = Field(min_length=1)
    by: Teller
    after_days: int = Field(ge=0, le=90)


def load_events(file: Path, chart: Flowchart) -> tuple[OnTheWay, ...]:
    """The events. Raises ContentError with all faults."""
    content = read_yaml(file)
    events: list[OnTheWay] = []
    faults: list[Fault] = []
    for number, item in enumerate(content or [], 1):
        try:
            events.append(OnTheWay.model_validate(item))
        except ValidationError as error:
            faults += from_validation(file.name, f"gebeurtenis {number}", error)
    faults += (
        Fault(file.name, f"gebeurtenis '{id}'", what) for id, what in _faults(events, {e.id for e in chart.events})
    )
    if faults:
        raise ContentError(faults)
    return tuple(events)


def _faults(events: list[OnTheWay], known: Set[str]) -> Iterator[tuple[str, str]]:
    ids = [event.id for event in events]
    for id in ids:
        if id not in known:
            yield id, f"bestaat niet in het stroomschema. Gebeurtenissen: {', '.join(sorted(known))}"
        if ids.count(id) > 1:
            yield id, "komt twee keer voor; verwijder er een"
