"""Everything a worker needs, ready in the process that new workers are copied from."""

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import configure_mappers

from tests.faults import mutants, platform, worker

configure_mappers()

__all__ = ["mutants", "platform", "sqlite", "worker"]
