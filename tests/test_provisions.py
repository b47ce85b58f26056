from pathlib import Path

import pytest

from knowledge.faults import ContentError
from knowledge.provisions import load_provisions
from knowledge.vocabulary import Kind

GOOD = """\
- id: X-1
  title: Titel
  theme: ouders
  kind: practice
  sectors: [all]
  roles: [school, cjg]
  answer: Wat is afgesproken.
  first_contact: {onderwijs: cjg, jeugdhulp: school}
  english: What was agreed.
  place: bron, punt 1
"""


def load_text(folder: Path, *texts: str) -> list[str]:
    """The faults of files a.yaml, b.yaml …, as lines."""
    for name, text in zip("abc", texts, strict=False):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_provisions(folder)
    return str(caught.value).splitlines()


def test_a_provision_is_read_with_its_defaults(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (provision,) = load_provisions(tmp_path)
    assert (provision.id, provision.kind, provision.first_contact.jeugdhulp) == ("X-1", Kind.PRACTICE, "school")
    assert (provision.first, provision.never, provision.twins) == ("", "", [])


def test_files_are_read_in_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(GOOD)
    (tmp_path / "a.yaml").write_text(GOOD.replace("X-1", "X-0"))
    assert [p.id for p in load_provisions(tmp_path)] == ["X-0", "X-1"]


def test_all_faults_of_all_files_are_told_at_once_with_file_and_id(tmp_path: Path) -> None:
    wrong = GOOD.replace("title: Titel", "titel: Titel").replace("kind: practice", "kind: wet")
    other = GOOD.replace("X-1", "X-2").replace("onderwijs: cjg", "onderwijs: bakker")
    lines = load_text(tmp_path, wrong, other)
    assert "a.yaml: X-1: title: ontbreekt; vul dit veld in" in lines
    assert "a.yaml: X-1: titel: dit veld bestaat niet; verwijder het of verbeter de naam" in lines
    assert any(line.startswith("a.yaml: X-1: kind: kies 'agreement'") for line in lines)
    assert any(line.startswith("b.yaml: X-2: first_contact.onderwijs: kies 'cjg'") for line in lines)
    assert len(lines) == 4


def test_links_between_provisions_must_hold(tmp_path: Path) -> None:
    wrong = GOOD.replace("[school, cjg]", "[school, bakker]").replace("sectors: [all]", "sectors: [po, hbo]")
    lines = "\n".join(load_text(tmp_path, wrong + "  twins: [X-9]\n", GOOD))
    assert "X-1: twins: 'X-9' bestaat niet" in lines
    assert "X-1: roles: 'bakker' is geen rol. Rollen: " in lines
    assert "X-1: sectors: 'hbo' bestaat niet. Kies all of voorschools" in lines
    assert "X-1: dit id komt twee keer voor" in lines


def test_broken_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    (line,) = load_text(tmp_path, GOOD + "- id: [open\n")
    assert line.startswith("a.yaml: regel 12: geen geldige YAML")


def test_what_is_no_list_or_no_text_is_told_by_file(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(b"- id: \xff\xfe")
    lines = load_text(tmp_path, "id: X-1\n", "- los\n")
    assert "a.yaml: bestand: moet een lijst van afspraken zijn, elk beginnend met '- id:'" in lines
    assert "b.yaml: nr. 1: geheel: moet velden met waarden hebben" in lines
    assert any(line.startswith("c.yaml: bestand: geen geldige YAML") for line in lines)


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    (line,) = load_text(tmp_path)
    assert line.endswith("map: geen afspraken gevonden; zet hier minstens één .yaml-bestand")


def test_spaces_alone_are_no_words(tmp_path: Path) -> None:
    (line,) = load_text(tmp_path, GOOD.replace("Wat is afgesproken.", '"  "'))
    assert line == "a.yaml: X-1: answer: is leeg; vul dit veld in"
