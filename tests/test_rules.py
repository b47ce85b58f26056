from pathlib import Path

import pytest
import yaml

from knowledge.faults import ContentError
from tests.case_world import provisions
from workflows.rules import ANCHORS, DEFAULT, SHIPPED, Rules, load_rules, shipped_sentences

GOOD = {
    "id": "report", "title": "Verslag", "about": "mdo", "anchor": "held", "offset": "5 werkdagen", "hour": "09:00",
    "to": "reporter", "unless": "report", "clicks": {"done": "settle", "show": "show"},
    "provisions": ["UP-P-ouders-3"], "timing": "standaard", "say": "{who}: is het verslag van {ref} gestuurd?",
}  # fmt: skip


def load(folder: Path, *rules: object, **frame: object) -> Rules:
    file = folder / "reminders.yaml"
    file.write_text(yaml.safe_dump({"version": 1, **frame, "rules": list(rules)}), encoding="utf-8")
    return load_rules(file, set(provisions()), shipped_sentences())


def faults(folder: Path, *rules: object, **frame: object) -> str:
    with pytest.raises(ContentError) as caught:
        load(folder, *rules, **frame)
    return str(caught.value)


def test_the_shipped_rules_are_sound_and_cover_what_is_promised() -> None:
    rules = load_rules(SHIPPED, set(provisions()), shipped_sentences())
    assert {rule.about for rule in rules.rules} == set(ANCHORS)
    assert all(rule.provisions for rule in rules.rules)
    assert all(rule.say for rule in rules.rules)
    late = rules.rule("action_late")
    assert late
    assert [to for _, to in late.steps] == ["owner", "leader", "coordinator"]
    report = rules.rule("mdo_report")
    assert report
    assert str(report.offset) == "5 werkdagen"
    assert rules.rule("dropped") is None


def test_no_time_is_shown_as_agreed_that_no_agreement_gives() -> None:
    rules = load_rules(SHIPPED, set(provisions()), shipped_sentences())
    assert {rule.timing for rule in rules.rules} == {DEFAULT}


def test_an_own_rule_brings_its_own_sentence_and_hours(tmp_path: Path) -> None:
    rules = load(tmp_path, GOOD | {"hour": "07:15"}, morning="07:00", evening="20:00")
    assert rules.rules[0].say == "{who}: is het verslag van {ref} gestuurd?"
    assert (rules.quiet.morning.hour, rules.quiet.evening.hour) == (7, 20)


def test_a_rule_that_needs_a_fact_says_its_other_sentence_until_it_is_so(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, GOOD | {"needs": "consents", "say_without": "{who}: wacht met {ref}."}).rules
    assert rule.sentence({"report"}) == "{who}: wacht met {ref}."
    assert rule.sentence({"consents"}) == rule.say


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"offset": "twee weken"}, "regel 'report': offset: 'twee weken' is geen termijn"),
        ({"offset": 5}, "regel 'report': offset: moet tekst zijn"),
        ({"hour": "9 uur"}, "regel 'report': hour: '9 uur' is geen uur"),
        ({"hour": 900}, "hour: '900' is geen uur"),
        ({"hour": "02:30"}, "valt in het uur dat bij de wintertijd twee keer komt"),
        ({"hour": "20:00"}, "valt in de stille uren; kies van 08:30 tot 18:00"),
        ({"anchor": "due"}, "anchor 'due' bestaat niet bij 'mdo'. Kies uit: held, starts"),
        ({"provisions": ["UP-X-1"]}, "noemt afspraak 'UP-X-1', en die bestaat niet"),
        ({"timing": "ooit"}, "timing 'ooit' is geen afspraak"),
        ({"say": "", "id": "unsaid"}, "regel 'unsaid': zegt niets: geef een zin bij say"),
        ({"say": "{naam}"}, "onbekende plekken: naam"),
        ({"needs": "consents"}, "zegt niets zolang 'consents' er niet is: geef een zin bij say_without"),
        ({"needs": "consents", "say_without": "{naam}"}, "onbekende plekken: naam"),
        ({"unless": ""}, "vult het feit in 'unless' in; noem dat feit"),
        ({"clicks": {}}, "clicks is leeg"),
        ({"clicks": {"done": "close_action"}}, "'close_action' kan alleen bij een actie"),
        ({"escalation": [{"after": "5 werkdagen", "to": "leader"}, {"after": "2 werkdagen", "to": "coordinator"}]},
         "escalation moet in de tijd oplopen"),
        ({"escalation": [{"after": "2 werkdagen", "to": "reporter"}]}, "twee keer naar dezelfde persoon"),
        ({"every": "0 dagen"}, "every moet vooruit gaan"),
        ({"every": "3 werkdagen"}, "niet in werkdagen"),
        ({"wanneer": "nu"}, "regel 'report': wanneer: dit veld bestaat niet"),
        ({"to": "iedereen"}, "regel 'report': to:"),
        ({"about": "overleg"}, "regel 'report': about:"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_with_its_place(tmp_path: Path, change: dict[str, object], told: str) -> None:
    assert told in faults(tmp_path, GOOD | change)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = faults(tmp_path, GOOD | {"hour": "20:00"}, GOOD, "niets", GOOD | {"id": "x", "anchor": "y"}, evening="07:00")
    assert text.count("\n") >= 3
    for told in ("morning: moet vroeger", "regel 'report': komt twee keer voor", "regel 3", "regel 'x': anchor"):
        assert told in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules: [", "regel 2: geen geldige YAML"),
        ("- a", "moet beginnen met version"),
        ("version: 1\nrules: []", "leeg"),
    ],
)
def test_a_file_that_is_no_rules_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "reminders.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=told):
        load_rules(file, set(), {})


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="niet te lezen"):
        load_rules(tmp_path / "weg.yaml", set(), {})
