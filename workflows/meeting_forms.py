"""What is asked step by step about a meeting, as small graphs walked by the engine of the checklist."""

from collections.abc import Mapping, Sequence

from knowledge.flowchart import Edge, Flowchart, Step
from prompts import render
from workflows.meeting import Meeting, action_reference
from workflows.run import Answer, Run, Script, fits, mark

END = "finished"
LATER = "-"
"""The value of a part that is left open."""

_PLAN = {
    "when": ((), ("UP-P-toeleiding-3",)),
    "time": ((), ("UP-P-toeleiding-3",)),
    "place": ((LATER,), ("IJ-3",)),
    "case": ((LATER,), ("UP-A-ouders-2",)),
    "invited": (("ouders school cjg",), ("IJ-3", "IJ-4")),
    "leader": (("ik", LATER), ("UP-P-toeleiding-3",)),
    "reporter": (("ik", LATER), ("UP-P-toeleiding-3",)),
}
_ACT = {"meeting": (), "words": (), "owner": (), "due": (), "time": ()}
OPTIONAL = ("place", "case", "leader", "reporter")
"""The parts of a plan that are only asked from who answers step by step."""

_AT_END = ("UP-P-verantwoordelijkheid-2",)


def planning() -> Flowchart:
    """When, where, for which case, who comes, who leads, who reports, and whether it is right so."""
    steps = [
        _step(id, "plan", [(value, render(f"mdo.plan_{id}_{n}")) for n, value in enumerate(values)], provisions)
        for id, (values, provisions) in _PLAN.items()
    ]
    return _chain([*steps, _sure("plan")])


def agreeing(meetings: Sequence[tuple[str, str]]) -> Flowchart:
    """For which of the meetings (reference, words), what, who, by when, and whether it is right so."""
    steps = [_step(id, "act", meetings if id == "meeting" else (), _AT_END) for id in _ACT]
    return _chain([*steps, _sure("act")])


def putting_off() -> Flowchart:
    """Until when."""
    choices = [("1 dag", render("mdo.choice_day")), ("1 week", render("mdo.choice_week"))]
    return _chain([_step("until", "snooze", choices, _AT_END)])


def handing_on() -> Flowchart:
    """Who does it then."""
    return _chain([_step("owner", "reassign", (), _AT_END)])


def closing(meeting: Meeting, others: Sequence[tuple[str, str]]) -> Flowchart:
    """Whether it was held, what becomes of each open action, and at the end looking back and the message to school."""
    steps = [_step("held", "close", _yes_no(), ("UP-P-toeleiding-3",))]
    for action in meeting.open_actions:
        ref = action_reference(meeting.ref, action.number)
        question = render("mdo.ask_close_action", ref=ref, owner=action.owner.name, words=action.words)
        choices = [("klaar", render("mdo.choice_done")), ("vervalt", render("mdo.choice_drop"))]
        moves = [(f"naar {to}", render("mdo.choice_carry", meeting=line)) for to, line in others]
        what = _made(f"action-{action.number}", render("mdo.title_close_action", ref=ref), question, [*choices, *moves])
        why = _made(
            f"reason-{action.number}", render("mdo.title_close_reason"), render("mdo.ask_close_reason", ref=ref)
        )
        steps += [what, why]
    steps += [_step("evaluated", "close", _yes_no(), ("UP-R-contact-3", "IJ-5"))]
    steps += [_step("message", "close", _yes_no(), ("UP-P-verantwoordelijkheid-3", "UP-P-ouders-3"))]
    return _skipping(_chain(steps))


def _skipping(chart: Flowchart) -> Flowchart:
    """A reason is asked only of what falls away; a meeting that was not held is not looked back on."""
    after = {step.id: step.next or END for step in chart.steps}
    steps = []
    for step in chart.steps:
        if step.id.startswith("action-"):
            reason = step.id.replace("action-", "reason-")
            edges = [_edge(e, reason if e.value == "vervalt" else after[reason]) for e in step.choices]
            step = step.model_copy(update={"choices": edges})
        steps.append(step)
    return chart.model_copy(update={"steps": steps})


def _edge(edge: Edge, to: str) -> Edge:
    return edge.model_copy(update={"to": to})


def with_values(script: Script, run: Run, values: Mapping[str, str], seen: Answer) -> Run:
    """The run with these answers, wherever their steps stand; `seen` lends its moment and its person."""
    steps = {step.id: step for step in script.chart.steps}
    made = {
        id: Answer(id, value, mark(script, steps[id], values), seen.at, seen.by)
        for id, value in values.items()
        if id in steps and fits(steps[id], value)
    }
    kept = tuple(answer for answer in run.answers if answer.step not in made)
    again = "" if run.again in made else run.again
    return Run((*kept, *made.values()), again)


def _yes_no() -> list[tuple[str, str]]:
    return [("ja", render("mdo.choice_yes")), ("nee", render("mdo.choice_no"))]


def _sure(form: str) -> Step:
    return _step("sure", form, [("ja", render("mdo.choice_right"))], _AT_END)


def _step(id: str, form: str, choices: Sequence[tuple[str, str]], provisions: Sequence[str]) -> Step:
    return _made(id, render(f"mdo.title_{form}_{id}"), render(f"mdo.ask_{form}_{id}"), choices, provisions)


def _made(
    id: str, title: str, question: str, choices: Sequence[tuple[str, str]] = (), provisions: Sequence[str] = _AT_END
) -> Step:
    listed = [Edge(value=value, label=label, to=END) for value, label in choices]
    return Step(id=id, title=title, question=question, choices=listed, provisions=list(provisions))


def _chain(steps: Sequence[Step]) -> Flowchart:
    """Each step leads to the next. A step that takes words as well is an input; one with only choices takes those."""
    ids = [*(step.id for step in steps[1:]), END]
    made = [
        step.model_copy(
            update={
                "next": to,
                "input": "text",
                "choices": [_edge(edge, to) for edge in step.choices],
            }
        )
        for step, to in zip(steps, ids, strict=True)
    ]
    end = Step(id=END, title=END, outcome="finished", provisions=made[0].provisions)
    return Flowchart(version=1, start=made[0].id, steps=[*made, end])
