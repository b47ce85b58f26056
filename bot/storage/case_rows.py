"""The tables of cases, and how a row becomes a value and back. Whatever a person entered is encrypted."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from bot.storage.moments import Moment
from bot.vault import Vault
from workflows.case import Case, CaseState, FollowUp
from workflows.consent import Consent, State
from workflows.run import Answer, Run

WALK, TALK = "walk", "talk"


class CaseRow(SQLModel, table=True):
    """A case; no name, no birth date, nothing a person typed."""

    __tablename__ = "case_file"

    ref: str = Field(primary_key=True)
    owner: str = Field(index=True)
    state: str
    again: str
    talk: str
    about: str
    talk_again: str
    misfits: int
    shown: str
    stamp: str
    sitting: str
    last_message: str
    started: datetime = Field(sa_type=Moment)
    changed: datetime = Field(sa_type=Moment)
    closed: datetime | None = Field(default=None, sa_type=Moment)
    version: int


class AnswerRow(SQLModel, table=True):
    """One answer of a walk; the value is encrypted."""

    __tablename__ = "case_answer"

    ref: str = Field(primary_key=True)
    walk: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    place: int
    value: str
    seen: str
    at: datetime = Field(sa_type=Moment)
    by: str


class ConsentRow(SQLModel, table=True):
    """One person's consent for one purpose; limits are encrypted. What was withdrawn stays."""

    __tablename__ = "case_consent"

    ref: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    purpose: str = Field(primary_key=True)
    recorded_at: datetime = Field(primary_key=True, sa_type=Moment)
    recorded_by: str
    state: str
    how: str
    given_on: date | None
    until: date | None
    limits: str
    withdrawn_on: date | None
    withdrawn_by: str


class FollowUpRow(SQLModel, table=True):
    """Something to be reminded of."""

    __tablename__ = "case_follow_up"

    ref: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    due: date = Field(primary_key=True, index=True)
    done: bool


class AuditRow(SQLModel, table=True):
    """Who did what to which case, when; never the content."""

    __tablename__ = "case_audit"

    id: int | None = Field(default=None, primary_key=True)
    ref: str = Field(index=True)
    at: datetime = Field(sa_type=Moment)
    who: str
    kind: str
    step: str


class SeatRow(SQLModel, table=True):
    """The case a person is talking about, and in which conversation."""

    __tablename__ = "case_seat"

    person: str = Field(primary_key=True)
    ref: str
    conversation: str


class CounterRow(SQLModel, table=True):
    """The last number given out in a year; a number is never given twice, also not after erasing."""

    __tablename__ = "case_counter"

    year: int = Field(primary_key=True)
    last: int


def case_columns(case: Case) -> dict[str, Any]:
    """The columns of a case that change."""
    return {
        "owner": case.owner, "state": case.state.value, "again": case.run.again, "talk": case.talk,
        "about": case.about, "talk_again": case.talk_run.again, "misfits": case.misfits, "shown": case.shown,
        "stamp": case.stamp, "sitting": case.sitting, "last_message": case.last_message,
        "started": case.started, "changed": case.changed,
        "closed": case.closed,
    }  # fmt: skip


def numbered(case: Case) -> list[tuple[tuple[str, str], int, Answer]]:
    """The answers of both walks with their key (walk, step) and place."""
    walks = ((WALK, case.run), (TALK, case.talk_run))
    return [((walk, a.step), place, a) for walk, run in walks for place, a in enumerate(run.answers)]


def answer_row(vault: Vault, ref: str, walk: str, place: int, answer: Answer) -> AnswerRow:
    """An answer as a row."""
    return AnswerRow(
        ref=ref, walk=walk, step=answer.step, place=place, value=vault.lock(answer.value), seen=answer.seen,
        at=answer.at, by=answer.by,
    )  # fmt: skip


def to_run(vault: Vault, rows: Iterable[AnswerRow], again: str) -> Run:
    """The run in these rows."""
    ordered = sorted(rows, key=lambda row: row.place)
    return Run(tuple(Answer(r.step, vault.unlock(r.value), r.seen, r.at, r.by) for r in ordered), again)


def consent_row(vault: Vault, ref: str, consent: Consent) -> ConsentRow:
    """A consent as a row."""
    return ConsentRow(
        ref=ref, who=consent.who, purpose=consent.purpose, recorded_at=consent.recorded_at,
        recorded_by=consent.recorded_by, state=consent.state.value, how=consent.how, given_on=consent.given_on,
        until=consent.until, limits=vault.lock(consent.limits), withdrawn_on=consent.withdrawn_on,
        withdrawn_by=consent.withdrawn_by,
    )  # fmt: skip


def follow_up_row(ref: str, item: FollowUp) -> FollowUpRow:
    """Something to be reminded of as a row."""
    return FollowUpRow(ref=ref, kind=item.kind, due=item.due, done=item.done)


def to_consent(vault: Vault, row: ConsentRow) -> Consent:
    """A row as a consent."""
    return Consent(
        row.who, row.purpose, State(row.state), row.recorded_at, row.recorded_by, row.how, row.given_on,
        row.until, vault.unlock(row.limits), row.withdrawn_on, row.withdrawn_by,
    )  # fmt: skip


def to_case(
    vault: Vault,
    row: CaseRow,
    answers: Iterable[AnswerRow],
    consents: Iterable[ConsentRow],
    follow_ups: Iterable[FollowUpRow],
) -> Case:
    """The rows of one case as a value."""
    listed = list(answers)
    return Case(
        row.ref, row.owner, row.started, row.changed, CaseState(row.state),
        to_run(vault, (a for a in listed if a.walk == WALK), row.again), row.talk, row.about,
        to_run(vault, (a for a in listed if a.walk == TALK), row.talk_again),
        tuple(to_consent(vault, c) for c in consents if c.state == State.WITHDRAWN.value),
        tuple(FollowUp(f.kind, f.due, f.done) for f in follow_ups),
        row.misfits, row.shown, row.stamp, row.sitting, row.last_message,
        row.closed, row.version,
    )  # fmt: skip
