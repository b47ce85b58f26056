import re
from pathlib import Path

from knowledge import national
from knowledge.sources import SHIPPED

CONTENT = [
    *sorted((SHIPPED / "agreements").glob("*.yaml")),
    SHIPPED / "roles.yaml",
    SHIPPED / "flowchart.yaml",
    *sorted((SHIPPED.parent / "prompts").glob("*.toml")),
]


def numbers(file: Path) -> set[str]:
    return set(re.findall(r"\b0[89]00[- ]?\d{4,7}\b", file.read_text(encoding="utf-8")))


def test_the_national_numbers_are_these() -> None:
    assert national.EMERGENCY == "112"
    assert national.VEILIG_THUIS == "0800-2000"
    assert (national.SUICIDE_PREVENTION, national.SUICIDE_PREVENTION_LONG) == ("113", "0800-0113")
    assert national.KINDERTELEFOON == "0800-0432"
    assert len(national.NATIONAL_NUMBERS) == 5


def test_every_free_number_in_the_content_is_one_of_them() -> None:
    assert {file.name: wrong for file in CONTENT if (wrong := numbers(file) - national.NATIONAL_NUMBERS)} == {}
    assert any(numbers(file) for file in CONTENT)


def test_the_old_number_of_113_is_nowhere() -> None:
    shipped = [*CONTENT, SHIPPED / "contacts.csv", *SHIPPED.glob("*.py"), *(SHIPPED / "questions").glob("*.jsonl")]
    assert [file.name for file in shipped if "0900-0113" in file.read_text(encoding="utf-8")] == []
