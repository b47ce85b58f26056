"""An agreement that is called by its name is the one that is answered."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge.answering import Asker, find_answer
from knowledge.by_name import named
from knowledge.danger import Level
from knowledge.faults import ContentError
from knowledge.library import Library
from knowledge.provisions import load_provisions
from knowledge.sources import Sources
from knowledge.understanding import understand

ASKER = Asker(date(2026, 12, 1))


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("IJ-3", "IJ-3"),
        ("ij 3?", "IJ-3"),
        ("wat zegt UP-A-ouders-2", "UP-A-ouders-2"),
        ("up-a-ouders-2", "UP-A-ouders-2"),
        ("(UP-P-toeleiding-10)", "UP-P-toeleiding-10"),
        ("wie bel ik volgens UP-A-contact-2?", "UP-A-contact-2"),
        ("wat houdt ijkpunt 2 in", "IJ-2"),
        ("Ijkpunt  zes", "IJ-6"),
        ("what does benchmark 4 say", "IJ-4"),
    ],
)
def test_it_is_answered_with_that_one_first(library: Library, text: str, id: str) -> None:
    found = find_answer(library, text, ASKER)
    assert (found.kind, found.provisions[0].id, found.safety) == ("answer", id, False)


@pytest.mark.parametrize("text", ["ijkpunt 12", "ijkpunt 1 en ijkpunt 2", "vraag me waarom", "mijn ij-3x", ""])
def test_what_is_no_name_or_more_than_one_names_none(library: Library, text: str) -> None:
    assert named(text, library.names) == ("", text)


def test_danger_goes_before_it(library: Library) -> None:
    text = "wat zegt UP-P-contact-2 als vader haar met een riem slaat?"
    assert understand(library, text).danger.level is Level.SURE


def test_what_comes_after_it_is_about_it(library: Library) -> None:
    found = find_answer(library, "en bij een tweeling?", ASKER, ("UP-R-algemeen-2",))
    assert found.asked.ranking[0][0] == "UP-R-algemeen-2"


def test_two_agreements_do_not_share_a_name(tmp_path: Path) -> None:
    provisions = yaml.safe_load((Sources().path("agreements") / "ijkpunten.yaml").read_text(encoding="utf-8"))
    provisions[1]["called"].append("IJ-1")
    (tmp_path / "eigen.yaml").write_text(yaml.safe_dump(provisions), encoding="utf-8")
    with pytest.raises(ContentError, match=r"IJ-2.*called: 'IJ-1' hoort al bij een afspraak"):
        load_provisions(tmp_path)
