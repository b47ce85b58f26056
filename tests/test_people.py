from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.storage.database import Database
from bot.storage.people import CONVERSATION_LASTS, People, Profile, Turn
from bot.storage.retention import Terms, purge
from bot.vault import Vault, VaultError
from tests import databases

pytestmark = pytest.mark.usefixtures("kind")

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
TURN = Turn("mag ik zonder toestemming bellen", ("UP-A-ouders-2", "UP-P-contact-2"), "school")


@pytest.fixture
def people(database: Database, vault: Vault) -> People:
    return People(database, vault)


def test_nothing_is_known_of_somebody_new(people: People) -> None:
    assert people.profile("slack:U1") == Profile()


def test_a_profile_is_kept_per_person_and_overwritten(people: People) -> None:
    people.remember("slack:U1", Profile("De Regenboog", "onderwijs"))
    people.remember("slack:U2", Profile("Meridiaan"))
    people.remember("slack:U1", Profile("De Vuurtoren", "onderwijs"))
    assert people.profile("slack:U1") == Profile("De Vuurtoren", "onderwijs")
    assert people.profile("slack:U2") == Profile("Meridiaan")


def test_the_last_turn_of_a_conversation_is_kept(people: People) -> None:
    assert people.last_turn("c", NOW) == Turn()
    people.keep_turn("c", Turn("eerst"), NOW)
    people.keep_turn("c", TURN, NOW)
    assert people.last_turn("c", NOW) == TURN
    assert people.last_turn("other", NOW) == Turn()


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("Europe/Amsterdam")])
def test_a_conversation_lasts_twelve_hours_in_any_zone(people: People, zone: ZoneInfo) -> None:
    people.keep_turn("c", TURN, NOW.astimezone(zone))
    assert people.last_turn("c", NOW + CONVERSATION_LASTS) == TURN
    assert people.last_turn("c", NOW + CONVERSATION_LASTS + timedelta(seconds=1)) == Turn()


def test_what_was_asked_is_not_readable_in_the_file(people: People, database: Database, tmp_path: Path) -> None:
    people.keep_turn("c", TURN, NOW)
    database.close()
    found = databases.on_disk(database, tmp_path)
    assert b"UP-A-ouders-2" in found
    assert b"toestemming" not in found


def test_only_conversations_that_have_ended_are_erased(people: People, database: Database) -> None:
    people.keep_turn("old", TURN, NOW - CONVERSATION_LASTS - timedelta(minutes=1))
    people.keep_turn("open", TURN, (NOW - CONVERSATION_LASTS + timedelta(minutes=1)).astimezone(UTC))
    assert purge(database, NOW, Terms())["conversation"] == 1
    assert purge(database, NOW, Terms()).get("conversation", 0) == 0
    assert people.last_turn("open", NOW) == TURN


def test_a_turn_kept_with_another_key_says_so(people: People, database: Database, tmp_path: Path) -> None:
    people.keep_turn("c", TURN, NOW)
    with pytest.raises(VaultError):
        People(database, Vault.open("another key", tmp_path)).last_turn("c", NOW)
