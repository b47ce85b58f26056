"""What outlives the process beside nio's store: device, token and signing keys, locked with the product's secret."""

import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bot.vault import Vault, VaultError
from knowledge.whole_file import write_whole

FILE = "account.locked"


@dataclass(frozen=True)
class Account:
    """One device of one account, ours since `since` (an aware moment in ISO format).

    `seeds` are the private cross-signing keys in hexadecimal, by their purpose.
    """

    homeserver: str
    user: str
    device: str
    token: str
    since: str
    pickle_key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    seeds: dict[str, str] = field(default_factory=dict, repr=False)

    def with_seeds(self, seeds: dict[str, str]) -> "Account":
        """The same device with these signing keys."""
        return replace(self, seeds=dict(seeds))


@dataclass(frozen=True)
class Credentials:
    """The account's file in the data folder."""

    folder: Path
    vault: Vault

    def load(self) -> Account | None:
        """The account kept, or None. Raises VaultError when the key does not fit."""
        file = self.folder / FILE
        if not file.exists():
            return None
        try:
            return Account(**json.loads(self.vault.unlock(file.read_text(encoding="ascii"))))
        except (ValueError, TypeError) as error:
            raise VaultError(f"{file} is beschadigd; zet een kopie terug of verwijder het.") from error

    def save(self, account: Account) -> None:
        """Keep the account, whole or not at all, for its owner only."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self.folder / FILE, self.vault.lock(json.dumps(asdict(account))))
