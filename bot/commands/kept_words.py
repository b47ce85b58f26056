"""What is kept of somebody, in Dutch: the names of fields, the titles of rules and steps, and words of a fixed set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from prompts import known, render
from workflows.checklist import Checklist
from workflows.rules import Rules
from workflows.summary import follow_words


@dataclass(frozen=True)
class KeptWords:
    """Says a row as people read it; what is of no known set (a day, a code, what somebody typed) stays as it is."""

    rules: Rules
    checklist: Checklist

    def line(self, row: Mapping[str, Any]) -> str:
        """The fields of a row that are filled."""
        filled = [name for name, value in row.items() if value not in ("", None, False)]
        return "; ".join(f"{render(f'privacy.field_{name}')}: {self._value(row, name)}" for name in filled)

    def _value(self, row: Mapping[str, Any], name: str) -> str:
        value = row[name]
        if value is True:
            return render("privacy.yes")
        if not isinstance(value, str):
            return str(value)
        match name:
            case "rule":
                return self._title(value)
            case "key" if "rule" in row:
                return value.replace(row["rule"], self._title(row["rule"]), 1)
            case "kind" if "done" in row:
                return follow_words(value)
            case "step":
                return _of_now(lambda: self.checklist.title(value), value)
            case "value" if "step" in row:
                return _of_now(lambda: self.checklist.label(row["step"], value), value)
            case "purpose":
                return next((one.label for one in self.checklist.table.purposes if one.id == value), value)
            case "who" if known(f"case.who_{value}"):
                return render(f"case.who_{value}")
            case "facts":
                return ", ".join(_word(name, fact) for fact in value.split())
        return _word(name, value)

    def _title(self, id: str) -> str:
        rule = self.rules.rule(id)
        return rule.title if rule else id


def _word(field: str, value: str) -> str:
    """A word of a fixed set in Dutch, such as a state; anything else as it is."""
    key = f"{field}_{value.replace(' ', '_')}"
    return render(f"privacy.word_{key}") if known(f"privacy.word_{key}") else value


def _of_now(said: Callable[[], str], value: str) -> str:
    """What the checklist of now says, or the value itself when it is of an earlier one."""
    try:
        return said()
    except (KeyError, ValueError):
        return value
