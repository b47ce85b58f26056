"""App Home: my cases, my actions and the next meetings, for a coordinator the team; within Slack's hundred blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.meetings import minutes, showing
from bot.meetings.office import Office
from bot.messages import Attachment, Choice, Incoming, Person, Room
from bot.permits import Deed, allows
from bot.platforms.slack.blocks import Block, button, context, header, plain, section
from bot.platforms.slack.mrkdwn import cut, pieces, to_mrkdwn
from bot.storage.cases import Cases
from prompts import render
from workflows.case import Case, CaseState
from workflows.meeting import action_reference
from workflows.summary import label_of

PAGE = 30  # things on one page: two blocks each, so that a page never meets the limit of a hundred blocks
TURN = "home:"
"""What the buttons that turn the page say, before the number."""

_TEAM_TEXT = 6000  # characters


@dataclass(frozen=True)
class Line:
    """One thing that is open, with what can be done about it; `part` is the heading it stands under."""

    part: str
    text: str
    choices: Sequence[Choice] = ()


@dataclass(frozen=True)
class Home:
    """What the view is made of."""

    lines: Sequence[Line]
    team: str = ""
    picture: Attachment | None = None


def look(office: Office, cases: Cases, person: Person, now: datetime) -> Home:
    """What is open for somebody at a moment."""
    incoming = Incoming(person, "", now, Room.DIRECT, person.key)
    lines = [_case(c) for c in cases.listed(person.key) if c.state is not CaseState.CLOSED]
    lines += [*_actions(office, incoming), *_meetings(office, incoming)]
    if not allows(Deed.SEE_TEAM, incoming):
        return Home(lines)
    shown = minutes.overview(office, incoming)[0]
    return Home(lines, shown.text, next(iter(shown.attachments), None))


def _case(case: Case) -> Line:
    resume = Choice(render("slack.home_resume"), f"/start-case hervat {case.ref}")
    show = Choice(render("slack.home_show"), f"/start-case toon {case.ref}")
    choices = (resume, show) if case.state in (CaseState.RUNNING, CaseState.PAUSED) else (show,)
    return Line("cases", f"**{case.ref}** · {label_of(case)}", choices)


def _actions(office: Office, incoming: Incoming) -> list[Line]:
    mine = [
        (meeting, action)
        for meeting in office.meetings.listed()
        for action in meeting.open_actions
        if action.owner.key == incoming.person.key
    ]
    made = []
    for meeting, action in sorted(mine, key=lambda pair: (pair[1].due, pair[0].ref)):
        ref = action_reference(meeting.ref, action.number)
        done = Choice(render("slack.home_done"), f"/mdo klaar {ref}")
        later = Choice(render("slack.home_later"), f"/mdo uitstel {ref}")
        made.append(Line("actions", showing.action_line(office, meeting, action, incoming), (done, later)))
    return made


def _meetings(office: Office, incoming: Incoming) -> list[Line]:
    coming = [m for m in office.meetings.listed() if m.is_inside(incoming.person.key) and m.is_open]
    return [
        Line("meetings", showing.meeting_line(m), (Choice(render("slack.home_show"), f"/mdo toon {m.ref}"),))
        for m in sorted(coming, key=lambda m: m.starts)
    ]


def to_view(home: Home, page: int = 1, picture: str = "") -> Block:
    """The view of one page; `picture` is the id of the uploaded timeline."""
    pages = max(1, -(-len(home.lines) // PAGE))
    page = min(max(page, 1), pages)
    shown = home.lines[(page - 1) * PAGE : page * PAGE]
    blocks = [context(render("slack.home_intro")), _starts()]
    for part in ("cases", "actions", "meetings"):
        of_part = [line for line in shown if line.part == part]
        if of_part or page == 1:
            blocks.append(header(render(f"slack.home_{part}")))
            blocks += [block for n, line in enumerate(of_part) for block in _blocks(line, f"{part}-{n}")]
        if not any(line.part == part for line in home.lines) and page == 1:
            blocks.append(context(render("slack.home_nothing")))
    blocks += _turning(page, pages)
    return {"type": "home", "blocks": [*blocks, *_team(home, picture)]}


def refused() -> Block:
    """What somebody sees who is not let in."""
    return {"type": "home", "blocks": [section(render("slack.home_refused"))]}


def failed() -> Block:
    """What is shown when nothing can be read."""
    return {"type": "home", "blocks": [section(render("slack.home_failed"))]}


def _starts() -> Block:
    start, plan = Choice(render("slack.home_start"), "/start-case"), Choice(render("slack.home_plan"), "/mdo plan")
    return {"type": "actions", "elements": [button(start, "home-start"), button(plan, "home-plan")]}


def _blocks(line: Line, name: str) -> list[Block]:
    said = section(cut(to_mrkdwn(line.text), 3000))
    buttons = [button(choice, f"home-{name}-{n}") for n, choice in enumerate(line.choices)]
    return [said, {"type": "actions", "elements": buttons}] if buttons else [said]


def _turning(page: int, pages: int) -> list[Block]:
    if pages == 1:
        return []
    turns = [(render("slack.home_previous"), page - 1)] if page > 1 else []
    turns += [(render("slack.home_next"), page + 1)] if page < pages else []
    buttons = [button(Choice(label, f"{TURN}{to}"), f"home-page-{to}") for label, to in turns]
    return [context(render("slack.home_page", page=page, pages=pages)), {"type": "actions", "elements": buttons}]


def _team(home: Home, picture: str) -> list[Block]:
    if not home.team:
        return []
    text = cut(to_mrkdwn(home.team), _TEAM_TEXT)
    blocks = [header(render("slack.home_team")), *(section(piece) for piece in pieces(text, 3000))]
    if picture and home.picture:
        alt = plain(home.picture.alt, 2000)["text"]
        blocks.append({"type": "image", "slack_file": {"id": picture}, "alt_text": alt})
    return blocks
