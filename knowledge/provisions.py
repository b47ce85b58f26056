"""The provisions: what was agreed, in our own words, with its source. Read from agreements/*.yaml."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from knowledge.faults import ContentError, Fault, from_validation
from knowledge.text import fold
from knowledge.vocabulary import CONTACT_ROLES, PARTIES, SECTORS, Kind
from knowledge.yaml_file import read_yaml

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ContactRole = Literal[*CONTACT_ROLES]  # type: ignore[valid-type]  # the tuple is the one list of roles


class FirstContact(BaseModel):
    """Whom an asker of either side contacts first because of a provision."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    onderwijs: ContactRole
    jeugdhulp: ContactRole


class Provision(BaseModel):
    """One numbered provision as the owner writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Words
    title: Words
    theme: Words
    kind: Kind
    sectors: list[Words]
    roles: list[Words]
    answer: Words
    first: str = ""
    never: str = ""
    first_contact: FirstContact
    english: Words
    place: Words
    twins: list[Words] = Field(default_factory=list)
    called: list[Words] = Field(default_factory=list)


def load_provisions(folder: Path) -> list[Provision]:
    """Every provision in `folder`/*.yaml, in file order. Raises ContentError with all faults."""
    provisions: list[Provision] = []
    faults: list[Fault] = []
    for file in sorted(folder.glob("*.yaml")):
        for place, item in _items(file, faults):
            try:
                provisions.append(Provision.model_validate(item))
            except ValidationError as error:
                faults += from_validation(file.name, place, error)
    if not provisions and not faults:
        faults.append(Fault(str(folder), "map", "geen afspraken gevonden; zet hier minstens één .yaml-bestand"))
    faults += _consistency(provisions, folder.name)
    if faults:
        raise ContentError(faults)
    return provisions


def _items(file: Path, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    try:
        content = read_yaml(file)
    except ContentError as error:
        faults += error.faults
        return
    if not isinstance(content, list):
        faults.append(Fault(file.name, "bestand", "moet een lijst van afspraken zijn, elk beginnend met '- id:'"))
        return
    for number, item in enumerate(content, 1):
        yield (str(item.get("id", f"nr. {number}")) if isinstance(item, dict) else f"nr. {number}"), item


def _consistency(provisions: Sequence[Provision], folder: str) -> Iterator[Fault]:
    known = [p.id for p in provisions]
    names = Counter(fold(name) for p in provisions for name in {p.id, *p.called})
    for provision in provisions:
        for name in provision.called:
            if names[fold(name)] > 1:
                yield Fault(folder, provision.id, f"called: '{name}' hoort al bij een afspraak; kies een andere naam")
        if known.count(provision.id) > 1:
            yield Fault(folder, provision.id, "dit id komt twee keer voor; geef elke afspraak een eigen id")
        for twin in set(provision.twins) - set(known):
            yield Fault(folder, provision.id, f"twins: '{twin}' bestaat niet; verbeter of verwijder het")
        for party in set(provision.roles) - PARTIES:
            yield Fault(folder, provision.id, f"roles: '{party}' is geen rol. Rollen: {', '.join(sorted(PARTIES))}")
        for sector in set(provision.sectors) - {"all", *SECTORS}:
            yield Fault(folder, provision.id, f"sectors: '{sector}' bestaat niet. Kies all of {', '.join(SECTORS)}")
