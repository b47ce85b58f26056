"""The school holidays of one region, read from schoolvakanties.yaml; only years that are certain count."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.faults import ContentError, Fault, from_validation
from knowledge.yaml_file import read_yaml
from workflows.calendar import Holiday, SchoolYear

SHIPPED = Path(__file__).parent / "schoolvakanties.yaml"
Region = Literal["noord", "midden", "zuid"]
_SUMMER = "zomer"
_NAMES = {"voorjaar": "voorjaarsvakantie"}


class Table(BaseModel):
    """One year as the file gives it: per holiday and region the first and the last free day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: str = Field(pattern=r"^\d{4}-\d{4}$")
    certain: bool = True
    source: str = Field(min_length=1)
    holidays: Mapping[str, Mapping[Region, tuple[date, date]]]


def load_school_years(file: Path, region: Region) -> tuple[SchoolYear, ...]:
    """The years of one region, in order. Raises ContentError with all faults."""
    faults: list[Fault] = []
    tables = []
    for number, item in enumerate(_read(file), 1):
        try:
            table = Table.model_validate(item)
        except ValidationError as error:
            faults += from_validation(file.name, f"schooljaar {number}", error)
            continue
        faults += [Fault(file.name, table.year, what) for what in _wrong(table, region)]
        tables.append(table)
    if faults:
        raise ContentError(faults)
    return _years(sorted((table for table in tables if table.certain), key=lambda table: table.year), region)


def _read(file: Path) -> list[object]:
    content = read_yaml(file)
    years = content.get("years") if isinstance(content, dict) else None
    if not isinstance(years, list):
        raise ContentError([Fault(file.name, "years", "ontbreekt; geef een lijst met schooljaren")])
    return years


def _wrong(table: Table, region: Region) -> list[str]:
    wrong = [f"vakantie '{name}' heeft geen regio {region}" for name, by in table.holidays.items() if region not in by]
    if _SUMMER not in table.holidays:
        wrong.append("de zomervakantie ontbreekt; zonder haar is niet bekend wanneer het jaar eindigt")
    for name, by in table.holidays.items():
        wrong += [f"vakantie '{name}' ({where}) eindigt voor zij begint" for where, (a, b) in by.items() if b < a]
    return wrong


def _years(tables: list[Table], region: Region) -> tuple[SchoolYear, ...]:
    years: list[SchoolYear] = []
    for table in tables:
        holidays = tuple(
            Holiday(_NAMES.get(name, f"{name}vakantie"), *by[region]) for name, by in table.holidays.items()
        )
        start = date(int(table.year[:4]), 9, 1)
        # A year runs from the end of one summer to the end of the next; the first one known starts when all are back.
        first = years[-1].last + timedelta(days=1) if years and years[-1].last.year == start.year else start
        years.append(SchoolYear(first, table.holidays[_SUMMER][region][1], holidays, table.source))
    return tuple(years)
