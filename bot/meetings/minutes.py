"""What leaves as a file: the report of a meeting, and the overview of all open actions with its picture."""

from collections.abc import Sequence

from bot.meetings import showing
from bot.meetings.office import Office
from bot.messages import Attachment, Choice, Incoming, Reply
from bot.reports import Report, to_markdown, to_pdf
from bot.timeline import WEEKS, Mark, describe, draw
from prompts import render
from workflows.checklist import dutch
from workflows.meeting import Action, ActionState, Meeting, action_reference
from workflows.summary import Section

_MOST = 60  # lines of the overview in chat; the rest is counted


def report(office: Office, meeting: Meeting, incoming: Incoming) -> Reply:
    """The report: who leads, who reports, the actions with owners and dates; nothing about the case itself."""
    made = Report(
        render("mdo.report_title", ref=meeting.ref),
        (
            Section(render("mdo.report_meeting"), tuple(_meeting_lines(office, meeting, incoming))),
            Section(render("mdo.report_actions"), tuple(_action_lines(meeting)), _action_table(meeting)),
            Section(render("mdo.report_agenda"), tuple(showing.agenda())),
        ),
        (render("mdo.report_foot", date=dutch(incoming.at.date())),),
    )
    files = (
        Attachment(f"verslag-{meeting.ref}.md", "text/markdown", to_markdown(made).encode()),
        Attachment(f"verslag-{meeting.ref}.pdf", "application/pdf", to_pdf(made)),
    )
    offer = Choice(render("mdo.offer_sent"), f"/mdo verslag {meeting.ref} verstuurd")
    return Reply(render("mdo.report_ready", ref=meeting.ref), (offer,), files)


def _meeting_lines(office: Office, meeting: Meeting, incoming: Incoming) -> list[str]:
    when = showing.day_and_hour(meeting.starts.date(), meeting.starts.time())
    return [render("mdo.fact_when", date=when), *showing.facts(office, meeting, incoming)]


def _action_lines(meeting: Meeting) -> list[str]:
    return [] if meeting.actions else [render("mdo.no_actions")]


def _action_table(meeting: Meeting) -> tuple[tuple[str, ...], ...]:
    if not meeting.actions:
        return ()
    head = tuple(render(f"mdo.column_{name}") for name in ("ref", "owner", "words", "due", "state"))
    return (head, *(_action_row(meeting, action) for action in meeting.actions))


def _action_row(meeting: Meeting, action: Action) -> tuple[str, ...]:
    due = f"{dutch(action.due)} {action.at:%H:%M}" if action.at else dutch(action.due)
    state = {
        ActionState.OPEN: render("mdo.table_open"), ActionState.DONE: render("mdo.action_done"),
        ActionState.DROPPED: render("mdo.table_dropped", reason=action.reason),
        ActionState.MOVED: render("mdo.action_moved", ref=action.reason),
    }  # fmt: skip
    return (action_reference(meeting.ref, action.number), action.owner.name, action.words, due, state[action.state])


def overview(office: Office, incoming: Incoming) -> Sequence[Reply]:
    """All open actions of the team with the coming six weeks as a picture; references, owners and dates only."""
    today, meetings = incoming.at.date(), office.meetings.listed()
    pairs = sorted(((m, a) for m in meetings for a in m.open_actions), key=lambda pair: (pair[1].due, pair[0].ref))
    if not meetings:
        return [Reply(render("mdo.overview_empty"))]
    late = sum(action.due < today for _, action in pairs)
    head = render("mdo.overview_head", count=len(pairs), late=late, meetings=len(meetings))
    lines = [f"- {showing.action_line(office, m, a, incoming, words=False)}" for m, a in pairs[:_MOST]]
    more = [render("mdo.overview_more", count=len(pairs) - _MOST)] if len(pairs) > _MOST else []
    marks = _marks(office, meetings, pairs, incoming)
    alt = describe(marks, today)
    picture = Attachment(f"overzicht-{today.isoformat()}.png", "image/png", draw(marks, today), alt)
    return [
        Reply("\n".join([head, *lines, *more, "", render("mdo.overview_picture", weeks=WEEKS)]), attachments=(picture,))
    ]


def _marks(
    office: Office, meetings: Sequence[Meeting], pairs: Sequence[tuple[Meeting, Action]], incoming: Incoming
) -> list[Mark]:
    met = [Mark(m.starts.date(), m.ref, is_meeting=True) for m in meetings]
    acted = [
        Mark(a.due, f"{action_reference(m.ref, a.number)} {_in_a_picture(office.called(a.owner, m, incoming))}".strip())
        for m, a in pairs
    ]
    return sorted([*met, *acted], key=lambda mark: (mark.day, not mark.is_meeting, mark.label))


def _in_a_picture(name: str) -> str:
    """A name as a picture can show it: Slack's own mention (<@U1>) means nothing there."""
    return "" if name.startswith("<") else name.partition(":")[0] if name.startswith("@") else name
