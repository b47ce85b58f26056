"""A text in the database locked with the installation's key: who cannot open it would make text others cannot read."""

from sqlmodel import Field, SQLModel

from bot.storage.database import Database
from bot.storage.dialect import insert_new
from bot.vault import Vault, VaultError

_WORDS = "deze sleutel past"
_OTHER_KEY = (
    "De sleutel past niet bij de database: er is met een andere sleutel in geschreven. Geef elke machine dezelfde "
    "WEGWIJZER_SECRET_KEY, of zet het bestand secret.key van de eerste terug in de datamap."
)


class KeyProofRow(SQLModel, table=True):
    """One row: a fixed text, locked by whoever came first."""

    __tablename__ = "key_proof"

    id: int = Field(primary_key=True)
    locked: str


def prove(database: Database, vault: Vault) -> None:
    """Make sure that this vault opens what is in the database. Raises VaultError when it has another key."""
    with database.read() as session:
        row = session.get(KeyProofRow, 1)
    if row is None:  # the first ever; where it was proved before, nothing is written: a full disk keeps nobody out
        with database.write() as session:
            insert_new(session, KeyProofRow, [{"id": 1, "locked": vault.lock(_WORDS)}])
            row = session.get_one(KeyProofRow, 1)
    try:
        vault.unlock(row.locked)
    except VaultError as error:
        raise VaultError(_OTHER_KEY) from error
