import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vault import KEY_FILE, Vault, VaultError

OPENED = Vault.open("sleutel", Path("unused"))


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_locked_opens_again_and_is_not_readable(text: str) -> None:
    locked = OPENED.lock(text)
    assert OPENED.unlock(locked) == text
    assert len(text) < 5 or text not in locked


def test_empty_stays_empty() -> None:
    assert (OPENED.lock(""), OPENED.unlock(""), OPENED.renew("")) == ("", "", "")


def test_the_same_text_is_locked_differently_each_time() -> None:
    assert OPENED.lock("dag") != OPENED.lock("dag")


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    first = Vault.open("", home)
    file = home / KEY_FILE
    assert first.made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    again = Vault.open("", home)
    assert not again.made
    assert file.read_bytes() == content
    assert again.unlock(first.lock("dag")) == "dag"


def test_a_key_from_the_settings_makes_no_file(tmp_path: Path) -> None:
    Vault.open("sleutel", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_new_key_before_the_old_one_reads_old_text_and_locks_with_the_new(tmp_path: Path) -> None:
    old = Vault.open("oud", tmp_path)
    both = Vault.open("nieuw, oud", tmp_path)
    new = Vault.open("nieuw", tmp_path)
    locked = old.lock("dag")
    assert both.unlock(locked) == "dag"
    assert new.unlock(both.lock("dag")) == "dag"
    assert new.unlock(both.renew(locked)) == "dag"


def test_the_wrong_key_says_what_to_do_and_shows_no_text(tmp_path: Path) -> None:
    locked = Vault.open("oud", tmp_path).lock("geheim")
    with pytest.raises(VaultError) as caught:
        Vault.open("nieuw", tmp_path).unlock(locked)
    told = str(caught.value)
    assert "Zet de oude sleutel achter de nieuwe in WEGWIJZER_SECRET_KEY" in told
    assert "secret.key" in told
    assert "geheim" not in told
    assert locked not in told


def test_text_that_was_tampered_with_does_not_open(tmp_path: Path) -> None:
    locked = OPENED.lock("geheim")
    with pytest.raises(VaultError):
        OPENED.unlock(locked[:-6] + "AAAAA=")


def test_a_damaged_key_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("geen sleutel")
    with pytest.raises(VaultError, match=KEY_FILE):
        Vault.open("", tmp_path)


def test_a_key_from_the_settings_still_opens_what_the_key_file_locked(tmp_path: Path) -> None:
    before = Vault.open("", tmp_path).lock("blauwe fiets")
    moved = Vault.open("een geheime zin", tmp_path)
    assert moved.unlock(before) == "blauwe fiets"
    (tmp_path / KEY_FILE).unlink()
    assert Vault.open("een geheime zin", tmp_path).unlock(moved.renew(before)) == "blauwe fiets"


@pytest.mark.parametrize("keys", ["", "sleutel", ","])
def test_a_damaged_key_file_is_told_beside_given_keys_too(tmp_path: Path, keys: str) -> None:
    (tmp_path / KEY_FILE).write_text("geen sleutel")
    with pytest.raises(VaultError, match="beschadigd"):
        Vault.open(keys, tmp_path)


def test_keys_that_are_none_are_as_no_keys(tmp_path: Path) -> None:
    assert Vault.open(",", tmp_path).made
