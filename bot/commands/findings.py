"""What `doctor` found: a grade, what was looked at, and a remark that says what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """Good; works but should be looked at; broken."""

    OK = "ok"
    CAUTION = "caution"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor."""

    grade: Grade
    what: str
    remark: str


def ok(what: str, remark: str) -> Finding:
    """Good."""
    return Finding(Grade.OK, what, remark)


def caution(what: str, remark: str) -> Finding:
    """It works, and somebody should look."""
    return Finding(Grade.CAUTION, what, remark)


def wrong(what: str, remark: str) -> Finding:
    """It does not work."""
    return Finding(Grade.WRONG, what, remark)
