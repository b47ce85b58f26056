"""The glossary: groups of words that mean the same here; read from glossary.yaml."""

from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from knowledge.faults import ContentError, Fault, from_validation

_GROUPS = TypeAdapter(dict[str, list[str]])


def load_glossary(file: Path) -> dict[str, list[str]]:
    """The groups by name. Raises ContentError with all faults."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # the safe loader, in C
        return _GROUPS.validate_python(content)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContentError([Fault(file.name, "bestand", f"niet te lezen ({error})")]) from error
    except ValidationError as error:
        raise ContentError(from_validation(file.name, "groep", error)) from error
