"""The commands on PostgreSQL, as an administrator types them; a password shows nowhere."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.databases import Kind

PASSWORD = "geheim-woord"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with databases.on(Kind.POSTGRESQL):
        yield databases.address(tmp_path, empty=True).replace("postgres@", f"postgres:{PASSWORD}@")


def wegwijzer(home: Path, address: str, *args: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WEGWIJZER_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *args], capture_output=True, text=True, timeout=120, check=False,
        env={**kept, "WEGWIJZER_HOME": str(home), "WEGWIJZER_DATABASE_URL": address, "WEGWIJZER_SECRET_KEY": "een"},
    )  # fmt: skip
    assert PASSWORD not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_upgrade_backup_and_restore(tmp_path: Path, address: str) -> None:
    assert wegwijzer(tmp_path, address, "db", "upgrade").stdout.startswith("Database bijgewerkt (versie ")
    file = str(tmp_path / "copy.db")
    assert wegwijzer(tmp_path, address, "db", "backup", file).returncode == 0
    again = wegwijzer(tmp_path, address, "db", "backup", file)
    assert (again.returncode, "bestaat al" in again.stderr) == (1, True)
    restored = wegwijzer(tmp_path, address, "db", "restore", file)
    assert restored.stdout.startswith(f"Teruggezet: {file}.")
    moved = wegwijzer(tmp_path / "lite", f"sqlite:///{tmp_path / 'lite.db'}", "db", "restore", file)
    assert moved.returncode == 0, moved.stderr


def test_what_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    gone = wegwijzer(tmp_path, f"postgres://iris:{PASSWORD}@127.0.0.1:9/wegwijzer", "db", "upgrade")
    assert gone.returncode == 1
    assert gone.stderr.strip() == (
        "PostgreSQL is niet bereikbaar (127.0.0.1/wegwijzer). Draait hij, en klopt WEGWIJZER_DATABASE_URL?"
    )
    odd = wegwijzer(tmp_path, f"postgresql://iris:{PASSWORD}@@/:/", "db", "upgrade")
    assert (odd.returncode, len(odd.stderr.strip().splitlines())) == (1, 1)


def test_a_newer_schema_is_refused(tmp_path: Path, address: str) -> None:
    wegwijzer(tmp_path, address, "db", "upgrade")
    name = address.split("/")[3].split("?")[0]
    databases.server().ask("UPDATE alembic_version SET version_num = '9999'", name)
    refused = wegwijzer(tmp_path, address, "reminders", "list")
    assert refused.returncode == 1
    assert "nieuwere versie (9999)" in refused.stderr
