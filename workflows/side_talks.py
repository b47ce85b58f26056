"""The side talks of a case (stopping, correcting, withdrawing, …) as small graphs, walked by the same engine."""

from collections.abc import Mapping, Sequence

from knowledge.flowchart import Edge, Event, Flowchart, Step
from prompts import render
from workflows.checklist import Checklist, person
from workflows.consent import CONTACT, State, state_of
from workflows.run import Place

END = "finished"


def stopping(ref: str) -> Flowchart:
    """Keep, erase, or go on after all."""
    labels = {"bewaren": "choice_keep", "wissen": "choice_erase", "doorgaan": "choice_go_on"}
    choices = [Edge(value=value, label=render(f"case.{key}"), to=END) for value, key in labels.items()]
    return _graph([_step("stopping", "stop_title", render("case.ask_stop", ref=ref), choices, ["IJ-7"])])


def handing_over(ref: str, to: str) -> Flowchart:
    """Yes or no to giving a case away."""
    question = render("case.ask_hand", ref=ref, person=to)
    return _graph([_step("sure", "hand_title", question, _yes_no(END), ["IJ-7"])])


def correcting(checklist: Checklist, place: Place) -> Flowchart:
    """Which earlier answer to change."""
    choices = [
        Edge(value=step.id, label=answer_line(checklist, step.id, place.values[step.id]), to=END) for step in place.path
    ]
    return _graph([_step("which", "correct_title", render("case.ask_correct"), choices, ["IJ-7"])])


def answer_line(checklist: Checklist, step: str, value: str) -> str:
    """An answer on one line: title and words."""
    return render("case.correct_line", title=checklist.title(step), answer=checklist.label(step, value))


def withdrawing(checklist: Checklist, values: Mapping[str, str]) -> Flowchart | None:
    """Who takes back what, since when; None when nothing is given."""
    given = {
        who: [p for p in checklist.table.purposes if state_of(values, who, p.id) is State.GIVEN]
        for who in checklist.table.consenters(values)
    }
    people = [who for who, purposes in given.items() if purposes]
    if not people:
        return None
    to_whom = [Edge(value=who, label=person(who), to=f"what-{who}") for who in people]
    steps = [_step("who", "withdraw_title", render("case.ask_withdraw_who"), to_whom, ["UP-A-ouders-2"])]
    for who in people:
        purposes = [Edge(value=p.id, label=p.label, to=f"day-{who}") for p in given[who] if p.id != CONTACT]
        everything = Edge(value=CONTACT, label=render("case.choice_withdraw_all"), to=f"day-{who}")
        question = render("case.ask_withdraw_what", who=person(who))
        steps += [
            _step(f"what-{who}", "withdraw_title", question, [everything, *purposes], ["UP-A-ouders-2"]),
            _day(who),
        ]
    return _graph(steps)


def something_happened(events: Sequence[Event], told: Mapping[str, str]) -> Flowchart:
    """Which event, and whether it was told already; `told` has the question per event."""
    choices = [Edge(value=event.id, label=event.title, to=f"told-{event.id}") for event in events]
    steps = [_step("which", "event_title", render("case.ask_event"), choices, events[0].provisions)]
    for event in events:
        yes_no = [_yes_no(END)[0], Edge(value="nee", label=render("case.choice_told_nee"), to=END)]
        steps.append(_step(f"told-{event.id}", "event_tell_title", told[event.id], yes_no, event.provisions))
    return _graph(steps)


def _day(who: str) -> Step:
    choices = [Edge(value=v, label=render(f"case.choice_{v}"), to=END) for v in ("vandaag", "gisteren")]
    question = render("case.ask_withdraw_day", who=person(who))
    made = _step(f"day-{who}", "withdraw_title", question, choices, ["UP-A-ouders-2"])
    return made.model_copy(update={"input": "day", "next": END})


def _yes_no(to: str) -> list[Edge]:
    return [Edge(value=value, label=render(f"case.choice_{value}"), to=to) for value in ("ja", "nee")]


def _step(id: str, title: str, question: str, choices: Sequence[Edge], provisions: Sequence[str]) -> Step:
    return Step(
        id=id, title=render(f"case.{title}"), question=question, choices=list(choices), provisions=list(provisions)
    )


def _graph(steps: Sequence[Step]) -> Flowchart:
    end = Step(id=END, title=END, outcome="finished", provisions=steps[0].provisions)
    return Flowchart(version=1, start=steps[0].id, steps=[*steps, end])
