"""A stretch of time as the rules write it: "-10 werkdagen", "6 weken", "0 dagen"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import GetPydanticSchema
from pydantic_core import core_schema

from workflows.calendar import Calendar, add_months

_FORM = re.compile(r"([+-]?\d{1,3}) (dag|dagen|werkdag|werkdagen|week|weken|maand|maanden)")
_UNITS = {"dag": "dagen", "werkdag": "werkdagen", "week": "weken", "maand": "maanden"}


@dataclass(frozen=True)
class Offset:
    """A number of days, working days, weeks or months; negative is before."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Offset":
        """Read "-10 werkdagen". Raises ValueError with the remedy, in Dutch."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"'{text}' is geen termijn; schrijf bijvoorbeeld '-10 werkdagen', '6 weken' of '0 dagen'")
        return cls(int(match[1]), _UNITS.get(match[2], match[2]))

    def from_day(self, day: date, calendar: Calendar) -> date:
        """The day this far from `day`."""
        match self.unit:
            case "werkdagen":
                return calendar.add_working_days(day, self.count)
            case "weken":
                return day + timedelta(weeks=self.count)
            case "maanden":
                return add_months(day, self.count)
        return day + timedelta(days=self.count)

    @property
    def days(self) -> float:
        """About how many days, to compare offsets with."""
        return self.count * {"dagen": 1, "werkdagen": 1.4, "weken": 7, "maanden": 30.4}[self.unit]

    def __str__(self) -> str:
        one = next(single for single, several in _UNITS.items() if several == self.unit)
        return f"{self.count} {one if abs(self.count) == 1 else self.unit}"


def _schema(_: Any, __: Any) -> core_schema.CoreSchema:
    return core_schema.no_info_after_validator_function(Offset.parse, core_schema.str_schema())


OffsetField = Annotated[Offset, GetPydanticSchema(_schema)]
"""An Offset as pydantic reads it from text."""
