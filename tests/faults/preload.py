"""Everything a worker needs, ready in the process that new workers are copied from.

A worker also imports the program that started the run (`tests.faults`), so what that imports is made ready as well:
otherwise it dies at random moments before it has begun.
"""

import argparse
import json

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import configure_mappers

from tests.faults import delivery, mutants, platform, suite, worker

configure_mappers()

__all__ = ["argparse", "delivery", "json", "mutants", "platform", "sqlite", "suite", "worker"]
