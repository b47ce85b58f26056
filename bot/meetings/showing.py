"""How meetings and actions look: values in, lines out. In a channel only references, owners and dates."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from bot.composing import spoken
from bot.meetings.office import Office
from bot.messages import Choice, Incoming
from bot.permits import Deed, allows, fits
from prompts import render
from workflows.meeting import Action, ActionState, Meeting, action_reference

AGENDA = 6
"""Lines in the agenda that mdo.agenda_1 … hold: the first three at the start, the last at the end."""

_AHEAD = timedelta(weeks=8)
_SHOWN_REMINDERS = 4


def day_and_hour(day: date, hour: time | None) -> str:
    """A day in words, with the hour when there is one."""
    return f"{spoken(day)}, {hour:%H:%M}" if hour else spoken(day)


def meeting_line(meeting: Meeting) -> str:
    """A meeting on one line, fit for a channel."""
    state = "" if meeting.is_open else f" · {render(f'mdo.state_{meeting.state}')}"
    return f"{meeting.ref} · {day_and_hour(meeting.starts.date(), meeting.starts.time())}{state}"


def action_line(office: Office, meeting: Meeting, action: Action, incoming: Incoming, words: bool = True) -> str:
    """An action on one line; its words, when wanted, only where the details may be seen."""
    said = [action.words] if words and office.sees_words(meeting, incoming) else []
    who = office.called(action.owner, meeting, incoming)
    return " · ".join([action_reference(meeting.ref, action.number), who, *said, _state(action, incoming.at.date())])


def _state(action: Action, today: date) -> str:
    match action.state:
        case ActionState.DONE:
            return render("mdo.action_done")
        case ActionState.DROPPED:
            return render("mdo.action_dropped")
        case ActionState.MOVED:
            return render("mdo.action_moved", ref=action.reason)
    when = day_and_hour(action.due, action.at)
    return render("mdo.action_late", date=when) if action.due < today else render("mdo.action_open", date=when)


def action_choice(command: str, ref: str) -> Choice:
    """A button for an action: klaar or uitstel."""
    return Choice(render(f"mdo.offer_{command}"), f"/mdo {command} {ref}")


def actions(office: Office, meeting: Meeting, incoming: Incoming, wanted: Iterable[Action]) -> list[str]:
    """Actions as lines of a list."""
    return [f"- {action_line(office, meeting, action, incoming)}" for action in wanted]


def card(office: Office, meeting: Meeting, incoming: Incoming) -> str:
    """A meeting in full: when, where, who, agenda and actions; for others only what may stand in a channel."""
    lines = [f"**{meeting_line(meeting)}**"]
    if office.sees_words(meeting, incoming):
        lines += facts(office, meeting, incoming)
        lines += consent_lines(office, meeting, incoming)
    found = actions(office, meeting, incoming, meeting.actions)
    lines += ["", render("mdo.actions_head"), *(found or [render("mdo.no_actions")])]
    if meeting.is_open:
        lines += ["", *reminder_lines(office, meeting, incoming.at)]
    return "\n".join(lines).strip()


def facts(office: Office, meeting: Meeting, incoming: Incoming) -> list[str]:
    """Where, for which case, who is invited, who leads and who reports; in a channel without place, case and names."""
    hidden = render("mdo.words_hidden")
    place = meeting.place if fits(Deed.SEE_DETAILS, incoming.room) else hidden
    case = meeting.case if fits(Deed.KNOW_CASE, incoming.room) else hidden
    people = {"leader": meeting.leader, "reporter": meeting.reporter}
    who = {part: office.called(one, meeting, incoming) if one.name else "" for part, one in people.items()}
    invited = ", ".join(office.role_name(role) for role in meeting.invited)
    return [
        render("mdo.fact_place", place=place if meeting.place else render("mdo.still_open")),
        render("mdo.fact_case", case=case if meeting.case else render("mdo.no_case")),
        render("mdo.fact_invited", invited=invited),
        render("mdo.fact_leader", leader=who["leader"] or render("mdo.at_the_start")),
        render("mdo.fact_reporter", reporter=who["reporter"] or render("mdo.at_the_start")),
    ]


def consent_lines(office: Office, meeting: Meeting, incoming: Incoming) -> list[str]:
    """What is missing in the consents of the case before anybody is invited; only for whose case it is."""
    missing = office.missing(meeting, incoming.at)
    if missing is None:
        return [render("mdo.consent_unknown")]
    if not allows(Deed.SEE_CONSENTS, incoming, office.parts_in_case(meeting, incoming)):
        return [render("mdo.consent_of_other", owner=office.mention(meeting.planner))]
    if not missing:
        return [render("mdo.consent_complete", case=meeting.case)]
    return [render("mdo.consent_missing", case=meeting.case), *(f"- {line}" for line in missing)]


def typed(text: str, incoming: Incoming) -> str:
    """The first word that somebody typed, for saying it back; where others read along it is not said again."""
    word = (text.split() or [""])[0][:20]
    return f"'{word}'" if fits(Deed.SEE_DETAILS, incoming.room) else render("mdo.that")


def agenda() -> list[str]:
    """The agenda as the agreements give it (UP-P-toeleiding-3 at the start, UP-P-verantwoordelijkheid-2 at the end)."""
    return [f"{n}. {render(f'mdo.agenda_{n}')}" for n in range(1, AGENDA + 1)]


def reminder_lines(office: Office, meeting: Meeting, now: datetime) -> list[str]:
    """The reminders to come; their times are ours, and said to be."""
    until = office.planner.calendar.moment(meeting.starts) + _AHEAD
    coming = office.coming(meeting, now, until)
    if not coming:
        return []
    to = render("mdo.remind_here") if meeting.channel else render("mdo.remind_private")
    head = render("mdo.reminders_head", to=to, timing=render("reminders.timing_default"))
    lines = [f"- {day_and_hour(wall.date(), wall.time())}: {title}" for wall, title, _ in coming[:_SHOWN_REMINDERS]]
    unsure = [render("reminders.no_table", date=spoken(wall.date())) for wall, _, sure in coming if not sure]
    return [head, *lines, *unsure[:1]]


def refusal(office: Office, meeting: Meeting, people: Sequence[str]) -> str:
    """Who may do what somebody else just tried."""
    names = list(dict.fromkeys([*filter(None, people), office.mention(meeting.leads)]))
    return render("mdo.not_allowed", ref=meeting.ref, people=", ".join(names))
