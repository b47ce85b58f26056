"""Questions as professionals type them, written down as content: the lever under finding the right provision.

Each line of questions/*.jsonl carries the voice (author) that wrote it, so that whole authors can be held back.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.faults import ContentError, Fault, from_validation
from knowledge.provisions import ContactRole, Words


class Asked(BaseModel):
    """A written question with the provision that answers it, whom to contact first, and who asks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Words
    q: Words
    voice: Words
    first_contact: ContactRole | None = None
    side: Literal["onderwijs", "jeugdhulp"] | None = None
    history: tuple[Words, ...] = ()


class Signal(BaseModel):
    """A written message that is no question to the agreements, or needs care: what kind it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Words
    kind: Literal["out_of_scope", "danger", "harmless", "smalltalk", "command"]
    voice: Words
    first_contact: Literal["112", "113", "veilig-thuis"] | None = None
    topic: str = ""


def load_questions(folder: Path) -> tuple[list[Asked], list[Signal]]:
    """All written questions and all signals below `folder`. Raises ContentError with all faults."""
    asked: list[Asked] = []
    signals: list[Signal] = []
    faults: list[Fault] = []
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in _lines(file, faults):
            try:
                item = json.loads(line)
                if "id" in item:
                    asked.append(Asked.model_validate(item))
                else:
                    signals.append(Signal.model_validate(item))
            except ValidationError as error:
                faults += from_validation(file.name, f"regel {number}", error)
            except (ValueError, TypeError):
                faults.append(Fault(file.name, f"regel {number}", "geen geldige JSON; één vraag per regel tussen { }"))
    if faults:
        raise ContentError(faults)
    return asked, signals


def _lines(file: Path, faults: list[Fault]) -> Iterator[tuple[int, str]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        faults.append(Fault(file.name, "bestand", "is geen UTF-8; bewaar het opnieuw als UTF-8"))
        return
    yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
