"""The same event one to four times, under the same or other names, in another order, in any company: answered once."""

import random
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.messages import Incoming, Person, Reply
from bot.storage.database import Database
from bot.storage.inbox import Arrived, Inbox
from bot.storage.letters import State
from bot.storage.outbox_store import Outbox
from bot.storage.people import People, Profile
from bot.vault import Vault
from bot.work import Worker
from tests.case_world import NOW

_PEOPLE, _BATCH = 50, 40
_MEMORY = Path("/dev/shm")


@dataclass
class Post:
    """A platform that delivers badly: `events` messages, each one to four times."""

    events: int
    seed: int = 1
    deliveries: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    order: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def run(self) -> int:
        """Deliver everything while a worker answers; returns how many were answered otherwise than once, in order."""
        folder = Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None))
        database = Database(f"sqlite:///{folder / 'w.db'}")
        database.upgrade()
        try:
            return self._run(database, Vault.open("", folder))
        finally:
            database.close()
            shutil.rmtree(folder)

    def _run(self, database: Database, vault: Vault) -> int:
        chance, inbox = random.Random(self.seed), Inbox(database, vault)
        outbox, people = Outbox(database, vault), People(database, vault)

        def answer(incoming: Incoming) -> Sequence[Reply]:
            people.remember(incoming.person.key, Profile(school=incoming.text))
            self.answered[incoming.text] += 1
            self.order[incoming.person.key].append(int(incoming.text))
            return [Reply(incoming.text)]

        worker = Worker(database, inbox, outbox, answer)
        for batch in self._batches(chance):
            inbox.keep(batch)
            if chance.random() < 0.5:
                while chance.random() < 0.9 and worker.work():
                    pass
        while worker.work():
            pass
        replies = Counter(letter.kind for letter in outbox.letters([State.PENDING], limit=10 * self.events))
        wrong = sum(self.answered[str(number)] != 1 for number in range(self.events))
        disordered = sum(found != sorted(found) for found in self.order.values())
        return wrong + disordered + abs(replies["reply"] - self.events)

    def _batches(self, chance: random.Random) -> list[list[Arrived]]:
        """First deliveries in order; what is delivered again comes any time after it, alone or in company."""
        moments: list[tuple[float, Arrived]] = []
        for number in range(self.events):
            times = chance.randint(1, 4)
            self.deliveries += times
            moments.append((number, _event(number, "")))
            for again in range(1, times):
                later = number + chance.expovariate(1 / 60)
                moments.append((later, _event(number, f"R{again}" if chance.random() < 0.3 else "")))
        moments.sort(key=lambda moment: moment[0])
        found = [arrived for _, arrived in moments]
        batches = []
        while found:
            size = chance.randint(1, _BATCH)
            batches.append(found[:size])
            found = found[size:]
        return batches


def _event(number: int, retry: str) -> Arrived:
    """A message; Slack does not promise that a retry carries the same event id, so it has a second name."""
    person = Person("slack", f"U{number % _PEOPLE:08}")
    at = NOW + timedelta(seconds=number)
    incoming = Incoming(person, str(number), at, conversation=person.key, id=f"D1/{number}")
    return Arrived((f"slack/T/Ev{number}{retry}", f"slack/T/D1/{number}/message"), incoming)
