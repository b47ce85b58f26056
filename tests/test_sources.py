import os
from pathlib import Path

from knowledge.content import load_content
from knowledge.sources import PIECES, SHIPPED, Sources


def test_without_an_own_folder_everything_is_shipped(tmp_path: Path) -> None:
    sources = Sources.of(None, tmp_path)
    assert [sources.path(piece) for piece in PIECES] == [SHIPPED / piece for piece in PIECES]
    assert all(sources.is_shipped(piece) for piece in PIECES)


def test_an_own_folder_wins_piece_by_piece(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "contacts.csv").write_text("rol,naam\n")
    sources = Sources.of(own, tmp_path)
    assert sources.path("contacts.csv") == own / "contacts.csv"
    assert not sources.is_shipped("contacts.csv")
    assert sources.path("glossary.yaml") == SHIPPED / "glossary.yaml"


def test_the_own_folder_wins_over_what_was_imported_and_that_over_the_shipped(tmp_path: Path) -> None:
    own, imported = tmp_path / "own", tmp_path / "knowledge"
    for folder in (own, imported):
        folder.mkdir()
        (folder / "roles.yaml").write_text("[]")
    (imported / "contacts.csv").write_text("rol,naam\n")
    sources = Sources.of(own, tmp_path)
    assert sources.path("roles.yaml") == own / "roles.yaml"
    assert sources.path("contacts.csv") == imported / "contacts.csv"


def test_an_empty_folder_of_agreements_does_not_hide_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "own" / "agreements").mkdir(parents=True)
    assert Sources.of(tmp_path / "own", tmp_path).path("agreements") == SHIPPED / "agreements"


def test_own_questions_come_beside_the_shipped_ones(tmp_path: Path) -> None:
    questions = tmp_path / "own" / "questions"
    questions.mkdir(parents=True)
    (questions / "own.jsonl").write_text('{"id": "IJ-1", "q": "een eigen vraag", "voice": "wij"}\n')
    sources = Sources.of(tmp_path / "own", tmp_path)
    assert sources.question_folders() == (questions, SHIPPED / "questions")
    content = load_content(sources)
    assert [a.id for a in content.asked if a.voice == "wij"] == ["IJ-1"]
    assert len(content.asked) > 1000


def test_the_stamp_changes_with_every_piece_but_the_contact_list(tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "agreements").mkdir(parents=True)
    sources = Sources.of(own, tmp_path)
    stamps = [sources.stamp()]
    assert sources.stamp() == stamps[0]
    for piece in ("glossary.yaml", "roles.yaml", "flowchart.yaml", "agreements/a.yaml", "agreements/b.yaml"):
        (own / piece).write_text("x")
        stamps.append(sources.stamp())
    assert len(set(stamps)) == len(stamps)
    (own / "contacts.csv").write_text("rol,naam\n")
    assert sources.stamp() == stamps[-1]


def test_the_stamp_changes_when_a_file_is_edited_to_the_same_length(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    file = tmp_path / "own" / "glossary.yaml"
    file.write_text("a: [x]")
    sources = Sources.of(tmp_path / "own", tmp_path)
    os.utime(file, ns=(1, 1))
    before = sources.stamp()
    file.write_text("a: [y]")
    assert sources.stamp() != before
