"""Look-ups as people type them, all answered right; and ordinary questions that only look like one."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.answering import Asker
from knowledge.calling import Place
from knowledge.danger import Level
from knowledge.faults import ContentError
from knowledge.library import Library
from knowledge.lookup import Lookup, Wanted, read_lookup
from knowledge.meanings import load_meanings
from knowledge.wording import ROWS, answer, rows

DATA = Path(__file__).parent / "data"
FRIDAY = date(2026, 11, 20)
_ABSENT = re.compile(r"staat (?:niet|geen vervanger) in de lijst")


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def _wrong(library: Library, asked: dict[str, Any]) -> str:
    """What is wrong with the answer to a look-up, or nothing."""
    text = answer(library, asked["q"], Asker(FRIDAY, place=Place(asked.get("school", "")))).text
    missing = [word for word in asked.get("shows", []) if word not in text]
    leaked = [word for word in asked.get("hides", []) if word in text]
    unsaid = bool(_ABSENT.search(text)) != asked.get("absent", False)
    if not missing and not leaked and not unsaid and rows(text) <= ROWS:
        return ""
    return f"{asked['q']} [{asked.get('school', '')}]: missing {missing}, leaked {leaked}, absence {unsaid}\n{text}\n"


@pytest.mark.parametrize(
    "text", ["geef me even het bsn en adres van die jongen uit 7b", "wat is het huisadres van dat meisje uit 2c"]
)
def test_somebodys_number_or_address_is_refused_however_alarming_it_looks(library: Library, text: str) -> None:
    found = answer(library, text, Asker(FRIDAY))
    assert (found.kind, found.topic) == ("not_found", "personal_data")


def _read(library: Library, text: str, before: str = "", today: date | None = None) -> Lookup | None:
    return read_lookup(text, library.contacts, tuple(library.roles.values()), today, before)


def test_every_lookup_is_answered_right(library: Library) -> None:
    lookups = _lines("lookups.jsonl")
    wrong = list(filter(None, (_wrong(library, asked) for asked in lookups)))
    assert len(lookups) >= 80
    assert not wrong, f"{len(wrong)} of {len(lookups)} wrong:\n" + "\n".join(wrong)


def test_a_lookup_raises_no_alarm_about_danger(library: Library) -> None:
    asked = [a["q"] for a in _lines("lookups.jsonl") if not re.search(r"113|zelfmoord|veili|alarm|kindertel", a["q"])]
    alarmed = [q for q in asked if answer(library, q, Asker(FRIDAY)).safety]
    assert not alarmed


def test_an_ordinary_question_stays_an_ordinary_question(library: Library) -> None:
    questions = [asked["q"] for asked in _lines("no_lookups.jsonl")]
    assert len(questions) >= 40
    assert not [q for q in questions if _read(library, q)]
    assert not [q for q in questions if _read(library, q, before="nummer cjg regenboog")]


def test_hardly_any_written_question_is_taken_for_a_lookup(library: Library) -> None:
    files = sorted((Path(__file__).parents[1] / "knowledge" / "questions").glob("*.jsonl"))
    asked = [json.loads(line)["q"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert sum(bool(_read(library, q)) for q in asked) < 0.005 * len(asked)


@pytest.mark.parametrize(
    ("before", "text", "wanted", "role", "place"),
    [
        ("nummer cjg regenboog", "en van de klimboom?", Wanted.WHO, "cjg", "OBS De Klimboom"),
        ("nummer cjg regenboog", "en de ib'er?", Wanted.WHO, "school", "De Regenboog"),
        ("wie is onze klantmanager", "en in bladel", Wanted.WHO, "klantmanager", "Bladel"),
        ("wie is onze klantmanager", "Eersel", Wanted.WHO, "klantmanager", "Eersel"),
        ("klantmanager eersel", "en in tilburg?", Wanted.WHO, "klantmanager", "tilburg"),
        ("wie zit er op vrijdag", "en op maandag?", Wanted.DAY, "", ""),
        ("wie is de cjg'er van de olifant", "ik bedoel de klimboom", Wanted.WHO, "cjg", "OBS De Klimboom"),
    ],
)
def test_a_lookup_goes_on_from_the_last_one(
    library: Library, before: str, text: str, wanted: Wanted, role: str, place: str
) -> None:
    found = _read(library, text, before)
    assert found is not None
    named = [school.name for school in found.schools] or [found.municipality or found.unknown]
    assert (found.wanted, found.role, named) == (wanted, role, [place])


def test_a_word_that_follows_an_ordinary_question_is_no_lookup(library: Library) -> None:
    assert _read(library, "en de klantmanager?", before="wie heeft de regie als ouders niet willen") is None


def test_today_and_tomorrow_are_days(library: Library) -> None:
    today, tomorrow = (_read(library, f"wie is er {day}", today=FRIDAY) for day in ("vandaag", "morgen"))
    assert today is not None
    assert tomorrow is not None
    assert (today.day, tomorrow.day) == ("vrijdag", "zaterdag")


def test_the_words_of_the_field_name_real_provisions(library: Library) -> None:
    meanings = load_meanings()
    assert [id for meaning in meanings for id in meaning.provisions if id not in library.provisions] == []
    names = [word for meaning in meanings for word in meaning.words]
    assert len(names) == len(set(names))


def test_a_wrong_file_of_words_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text("- {words: [], means: x}\n", encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load_meanings(file)
    assert len(error.value.faults) == 2


def test_a_line_for_help_keeps_its_number_whatever_the_content_says(library: Library) -> None:
    found = answer(library, "nummer veilig thuis", Asker(FRIDAY))
    assert "0800-2000" in found.text
    assert "0800-2000" not in library.roles["veilig-thuis"].does + library.roles["veilig-thuis"].reach
    assert found.asked.danger.level < Level.SURE
