import json
from pathlib import Path

import pytest

from knowledge.faults import ContentError
from knowledge.questions import load_questions

ASKED = {"id": "X-1", "q": "wie bel ik", "voice": "iris", "first_contact": "cjg", "side": "onderwijs"}
SIGNAL = {"q": "wat kost een fiets", "kind": "out_of_scope", "voice": "iris", "topic": "vervoer"}


def write(folder: Path, name: str, *lines: object) -> None:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / name).write_text(text, encoding="utf-8")


def test_a_line_with_an_id_is_a_question_and_one_without_a_signal(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", ASKED, "", SIGNAL, {**ASKED, "history": ["kind in groep 6"]})
    asked, signals = load_questions(tmp_path)
    assert [(a.id, a.q, a.history) for a in asked] == [
        ("X-1", "wie bel ik", ()),
        ("X-1", "wie bel ik", ("kind in groep 6",)),
    ]
    assert [(s.kind, s.topic) for s in signals] == [("out_of_scope", "vervoer")]


def test_every_wrong_line_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", ASKED, "", "{half", {**ASKED, "voice": ""})
    write(tmp_path, "b.jsonl", {**SIGNAL, "kind": "onzin"}, "7", "[1]", {**ASKED, "side": "boven", "x": 1})
    (tmp_path / "c.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(ContentError) as caught:
        load_questions(tmp_path)
    assert str(caught.value).splitlines() == [
        "a.jsonl: regel 3: geen geldige JSON; één vraag per regel tussen { }",
        "a.jsonl: regel 4: voice: is leeg; vul dit veld in",
        "b.jsonl: regel 1: kind: kies 'out_of_scope', 'danger', 'harmless', 'smalltalk' of 'command'",
        "b.jsonl: regel 2: geen geldige JSON; één vraag per regel tussen { }",
        "b.jsonl: regel 3: geheel: moet velden met waarden hebben",
        "b.jsonl: regel 4: side: kies 'onderwijs' of 'jeugdhulp'",
        "b.jsonl: regel 4: x: dit veld bestaat niet; verwijder het of verbeter de naam",
        "c.jsonl: bestand: is geen UTF-8; bewaar het opnieuw als UTF-8",
    ]


def test_a_folder_without_questions_gives_none(tmp_path: Path) -> None:
    assert load_questions(tmp_path) == ([], [])
