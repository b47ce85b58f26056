"""What several tests start from: the shipped library, built once, and an empty database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from bot.app import App
from bot.settings import Settings
from bot.storage.database import Database
from bot.vault import Vault
from knowledge.library import INDEX_NAME, Library
from knowledge.sources import Sources
from tests import databases
from tests.databases import Kind


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Library:
    """The shipped content, indexed in a temporary folder (half a minute, once a run, however many processes test)."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "index"
    folder.mkdir(exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        return Library.open(Sources(), folder)


@pytest.fixture(params=list(Kind))
def kind(request: pytest.FixtureRequest) -> Iterator[Kind]:
    """SQLite and PostgreSQL in turn; every database that a test asks `tests.databases` for is of that kind."""
    with databases.on(request.param):
        yield request.param


@pytest.fixture
def new_files(kind: Kind) -> None:
    """For a test that reads the files of its database: no other test wrote in them."""
    databases.on_new_files()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty, up-to-date database of the test's own; SQLite where nothing else is asked for."""
    opened = databases.opened(tmp_path)
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """A vault with a key of its own."""
    return Vault.open("a key for tests", tmp_path)


@pytest.fixture(scope="session")
def index(library: Library) -> Path:
    """The index that the shared library was opened from, so that no home builds its own."""
    assert library.data is not None
    return library.data / INDEX_NAME


@pytest.fixture
def home(index: Path, tmp_path: Path) -> Path:
    """A data folder with the index that is built already."""
    (tmp_path / INDEX_NAME).symlink_to(index)
    return tmp_path


@pytest.fixture
def app(home: Path) -> Iterator[App]:
    """The real app on an empty home with the shared index."""
    opened = App(settings=Settings(home=home))
    yield opened
    opened.database.close()
