"""Learning from use: a missed question becomes a line of content, after a look at what it changes for the others."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.content import Content
from knowledge.crossvalidation import Outcome, cross_validate
from knowledge.questions import Asked, Signal

OWN_VOICE = "eigen"
OUTSIDE = "buiten"


@dataclass(frozen=True)
class Effect:
    """What a new line does to the cross-validated questions: share found before and after, and which were lost."""

    before: float
    after: float
    lost: Sequence[Asked]
    won: Sequence[Asked]

    @property
    def is_harmless(self) -> bool:
        """Whether no more is lost than won; the new question itself counts as won."""
        return len(self.lost) <= len(self.won) + 1


def lesson(question: str, provision: str) -> Asked | Signal:
    """A question as a line of content: for a provision, or as not in the agreements."""
    if provision == OUTSIDE:
        return Signal(q=question, kind="out_of_scope", voice=OWN_VOICE)
    return Asked(id=provision, q=question, voice=OWN_VOICE)


def effect(content: Content, line: Asked | Signal) -> Effect:
    """Cross-validate before and after. A line of what is outside does not change the search for provisions."""
    before = cross_validate(content)
    after = cross_validate(content.with_line(line)) if isinstance(line, Asked) else before
    after = [outcome for outcome in after if outcome.asked is not line]
    pairs = list(zip(before, after, strict=True))
    lost = [a.asked for b, a in pairs if b.is_hit() and not a.is_hit()]
    won = [a.asked for b, a in pairs if a.is_hit() and not b.is_hit()]
    return Effect(_share(before), _share(after), lost, won)


def _share(outcomes: Sequence[Outcome]) -> float:
    return sum(outcome.is_hit() for outcome in outcomes) / max(1, len(outcomes))


def append(folder: Path, line: Asked | Signal) -> Path:
    """Add a line to the organisation's own questions; returns the file."""
    file = folder / "questions" / f"{OWN_VOICE}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line.model_dump(exclude_defaults=True, mode="json"), ensure_ascii=False) + "\n")
    return file
