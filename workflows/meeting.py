"""A meeting (MDO) with its actions, and what can be done with them: plain values, each change a new one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from workflows.due import Subject
from workflows.parts import Part

LASTS = 60
"""Minutes a meeting takes: a product default, no agreement gives it."""


class MeetingState(StrEnum):
    """Where a meeting is in its life."""

    PLANNED = "planned"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ActionState(StrEnum):
    """Whether an action is still to be done, and if not, why."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    MOVED = "moved"


class MeetingError(Exception):
    """What was asked cannot be done: it changed, or is not there any more; the message says why, for who builds."""


@dataclass(frozen=True)
class Who:
    """Somebody: `name` as people read it, `key` ("slack:U1") when it is a user of the chat."""

    name: str = ""
    key: str = ""


@dataclass(frozen=True)
class Action:
    """What one person will do; `due` is the last day on which it is on time, `at` the hour when one was named."""

    number: int
    owner: Who
    words: str
    due: date
    at: time | None = None
    state: ActionState = ActionState.OPEN
    reason: str = ""
    ended: datetime | None = None
    ended_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state is ActionState.OPEN


_NOBODY = Who()


@dataclass(frozen=True)
class Meeting:
    """A meeting; `starts` is wall time without zone. `facts` are those that make a reminder needless.

    `planner` is a person's key, `invited` holds role ids, `channel` is a channel's key or empty, `moves` counts times.
    """

    ref: str
    planner: str
    starts: datetime
    place: str = ""
    case: str = ""
    invited: tuple[str, ...] = ()
    leader: Who = _NOBODY
    reporter: Who = _NOBODY
    channel: str = ""
    state: MeetingState = MeetingState.PLANNED
    facts: frozenset[str] = frozenset()
    actions: tuple[Action, ...] = ()
    minutes: int = LASTS
    moves: int = 0
    closed: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be closed."""
        return self.state is MeetingState.PLANNED

    @property
    def open_actions(self) -> tuple[Action, ...]:
        """The actions still to be done, what is due first in front."""
        return tuple(sorted((a for a in self.actions if a.is_open), key=lambda a: (a.due, a.number)))

    @property
    def leads(self) -> str:
        """The key of who leads; of who planned it while nobody of the chat does."""
        return self.leader.key or self.planner

    def action(self, number: int) -> Action | None:
        """The action of that number."""
        return next((action for action in self.actions if action.number == number), None)

    def is_inside(self, person: str) -> bool:
        """Whether somebody takes part: planned it, leads, reports, or has an action."""
        return self.parts(person) != {Part.OTHER}

    def parts(self, person: str) -> frozenset[Part]:
        """What somebody is here."""
        doers = {action.owner.key for action in self.actions}
        found = {
            Part.LEADER: {self.leads, self.leader.key}, Part.PLANNER: {self.planner},
            Part.REPORTER: {self.reporter.key}, Part.DOER: doers,
        }  # fmt: skip
        return frozenset(part for part, keys in found.items() if person in keys) or frozenset({Part.OTHER})

    def parts_in(self, action: Action, person: str) -> frozenset[Part]:
        """What somebody is to an action: whose it is, and what they are to its meeting."""
        own = {Part.OWNER} if action.owner.key == person else set()
        return frozenset(self.parts(person) | own)


def act(meeting: Meeting, owner: Who, words: str, due: date, at: time | None = None) -> Meeting:
    """The meeting with one action more, the last of `actions` (UP-P-verantwoordelijkheid-2: what, and by whom)."""
    _must_be_open(meeting)
    number = max((action.number for action in meeting.actions), default=0) + 1
    return replace(meeting, actions=(*meeting.actions, Action(number, owner, words, due, at)))


def done(meeting: Meeting, number: int, by: str, now: datetime) -> Meeting:
    """The meeting with an action done. Raises MeetingError when it is not open."""
    return _ended(meeting, number, ActionState.DONE, "", by, now)


def drop(meeting: Meeting, number: int, reason: str, by: str, now: datetime) -> Meeting:
    """The meeting with an action that falls away for a reason. Raises MeetingError when it is not open."""
    if not reason:
        raise MeetingError(f"action {number} of {meeting.ref} falls away without a reason")
    return _ended(meeting, number, ActionState.DROPPED, reason, by, now)


def put_off(meeting: Meeting, number: int, due: date, at: time | None = None) -> Meeting:
    """The meeting with an action due on another day. Raises MeetingError when it is not open."""
    return _with(meeting, replace(_open_action(meeting, number), due=due, at=at))


def reassign(meeting: Meeting, number: int, owner: Who) -> Meeting:
    """The meeting with an action of somebody else. Raises MeetingError when it is not open."""
    return _with(meeting, replace(_open_action(meeting, number), owner=owner))


def carry_over(meeting: Meeting, number: int, to: Meeting, by: str, now: datetime) -> tuple[Meeting, Meeting]:
    """Both meetings with an open action moved from the one to the other."""
    action = _open_action(meeting, number)
    there = act(to, action.owner, action.words, action.due, action.at)
    where = action_reference(there.ref, there.actions[-1].number)
    return _ended(meeting, number, ActionState.MOVED, where, by, now), there


def move(meeting: Meeting, starts: datetime) -> Meeting:
    """The meeting at another time; who must come has to be told anew."""
    _must_be_open(meeting)
    return replace(meeting, starts=starts, moves=meeting.moves + 1, facts=meeting.facts - {"invited"})


def settle(meeting: Meeting, fact: str) -> Meeting:
    """The meeting with a fact that makes reminders needless: consents, invited, agenda, report, evaluated."""
    return replace(meeting, facts=meeting.facts | {fact})


def close(meeting: Meeting, now: datetime) -> Meeting:
    """The closed meeting. Raises MeetingError while actions are open."""
    _must_be_open(meeting)
    if meeting.open_actions:
        raise MeetingError(f"{meeting.ref} has open actions: {[a.number for a in meeting.open_actions]}")
    return replace(meeting, state=MeetingState.CLOSED, closed=now)


def cancel(meeting: Meeting, now: datetime) -> Meeting:
    """The meeting that is not held. Raises MeetingError while actions are open."""
    return replace(close(meeting, now), state=MeetingState.CANCELLED, moves=meeting.moves + 1)


def _must_be_open(meeting: Meeting) -> None:
    if not meeting.is_open:
        raise MeetingError(f"{meeting.ref} is {meeting.state}; plan a new one")


def _open_action(meeting: Meeting, number: int) -> Action:
    action = meeting.action(number)
    if action is None or not action.is_open:
        raise MeetingError(f"{meeting.ref} has no open action {number}")
    return action


def _ended(meeting: Meeting, number: int, state: ActionState, reason: str, by: str, now: datetime) -> Meeting:
    action = _open_action(meeting, number)
    return _with(meeting, replace(action, state=state, reason=reason, ended=now, ended_by=by))


def _with(meeting: Meeting, action: Action) -> Meeting:
    return replace(meeting, actions=tuple(action if a.number == action.number else a for a in meeting.actions))


def reference(year: int, number: int) -> str:
    """The reference of the n-th meeting of a year: M-2026-0007."""
    return f"M-{year}-{number:04d}"


def action_reference(ref: str, number: int) -> str:
    """The reference of an action: M-2026-0007-2."""
    return f"{ref}-{number}"


_TYPED = re.compile(
    r"(?<![\w.:/-])(?P<m>m-?)?(?:(?P<year>20\d\d)-)?(?P<meeting>\d{1,5})(?:-(?P<action>\d{1,3}))?(?![\w:/-]|[.,]\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reference:
    """A meeting, or with a number above 0 an action of it, as somebody named it."""

    ref: str
    action: int = 0


def find_references(text: str, this_year: int, bare: bool = False) -> tuple[list[Reference], str]:
    """The references in a text (M-2026-0007, m7, 7-2; with `bare` 7 too), the surest kind, and the text without."""
    matches = list(_TYPED.finditer(text))
    for kind in (_is_marked, _is_pair, lambda _: bare):
        if found := [match for match in matches if kind(match)]:
            rest = text
            for match in reversed(found):
                rest = f"{rest[: match.start()]} {rest[match.end() :]}"
            return [_reference(match, this_year) for match in found], " ".join(rest.split())
    return [], text.strip()


def _is_marked(match: re.Match[str]) -> bool:
    return bool(match["m"])


def _is_pair(match: re.Match[str]) -> bool:
    return bool(match["action"])


def _reference(match: re.Match[str], this_year: int) -> Reference:
    return Reference(reference(int(match["year"] or this_year), int(match["meeting"])), int(match["action"] or 0))


def meeting_subject(meeting: Meeting, coordinator: str, shown: Mapping[str, str], met: frozenset[str]) -> Subject:
    """What reminders about a meeting need; `shown` is how people are named, `met` what is settled besides its facts."""
    closed = frozenset({"consents", "invited", "agenda"}) if not meeting.is_open else frozenset()
    evaluated = "evaluated" in meeting.facts
    return Subject(
        about="mdo",
        ref=meeting.ref,
        anchors={"starts": meeting.starts, "held": meeting.starts.date()},
        people=_people(meeting, meeting.planner, coordinator),
        shown=shown,
        channel=meeting.channel,
        met=meeting.facts | met | closed,
        open=meeting.is_open or (meeting.state is MeetingState.CLOSED and not evaluated),
    )


def action_subject(meeting: Meeting, action: Action, coordinator: str, shown: Mapping[str, str]) -> Subject:
    """What reminders about an action need; without a chat user as its owner they go to who leads."""
    return Subject(
        about="action",
        ref=action_reference(meeting.ref, action.number),
        anchors={"due": datetime.combine(action.due, action.at) if action.at else action.due},
        people=_people(meeting, action.owner.key or meeting.leads, coordinator),
        shown=shown,
        channel=meeting.channel,
        open=action.is_open and meeting.is_open,
        words=action.words,
    )


def _people(meeting: Meeting, owner: str, coordinator: str) -> dict[str, str]:
    found = {"owner": owner, "reporter": meeting.reporter.key, "leader": meeting.leads, "coordinator": coordinator}
    return {what: key for what, key in found.items() if key}
