"""Everything a worker needs, ready in the process that new workers are copied from.

A worker also imports the program that started the run (`tests.faults`), so what that imports is made ready as well:
otherwise it dies at random moments before it has begun.
"""

import argparse
import json

import psycopg
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg as dialect
from sqlalchemy.orm import configure_mappers

from tests.case_world import contacts, provisions, roles, scripts
from tests.faults import delivery, mutants, platform, replica, replicas, suite, worker

configure_mappers()
for content in (contacts, provisions, roles, scripts):
    content()

__all__ = [
    "argparse", "delivery", "dialect", "json", "mutants", "platform", "postgresql", "psycopg", "replica", "replicas",
    "sqlite", "suite", "worker",
]  # fmt: skip
