"""Runs the migrations on an open engine."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from bot.storage.dialect import one_runner


def config() -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    return made


def head() -> str | None:
    """The newest migration in the folder."""
    return ScriptDirectory.from_config(config()).get_current_head()


def run(engine: Engine, target: str = "head") -> None:
    """Migrate to `target` in one transaction, one process at a time: who comes second finds it done."""
    made = config()
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        one_runner(connection)
        made.attributes["connection"] = connection
        command.upgrade(made, target)
