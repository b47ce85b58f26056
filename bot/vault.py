"""Free text is kept encrypted; keys come from WEGWIJZER_SECRET_KEY (newest first, commas between) or our own file."""

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from prompts import ToldError

KEY_FILE = "secret.key"


class VaultError(ToldError):
    """Text that cannot be read with the keys given; says what to do."""


@dataclass(frozen=True)
class Vault:
    """Locks and unlocks texts. `made` tells that a key file was just made."""

    _fernet: MultiFernet
    made: bool = False

    @classmethod
    def open(cls, keys: str, home: Path) -> "Vault":
        """A vault with the given keys; without any, with the key file in the data folder, made when missing.

        Beside given keys the key file still opens what was locked with it. Raises VaultError when it is damaged.
        """
        file = home / KEY_FILE
        given = [Fernet(_derive(part.strip())) for part in keys.split(",") if part.strip()]
        made = not given and not file.exists()
        if made:
            _make(file)
        try:
            kept = [Fernet(file.read_bytes().strip())] if file.exists() else []
        except ValueError as error:
            raise VaultError(f"De sleutel in {file} is beschadigd; zet een kopie van {KEY_FILE} terug.") from error
        return cls(MultiFernet([*given, *kept]), made)

    def lock(self, text: str) -> str:
        """The text, unreadable without the key; empty stays empty."""
        return self._fernet.encrypt(text.encode()).decode() if text else ""

    def unlock(self, locked: str) -> str:
        """The text again. Raises VaultError when no key fits."""
        if not locked:
            return ""
        try:
            return self._fernet.decrypt(locked.encode()).decode()
        except InvalidToken as error:
            raise VaultError(
                "Bewaarde tekst is met een andere sleutel versleuteld. Zet de oude sleutel achter de nieuwe in "
                "WEGWIJZER_SECRET_KEY, of zet het bestand secret.key terug in de datamap."
            ) from error

    def renew(self, locked: str) -> str:
        """The same text, locked with the newest key. Raises VaultError when no key fits."""
        return self.lock(self.unlock(locked))


def _derive(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.scrypt(secret.encode(), salt=b"wegwijzer", n=2**14, r=8, p=1, dklen=32))


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(Fernet.generate_key())
