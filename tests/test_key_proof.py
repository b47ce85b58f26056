"""Whoever has another key than the database was written with is told before it writes anything."""

from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.key_proof import prove
from bot.vault import Vault, VaultError

pytestmark = pytest.mark.usefixtures("kind")


def test_the_first_key_is_the_key_and_another_is_refused(database: Database, tmp_path: Path) -> None:
    prove(database, Vault.open("de eerste", tmp_path))
    prove(database, Vault.open("de eerste", tmp_path))
    with pytest.raises(VaultError, match="Geef elke machine dezelfde WEGWIJZER_SECRET_KEY"):
        prove(database, Vault.open("een andere", tmp_path))


def test_a_new_key_in_front_of_the_old_one_fits(database: Database, tmp_path: Path) -> None:
    prove(database, Vault.open("oud", tmp_path))
    prove(database, Vault.open("nieuw,oud", tmp_path))


def test_a_second_machine_with_a_key_file_of_its_own_is_refused(database: Database, tmp_path: Path) -> None:
    prove(database, Vault.open("", tmp_path / "one"))
    with pytest.raises(VaultError, match=r"secret\.key"):
        prove(database, Vault.open("", tmp_path / "two"))
