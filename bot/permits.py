"""Who may what: the one table. Closed by default: what is not named here is refused.

Who somebody is (`Origin`) decides whether they are heard at all; then what they do (`Deed`) is allowed by their part in
what it is about (`Part`) or by their role, and only in the rooms named. `wegwijzer privacy rechten` prints it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.messages import Incoming, Role, Room
from workflows.parts import Part


class Origin(StrEnum):
    """Who somebody is to the organisation; a former colleague, or who a platform does not know, is a stranger."""

    COLLEAGUE = "colleague"
    GUEST = "guest"
    STRANGER = "stranger"
    MACHINE = "machine"


class Welcome(StrEnum):
    """Whether somebody is heard: let in, told that they are not, or not even that."""

    LET_IN = "let in"
    REFUSED = "refused"
    IGNORED = "ignored"


WELCOME: Mapping[Origin, Welcome] = {
    Origin.COLLEAGUE: Welcome.LET_IN,
    Origin.GUEST: Welcome.REFUSED,
    Origin.STRANGER: Welcome.REFUSED,
    Origin.MACHINE: Welcome.IGNORED,
}


class Deed(StrEnum):
    """What can be done or seen in a chat."""

    ASK = "ask"
    RATE = "rate"
    KEEP_QUESTION = "keep question"
    GET_DOCUMENTS = "get documents"
    BEGIN_CASE = "begin case"
    SEE_CASE = "see case"
    CHANGE_CASE = "change case"
    HAND_OVER_CASE = "hand over case"
    KNOW_CASE = "know case"
    SEE_CONSENTS = "see consents"
    SETTLE_CASE_REMINDER = "settle case reminder"
    PLAN_MEETING = "plan meeting"
    SEE_MEETINGS = "see meetings"
    SEE_DETAILS = "see details"
    ADD_ACTION = "add action"
    END_ACTION = "end action"
    MOVE_MEETING = "move meeting"
    CLOSE_MEETING = "close meeting"
    REPORT_MEETING = "report meeting"
    SAY_REPORT_SENT = "say report sent"
    SETTLE_REMINDER = "settle reminder"
    SEE_TEAM = "see team"


@dataclass(frozen=True)
class Rule:
    """Who may: whoever has one of these parts, or one of these roles; and in which rooms."""

    parts: frozenset[Part]
    rooms: frozenset[Room]
    roles: frozenset[Role] = frozenset()


def _rule(parts: Iterable[Part], rooms: Iterable[Room], *roles: Role) -> Rule:
    return Rule(frozenset(parts), frozenset(rooms), frozenset(roles))


_ANYBODY, _OWNER = tuple(Part), (Part.OWNER,)
_INSIDE = (Part.LEADER, Part.PLANNER, Part.REPORTER, Part.DOER)
_ALONE, _AMONG_US = (Room.DIRECT,), (Room.DIRECT, Room.PRIVATE, Room.PUBLIC)

TABLE: Mapping[Deed, Rule] = {
    Deed.ASK: _rule(_ANYBODY, _AMONG_US),
    Deed.RATE: _rule(_ANYBODY, _AMONG_US),
    Deed.KEEP_QUESTION: _rule(_OWNER, _AMONG_US),
    Deed.GET_DOCUMENTS: _rule(_ANYBODY, _ALONE),
    Deed.BEGIN_CASE: _rule(_ANYBODY, _ALONE),
    Deed.SEE_CASE: _rule(_OWNER, _ALONE),
    Deed.CHANGE_CASE: _rule(_OWNER, _ALONE),
    Deed.HAND_OVER_CASE: _rule(_OWNER, _ALONE, Role.COORDINATOR, Role.ADMINISTRATOR),
    Deed.KNOW_CASE: _rule((*_OWNER, *_INSIDE), _ALONE, Role.COORDINATOR),
    Deed.SEE_CONSENTS: _rule(_OWNER, _ALONE),
    Deed.SETTLE_CASE_REMINDER: _rule(_OWNER, _ALONE),
    Deed.PLAN_MEETING: _rule(_ANYBODY, _AMONG_US),
    Deed.SEE_MEETINGS: _rule(_ANYBODY, _AMONG_US),
    Deed.SEE_DETAILS: _rule(_INSIDE, _ALONE, Role.COORDINATOR),
    Deed.ADD_ACTION: _rule((*_INSIDE, Part.PRESENT), _AMONG_US, Role.COORDINATOR),
    Deed.END_ACTION: _rule((Part.OWNER, Part.LEADER), _AMONG_US, Role.COORDINATOR),
    Deed.MOVE_MEETING: _rule((Part.LEADER, Part.PLANNER), _AMONG_US, Role.COORDINATOR),
    Deed.CLOSE_MEETING: _rule((Part.LEADER, Part.PLANNER), _ALONE, Role.COORDINATOR),
    Deed.REPORT_MEETING: _rule(_INSIDE, _ALONE, Role.COORDINATOR),
    Deed.SAY_REPORT_SENT: _rule(_INSIDE, _AMONG_US, Role.COORDINATOR),
    Deed.SETTLE_REMINDER: _rule((Part.OWNER, Part.REPORTER, Part.LEADER), _AMONG_US, Role.COORDINATOR),
    Deed.SEE_TEAM: _rule((), _ALONE, Role.COORDINATOR),
}
"""Nothing is done where people of another organisation read along (`Room.SHARED`)."""

CASE_COMMANDS = frozenset({"start-case", "startcase", "zaak"})
"""The words that open the checklist."""


def may(deed: Deed, role: Role, parts: Iterable[Part] = (Part.OTHER,)) -> bool:
    """Whether somebody may, by role or by their parts in what it is about, in some room."""
    rule = TABLE[deed]
    return role in rule.roles or bool(rule.parts & set(parts))


def fits(deed: Deed, room: Room) -> bool:
    """Whether it may be done or seen in a room."""
    return room in TABLE[deed].rooms


def allows(deed: Deed, incoming: Incoming, parts: Iterable[Part] = (Part.OTHER,)) -> bool:
    """Whether who speaks may, here."""
    return fits(deed, incoming.room) and may(deed, incoming.person.role, parts)
