"""What is kept of somebody is shown in Dutch: no name of a field, a rule, a step or a state is left as code has it."""

import json
from enum import StrEnum
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import bot.__main__
from bot.app import App
from bot.commands.kept_words import KeptWords
from bot.meetings.mdo_dialog import KINDS
from bot.settings import Settings
from bot.storage.erasing import OF_A_CASE
from bot.storage.holdings import HOLDINGS
from bot.storage.letters import State
from bot.storage.people import Profile
from bot.storage.privacy_store import Records
from bot.storage.reminder_store import Stage
from prompts import known
from tests.case_world import CONSENTED, TO_CONSENT, TO_END, scripts
from tests.mdo_world import PLAN, MdoWorld, rules
from workflows.case import CaseState
from workflows.checklist import Checklist
from workflows.meeting import ActionState, MeetingState

TABLES = list(dict.fromkeys([*(holding.table for holding in HOLDINGS), *OF_A_CASE]))
WORDS = KeptWords(rules(), Checklist(scripts().chart, scripts().table))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.__tablename__))
def test_every_field_that_names_somebody_or_hangs_on_a_case_has_a_name(table: type[SQLModel]) -> None:
    assert [name for name in table.model_fields if not known(f"privacy.field_{name}")] == []


@pytest.mark.parametrize("states", [State, Stage, CaseState, MeetingState, ActionState])
def test_every_state_has_a_word(states: type[StrEnum]) -> None:
    assert [one for one in states if not known(f"privacy.word_state_{one}")] == []


def test_every_kind_of_talk_has_a_word() -> None:
    assert [kind for kind in KINDS if not known(f"privacy.word_kind_{kind}")] == []


def test_what_is_kept_of_a_week_of_work_is_said_in_dutch(tmp_path: Path) -> None:
    world = MdoWorld(tmp_path)
    world.walk(*TO_CONSENT, *CONSENTED, *TO_END, "/start-case anders C-2026-0001", "3", "nog niet")
    world.walk(
        f"{PLAN} voor C-2026-0001", "ja", '/mdo actie "ik bel vrijdag"', "ja", "/mdo verslag 1 verstuurd", "/mdo"
    )
    found = Records(world.database, world.vault).of_person("terminal:iris")
    assert {row["kind"] for row in found["meeting_audit"]} == {"plan", "act", "report sent"}
    lines = [WORDS.line(row) for rows in found.values() for row in rows]
    kinds = {row["kind"] for name in ("case_audit", "meeting_audit") for row in found[name]}
    assert [kind for kind in kinds if not known(f"privacy.word_kind_{kind.replace(' ', '_')}")] == []
    codes = {*(rule.id for rule in rules().rules), *(f"{name}:" for rows in found.values() for name in rows[0])}
    same = {"platform:", "school:"}
    assert [code for code in codes - same for line in lines if f" {code}" in f" {line}"] == []
    assert any("regel: Uitnodigingen voor het MDO" in line and "stand: gepland" in line for line in lines)
    assert any("stap: Gevaar; antwoord: Nee" in line for line in lines)
    assert any("wie: ouder 1; waarvoor: uitnodigen voor een MDO" in line for line in lines)


def test_what_is_of_an_earlier_checklist_is_shown_as_it_was_kept() -> None:
    said = WORDS.line({"step": "consent.parent9.gone", "value": "x", "rule": "gone", "kind": "gone", "fired": 2})
    assert said == "stap: consent.parent9.gone; antwoord: x; regel: gone; soort: gone; keer gegaan: 2"


def test_the_command_speaks_dutch_and_its_json_names_the_fields(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = App(Settings(home=home))
    app.people.remember("slack:U1234567", Profile(school="De Regenboog"))
    app.database.close()
    monkeypatch.setenv("WEGWIJZER_HOME", str(home))
    assert bot.__main__.main(("privacy", "export", "U1234567")) == 0
    assert "- kenmerk: slack:U1234567; school: De Regenboog" in capsys.readouterr().out
    assert bot.__main__.main(("privacy", "export", "U1234567", "--json")) == 0
    (person,) = json.loads(capsys.readouterr().out)["person"]
    assert list(person) == ["key", "school", "side"]
