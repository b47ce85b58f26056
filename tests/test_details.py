"""What a question asks for and an agreement leaves open is said, and makes it sooner one that is not answered."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.answering import Asker, find_answer
from knowledge.content import load_content
from knowledge.details import Details, as_meta, load_details
from knowledge.faults import ContentError
from knowledge.library import Library
from knowledge.signs import Signs, Verdicts, outside_odds
from knowledge.sources import Sources
from knowledge.wording import answer

ASKER = Asker(date(2026, 12, 1))


@pytest.mark.parametrize(
    ("text", "ids", "lacks"),
    [
        ("binnen hoeveel dagen moet dat?", ["UP-A-ouders-2"], "Een termijn noemt deze afspraak niet."),
        ("en hoelang blijft dat zo", ["UP-A-ouders-2"], "Een termijn noemt deze afspraak niet."),
        ("binnen welke termijn?", ["UP-P-toeleiding-7"], ""),
        ("hoe lang dan?", ["UP-A-ouders-2", "UP-P-toeleiding-7"], ""),
        ("from what age? what age is right?", ["UP-P-ouders-5"], "Een leeftijd noemt deze afspraak niet."),
        ("moet ik dat eerst vragen?", ["UP-A-ouders-2"], ""),
    ],
)
def test_what_none_of_the_provisions_gives_is_lacking(library: Library, text: str, ids: list[str], lacks: str) -> None:
    assert library.details.lacking(text, ids) == lacks


def test_an_answer_says_first_what_it_does_not_tell(library: Library) -> None:
    found = answer(library, "binnen hoeveel dagen, volgens UP-A-ouders-2?", ASKER)
    assert found.text.startswith("Een termijn noemt deze afspraak niet. Dit staat er wel:\n\n")
    assert not answer(library, "moet ik dat eerst vragen, volgens UP-A-ouders-2?", ASKER).text.startswith("Een termijn")


def test_a_question_for_something_left_open_is_outside_sooner() -> None:
    said = Verdicts(0, 0, 0, 0), Signs(top=3, lead=0.1, unknown=0, length=3)
    assert outside_odds(*said, is_english=False, lacks=True) > outside_odds(*said, is_english=False)


def test_where_it_is_not_said_the_nearest_agreement_is_named(library: Library) -> None:
    found = find_answer(library, "binnen hoeveel werkdagen moet ik ouders informeren over een overleg?", ASKER)
    assert found.kind == "not_found"
    assert found.also


def test_hardly_any_written_question_asks_for_what_its_agreement_lacks() -> None:
    content = load_content(Sources())
    details = Details.of(as_meta(content.details, content.provisions))
    wrong = [q.q for q in content.asked if details.lacking(q.q, [q.id])]
    assert len(wrong) < len(content.asked) / 200, wrong


def test_a_fault_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "details.yaml"
    file.write_text("- {name: termijn, asks: [hoe lang], gives: []}", encoding="utf-8")
    with pytest.raises(ContentError, match=r"details\.yaml"):
        load_details(file)
    file.write_text("- {", encoding="utf-8")
    with pytest.raises(ContentError, match="regel 2: geen geldige YAML"):
        load_details(file)
