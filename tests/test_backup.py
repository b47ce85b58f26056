"""Backup and restore: online, whole or not at all, never over something newer."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import delete

from bot.backup import BEFORE, backup, check, restore
from bot.messages import Incoming
from bot.storage.database import HEAD, Database, StorageError
from bot.storage.inbox import Arrived, Inbox, InboxRow
from bot.vault import Vault
from tests import databases
from tests.case_world import CONSENTED, IRIS, NOW, TO_CONSENT, TO_END, World
from tests.databases import Kind

pytestmark = pytest.mark.usefixtures("kind")


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "home").mkdir()
    world = World(tmp_path / "home")
    world.walk(*TO_CONSENT)
    return world


def put_back(world: World, file: Path) -> Path | None:
    return restore(world.database, file, world.folder)


def test_a_backup_holds_everything_and_only_its_owner_can_read_it(world: World, tmp_path: Path) -> None:
    file = tmp_path / "copies" / "monday.db"
    backup(world.database, file)
    assert check(file) == HEAD
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_backup_is_made_while_others_write(world: World, tmp_path: Path) -> None:
    with world.database.write():
        backup(world.database, tmp_path / "now.db")
    assert check(tmp_path / "now.db") == HEAD


def test_a_backup_never_overwrites_another(world: World, tmp_path: Path) -> None:
    backup(world.database, tmp_path / "a.db")
    with pytest.raises(StorageError, match="bestaat al"):
        backup(world.database, tmp_path / "a.db")


def test_a_restore_brings_back_what_was_and_keeps_what_is(world: World, tmp_path: Path) -> None:
    backup(world.database, tmp_path / "a.db")
    before = world.cases.find("C-2026-0001", IRIS.key)
    world.walk("voor alles", "mondeling")
    kept = put_back(world, tmp_path / "a.db")
    assert world.cases.find("C-2026-0001", IRIS.key) == before
    assert kept is not None
    assert kept.parent == world.folder
    assert kept.name.endswith(BEFORE)
    assert check(kept) == HEAD
    assert "Waarvoor geeft ouder 1" in world.say("/start-case hervat")


def test_a_damaged_database_is_replaced_by_the_backup(world: World, tmp_path: Path, kind: Kind) -> None:
    if kind is Kind.POSTGRESQL:
        pytest.skip("a damaged PostgreSQL is its administrator's work")
    backup(world.database, tmp_path / "a.db")
    world.database.close()
    for end in ("-wal", "-shm"):
        (world.folder / f"wegwijzer.db{end}").unlink(missing_ok=True)
    (world.folder / "wegwijzer.db").write_bytes(b"not a database, really" * 500)
    fresh = Database(f"sqlite:///{world.folder / 'wegwijzer.db'}")
    restore(fresh, tmp_path / "a.db", world.folder)
    fresh.close()
    world.reopen()
    assert world.cases.count() == 1


def test_a_backup_of_a_newer_version_is_refused_and_nothing_changes(world: World, tmp_path: Path) -> None:
    backup(world.database, tmp_path / "a.db")
    with sqlite3.connect(tmp_path / "a.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match=r"nieuwere versie \(9999\)"):
        put_back(world, tmp_path / "a.db")
    assert world.cases.count() == 1
    assert list(world.folder.glob(f"*{BEFORE}")) == []


def test_a_backup_of_an_older_version_is_brought_up_to_date(world: World, tmp_path: Path) -> None:
    from bot.migrations.runner import run

    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    run(old.engine, "0001")
    old.close()
    assert check(tmp_path / "old.db") == "0001"
    put_back(world, tmp_path / "old.db")
    assert world.database.version() == HEAD
    assert world.cases.count() == 0


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + b"x" * 5000])
def test_what_is_no_backup_is_refused(world: World, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.db"
    file.write_bytes(content)
    with pytest.raises(StorageError, match="beschadigd of geen database van Wegwijzer"):
        put_back(world, file)
    assert world.cases.count() == 1


def test_a_backup_with_a_page_gone_bad_is_refused(world: World, tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    backup(world.database, file)
    content = bytearray(file.read_bytes())
    content[8192:12288] = os.urandom(4096)
    file.write_bytes(content)
    with pytest.raises(StorageError, match="beschadigd"):
        put_back(world, file)


def test_a_file_that_is_not_there_is_told(world: World, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is er niet"):
        put_back(world, tmp_path / "none.db")
    with pytest.raises(StorageError, match="nog geen database"):
        backup(databases.opened(tmp_path, "x.db", empty=True), tmp_path / "y.db")


def test_a_backup_goes_into_the_other_kind_and_back(world: World, tmp_path: Path) -> None:
    """How one moves from the one database to the other: rows, moments and numbers as they were."""
    world.walk(*CONSENTED, *TO_END)
    events = [Arrived((f"k{n}",), Incoming(IRIS, "hoi", NOW, conversation="c")) for n in range(3)]
    vault = Vault.open("", world.folder)
    Inbox(world.database, vault).keep(events)
    with world.database.write() as session:
        session.execute(delete(InboxRow))
    backup(world.database, tmp_path / "a.db")
    there = Kind.POSTGRESQL if world.database.is_sqlite else Kind.SQLITE
    case, audit = world.cases.find("C-2026-0001", IRIS.key), world.cases.audit("C-2026-0001")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret.key").write_bytes((world.folder / "secret.key").read_bytes())
    with databases.on(there):
        other = World(tmp_path / "other")
        put_back(other, tmp_path / "a.db")
        assert other.cases.find("C-2026-0001", IRIS.key) == case
        assert other.cases.audit("C-2026-0001") == audit
        assert "C-2026-0002" in other.say("/start-case nieuw")
        inbox = Inbox(other.database, vault)
        inbox.keep([Arrived(("k4",), events[0].incoming)])
        assert (waiting := inbox.take()) is not None
        assert waiting.id == 4
        backup(other.database, tmp_path / "b.db")
        other.database.close()
    put_back(world, tmp_path / "b.db")
    assert world.cases.audit("C-2026-0001") == audit
    assert {found.ref for found in world.cases.listed(IRIS.key)} == {"C-2026-0001", "C-2026-0002"}


def test_a_crash_in_the_middle_leaves_no_half_backup(world: World, tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    script = (
        "import sys; from pathlib import Path\n"
        "from bot.backup import backup; from bot.storage.database import Database\n"
        "backup(Database(sys.argv[1]), Path(sys.argv[2]))"
    )
    url = databases.address(world.folder)
    died = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, url, str(file)],
        env={**os.environ, "CRASH_AT": "backup.before-rename"}, cwd=Path(__file__).parent.parent, check=False,
    )  # fmt: skip
    assert died.returncode == 137
    assert not file.exists()
    backup(world.database, file)
    assert check(file) == HEAD
    assert list(tmp_path.glob("*.half")) == []
