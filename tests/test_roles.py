from pathlib import Path

import pytest

from knowledge.faults import ContentError
from knowledge.roles import load_roles
from knowledge.sources import SHIPPED
from knowledge.vocabulary import CONTACT_ROLES

GOOD = """\
- id: cjg
  name: CJG'er
  the: de CJG'er van uw school
  words: [cjg, cjg'er]
  does: Lichte hulp.
  reach: Bel.
  provisions: [X-1]
"""


def faults(file: Path, text: str) -> list[str]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_roles(file)
    return str(caught.value).splitlines()


def test_a_role_is_read(tmp_path: Path) -> None:
    (tmp_path / "roles.yaml").write_text(GOOD)
    (role,) = load_roles(tmp_path / "roles.yaml")
    assert (role.id, role.words) == ("cjg", ["cjg", "cjg'er"])


def test_all_faults_are_told_at_once_with_the_number_of_the_role(tmp_path: Path) -> None:
    wrong = GOOD.replace("id: cjg", "id: bakker").replace("[X-1]", "[]") + GOOD.replace("name:", "naam:")
    lines = faults(tmp_path / "roles.yaml", wrong)
    assert "roles.yaml: rol 1: provisions: is leeg; vul minstens 1 in" in lines
    assert "roles.yaml: rol 2: name: ontbreekt; vul dit veld in" in lines
    assert "roles.yaml: rol 2: naam: dit veld bestaat niet; verwijder het of verbeter de naam" in lines
    assert any(line.startswith("roles.yaml: rol 1: id") and "kies 'cjg'" in line for line in lines)


@pytest.mark.parametrize("text", ["", "7", "cjg: lichte hulp"])
def test_what_is_no_list_of_roles_is_told(tmp_path: Path, text: str) -> None:
    (line,) = faults(tmp_path / "roles.yaml", text)
    assert line == "roles.yaml: bestand: moet een lijst van rollen zijn, elk beginnend met '- id:'"


def test_a_file_that_is_not_there_or_no_yaml_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"roles\.yaml: bestand: niet te lezen"):
        load_roles(tmp_path / "roles.yaml")
    assert faults(tmp_path / "roles.yaml", "- id: [open")[0].startswith("roles.yaml: regel 2: geen geldige YAML")


def test_every_role_an_answer_can_name_is_explained_in_the_shipped_file() -> None:
    known = [role.id for role in load_roles(SHIPPED / "roles.yaml")]
    assert len(known) == len(set(known))
    assert set(CONTACT_ROLES) - {"none", "112", "113"} <= set(known)
