from pathlib import Path

import pytest

from knowledge.faults import ContentError
from knowledge.glossary import load_glossary


def faults(file: Path, text: str) -> list[str]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_glossary(file)
    return str(caught.value).splitlines()


def test_groups_are_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_text("regie: [regie*, kar trekken]\nwacht: [wachtlijst]\n")
    assert load_glossary(tmp_path / "g.yaml") == {"regie": ["regie*", "kar trekken"], "wacht": ["wachtlijst"]}


def test_every_wrong_group_is_named_at_once(tmp_path: Path) -> None:
    assert faults(tmp_path / "g.yaml", "regie: kar\nwacht: [5]\n") == [
        "g.yaml: groep: regie: moet een lijst zijn, tussen [ en ]",
        "g.yaml: groep: wacht.0: moet tekst zijn; zet het zo nodig tussen aanhalingstekens",
    ]


@pytest.mark.parametrize("text", ["", "- regie", "7"])
def test_what_is_no_table_of_groups_is_told(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path / "g.yaml", text) == ["g.yaml: groep: geheel: moet namen met waarden hebben"]


def test_broken_yaml_and_a_missing_file_are_told(tmp_path: Path) -> None:
    assert faults(tmp_path / "g.yaml", "regie: [open")[0].startswith("g.yaml: regel 2: geen geldige YAML")
    with pytest.raises(ContentError, match=r"weg\.yaml: bestand: niet te lezen"):
        load_glossary(tmp_path / "weg.yaml")
