"""Questions that got no good answer, for the owner of the knowledge; of all others only how many there were.

The text is kept only when the asker agreed, encrypted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Field, SQLModel, col, func, select, update

from bot.storage.database import Database
from bot.storage.dialect import insert_new
from bot.storage.moments import Moment
from bot.vault import Vault


class OpenQuestionRow(SQLModel, table=True):
    """A question without a good answer; `text` is locked and empty when the asker did not agree to keep it."""

    __tablename__ = "open_question"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    cause: str
    reason: str = ""
    shown: str = ""
    text: str = ""


class QuestionCountRow(SQLModel, table=True):
    """How many questions of a day came to what end; nobody and nothing said is in it."""

    __tablename__ = "question_count"

    day: date = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    count: int = 0


@dataclass(frozen=True)
class OpenQuestion:
    """A question without a good answer: `cause` is not_found or thumbs_down, `shown` what was answered with."""

    id: int
    at: datetime
    cause: str
    reason: str
    shown: tuple[str, ...]
    text: str


class OpenQuestions:
    """The open questions in the database, and the counts of all."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault

    def add(self, at: datetime, cause: str, shown: tuple[str, ...]) -> int:
        """Note one, without its text; returns its number."""
        row = OpenQuestionRow(at=at, cause=cause, shown=" ".join(shown))
        with self._database.write() as session:
            session.add(row)
            session.flush()
            return int(row.id or 0)

    def explain(self, id: int, reason: str) -> bool:
        """Note what was wrong with the answer; False when there is none of that number."""
        with self._database.write() as session:
            row = session.get(OpenQuestionRow, id)
            if row:
                row.reason = reason
            return row is not None

    def keep_text(self, id: int, text: str) -> bool:
        """Keep the words, as the asker agreed; False when there is none of that number."""
        with self._database.write() as session:
            row = session.get(OpenQuestionRow, id)
            if row:
                row.text = self._vault.lock(text)
            return row is not None

    def list(self) -> tuple[OpenQuestion, ...]:
        """All of them, newest first."""
        with self._database.read() as session:
            rows = session.exec(select(OpenQuestionRow).order_by(col(OpenQuestionRow.id).desc())).all()
        return tuple(
            OpenQuestion(r.id or 0, r.at, r.cause, r.reason, tuple(r.shown.split()), self._vault.unlock(r.text))
            for r in rows
        )

    def drop(self, id: int) -> bool:
        """Forget one; False when there is none of that number."""
        with self._database.write() as session:
            row = session.get(OpenQuestionRow, id)
            if row:
                session.delete(row)
            return row is not None

    def count(self, day: date, kind: str) -> None:
        """Count one question of a day that came to this end."""
        with self._database.write() as session:
            insert_new(session, QuestionCountRow, [{"day": day, "kind": kind, "count": 0}])
            this = (col(QuestionCountRow.day) == day, col(QuestionCountRow.kind) == kind)
            session.exec(update(QuestionCountRow).where(*this).values(count=col(QuestionCountRow.count) + 1))

    def counts(self, since: date) -> Mapping[str, int]:
        """How many there were since a day, by how they ended."""
        total = func.sum(QuestionCountRow.count)
        query = select(QuestionCountRow.kind, total).where(col(QuestionCountRow.day) >= since)
        with self._database.read() as session:
            return {kind: int(count) for kind, count in session.exec(query.group_by(col(QuestionCountRow.kind)))}
