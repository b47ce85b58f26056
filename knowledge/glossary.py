"""The glossary: groups of words that mean the same here; read from glossary.yaml."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from knowledge.faults import ContentError, from_validation
from knowledge.yaml_file import read_yaml

_GROUPS = TypeAdapter(dict[str, list[str]])


def load_glossary(file: Path) -> dict[str, list[str]]:
    """The groups by name. Raises ContentError with all faults."""
    try:
        return _GROUPS.validate_python(read_yaml(file))
    except ValidationError as error:
        raise ContentError(from_validation(file.name, "groep", error)) from error
