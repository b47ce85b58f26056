"""Runs the migrations on an open engine."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def config() -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    return made


def head() -> str | None:
    """The newest migration in the folder."""
    return ScriptDirectory.from_config(config()).get_current_head()


def run(engine: Engine, target: str = "head") -> None:
    """Migrate to `target` in one transaction."""
    made = config()
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        made.attributes["connection"] = connection
        command.upgrade(made, target)
