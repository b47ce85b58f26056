import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

import bot.door
from bot.door import guarded
from bot.messages import Incoming, Person, Reply
from bot.storage.database import StorageError
from bot.vault import VaultError
from prompts import render

TYPED = "Fatima van de Kerkstraat durft niet naar huis"


def incoming(text: str) -> Incoming:
    return Incoming(Person("terminal", "iris"), text, datetime(2026, 11, 21, 10, tzinfo=UTC))


def failing(error: Exception) -> Callable[[Incoming], Sequence[Reply]]:
    def handle(message: Incoming) -> Sequence[Reply]:
        raise error

    return guarded(handle)


def said(error: Exception, text: str = "dag") -> list[str]:
    return [reply.text for reply in failing(error)(incoming(text))]


def test_what_goes_well_passes_unchanged() -> None:
    assert guarded(lambda i: [Reply(i.text)])(incoming("dag")) == [Reply("dag")]


@pytest.mark.parametrize("error", [KeyError("x"), ValueError(TYPED), RecursionError(), OSError(28, "No space left")])
def test_any_exception_becomes_one_dutch_sentence_without_its_words(error: Exception) -> None:
    (told,) = said(error)
    assert told.startswith("Er ging iets mis (test_door.py:")
    assert "wegwijzer doctor" in told
    assert not any(word in told for word in ("Fatima", "Traceback", "Error", "space"))
    assert told.endswith(render("talk.in_danger"))


def test_on_a_platform_nothing_of_the_database_is_told_and_the_log_says_what_to_do(
    caplog: pytest.LogCaptureFixture,
) -> None:
    error = StorageError("PostgreSQL is niet bereikbaar (db.school.nl/wegwijzer).")
    message = Incoming(Person("slack", "U1"), "dag", datetime(2026, 11, 21, 10, tzinfo=UTC))
    (told,) = failing(error)(message)
    assert told.text.startswith("Ik kan nu niets bewaren of opzoeken.")
    assert "school.nl" not in told.text
    assert "niet bereikbaar (db.school.nl/wegwijzer)" in caplog.text


def test_storage_and_vault_say_what_to_do_themselves_in_a_terminal() -> None:
    assert said(StorageError("De schijf is vol.")) == [f"De schijf is vol. {render('talk.in_danger')}"]
    assert said(VaultError("Zet de sleutel terug.")) == [f"Zet de sleutel terug. {render('talk.in_danger')}"]


@pytest.mark.parametrize("error", [ValueError(TYPED), KeyError(TYPED)])
def test_the_log_has_the_kind_of_error_and_nothing_that_was_typed(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        said(error, TYPED)
    assert type(error).__name__ in caplog.text
    assert not any(word in caplog.text for word in ("Fatima", "Kerkstraat", "durft"))


@pytest.mark.parametrize("error", [ValueError("x"), StorageError("De schijf is vol."), VaultError("x")])
def test_words_of_danger_are_answered_whatever_is_broken(error: Exception) -> None:
    told = said(error, TYPED)
    assert told[0] == render("answer.safety")
    assert len(told) == 2
    assert said(error, "wie bel ik") == [f"{told[1]} {render('talk.in_danger')}"]
    assert len(said(error, "mijn leerling stikt")) == 2


def test_the_numbers_are_there_even_when_the_words_of_danger_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> bool:
        raise FileNotFoundError

    monkeypatch.setattr(bot.door, "perhaps", gone)
    assert said(ValueError("x"))[0] == render("answer.safety")


def test_a_wish_to_stop_is_not_held_back() -> None:
    def interrupt(_: Incoming) -> Sequence[Reply]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guarded(interrupt)(incoming("dag"))
