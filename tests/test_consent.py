"""Who must consent, what the record says, and what a withdrawal does."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from knowledge.faults import ContentError
from knowledge.vocabulary import Side
from tests.case_world import provisions, scripts, shipped_chart
from workflows.checklist import Checklist
from workflows.consent import AUTHORITY, CONTACT, State, load_table, records, taken_back, verdict
from workflows.run import Run, answer, place
from workflows.scripts import SHIPPED

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
TABLE = scripts().table
CHECKLIST = Checklist(shipped_chart(), TABLE)


def at_consent(age: str = "0-11", authority: str = "een ouder") -> Run:
    """A run that stands at its first question about consent."""
    run = Run()
    for value in ("nee", "po", "nee", age, *([authority] if age != "18+" else []), "ja", "ja"):
        run = answer(CHECKLIST, run, value, AT, "terminal:iris")
    return run


def say(run: Run, *values: str) -> Run:
    for value in values:
        run = answer(CHECKLIST, run, value, AT, "terminal:iris")
    return run


DETAILS = ("mondeling", "2026-11-20", "sluiten")


@pytest.mark.parametrize(
    ("age", "authority", "who"),
    [
        ("0-11", "twee ouders", ("parent1", "parent2")),
        ("0-11", "een ouder", ("parent1",)),
        ("0-11", "voogd", ("guardian",)),
        ("12-15", "twee ouders", ("parent1", "parent2", "pupil")),
        ("16-17", "een ouder", ("parent1", "pupil")),
        ("18+", "", ("student",)),
    ],
)
def test_who_consents_depends_on_age_and_authority(age: str, authority: str, who: tuple[str, ...]) -> None:
    assert TABLE.consenters({"age": age, "authority": authority}) == who


def test_a_purpose_can_ask_fewer_people() -> None:
    assert TABLE.consenters({"age": "16-17", "authority": "twee ouders"}, "messages") == ("pupil",)


def test_both_grounds_are_there_for_every_age_and_they_differ_where_the_law_does() -> None:
    for age in TABLE.ages:
        assert age.basis.for_side(Side.EDUCATION)
        assert age.basis.for_side(Side.YOUTH_CARE)
    assert TABLE.age("12-15").basis.onderwijs != TABLE.age("12-15").basis.jeugdhulp


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (("alles", "alles", *DETAILS, "geen", "zelfde parent1"), "ja"),
        (("alles", "nee", *DETAILS), "verschilt"),
        (("nee", "nee"), "nee"),
        (("nee", "niet gevraagd"), "nee"),
        (("niet gevraagd", "alles", *DETAILS), "niet gevraagd"),
        (("deels", "ja", "nee", "ja", "ja", "alles", *DETAILS, "geen", "zelfde parent1"), "deels"),
    ],
)
def test_where_the_consents_of_two_parents_lead(answers: tuple[str, ...], expected: str) -> None:
    run = say(at_consent(authority="twee ouders"), *answers)
    here = place(CHECKLIST, run)
    assert verdict(TABLE, here.values) == expected
    assert here.step.id == ("home" if expected in ("ja", "deels") else "anonymous")


def test_a_consent_is_a_record_with_how_when_until_limits_and_by_whom() -> None:
    run = say(at_consent(), "alles", "schriftelijk", "2026-11-20", "2027-07-01", "niet over thuis")
    found = records(TABLE, run)
    assert [c.purpose for c in found] == [p.id for p in TABLE.purposes]
    one = found[0]
    assert (one.who, one.state, one.how, one.limits) == ("parent1", State.GIVEN, "schriftelijk", "niet over thuis")
    assert (one.given_on, one.until) == (date(2026, 11, 20), date(2027, 7, 1))
    assert (one.recorded_at, one.recorded_by) == (AT, "terminal:iris")


def test_a_consent_holds_until_its_day() -> None:
    one = records(TABLE, say(at_consent(), "alles", "mondeling", "2026-11-20", "2027-07-01", "geen"))[0]
    assert one.holds(date(2027, 7, 1))
    assert not one.holds(date(2027, 7, 2))


def test_the_same_as_the_other_parent_takes_over_how_and_when() -> None:
    run = say(at_consent(authority="twee ouders"), "alles", "alles", *DETAILS, "geen", "zelfde parent1")
    second = next(c for c in records(TABLE, run) if c.who == "parent2")
    assert (second.how, second.given_on) == ("mondeling", date(2026, 11, 20))


def test_limits_are_not_asked_when_there_is_no_contact() -> None:
    run = say(at_consent(authority="twee ouders"), "alles", "nee", *DETAILS)
    assert place(CHECKLIST, run).step.outcome == "anonymous"
    assert not any(step.endswith(".limits") for step in run.values)


def test_withdrawing_one_purpose_leaves_the_contact() -> None:
    run = say(at_consent(), "alles", *DETAILS, "geen")
    after = CHECKLIST.withdrawn(run, "parent1", "mdo")
    here = place(CHECKLIST, after)
    assert (here.step.id, here.dropped) == ("home", ())
    assert {c.purpose for c in records(TABLE, after)} == {p.id for p in TABLE.purposes} - {"mdo"}


def test_withdrawing_contact_withdraws_all_and_leads_to_the_anonymous_branch() -> None:
    run = say(at_consent(), "alles", *DETAILS, "geen", "Veldhoven", "De Regenboog")
    gone = list(taken_back(records(TABLE, run), "parent1", CONTACT, date(2026, 11, 21), "terminal:iris"))
    here = place(CHECKLIST, CHECKLIST.withdrawn(run, "parent1", CONTACT))
    assert here.step.outcome == "anonymous"
    assert {"home", "school"} <= set(here.dropped)
    assert len(gone) == len(TABLE.purposes)
    assert {c.state for c in gone} == {State.WITHDRAWN}
    assert {c.withdrawn_on for c in gone} == {date(2026, 11, 21)}
    assert records(TABLE, here.run) == ()


def test_after_a_withdrawal_consent_can_be_asked_and_given_anew() -> None:
    run = CHECKLIST.withdrawn(say(at_consent(), "alles", *DETAILS, "geen"), "parent1", CONTACT)
    again = CHECKLIST.asking_again(place(CHECKLIST, run).run)
    assert place(CHECKLIST, again).step.id == "consent.parent1.scope"
    later = replace(answer(CHECKLIST, again, "alles", AT + timedelta(days=3)))
    assert place(CHECKLIST, later).step.id == "consent.parent1.how"


def test_asking_again_keeps_what_others_gave() -> None:
    run = say(at_consent(authority="twee ouders"), "alles", "nee", *DETAILS)
    again = CHECKLIST.asking_again(run)
    assert place(CHECKLIST, again).step.id == "consent.parent2.scope"
    assert again.values["consent.parent1.scope"] == "alles"


def test_every_authority_of_the_flowchart_is_known() -> None:
    assert {edge.value for edge in shipped_chart().step("authority").choices} == set(AUTHORITY)


def test_faults_in_the_table_are_told_at_once(tmp_path: Path) -> None:
    content = yaml.safe_load((SHIPPED / "consent.yaml").read_text())
    content["purposes"][1]["provisions"] = ["UP-X-9"]
    content["purposes"].append(content["purposes"][1])
    content["ages"][2]["for"] = {"dansen": ["pupil"]}
    del content["ages"][3]
    file = tmp_path / "consent.yaml"
    file.write_text(yaml.safe_dump(content))
    with pytest.raises(ContentError) as error:
        load_table(file, shipped_chart(), set(provisions()))
    assert [str(fault) for fault in error.value.faults] == [
        "consent.yaml: doel 'sharing': noemt afspraak 'UP-X-9', en die bestaat niet",
        "consent.yaml: leeftijd '16-17': for: doel 'dansen' bestaat niet. Doelen: contact, sharing, mdo, messages, "
        "family_plan, sharing",
        "consent.yaml: leeftijd '18+': ontbreekt; het stroomschema vraagt ernaar in de stap 'age'",
        "consent.yaml: purposes: 'sharing' komt twee keer voor; verwijder er een",
    ]


def test_a_table_without_contact_is_refused(tmp_path: Path) -> None:
    content = yaml.safe_load((SHIPPED / "consent.yaml").read_text())
    content["purposes"] = content["purposes"][1:]
    file = tmp_path / "consent.yaml"
    file.write_text(yaml.safe_dump(content))
    with pytest.raises(ContentError, match="'contact' ontbreekt"):
        load_table(file, shipped_chart(), set(provisions()))


def test_the_shipped_table_says_that_nobody_confirmed_it_yet() -> None:
    assert not TABLE.is_confirmed
