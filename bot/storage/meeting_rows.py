"""The tables of meetings, and how a row becomes a value and back. Whatever a person typed is encrypted."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from pydantic import NaiveDatetime
from sqlmodel import Field, SQLModel

from bot.storage.moments import Moment
from bot.vault import Vault
from workflows.calendar import AMSTERDAM
from workflows.meeting import Action, ActionState, Meeting, MeetingState, Who
from workflows.run import Answer, Run


class MeetingRow(SQLModel, table=True):
    """A meeting; place and people are encrypted, wall time and zone are what was meant."""

    __tablename__ = "meeting"

    ref: str = Field(primary_key=True)
    planner: str
    starts: NaiveDatetime
    zone: str = AMSTERDAM.key
    place: str
    case_ref: str
    invited: str
    leader: str
    leader_key: str
    reporter: str
    reporter_key: str
    channel: str
    state: str = Field(index=True)
    facts: str
    minutes: int
    moves: int
    closed: datetime | None = Field(default=None, sa_type=Moment)


class ActionRow(SQLModel, table=True):
    """An action; its words, its owner's name and the reason it fell away are encrypted."""

    __tablename__ = "meeting_action"

    ref: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    owner: str
    owner_key: str
    words: str
    due: date
    at: time | None
    state: str
    reason: str
    ended: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str


class TalkRow(SQLModel, table=True):
    """What somebody is being asked about meetings; the answers so far are encrypted."""

    __tablename__ = "meeting_talk"

    person: str = Field(primary_key=True)
    conversation: str
    kind: str
    about: str
    answers: str
    at: datetime = Field(sa_type=Moment)


class MeetingAuditRow(SQLModel, table=True):
    """Who did what to which meeting, when; never the content."""

    __tablename__ = "meeting_audit"

    id: int | None = Field(default=None, primary_key=True)
    ref: str = Field(index=True)
    at: datetime = Field(sa_type=Moment)
    who: str
    kind: str


class MeetingCounterRow(SQLModel, table=True):
    """The last number given out in a year; a number is never given twice."""

    __tablename__ = "meeting_counter"

    year: int = Field(primary_key=True)
    last: int


@dataclass(frozen=True)
class Talk:
    """What one person is being asked: `kind` of talk, `about` which meeting or action, the answers so far."""

    person: str
    conversation: str
    kind: str
    about: str
    run: Run
    at: datetime


def meeting_row(vault: Vault, meeting: Meeting) -> MeetingRow:
    """A meeting as a row, without its actions."""
    return MeetingRow(
        ref=meeting.ref, planner=meeting.planner, starts=meeting.starts, place=vault.lock(meeting.place),
        case_ref=meeting.case, invited=" ".join(meeting.invited),
        leader=vault.lock(meeting.leader.name), leader_key=meeting.leader.key,
        reporter=vault.lock(meeting.reporter.name), reporter_key=meeting.reporter.key,
        channel=meeting.channel, state=meeting.state.value, facts=" ".join(sorted(meeting.facts)),
        minutes=meeting.minutes, moves=meeting.moves, closed=meeting.closed,
    )  # fmt: skip


def action_row(vault: Vault, ref: str, action: Action) -> ActionRow:
    """An action as a row."""
    return ActionRow(
        ref=ref, number=action.number, owner=vault.lock(action.owner.name), owner_key=action.owner.key,
        words=vault.lock(action.words), due=action.due, at=action.at, state=action.state.value,
        reason=vault.lock(action.reason), ended=action.ended, ended_by=action.ended_by,
    )  # fmt: skip


def to_meeting(vault: Vault, row: MeetingRow, actions: Iterable[ActionRow]) -> Meeting:
    """The rows of one meeting as a value."""
    return Meeting(
        row.ref, row.planner, row.starts, vault.unlock(row.place), row.case_ref, tuple(row.invited.split()),
        Who(vault.unlock(row.leader), row.leader_key), Who(vault.unlock(row.reporter), row.reporter_key),
        row.channel, MeetingState(row.state), frozenset(row.facts.split()),
        tuple(_to_action(vault, a) for a in sorted(actions, key=lambda a: a.number)),
        row.minutes, row.moves, row.closed,
    )  # fmt: skip


def _to_action(vault: Vault, row: ActionRow) -> Action:
    return Action(
        row.number, Who(vault.unlock(row.owner), row.owner_key), vault.unlock(row.words), row.due, row.at,
        ActionState(row.state), vault.unlock(row.reason), row.ended, row.ended_by,
    )  # fmt: skip


def talk_row(vault: Vault, talk: Talk) -> TalkRow:
    """A talk as a row."""
    answers = [[a.step, a.value, a.seen, a.at.isoformat(), a.by] for a in talk.run.answers]
    locked = vault.lock(json.dumps({"again": talk.run.again, "answers": answers}))
    return TalkRow(
        person=talk.person, conversation=talk.conversation, kind=talk.kind, about=talk.about, answers=locked, at=talk.at
    )


def to_talk(vault: Vault, row: TalkRow) -> Talk:
    """A row as a talk."""
    kept = json.loads(vault.unlock(row.answers))
    answers = tuple(
        Answer(step, value, seen, datetime.fromisoformat(at), by) for step, value, seen, at, by in kept["answers"]
    )
    return Talk(row.person, row.conversation, row.kind, row.about, Run(answers, kept["again"]), row.at)
