from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.storage.database import Database
from bot.storage.open_questions import OpenQuestion, OpenQuestions
from bot.vault import Vault

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def questions(database: Database, vault: Vault) -> OpenQuestions:
    return OpenQuestions(database, vault)


def test_a_question_is_listed_newest_first_with_all_that_was_kept(questions: OpenQuestions) -> None:
    first = questions.add(NOW, "not_found", ())
    second = questions.add(NOW, "thumbs_down", ("IJ-1", "IJ-2"), reason="onjuist", text="wie betaalt")
    assert questions.list() == (
        OpenQuestion(second, NOW, "thumbs_down", "onjuist", ("IJ-1", "IJ-2"), "wie betaalt"),
        OpenQuestion(first, NOW, "not_found", "", (), ""),
    )


def test_the_text_is_not_readable_in_the_file(questions: OpenQuestions, database: Database, tmp_path: Path) -> None:
    questions.add(NOW, "not_found", (), text="wie betaalt de taxi")
    database.close()
    assert not any(b"taxi" in file.read_bytes() for file in tmp_path.glob("wegwijzer.db*"))


def test_a_question_is_dropped_once(questions: OpenQuestions) -> None:
    number = questions.add(NOW, "not_found", ())
    assert questions.drop(number)
    assert not questions.drop(number)
    assert questions.list() == ()
