"""The engine on a small graph: where a run stands, going back, correcting, and a graph that changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.flowchart import Edge, Flowchart, Step
from workflows.run import Run, RunError, answer, back, correct, place, remaining
from workflows.scripts import Plain

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)


def step(id: str, **to: str) -> Step:
    edges = [Edge(value=value, label=value.upper(), to=target) for value, target in to.items()]
    outcome = "" if edges else "summary"
    return Step(id=id, title=id, provisions=["X"], question=f"{id}?", choices=edges, outcome=outcome)


def graph(*steps: Step) -> Plain:
    return Plain(Flowchart(version=1, start=steps[0].id, steps=list(steps)))


SMALL = graph(
    step("danger", yes="end", no="age"),
    step("age", young="parents", adult="school"),
    step("parents", yes="school", no="end"),
    step("school", one="weight", two="weight"),
    step("weight", light="end", heavy="end"),
    step("end"),
)


def walked(script: Plain, *values: str) -> Run:
    run = Run()
    for value in values:
        run = answer(script, run, value, AT, "iris")
    return run


def test_a_new_run_stands_at_the_start() -> None:
    assert place(SMALL, Run()).step.id == "danger"
    assert place(SMALL, Run()).number == 1


def test_an_answer_leads_to_the_next_step() -> None:
    here = place(SMALL, walked(SMALL, "no", "young"))
    assert (here.step.id, [s.id for s in here.path], here.number) == ("parents", ["danger", "age"], 3)


def test_an_outcome_asks_nothing() -> None:
    run = walked(SMALL, "yes")
    assert place(SMALL, run).step.outcome == "summary"
    with pytest.raises(RunError, match="'end' is an outcome"):
        answer(SMALL, run, "no", AT)


def test_a_value_that_is_no_choice_is_refused_with_the_choices() -> None:
    with pytest.raises(RunError, match=r"step 'danger' has no choice 'perhaps'. Choices: \['yes', 'no'\]"):
        answer(SMALL, Run(), "perhaps", AT)


def test_back_asks_the_previous_step_and_keeps_every_answer() -> None:
    run = back(SMALL, back(SMALL, walked(SMALL, "no", "young", "yes")))
    assert place(SMALL, run).step.id == "age"
    assert run.values == {"danger": "no", "age": "young", "parents": "yes"}


def test_back_at_the_start_changes_nothing() -> None:
    assert back(SMALL, Run()) == Run()


def test_the_same_answer_again_returns_to_where_one_was() -> None:
    run = walked(SMALL, "no", "young", "yes", "one")
    again = answer(SMALL, correct(SMALL, run, "age"), "young", AT)
    assert place(SMALL, again).step.id == "weight"
    assert place(SMALL, again).dropped == ()


def test_an_answer_that_no_longer_applies_falls_away_and_is_named() -> None:
    run = walked(SMALL, "no", "young", "yes", "one")
    here = place(SMALL, answer(SMALL, correct(SMALL, run, "age"), "adult", AT))
    assert (here.step.id, here.dropped) == ("weight", ("parents",))
    assert here.run.values == {"danger": "no", "age": "adult", "school": "one"}


def test_only_what_was_answered_on_this_way_can_be_corrected() -> None:
    with pytest.raises(RunError, match="'school' was not answered"):
        correct(SMALL, walked(SMALL, "no"), "school")


def test_a_step_added_to_the_graph_is_asked_and_later_answers_stay() -> None:
    run = walked(SMALL, "no", "young", "yes", "one")
    steps = {s.id: s for s in SMALL.chart.steps}
    wider = graph(
        steps["danger"], steps["age"], step("parents", yes="who", no="end"), step("who", one="school"),
        steps["school"], steps["weight"], steps["end"],
    )  # fmt: skip
    here = place(wider, run)
    assert (here.step.id, here.dropped) == ("who", ())
    assert place(wider, answer(wider, here.run, "one", AT)).step.id == "weight"


def test_a_step_whose_question_changed_is_asked_again() -> None:
    run = walked(SMALL, "no", "young", "yes", "one")
    changed = [s.model_copy(update={"question": "Other?"}) if s.id == "parents" else s for s in SMALL.chart.steps]
    here = place(graph(*changed), run)
    assert (here.step.id, here.dropped) == ("parents", ("parents",))
    assert here.run.values["school"] == "one"


def test_a_step_taken_from_the_graph_takes_its_answer_along() -> None:
    run = walked(SMALL, "no", "young", "yes")
    without = graph(step("danger", yes="end", no="school"), step("school", one="end", two="end"), step("end"))
    here = place(without, run)
    assert (here.step.id, set(here.dropped)) == ("school", {"age", "parents"})


def test_a_reworded_choice_makes_the_question_another_one() -> None:
    edges = [Edge(value="young", label="Under 18", to="parents"), Edge(value="adult", label="ADULT", to="school")]
    steps = [s.model_copy(update={"choices": edges}) if s.id == "age" else s for s in SMALL.chart.steps]
    assert place(graph(*steps), walked(SMALL, "no", "young")).step.id == "age"


def test_an_edge_that_leads_elsewhere_moves_the_run_without_asking_again() -> None:
    steps = [step("age", young="school", adult="school") if s.id == "age" else s for s in SMALL.chart.steps]
    here = place(graph(*steps), walked(SMALL, "no", "young", "yes"))
    assert (here.step.id, here.dropped) == ("school", ("parents",))


def test_what_remains_is_counted_along_the_longest_way() -> None:
    by_id = {s.id: s for s in SMALL.chart.steps}
    assert remaining(SMALL.chart, by_id["danger"]) == 5
    assert remaining(SMALL.chart, by_id["weight"]) == 1


@dataclass(frozen=True, eq=False)
class Blanks(Plain):
    """A script in which one question quotes an earlier answer."""

    def question(self, step: Step, values: Mapping[str, str]) -> str:
        return f"{step.question} {values.get('age', '')}" if step.id == "school" else step.question


def test_an_answer_to_a_question_that_quotes_a_corrected_answer_is_asked_again() -> None:
    script = Blanks(SMALL.chart)
    run = walked(script, "no", "young", "yes", "one")
    here = place(script, answer(script, correct(script, run, "age"), "adult", AT))
    assert (here.step.id, set(here.dropped)) == ("school", {"parents", "school"})


@given(st.lists(st.sampled_from(["back", "age", "danger", "parents", "0", "1"]), max_size=40))
def test_a_run_is_always_a_walk_through_the_graph(moves: list[str]) -> None:
    run = Run()
    for move in moves:
        here = place(SMALL, run)
        if move == "back":
            run = back(SMALL, run)
        elif move.isdigit() and not here.step.outcome:
            run = answer(SMALL, run, here.step.choices[int(move)].value, AT)
        elif move in {s.id for s in place(SMALL, Run(run.answers)).path}:
            run = correct(SMALL, run, move)
        after = place(SMALL, run)
        at = SMALL.chart.start
        for passed in after.path:
            assert passed.id == at
            at = next(e.to for e in passed.choices if e.value == after.values[passed.id])
        assert after.step.id == at
        assert place(SMALL, after.run).dropped == ()
