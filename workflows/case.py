"""A case: a reference, the answers of the walk, the consents as recorded, and what is to be done. No name, no file."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflows.consent import Consent
from workflows.due import Subject
from workflows.run import Run

_NOTHING = Run()
_REFERENCE = re.compile(r"^(?:c-?)?(?:(\d{4})-)?(\d{1,6})$", re.IGNORECASE)


class CaseState(StrEnum):
    """Where a case is in its life."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CLOSED = "closed"


@dataclass(frozen=True)
class FollowUp:
    """Something to be reminded of: `kind` names a sentence in prompts/case.toml (follow_<kind>)."""

    kind: str
    due: date
    done: bool = False


@dataclass(frozen=True)
class Case:
    """A case of one professional (`owner`: platform and id).

    `talk` is the side talk under way (stopping, withdrawing …), `about` what it is about, `talk_run` its answers.
    `shown` is the question that was shown last, `stamp` the graph it came from, `version` counts the changes.
    """

    ref: str
    owner: str
    started: datetime
    changed: datetime
    state: CaseState = CaseState.RUNNING
    run: Run = _NOTHING
    talk: str = ""
    about: str = ""
    talk_run: Run = _NOTHING
    withdrawn: tuple[Consent, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    misfits: int = 0
    shown: str = ""
    stamp: str = ""
    sitting: str = ""
    last_message: str = ""
    closed: datetime | None = None
    version: int = 0


def reference(year: int, number: int) -> str:
    """The reference of the n-th case of a year: C-2026-0042."""
    return f"C-{year}-{number:04d}"


def read_reference(text: str, this_year: int) -> str:
    """A reference as people type it (C-2026-0042, c-2026-42, 42), in full; empty when it is none."""
    match = _REFERENCE.match(text.strip())
    return reference(int(match[1] or this_year), int(match[2])) if match else ""


_TOLD_APART = frozenset({"messages", "end_message", "mkd_leaving"})
"""The follow-ups with a rule of their own in workflows/reminders.yaml; every other one has the rule for an event."""


def follow_up_subject(ref: str, item: FollowUp, owner: str, shown: str, words: str) -> Subject:
    """What the reminder of a follow-up needs. Only its owner is told: for others the case does not exist."""
    return Subject(
        about="case",
        ref=f"{ref}/{item.kind}/{item.due}",  # the same can come on the way twice
        anchors={item.kind if item.kind in _TOLD_APART else "event": item.due},
        people={"owner": owner},
        shown={"owner": shown},
        words=words,
        called=ref,
    )
