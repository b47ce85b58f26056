"""Questions that got no good answer, for the owner of the knowledge; the text only when the asker agreed, encrypted."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select

from bot.storage.database import Database
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
    """The open questions in the database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault

    def add(self, at: datetime, cause: str, shown: tuple[str, ...], reason: str = "", text: str = "") -> int:
        """Keep one; returns its number."""
        row = OpenQuestionRow(at=at, cause=cause, reason=reason, shown=" ".join(shown), text=self._vault.lock(text))
        with self._database.write() as session:
            session.add(row)
            session.flush()
            return int(row.id or 0)

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
