from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.storage.database import Database
from bot.storage.open_questions import OpenQuestion, OpenQuestions
from bot.vault import Vault
from tests import databases

pytestmark = pytest.mark.usefixtures("kind")

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def questions(database: Database, vault: Vault) -> OpenQuestions:
    return OpenQuestions(database, vault)


def test_a_question_is_listed_newest_first_with_all_that_was_kept(questions: OpenQuestions) -> None:
    first = questions.add(NOW, "not_found", ())
    second = questions.add(NOW, "thumbs_down", ("IJ-1", "IJ-2"))
    assert questions.explain(second, "onjuist")
    assert questions.keep_text(second, "wie betaalt")
    assert questions.list() == (
        OpenQuestion(second, NOW, "thumbs_down", "onjuist", ("IJ-1", "IJ-2"), "wie betaalt"),
        OpenQuestion(first, NOW, "not_found", "", (), ""),
    )


def test_the_text_is_not_readable_in_the_file(questions: OpenQuestions, database: Database, tmp_path: Path) -> None:
    questions.keep_text(questions.add(NOW, "not_found", ()), "wie betaalt de taxi")
    database.close()
    found = databases.on_disk(database, tmp_path)
    assert b"not_found" in found
    assert b"taxi" not in found


def test_a_question_is_dropped_once(questions: OpenQuestions) -> None:
    number = questions.add(NOW, "not_found", ())
    assert questions.drop(number)
    assert not questions.drop(number)
    assert questions.list() == ()


def test_what_is_not_there_cannot_be_explained_or_kept(questions: OpenQuestions) -> None:
    assert not questions.explain(7, "onjuist")
    assert not questions.keep_text(7, "wie betaalt")


def test_of_all_questions_only_how_many_there_were_is_kept(questions: OpenQuestions) -> None:
    for kind in ("answer", "answer", "not_found"):
        questions.count(NOW.date(), kind)
    questions.count(NOW.date() - timedelta(days=8), "answer")
    assert questions.counts(NOW.date() - timedelta(days=7)) == {"answer": 2, "not_found": 1}
    assert questions.counts(NOW.date() - timedelta(days=30))["answer"] == 3
