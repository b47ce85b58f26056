"""Twenty broken flowcharts: every fault is named with file and step, all at once, and nothing else."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.faults import ContentError
from knowledge.flowchart import load_flowchart
from knowledge.sources import SHIPPED
from tests.case_world import provisions

Chart = dict[str, Any]


def step(chart: Chart, id: str) -> dict[str, Any]:
    return next(s for s in chart["steps"] if s["id"] == id)


def unknown_target(chart: Chart) -> None:
    step(chart, "asker")["choices"][0]["to"] = "scoop"


def unknown_start(chart: Chart) -> None:
    chart["start"] = "begin"


def dead_end(chart: Chart) -> None:
    del step(chart, "label")["choices"]
    del step(chart, "label")["next"]
    del step(chart, "label")["input"]


def unreachable(chart: Chart) -> None:
    chart["steps"].append({"id": "loose", "title": "Los", "outcome": "summary", "provisions": ["IJ-1"]})


def unknown_provision(chart: Chart) -> None:
    step(chart, "age")["provisions"].append("UP-Z-1")


def unknown_provision_of_event(chart: Chart) -> None:
    chart["events"][0]["provisions"] = ["UP-Z-2"]


def choice_without_edge(chart: Chart) -> None:
    del step(chart, "weight")["choices"][1]["to"]


def circle(chart: Chart) -> None:
    step(chart, "mdo")["choices"][2]["to"] = "lead"


def end_that_goes_on(chart: Chart) -> None:
    step(chart, "summary")["question"] = "En nu?"
    step(chart, "summary")["choices"] = [{"value": "ja", "label": "Ja", "to": "emergency"}]


def no_question(chart: Chart) -> None:
    del step(chart, "mdo")["question"]


def same_value_twice(chart: Chart) -> None:
    step(chart, "asker")["choices"][1]["value"] = "po"


def same_step_twice(chart: Chart) -> None:
    chart["steps"].append(dict(step(chart, "emergency")))


def reserved_word(chart: Chart) -> None:
    step(chart, "mdo")["choices"][2]["value"] = "later"


def unknown_blank(chart: Chart) -> None:
    step(chart, "scope")["question"] = "Gaat het om {naam}?"


def loose_brace(chart: Chart) -> None:
    step(chart, "scope")["question"] = "Gaat het om {?"


def unknown_field(chart: Chart) -> None:
    step(chart, "age")["vraag"] = "Hoe oud?"


def no_title(chart: Chart) -> None:
    del step(chart, "home")["title"]


def no_provisions(chart: Chart) -> None:
    step(chart, "home")["provisions"] = []


def consent_without_a_verdict(chart: Chart) -> None:
    step(chart, "consent")["choices"] = [c for c in step(chart, "consent")["choices"] if c["value"] != "verschilt"]


def next_without_input(chart: Chart) -> None:
    del step(chart, "home")["input"]


def input_without_next(chart: Chart) -> None:
    step(chart, "label")["next"] = ""
    step(chart, "label")["outcome"] = ""


def unknown_outcome(chart: Chart) -> None:
    step(chart, "summary")["outcome"] = "done"


BROKEN: Mapping[Callable[[Chart], None], list[str]] = {
    unknown_target: ["stap 'asker': leidt naar 'scoop', en die stap bestaat niet"],
    unknown_start: ["start: stap 'begin' bestaat niet"],
    dead_end: ["stap 'label': loopt dood", "stap 'summary': is vanaf het begin niet te bereiken"],
    unreachable: ["stap 'loose': is vanaf het begin niet te bereiken"],
    unknown_provision: ["stap 'age': noemt afspraak 'UP-Z-1', en die bestaat niet"],
    unknown_provision_of_event: ["stap 'waiting_list': noemt afspraak 'UP-Z-2', en die bestaat niet"],
    choice_without_edge: ["stap 'weight': choices.1.to: ontbreekt; vul dit veld in"],
    circle: [f"stap '{id}': leidt terug naar zichzelf" for id in ("beforehand", "lead", "mdo")],
    end_that_goes_on: ["stap 'summary': is een einde (outcome) en leidt toch verder"],
    no_question: ["stap 'mdo': heeft keuzes maar geen vraag (question)"],
    same_value_twice: ["stap 'asker': keuze 'po' komt twee keer voor"],
    same_step_twice: ["stap 'emergency': komt twee keer voor"],
    reserved_word: ["stap 'mdo': keuze 'later' is een vast woord"],
    unknown_blank: ["stap 'scope': question: {naam} is onbekend. Bekend: consenters, counterpart, lead, speakers"],
    loose_brace: ["stap 'scope': question: een losse { of }"],
    unknown_field: ["stap 'age': vraag: dit veld bestaat niet"],
    no_title: ["stap 'home': title: ontbreekt"],
    no_provisions: ["stap 'home': provisions: "],
    consent_without_a_verdict: ["stap 'consent': keuze 'verschilt' ontbreekt"],
    next_without_input: ["stap 'home': heeft next zonder input"],
    input_without_next: ["stap 'label': heeft input zonder next"],
    unknown_outcome: ["stap 'summary': outcome: "],
}


def faults(tmp_path: Path, *breaks: Callable[[Chart], None]) -> list[str]:
    chart = yaml.safe_load((SHIPPED / "flowchart.yaml").read_text())
    for broken in breaks:
        broken(chart)
    file = tmp_path / "flowchart.yaml"
    file.write_text(yaml.safe_dump(chart))
    with pytest.raises(ContentError) as error:
        load_flowchart(file, provisions())
    return [str(fault) for fault in error.value.faults]


def test_there_are_twenty() -> None:
    assert len(BROKEN) >= 20


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_a_fault_is_named_with_file_and_step_and_nothing_else_is(
    broken: Callable[[Chart], None], tmp_path: Path
) -> None:
    found, expected = faults(tmp_path, broken), BROKEN[broken]
    assert len(found) == len(expected), found
    for fault, start in zip(sorted(found), sorted(expected), strict=True):
        assert fault.startswith(f"flowchart.yaml: {start}"), fault


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Faults of form and faults of the graph together, in one go."""
    together = (
        unknown_target,
        unknown_provision,
        no_question,
        reserved_word,
        unknown_field,
        no_title,
        circle,
        unreachable,
    )
    found = "\n".join(faults(tmp_path, *together))
    for broken in together:
        for start in BROKEN[broken]:
            assert f"flowchart.yaml: {start}" in found


@pytest.mark.parametrize("content", ["steps: [", "", "- a", "version: 1"])
def test_a_file_that_is_no_flowchart_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "flowchart.yaml"
    file.write_text(content)
    with pytest.raises(ContentError, match=r"flowchart\.yaml: (bestand|regel 2): "):
        load_flowchart(file, provisions())
