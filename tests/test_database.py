import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.storage import engines
from bot.storage.database import HEAD, CollisionError, Database, StorageError
from bot.storage.dialect import hold, put
from bot.storage.people import PersonRow
from tests import databases
from tests.databases import Kind

both = pytest.mark.usefixtures("kind")


def people(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM person")).scalar_one())


def write_half(database: Database) -> None:
    with database.write() as session:
        session.add(PersonRow(key="b"))
        session.flush()
        raise RuntimeError("half-way")


@both
def test_a_write_is_kept_when_its_block_ends_and_not_when_it_fails(database: Database) -> None:
    with database.write() as session:
        session.add(PersonRow(key="a"))
    with pytest.raises(RuntimeError, match="half-way"):
        write_half(database)
    assert people(database) == 1


@both
def test_a_second_writer_waits_for_the_first(database: Database) -> None:
    inside, order = threading.Event(), []

    def first() -> None:
        with database.write() as session:
            put(session, PersonRow(key="same", school="first"))
            inside.set()
            time.sleep(0.2)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait()
    with database.write() as session:
        put(session, PersonRow(key="same", school="second"))
        order.append("second")
    thread.join()
    assert order == ["first", "second"]
    assert people(database) == 1


@both
def test_what_a_writer_holds_cannot_be_changed_by_another(database: Database) -> None:
    def count_on() -> None:
        for _ in range(20):
            with database.write() as session:
                hold(session, ["counting"])
                row = session.get(PersonRow, "n") or PersonRow(key="n", school="0")
                row.school = str(int(row.school) + 1)
                session.add(row)

    threads = [threading.Thread(target=count_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        row = session.get(PersonRow, "n")
    assert row is not None
    assert row.school == "60"


@both
def test_a_read_sees_one_moment_while_others_write(database: Database) -> None:
    count = text("SELECT count(*) FROM person")
    with database.read() as session:
        before = session.execute(count).scalar()
        with database.write() as other:
            other.add(PersonRow(key="a"))
        assert session.execute(count).scalar() == before
    assert people(database) == 1


@both
def test_a_writer_that_waits_too_long_is_told_to_try_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.1)
    hasty = databases.opened(tmp_path)
    with database.write() as first:
        put(first, PersonRow(key="same"))
        with pytest.raises(StorageError, match="De database is bezet; probeer het zo opnieuw"), hasty.write() as second:
            put(second, PersonRow(key="same"))
    hasty.close()


@both
def test_a_new_database_is_at_the_newest_version_and_stays_there(database: Database) -> None:
    assert database.version() == HEAD
    database.upgrade()
    assert database.version() == HEAD


@both
def test_tables_of_a_newer_version_are_refused_and_left_alone(tmp_path: Path) -> None:
    database = databases.opened(tmp_path, empty=True)
    database.upgrade()
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match=rf"nieuwere versie \(9999\) dan dit programma \({HEAD}\)"):
        database.upgrade()
    assert database.version() == "9999"


def test_a_database_that_may_not_be_written_says_so(database: Database, tmp_path: Path) -> None:
    database.close()
    read_only = Database(f"sqlite:///file:{tmp_path / 'wegwijzer.db'}?mode=ro&uri=true")
    with pytest.raises(StorageError, match="De datamap is alleen-lezen"), read_only.write() as session:
        session.add(PersonRow(key="a"))
    read_only.close()


def test_a_file_that_is_no_database_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "w.db").write_bytes(b"not a database at all" * 100)
    broken = Database(f"sqlite:///{tmp_path / 'w.db'}")
    with pytest.raises(StorageError, match="wegwijzer db restore BESTAND"):
        broken.upgrade()
    broken.close()


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    made = Database(f"sqlite:///{tmp_path / 'a' / 'b' / 'w.db'}")
    made.upgrade()
    made.close()
    assert (tmp_path / "a" / "b" / "w.db").is_file()


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("database or disk is full", "De schijf is vol"),
        ("attempt to write a readonly database", "alleen-lezen"),
        ("database is locked", "bezet"),
        ("unable to open database file", "WEGWIJZER_DATABASE_URL"),
    ],
)
def test_every_failure_is_told_in_dutch_with_what_to_do(reason: str, told: str, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'w.db'}")
    with pytest.raises(StorageError, match=told), database.write():
        raise OperationalError("INSERT", {}, sqlite3.OperationalError(reason))
    database.close()


def test_erased_text_leaves_no_trace_in_the_file(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        session.add(PersonRow(key="a", school="Herkenbaarheid"))
    with database.write() as session:
        session.delete(session.get(PersonRow, "a"))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    assert b"Herkenbaarheid" not in (tmp_path / "wegwijzer.db").read_bytes()


@pytest.fixture
def on_postgresql() -> Iterator[None]:
    with databases.on(Kind.POSTGRESQL):
        yield


def test_two_that_wait_for_each_other_end_and_the_whole_is_done_again(on_postgresql: None, tmp_path: Path) -> None:
    """A deadlock: one gives way. What was said to the person inside does not hide it, so the unit can be repeated.

    Who gave way may be back before the other woke up, and then they meet once more.
    """
    database = databases.opened(tmp_path)
    told, ready, gave_way = [], threading.Barrier(2), []

    def change(*keys: str) -> None:
        for attempt in range(5):
            try:
                with database.unit():
                    try:
                        for key in keys:
                            with database.write() as session:
                                put(session, PersonRow(key=key))
                            if not attempt and key == keys[0]:
                                ready.wait(10)
                    except StorageError as error:
                        told.append(str(error))
            except CollisionError:
                gave_way.append(keys)
            else:
                return

    threads = [threading.Thread(target=change, args=keys) for keys in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(gave_way) == len(told) > 0
    assert people(database) == 2
    database.close()


@pytest.mark.parametrize("begin", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_an_address_is_understood_however_it_begins(on_postgresql: None, tmp_path: Path, begin: str) -> None:
    address = databases.address(tmp_path).replace("postgresql", begin, 1)
    database = Database(address)
    assert database.version() == HEAD
    assert database.url.drivername == "postgresql+psycopg"
    database.close()


SECRET = "geheim-woord"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"postgresql://iris:{SECRET}@127.0.0.1:9/wegwijzer", r"niet bereikbaar \(127.0.0.1/wegwijzer\)"),
        (f"postgresql://iris:{SECRET}@127.0.0.1:poort/wegwijzer", "is geen adres"),
        (f"postgres//iris:{SECRET}@127.0.0.1/wegwijzer", "is geen adres"),
        (f"mysql://iris:{SECRET}@127.0.0.1/wegwijzer", "SQLite of PostgreSQL"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_password(address: str, told: str) -> None:
    with pytest.raises(StorageError, match=told) as caught:
        Database(address).upgrade()
    assert SECRET not in f"{caught.value} {caught.value.args}"


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("dbname", "bestaat niet op de server"),
        ("user", "bestaat niet op de server"),
        ("rights", "GRANT ALL ON SCHEMA public"),
        ("read only", "alleen leesopdrachten"),
    ],
)
def test_a_server_that_refuses_is_told_with_what_to_do(
    on_postgresql: None, tmp_path: Path, harm: str, told: str
) -> None:
    address, server = databases.address(tmp_path, empty=True), databases.server()
    name = str(Database(address).url.database)
    match harm:
        case "dbname":
            address = address.replace(f"/{name}?", "/weg?")
        case "user":
            address = address.replace("postgres@", "onbekend@")
        case "rights":
            server.ask("DROP ROLE IF EXISTS klein; CREATE ROLE klein LOGIN")
            address = address.replace("postgres@", "klein@")
        case "read only":
            server.ask(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    database = Database(address)
    with pytest.raises(StorageError, match=told):
        database.upgrade()
    database.close()


def test_without_the_driver_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match=r"pip install .*\[postgres\]"):
        Database("postgresql://iris@127.0.0.1/wegwijzer")


def test_a_server_that_was_restarted_is_found_again(on_postgresql: None, tmp_path: Path) -> None:
    database = databases.opened(tmp_path)
    assert people(database) == 0
    databases.server().stop()
    with pytest.raises(StorageError, match="niet bereikbaar"):
        people(database)
    databases.server().start()
    assert people(database) == 0
    database.close()


def test_what_was_erased_is_in_no_file_of_the_server(on_postgresql: None, tmp_path: Path) -> None:
    databases.on_new_files()
    database = databases.opened(tmp_path)
    with database.write() as session:
        session.add(PersonRow(key="a", school="Herkenbaarheid"))
    assert b"Herkenbaarheid" in databases.on_disk(database, tmp_path)
    with database.write() as session:
        session.delete(session.get(PersonRow, "a"))
    database.scrub()
    assert b"Herkenbaarheid" not in databases.on_disk(database, tmp_path)
    database.close()


def test_what_a_unit_erased_is_scrubbed_when_it_ended(database: Database, tmp_path: Path) -> None:
    with database.unit():
        with database.write() as session:
            session.add(PersonRow(key="a", school="Herkenbaarheid"))
        with database.write() as session:
            session.delete(session.get(PersonRow, "a"))
        database.scrub()
    assert b"Herkenbaarheid" not in databases.on_disk(database, tmp_path)


def test_traces_that_cannot_go_while_somebody_reads_are_left_to_the_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.storage.engines.WAIT_SECONDS", 0.1)
    file = tmp_path / "wegwijzer.db"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
    database.scrub()
    assert "until tonight" in caplog.text
    with pytest.raises(StorageError):
        database.write_anew()
    reader.execute("COMMIT")
    database.write_anew()
    reader.close()
    database.close()
