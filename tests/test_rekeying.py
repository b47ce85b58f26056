"""`db rekey`: what was locked with the old key opens with the new one alone, and nothing else changes."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import App
from bot.commands.service import db_rekey
from bot.platforms.matrix.credentials import Account, Credentials
from bot.settings import Settings
from bot.storage.cases import Cases
from bot.storage.database import Database
from bot.storage.key_proof import prove
from bot.storage.rekeying import columns, rekey
from bot.vault import KEY_FILE, Vault, VaultError
from tests.case_world import CONSENTED, IRIS, TO_CONSENT
from tests.mdo_world import PLAN, MdoWorld

pytestmark = pytest.mark.usefixtures("kind")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[MdoWorld]:
    """A case and a meeting, locked with the key file of their folder."""
    made = MdoWorld(tmp_path)
    made.walk(*TO_CONSENT, *CONSENTED, "stop", "1")
    made.walk(PLAN, "ja", "/mdo actie Fatima belt de huisarts vrijdag", "ja")
    prove(made.database, made.vault)
    yield made
    made.database.close()


def locked(database: Database) -> list[str]:
    with database.read() as session:
        return [text for c in columns() for text in session.scalars(select(c)) if text and text.startswith("gAAAA")]


def test_after_it_the_new_key_alone_opens_everything(world: MdoWorld, tmp_path: Path) -> None:
    before, texts = world.cases.listed(IRIS.key), locked(world.database)
    assert rekey(world.database, Vault.open("new", tmp_path)) == len(texts)
    new = Vault.open("new", tmp_path / "elsewhere")
    assert sorted(map(new.unlock, locked(world.database))) == sorted(map(world.vault.unlock, texts))
    assert Cases(world.database, new).listed(IRIS.key) == before
    prove(world.database, new)
    with pytest.raises(VaultError):
        prove(world.database, Vault.open("", tmp_path))


def test_with_a_text_that_no_key_opens_nothing_changes(world: MdoWorld, tmp_path: Path) -> None:
    texts = locked(world.database)
    (tmp_path / KEY_FILE).rename(tmp_path / "gone")
    with pytest.raises(VaultError):
        rekey(world.database, Vault.open("new", tmp_path))
    assert locked(world.database) == texts


def test_the_command_locks_the_account_of_matrix_anew_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account = Account("https://matrix.school.nl", "@bot:school.nl", "DEVICE", "token", "2026-11-21T10:00:00")
    Credentials(tmp_path / "matrix", Vault.open("old", tmp_path)).save(account)
    app = App(Settings.model_validate({"home": tmp_path, "secret_key": "new,old"}))
    assert db_rekey(app, Namespace()) == 0
    app.database.close()
    assert Credentials(tmp_path / "matrix", Vault.open("new", tmp_path)).load() == account
    assert "opnieuw versleuteld" in capsys.readouterr().out
