"""What happens when a walk ends: the outcomes of the checklist, and what each side talk was for."""

from dataclasses import replace
from datetime import timedelta

from bot.cases import views
from bot.cases.desk import Desk, Standing, without_talk
from bot.messages import Choice, Incoming, Reply
from bot.storage.cases import Noted
from knowledge.flowchart import Step
from prompts import render
from workflows.case import Case, CaseState, FollowUp
from workflows.checklist import blanks_for, dutch, join, person, side_of
from workflows.consent import CONTACT, is_given, records, taken_back
from workflows.reading import read_day
from workflows.run import correct
from workflows.summary import follow_words, roles_to_call, working_day

MESSAGE_AFTER = 14
"""Days until the reminder of the message to school: a product default, no agreement gives it."""

_WAITING = {"emergency", "talk_first", "anonymous"}


def walk_ended(desk: Desk, case: Case, incoming: Incoming, notes: list[str]) -> list[Reply]:
    """The end of the checklist: keep it, and say what it means."""
    step = desk.walk(case).step
    state = CaseState.PAUSED if step.outcome in _WAITING else CaseState.DONE
    kept = desk.keep(replace(case, state=state, misfits=0), incoming, "end", step.id)
    reply = outcome(desk, kept, step, incoming)
    return [replace(reply, text="\n\n".join([*notes, reply.text]))]


def outcome(desk: Desk, case: Case, step: Step, incoming: Incoming) -> Reply:
    """What an outcome says."""
    match step.outcome:
        case "emergency":
            return Reply(emergency(case.ref))
        case "talk_first":
            blanks = blanks_for(desk.scripts.table, desk.walk(case).values)
            text = render("case.talk_first", speakers=blanks["speakers"], counterpart=blanks["counterpart"])
            return Reply(f"{text}\n\n{render('case.talk_first_next', ref=case.ref)}")
        case "anonymous":
            return Reply(views.anonymous(desk, case))
        case "school_support":
            return Reply(render("case.school_support"))
        case _:
            return views.summary(desk, case, incoming)


def emergency(ref: str) -> str:
    """Danger: whom to call, before anything else."""
    parts = (render("case.emergency"), render("case.emergency_unsure"), render("case.emergency_kept", ref=ref))
    return "\n\n".join(parts)


def talk_ended(desk: Desk, here: Standing, incoming: Incoming) -> tuple[Case | None, list[str], tuple[Choice, ...]]:
    """The end of a side talk: the case as it is now (None: gone from this person), what to say, what to offer."""
    case, values = here.pruned, dict(here.place.values)
    match case.talk:
        case "stop":
            return _stopped(desk, case, values["stopping"], incoming)
        case "hand":
            return _handed(desk, case, values["sure"], incoming)
        case "correct":
            return _corrected(desk, case, values["which"])
        case "withdraw":
            return _withdrawn(desk, case, values, incoming)
        case "event":
            return _happened(desk, case, values, incoming)
        case _:
            return _closed(desk, case, values, incoming)


_Ended = tuple[Case | None, list[str], tuple[Choice, ...]]


def _stopped(desk: Desk, case: Case, wish: str, incoming: Incoming) -> _Ended:
    if wish == "doorgaan":
        return without_talk(case), [], ()
    if wish == "wissen":
        desk.cases.erase(case, Noted(case.ref, incoming.at, incoming.person.key, "erase"))
        return None, [render("case.erased", ref=case.ref)], ()
    return paused(desk, without_talk(case), incoming)


def paused(desk: Desk, case: Case, incoming: Incoming) -> _Ended:
    """Put a case aside; its owner talks about something else."""
    state = CaseState.PAUSED if case.state is CaseState.RUNNING else case.state
    desk.keep(replace(case, state=state, misfits=0), incoming, "pause")
    desk.cases.leave(incoming.person.key)
    return None, [render("case.paused", ref=case.ref)], ()


def _handed(desk: Desk, case: Case, sure: str, incoming: Incoming) -> _Ended:
    if sure != "ja":
        return without_talk(case), [render("case.not_handed", ref=case.ref)], ()
    desk.hand_over(case.ref, case.about, incoming)
    name = case.about.partition(":")[2]
    return None, [render("case.handed", ref=case.ref, person=name)], ()


def _corrected(desk: Desk, case: Case, step: str) -> _Ended:
    before = desk.walk(case).values.get(step, "")
    note = render("case.again", title=desk.checklist.title(step), answer=desk.checklist.label(step, before))
    fresh = without_talk(case)
    return replace(fresh, run=correct(desk.checklist, fresh.run, step), state=CaseState.RUNNING), [note], ()


def _withdrawn(desk: Desk, case: Case, values: dict[str, str], incoming: Incoming) -> _Ended:
    who = values["who"]
    purpose = values[f"what-{who}"]
    on = read_day(values[f"day-{who}"], incoming.at.date()) or incoming.at.date()
    gone = tuple(taken_back(records(desk.scripts.table, case.run), who, purpose, on, incoming.person.key))
    run = desk.checklist.withdrawn(case.run, who, purpose)
    fresh = replace(without_talk(case), run=run, withdrawn=(*case.withdrawn, *gone))
    labels = {p.id: p.label for p in desk.scripts.table.purposes}
    purposes = "; ".join(labels[c.purpose] for c in gone)
    stops = "; ".join(_stops(c.purpose) for c in gone if purpose != CONTACT or c.purpose == CONTACT)
    notes = [
        render("case.withdrawn", who=person(who), purposes=purposes, date=dutch(on)),
        render("case.withdrawn_stop", purposes=stops),
        render("case.withdrawn_tell", people=_who_must_know(desk, case)),
    ]
    return fresh, notes + ([] if purpose == CONTACT else [render("case.withdrawn_keep")]), ()


def _stops(purpose: str) -> str:
    try:
        return render(f"case.stop_{purpose}")
    except KeyError:  # a purpose that the organisation added to its own table
        return purpose


def _who_must_know(desk: Desk, case: Case) -> str:
    roles = roles_to_call(desk.guide, case.run.values)
    if side_of(case.run.values).value == "onderwijs":
        roles = [*roles, "school"]
    return join([desk.roles[role].the for role in dict.fromkeys(roles)])


def _happened(desk: Desk, case: Case, values: dict[str, str], incoming: Incoming) -> _Ended:
    event = values["which"]
    if values[f"told-{event}"] == "ja":
        return without_talk(case), [render("case.event_done")], ()
    days = next(item.after_days for item in desk.scripts.events if item.id == event)
    fresh, due = with_follow_up(without_talk(case), event, incoming, days)
    return fresh, [render("case.event_follow", date=dutch(due.due))], ()


def with_follow_up(case: Case, kind: str, incoming: Incoming, days: int) -> tuple[Case, FollowUp]:
    """The case with something to be reminded of, once per kind and day."""
    made = FollowUp(kind, working_day((incoming.at + timedelta(days=days)).date(), 0))
    others = tuple(f for f in case.follow_ups if (f.kind, f.due) != (kind, made.due))
    return replace(case, follow_ups=(*others, made)), made


def _closed(desk: Desk, case: Case, values: dict[str, str], incoming: Incoming) -> _Ended:
    done = tuple(replace(f, done=True) for f in case.follow_ups)
    if values.get("told") != "ja" and is_given(desk.scripts.table, case.run.values, "messages", incoming.at.date()):
        due = working_day((incoming.at + timedelta(days=MESSAGE_AFTER)).date(), 0)
        done = (*done, FollowUp("end_message", due))
    shut = replace(case, talk="", about="", state=CaseState.CLOSED, closed=incoming.at, follow_ups=done, misfits=0)
    notes = [render("case.closed", ref=case.ref)]
    if values.get("told") != "ja":
        notes += [render("case.closed_tell", people=_who_must_know(desk, case)), render("case.closed_message")]
    if values.get("evaluated") != "ja":
        notes.append(render("case.closed_evaluate"))
    if values.get("quick_check") == "ja":
        notes.append(_benchmarks(values))
    notes += [
        render("case.follow_line", date=dutch(f.due), what=follow_words(f.kind)) for f in case.follow_ups if not f.done
    ]
    offer = Choice(render("case.offer_report"), f"/start-case verslag {case.ref}")
    return shut, notes, (offer,)


def _benchmarks(values: dict[str, str]) -> str:
    given = [value for step, value in values.items() if step.startswith("ij")]
    count = {"yes": "ja", "partly": "deels", "no": "nee", "skipped": "overslaan"}
    return render("case.closed_benchmarks", **{name: given.count(value) for name, value in count.items()})
