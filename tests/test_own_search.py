import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from knowledge.dense import Dense
from knowledge.document_files import read_document
from knowledge.documents import Block, make_document
from knowledge.own_index import build_own_index
from knowledge.own_passages import NAME
from knowledge.own_search import Near, search_own
from knowledge.questions import load_questions
from knowledge.shelf import FOLDER, Shelf
from knowledge.sources import SHIPPED
from tests.own_files import DOCUMENTS, ROOT, questions


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The fictitious documents on a shelf, indexed."""
    made = Shelf(tmp_path_factory.mktemp("own"))
    for file in DOCUMENTS:
        made.put(read_document(file))
    build_own_index(made.data)
    return made


@pytest.fixture(scope="module")
def near(shelf: Shelf) -> Near:
    dense = Dense(shelf.data)
    assert "ook op betekenis" in dense.wait()
    return dense.near


def hits(shelf: Shelf, wording: str, near: Near | None = None) -> tuple[float, float]:
    """Hit@1 and Hit@3 on the questions of one wording."""
    places = []
    for question in (q for q in questions() if q["wording"] == wording):
        found = search_own(shelf.data, question["q"], 3, near)
        gold = (question["document"], question["section"])
        places.append(next((n for n, hit in enumerate(found) if (hit.file, hit.section) == gold), 9))
    return sum(p == 0 for p in places) / len(places), sum(p < 3 for p in places) / len(places)


def test_without_documents_there_is_nothing_and_nothing_is_made(tmp_path: Path) -> None:
    assert search_own(tmp_path / "leeg", "wie bel ik") == ()
    assert not (tmp_path / "leeg").exists()


def test_a_hit_says_where_it_stands(shelf: Shelf) -> None:
    best, *others = search_own(shelf.data, "binnen hoeveel weken moet inzage in het leerlingdossier")
    assert (best.file, best.section, best.page) == ("privacyreglement.txt", "1. Inzage in het leerlingdossier", None)
    assert best.text.startswith("Ouders met gezag")
    assert best.confident
    assert len(others) == 2
    assert best.score >= others[0].score >= others[1].score


def test_misspelt_words_are_found(shelf: Shelf) -> None:
    assert search_own(shelf.data, "verlof voor een begravenis")[0].section == "Gewichtige omstandigheden"


@pytest.mark.parametrize("question", ["", "?", "zzzz qqqq", "x" * 100_000, "日本語", "'; DROP TABLE"])
def test_any_text_is_answered(shelf: Shelf, near: Near, question: str) -> None:
    assert not any(hit.confident for hit in search_own(shelf.data, question, 3, near))


def test_questions_in_the_documents_words_are_found(shelf: Shelf, near: Near) -> None:
    first, three = hits(shelf, "ordinary")
    assert first >= 0.80
    assert three >= 0.90
    with_meaning = hits(shelf, "ordinary", near)
    assert with_meaning[0] >= first - 0.02
    assert with_meaning[1] >= three - 0.02


def test_meaning_helps_where_the_words_differ(shelf: Shelf, near: Near) -> None:
    words, both = hits(shelf, "other"), hits(shelf, "other", near)
    assert both[1] >= words[1]
    assert sum(both) > sum(words)


def test_other_things_are_seldom_shown_as_an_answer(shelf: Shelf) -> None:
    asked, signals = load_questions(SHIPPED / "questions")
    outside = [signal.q for signal in signals if signal.kind == "out_of_scope"] + [a.q for a in asked]
    drawn = random.Random(1).sample(outside, 400)
    taken = sum(search_own(shelf.data, q, 1)[0].confident for q in drawn if search_own(shelf.data, q, 1))
    assert taken <= 0.07 * len(drawn)
    ordinary = [q["q"] for q in questions() if q["wording"] == "ordinary"]
    assert sum(search_own(shelf.data, q, 1)[0].confident for q in ordinary) >= 0.6 * len(ordinary)


def test_a_document_is_found_only_while_it_holds(tmp_path: Path) -> None:
    document = make_document("verlof.md", [Block("Verlof", 1), Block("Zes weken van tevoren aanvragen.")])
    Shelf(tmp_path).put(document.model_copy(update={"valid_until": date(2026, 7, 31)}))
    asked = "hoeveel weken van tevoren verlof aanvragen"
    assert search_own(tmp_path, asked, today=date(2026, 7, 31))
    assert search_own(tmp_path, asked)
    assert search_own(tmp_path, asked, today=date(2026, 8, 1)) == ()


def test_what_is_removed_is_gone_at_once_even_where_meaning_still_knows_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for file in DOCUMENTS[:3]:
        shelf.put(read_document(file))
    dense = Dense(tmp_path)
    dense.wait()
    known = dict(dense.near("verlof aanvragen"))
    gone = shelf.remove("arrangementen.md")
    build_own_index(tmp_path)
    found = search_own(tmp_path, "hoe meld ik een leerling aan voor een arrangement", 50, lambda *_: known)
    assert found
    assert gone.file not in {hit.file for hit in found}
    dense.close()


def test_a_document_edited_by_hand_is_found_anew(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(make_document("regels.md", [Block("Regels", 1), Block("De kluis is blauw.")]))
    build_own_index(tmp_path)
    file = shelf.files()[0]
    file.write_text(file.read_text(encoding="utf-8").replace("blauw", "groenachtig"), encoding="utf-8")
    assert search_own(tmp_path, "welke kluis is groenachtig")[0].text == "De kluis is groenachtig."


@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_damaged_index_is_built_anew(tmp_path: Path, harm: str) -> None:
    Shelf(tmp_path).put(make_document("regels.md", [Block("Regels", 1), Block("De kluis is blauw.")]))
    build_own_index(tmp_path)
    file = tmp_path / FOLDER / NAME
    file.unlink() if harm == "gone" else file.write_bytes(file.read_bytes()[:500])
    assert search_own(tmp_path, "kluis blauw")[0].text == "De kluis is blauw."


def test_a_damaged_document_does_not_stop_answers(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "kapot.json").write_text("{", encoding="utf-8")
    assert search_own(tmp_path, "kluis blauw") == ()


def test_searching_by_words_imports_nothing_heavy(shelf: Shelf) -> None:
    code = (
        "import json, sys; from pathlib import Path; from knowledge.own_search import search_own;"
        "found = search_own(Path(sys.argv[1]), 'mag een leerkracht een paracetamol geven');"
        "heavy = 'torch transformers chromadb langchain_core numpy sqlmodel alembic pypdf docx'.split();"
        "print(json.dumps([found[0].file, [m for m in heavy if m in sys.modules]]))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(shelf.data)], capture_output=True, cwd=ROOT, check=True)
    assert json.loads(done.stdout) == ["medicijnprotocol.md", []]
