"""The content of the walks: checked as a whole, and an organisation's own files over the shipped ones."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge.faults import ContentError
from tests.case_world import NOW, contacts, provisions, scripts, shipped_chart
from workflows.reading import Read, read, read_day
from workflows.scripts import SHIPPED, load_scripts

IDS = list(provisions())


def test_an_own_file_replaces_the_shipped_one(tmp_path: Path) -> None:
    content = yaml.safe_load((SHIPPED / "consent.yaml").read_text())
    content |= {"confirmed_by": "functionaris gegevensbescherming", "confirmed_on": "2026-11-01"}
    (tmp_path / "consent.yaml").write_text(yaml.safe_dump(content))
    loaded = load_scripts(shipped_chart(), IDS, [tmp_path])
    assert loaded.table.is_confirmed
    assert loaded.events == scripts().events


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "consent.yaml").write_text("version: 1")
    (tmp_path / "events.yaml").write_text(
        "- {id: flood, tell: [swv], by: {onderwijs: school, jeugdhulp: school}, after_days: 3}\n"
        "- {id: stopped, tell: [burgemeester], by: {onderwijs: school, jeugdhulp: school}, after_days: 3}\n"
    )
    (tmp_path / "closing.yaml").write_text("version: 1\nstart: a\nsteps: [{id: a, title: A, provisions: [X]}]")
    with pytest.raises(ContentError) as error:
        load_scripts(shipped_chart(), IDS, [tmp_path])
    told = "\n".join(map(str, error.value.faults))
    assert "consent.yaml: toestemmingstabel: sources: ontbreekt" in told
    assert "events.yaml: gebeurtenis 'flood': bestaat niet in het stroomschema" in told
    assert "events.yaml: gebeurtenis 2: tell.0" in told
    assert "closing.yaml: stap 'a': loopt dood" in told
    assert "closing.yaml: stap 'a': noemt afspraak 'X'" in told


def test_closing_asks_the_eight_benchmarks_each_with_skip() -> None:
    asked = {step.provisions[0]: step for step in scripts().closing.steps if step.id.startswith("ij")}
    assert sorted(asked) == [f"IJ-{n}" for n in range(1, 9)]
    assert all([e.value for e in step.choices] == ["ja", "deels", "nee", "overslaan"] for step in asked.values())


@pytest.mark.parametrize(
    ("step", "text", "value"),
    [
        ("danger", "2", "nee"), ("danger", "Nee", "nee"), ("danger", "weet ik niet zeker", "ja"),
        ("danger", "jazeker", "ja"),
        ("asker", "basisschol", "po"), ("asker", "voortgezet", "vo"), ("asker", "gemeente", "jeugdhulp"),
        ("asker", "4", "mbo"),
        ("age", "13", "12-15"), ("age", "hij is 9 jaar", "0-11"), ("age", "17 jr", "16-17"), ("age", "21", "18+"),
        ("age", "4 jaar", "0-11"), ("parents_concern", "nog niet", "nee"), ("parents_concern", "klopt", "ja"),
        ("home", "in Bladel", "Bladel"), ("home", "veldhove", "Veldhoven"), ("home", "weet ik niet", "anders"),
        ("school", "regenbog", "De Regenboog"), ("school", "klimboom", "OBS De Klimboom"),
        ("weight", "zeer complex", "complex"),
        ("danger", "misschien", ""), ("danger", "", ""), ("danger", "9", ""), ("asker", "school", ""),
        ("home", "Timboektoe", ""),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_people_type_it(step: str, text: str, value: str) -> None:
    assert read(shipped_chart().step(step), text, contacts(), NOW.date()) == Read(value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("vandaag", "2026-11-21"), ("gisteren", "2026-11-20"), ("eergisteren", "2026-11-19"), ("12-11", "2026-11-12"),
        ("12/11/26", "2026-11-12"), ("12 november 2026", "2026-11-12"), ("3 mrt", "2026-03-03"),
        ("2026-11-12", "2026-11-12"),
        ("31-11", ""), ("29-2-2027", ""), ("morgen", ""), ("12 flarp", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(text: str, day: str) -> None:
    found = read_day(text, NOW.date())
    assert (found.isoformat() if found else "") == day


@pytest.mark.parametrize(
    ("text", "today", "ahead", "day"),
    [
        ("28-12", date(2027, 1, 4), False, date(2026, 12, 28)),
        ("4 jan", date(2027, 1, 4), False, date(2027, 1, 4)),
        ("1 feb", date(2026, 11, 21), True, date(2027, 2, 1)),
        ("1 dec", date(2026, 11, 21), True, date(2026, 12, 1)),
        ("1 feb 2026", date(2026, 11, 21), True, date(2026, 2, 1)),
        ("29-2", date(2027, 1, 4), False, None),
    ],
)
def test_a_day_without_a_year_is_the_last_or_the_next(text: str, today: date, ahead: bool, day: date | None) -> None:
    assert read_day(text, today, ahead) == day
