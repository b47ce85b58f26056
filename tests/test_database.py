import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.storage import database as module
from bot.storage.database import HEAD, Database, StorageError
from bot.storage.people import PersonRow


def people(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM person")).scalar_one())


def write_half(database: Database) -> None:
    with database.write() as session:
        session.add(PersonRow(key="b"))
        session.flush()
        raise RuntimeError("half-way")


def test_a_write_is_kept_when_its_block_ends_and_not_when_it_fails(database: Database) -> None:
    with database.write() as session:
        session.add(PersonRow(key="a"))
    with pytest.raises(RuntimeError, match="half-way"):
        write_half(database)
    assert people(database) == 1


def test_a_second_writer_waits_for_the_first(database: Database) -> None:
    inside, order = threading.Event(), []

    def first() -> None:
        with database.write() as session:
            session.add(PersonRow(key="first"))
            session.flush()
            inside.set()
            time.sleep(0.2)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait()
    with database.write() as session:
        session.add(PersonRow(key="second"))
        session.flush()
        order.append("second")
    thread.join()
    assert order == ["first", "second"]
    assert people(database) == 2


def test_what_a_writer_reads_cannot_be_changed_by_another(database: Database) -> None:
    def count_up() -> None:
        for _ in range(20):
            with database.write() as session:
                row = session.get(PersonRow, "n") or PersonRow(key="n", school="0")
                row.school = str(int(row.school) + 1)
                session.add(row)

    threads = [threading.Thread(target=count_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        row = session.get(PersonRow, "n")
    assert row is not None
    assert row.school == "60"


def test_a_read_sees_one_moment_while_others_write(database: Database) -> None:
    count = text("SELECT count(*) FROM person")
    with database.read() as session:
        before = session.execute(count).scalar()
        with database.write() as other:
            other.add(PersonRow(key="a"))
        assert session.execute(count).scalar() == before
    assert people(database) == 1


def test_a_writer_that_waits_too_long_is_told_to_try_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.1)
    hasty = Database(str(database.url))
    with database.write() as first:
        first.execute(text("SELECT 1"))
        with pytest.raises(StorageError, match="De database is bezet; probeer het zo opnieuw"), hasty.write() as second:
            second.execute(text("SELECT 1"))
    hasty.close()


def test_a_new_database_is_at_the_newest_version_and_stays_there(database: Database) -> None:
    assert database.version() == HEAD
    database.upgrade()
    assert database.version() == HEAD


def test_tables_of_a_newer_version_are_refused_and_left_alone(database: Database) -> None:
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
