"""A YAML file as plain values, or one fault that says where it is broken; the one home of PyYAML."""

from pathlib import Path
from typing import Any

from knowledge.faults import ContentError, Fault


def read_yaml(file: Path) -> Any:
    """What is in a YAML file. Raises ContentError with the line."""
    import yaml  # what reads an index only needs no YAML, and start-up counts

    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # the safe loader, in C
    except UnicodeDecodeError as error:
        raise _fault(file, "bestand", "geen geldige YAML; bewaar het als UTF-8") from error
    except OSError as error:
        raise _fault(file, "bestand", "niet te lezen; kijk of het er is en of Wegwijzer erbij mag") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"regel {mark.line + 1}" if mark else "bestand"
        what = "geen geldige YAML; kijk de haakjes, de aanhalingstekens en het inspringen na"
        raise _fault(file, place, what) from error


def _fault(file: Path, place: str, what: str) -> ContentError:
    return ContentError([Fault(file.name, place, what)])
