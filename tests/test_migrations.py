import pkgutil
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from bot import storage
from bot.migrations import runner
from bot.storage.database import HEAD
from tests import databases
from tests.faults.upgrading import play


def test_the_program_expects_the_newest_migration() -> None:
    newest = max(file.name.partition("_")[0] for file in (Path(runner.__file__).parent / "versions").glob("[0-9]*.py"))
    assert newest == HEAD == runner.head()


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory.from_config(runner.config())
    assert len(script.get_heads()) == 1
    numbers = [revision.revision for revision in script.walk_revisions()]
    assert numbers == [f"{number:04}" for number in range(len(numbers), 0, -1)]


@pytest.mark.usefixtures("kind")
def test_an_empty_database_becomes_exactly_what_the_code_describes(tmp_path: Path) -> None:
    database = databases.opened(tmp_path, empty=True)
    database.upgrade()
    for module in pkgutil.iter_modules(storage.__path__, f"{storage.__name__}."):
        import_module(module.name)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


@pytest.mark.usefixtures("kind")
def test_a_database_of_any_version_comes_to_the_newest(tmp_path: Path) -> None:
    for number in range(1, int(HEAD)):
        database = databases.opened(tmp_path, f"{number}.db", empty=True)
        runner.run(database.engine, f"{number:04}")
        assert database.version() == f"{number:04}"
        database.upgrade()
        assert database.version() == HEAD
        database.close()


@pytest.mark.parametrize("of", list(databases.Kind))
def test_an_upgrade_that_dies_midway_leaves_the_old_tables_or_the_new(tmp_path: Path, of: databases.Kind) -> None:
    trials, failures = play(of, tmp_path, versions=("0001", f"{int(HEAD) - 1:04}"), most=3)
    assert (trials >= 4, failures) == (True, 0)
