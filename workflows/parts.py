"""What somebody is to a case, a meeting, an action or a reminder: what they may do there follows from it."""

from enum import StrEnum


class Part(StrEnum):
    """Somebody's part: whose case or action it is, who leads, planned, reports or does something at a meeting.

    PRESENT: speaks in the meeting's own channel. OTHER: a colleague, and no more.
    """

    OWNER = "owner"
    LEADER = "leader"
    PLANNER = "planner"
    REPORTER = "reporter"
    DOER = "doer"
    PRESENT = "present"
    OTHER = "other"
