"""How a step, a summary and an explanation look: values in, replies out."""

from collections.abc import Sequence
from datetime import date

from bot.cases.desk import Desk, Standing
from bot.messages import Choice, Incoming, Reply
from bot.reports import Report
from prompts import render
from workflows.case import Case, CaseState
from workflows.checklist import CONSENT, dutch, in_words, person, side_of
from workflows.consent import CONTACT, State, is_given, state_of
from workflows.reading import options
from workflows.run import remaining, top
from workflows.side_talks import answer_line
from workflows.summary import Section, label_of, summarise


def tag(case: Case, step: str, value: str) -> str:
    """What a button sends: it names its case and step, so that an old one can do no harm."""
    return f"{case.ref}/{step}={value}"


def untag(text: str) -> tuple[str, str, str]:
    """The case, step and value a button sent; empty strings when the text is typed."""
    head, _, value = text.partition("=")
    ref, _, step = head.partition("/")
    return (ref, step, value) if ref.startswith("C-") and step and " " not in head else ("", "", "")


def shown_options(desk: Desk, here: Standing, person_key: str) -> list[tuple[str, str]]:
    """What can be picked where the case stands, as (value, label), in the order it is numbered."""
    return options(here.place.step, desk.contacts(), desk.school_of(person_key))


def ask(desk: Desk, here: Standing, incoming: Incoming, notes: Sequence[str] = ()) -> Reply:
    """The current step with what can be picked, after the notes."""
    step = here.place.step
    question = here.script.question(step, here.place.values)
    picks = shown_options(desk, here, incoming.person.key)
    if step.input == "school" and len(picks) < 3:
        question = f"{question} {render('case.type_school')}"
    text = _frame(desk, here, question)
    choices = tuple(Choice(label, tag(here.case, step.id, value)) for value, label in picks)
    return Reply("\n\n".join([*notes, text, render("case.controls")]), choices, offers=controls())


def controls() -> tuple[Choice, ...]:
    """The words that work at every step, for where there are buttons."""
    words = {"back": "terug", "why": "waarom", "later": "later", "stop": "stop", "help": "help"}
    return tuple(Choice(render(f"case.offer_{name}"), word) for name, word in words.items())


def _frame(desk: Desk, here: Standing, question: str) -> str:
    place, ref = here.place, here.case.ref
    title = place.within.title if place.step is not place.within else place.step.title
    if here.case.talk:
        return render("case.talk_step", title=title, ref=ref, question=question)
    total = place.number + remaining(desk.scripts.chart, place.within) - 1
    return render("case.step", number=place.number, total=total, title=title, ref=ref, question=question)


def echo(here: Standing, value: str) -> str:
    """The answer as it was understood."""
    step = here.place.step
    return render("case.echo", title=here.script.title(step.id).rstrip("?"), answer=in_words(step, value))


def dropped(here: Standing) -> str:
    """Which answers fell away; what one person consented to counts as one."""
    titles = []
    for step in here.place.dropped:
        inside = step.startswith(f"{CONSENT}.")
        titles.append(
            render("case.title_consents", who=person(step.split(".")[1])) if inside else here.script.title(step)
        )
    return render("case.dropped", titles="; ".join(dict.fromkeys(titles)))


def why(desk: Desk, here: Standing) -> str:
    """Why this step is asked: the reason, the agreements in plain words, and for consent the legal ground."""
    step = here.place.step
    parts = [here.place.within.why or step.why]
    for id in step.provisions[:2]:
        if found := desk.provisions.get(id):
            parts.append(render("case.why_source", title=found.title, id=id, answer=found.answer))
    if top(step.id) == CONSENT and "age" in here.place.values:
        parts += _grounds(desk, here)
    return "\n\n".join(filter(None, parts))


def _grounds(desk: Desk, here: Standing) -> list[str]:
    table, values = desk.scripts.table, here.place.values
    ground = table.age(values["age"]).basis.for_side(side_of(values))
    return [render("case.why_basis", text=ground), confirmation(desk)]


def confirmation(desk: Desk) -> str:
    """Whether the organisation confirmed the consent table."""
    table = desk.scripts.table
    if table.confirmed_on and table.confirmed_by:
        return render("case.why_confirmed", by=table.confirmed_by, on=dutch(table.confirmed_on))
    return render("case.why_unconfirmed")


def status(desk: Desk, case: Case) -> str:
    """Where the case stands and what was answered."""
    place = desk.walk(case)
    lines = [f"- {answer_line(desk.checklist, step.id, place.values[step.id])}" for step in place.path]
    head = render("case.status", ref=case.ref, label=label_of(case), title=desk.checklist.title(place.within.id))
    return "\n".join([head, *(lines or [render("case.status_none")])])


def line(desk: Desk, case: Case) -> str:
    """A case on one line."""
    title = desk.walk(case).within.title
    words = {
        CaseState.RUNNING: "running", CaseState.PAUSED: "paused", CaseState.DONE: "done", CaseState.CLOSED: "closed",
    }  # fmt: skip
    key = words[case.state]
    state = render(f"case.state_{key}", title=title) if key in ("running", "paused") else render(f"case.state_{key}")
    return render("case.line", ref=case.ref, label=label_of(case), state=state, date=dutch(case.changed.date()))


def anonymous(desk: Desk, case: Case) -> str:
    """What may be done without consent, and how to go on (UP-A-ouders-2, UP-P-ouders-8)."""
    values, table = desk.walk(case).values, desk.scripts.table
    states = {who: state_of(values, who, CONTACT) for who in table.consenters(values, CONTACT)}
    yes = [person(who) for who, state in states.items() if state is State.GIVEN]
    no = [person(who) for who, state in states.items() if state is not State.GIVEN]
    unasked = [person(who) for who, state in states.items() if state is State.NOT_ASKED]
    decides = _who_decides(tuple(states))
    parts = [render("case.anonymous", allowed=render(f"case.anonymous_allowed_{decides}"))]
    if yes and no:
        parts.append(render("case.anonymous_differs", yes=", ".join(yes), no=", ".join(no)))
    if unasked:
        parts.append(render("case.anonymous_not_asked", people=", ".join(unasked)))
    parts += [render(f"case.anonymous_motivate_{decides}"), render("case.anonymous_safety")]
    return "\n".join([*parts, "", render("case.anonymous_end", ref=case.ref)])


def _who_decides(consenters: Sequence[str]) -> str:
    """Whose word it is, so that nobody is sent to parents who have no say: from 18 the student decides alone."""
    return next((who for who in ("student", "guardian") if who in consenters), "parents")


def summary(desk: Desk, case: Case, incoming: Incoming) -> Reply:
    """The summary with what can be done next."""
    sections = [s for s in summarise(desk.guide, case, incoming.at.date()) if not s.long]
    head = render("case.summary", ref=case.ref, label=label_of(case))
    text = "\n\n".join([head, *(_in_chat(section) for section in sections)])
    return Reply(text, follow_ups(desk, case, incoming.at.date()))


def _in_chat(section: Section) -> str:
    return "\n".join([f"**{section.title}**", *(f"- {line}" for line in section.lines)])


def follow_ups(desk: Desk, case: Case, today: date) -> tuple[Choice, ...]:
    """What can follow a summary, filled in."""
    made = [Choice(render("case.offer_report"), f"/start-case verslag {case.ref}")]
    if case.run.values.get("mdo") == "ja":
        made.insert(0, Choice(render("case.offer_mdo"), f"/mdo plan {case.ref}"))
    if is_given(desk.scripts.table, case.run.values, "messages", today):
        made.append(Choice(render("case.offer_message"), f"/start-case herinner {case.ref}"))
    return (*made, Choice(render("case.offer_chart"), f"/start-case schema {case.ref}"))


def report(desk: Desk, case: Case, incoming: Incoming) -> Report:
    """The whole report of a case."""
    table = desk.scripts.table
    state = render("case.table_unconfirmed")
    if table.confirmed_on and table.confirmed_by:
        state = render("case.table_confirmed", by=table.confirmed_by, on=dutch(table.confirmed_on))
    sections = list(summarise(desk.guide, case, incoming.at.date()))
    if case.state is CaseState.CLOSED:
        sections.append(_looking_back(desk, case))
    notes = (
        render("case.report_table", state=state),
        render("case.report_foot", date=dutch(incoming.at.date())),
    )
    return Report(f"{render('case.report_title', ref=case.ref)} · {label_of(case)}", tuple(sections), notes)


def _looking_back(desk: Desk, case: Case) -> Section:
    steps = {step.id: step for step in desk.scripts.closing.steps}
    lines = []
    for answer in case.talk_run.answers:
        if (step := steps.get(answer.step)) and answer.value not in ("overslaan", "geen"):
            label = next((edge.label for edge in step.choices if edge.value == answer.value), answer.value)
            lines.append(render("case.correct_line", title=step.title, answer=label))
    return Section(render("case.part_learned"), tuple(lines))
