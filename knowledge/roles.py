"""The roles: what each is for and how it is reached; read from roles.yaml."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.faults import ContentError, Fault, from_validation
from knowledge.provisions import ContactRole, Words
from knowledge.yaml_file import read_yaml


class Role(BaseModel):
    """A role as the owner writes it; `words` are the folded names people use for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: ContactRole | Literal["generalist", "specialist"]
    name: Words
    the: Words
    words: list[Words]
    does: Words
    reach: Words
    provisions: list[Words] = Field(min_length=1)


def load_roles(file: Path) -> list[Role]:
    """Every role. Raises ContentError with all faults."""
    items = read_yaml(file)
    roles: list[Role] = []
    faults: list[Fault] = []
    if not isinstance(items, list):
        raise ContentError([Fault(file.name, "bestand", "moet een lijst van rollen zijn, elk beginnend met '- id:'")])
    for number, item in enumerate(items, 1):
        try:
            roles.append(Role.model_validate(item))
        except ValidationError as error:
            faults += from_validation(file.name, f"rol {number}", error)
    if faults:
        raise ContentError(faults)
    return roles
