"""A moment in a column: aware, in UTC, whatever the database keeps of it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware datetime; SQLite keeps no zone, so everything is written and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> Any:
        """The moment in UTC. Raises ValueError for a datetime without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone; a moment is an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, _: Dialect) -> datetime | None:
        """The moment, aware again."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)  # type: ignore[no-any-return]
