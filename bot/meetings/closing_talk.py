"""The talk that closes a meeting: every open action is done, moved or dropped with a reason; then looking back."""

from collections.abc import Mapping
from datetime import datetime

from bot.invitation import invitation
from bot.meetings.mdo_words import says_no, says_yes
from bot.meetings.office import Office
from bot.meetings.showing import agenda, meeting_line
from bot.meetings.talk import Heard, Turn, faults, picked
from bot.messages import Incoming, Reply
from bot.permits import Deed
from bot.storage.meeting_rows import Talk
from knowledge.flowchart import Flowchart
from prompts import render
from workflows.meeting import Meeting, MeetingError, MeetingState, cancel, close, done, drop, settle
from workflows.meeting_forms import closing
from workflows.run import Place

_YES_NO = ("held", "evaluated", "message")


class ClosingTalk:
    """Whether it was held, what becomes of each open action, looking back, the message to the school."""

    def chart(self, turn: Turn) -> Flowchart:
        """The steps for the meeting as it is now."""
        meeting = _meeting(turn.office, turn.talk)
        others = [(m.ref, meeting_line(m)) for m in turn.office.meetings.listed() if m.ref != meeting.ref]
        near = [(ref, line) for ref, line in others if _takes(turn.office, ref, turn.incoming)]
        return closing(meeting, near)

    def hear(self, turn: Turn, here: Place) -> Heard:
        """A choice, or the reason an action falls away."""
        text, step = turn.incoming.text, here.step
        if step.id.startswith("reason-"):
            problem = faults(text, turn.incoming)
            return Heard(notes=[problem]) if problem else Heard({step.id: text.strip()})
        value = picked(step, text) or _loosely(step.id, text)
        if step.id == "held" and value == "nee":
            return Heard({"held": "nee", "evaluated": "nee", "message": "nee"})
        return Heard({step.id: value} if value in {edge.value for edge in step.choices} else {})

    def finish(self, turn: Turn, values: Mapping[str, str]) -> list[Reply]:
        """Settle the actions, close the meeting, and say what is still to be done."""
        meeting, who, now = _meeting(turn.office, turn.talk), turn.incoming.person.key, turn.incoming.at
        numbers = [action.number for action in meeting.open_actions]
        for action in meeting.open_actions:
            if values[f"action-{action.number}"].startswith("naar "):
                self._carry(turn.office, meeting, action.number, values[f"action-{action.number}"][5:], turn.incoming)

        def change(fresh: Meeting) -> Meeting:
            return _closed(fresh, values, who, now)

        made = turn.office.meetings.change(meeting.ref, change, who, "close", now, ends_talk=True)
        turn.office.remind(made, now, numbers)
        return [self._told(turn.office, made, values, now)]

    @staticmethod
    def _carry(office: Office, meeting: Meeting, number: int, to: str, incoming: Incoming) -> None:
        _, there = office.meetings.carry_over(meeting.ref, number, to, incoming.person.key, incoming.at)
        office.remind(there, incoming.at, [there.actions[-1].number])

    @staticmethod
    def _told(office: Office, made: Meeting, values: Mapping[str, str], now: datetime) -> Reply:
        if made.state is MeetingState.CANCELLED:
            file = invitation(made, agenda(), office.planner.calendar.zone, now)
            return Reply(render("mdo.cancelled", ref=made.ref), attachments=(file,))
        parts = [render("mdo.closed", ref=made.ref)]
        if values["evaluated"] != "ja":
            parts.append(render("mdo.closed_evaluate"))
        if values["message"] != "ja":
            parts.append(render("mdo.closed_message"))
        return Reply("\n".join(parts))


def _closed(meeting: Meeting, values: Mapping[str, str], who: str, now: datetime) -> Meeting:
    for action in meeting.open_actions:
        chosen = values.get(f"action-{action.number}", "")
        if chosen == "klaar":
            meeting = done(meeting, action.number, who, now)
        elif chosen == "vervalt":
            meeting = drop(meeting, action.number, values[f"reason-{action.number}"], who, now)
    if values["held"] != "ja":
        return cancel(meeting, now)
    return settle(close(meeting, now), "evaluated") if values["evaluated"] == "ja" else close(meeting, now)


def _meeting(office: Office, talk: Talk) -> Meeting:
    found = office.meetings.find(talk.about)
    if found is None:
        raise MeetingError(f"no meeting {talk.about}")
    return found


def _takes(office: Office, ref: str, incoming: Incoming) -> bool:
    """Whether actions can move there: a meeting to which the closer may add one."""
    other = office.meetings.find(ref)
    return other is not None and office.may(Deed.ADD_ACTION, incoming, other)


def _loosely(step: str, text: str) -> str:
    if step in _YES_NO:
        return "ja" if says_yes(text) else "nee" if says_no(text) else ""
    first = text.lower().split()[:1]
    return {"gedaan": "klaar", "gereed": "klaar", "vervallen": "vervalt", "weg": "vervalt"}.get("".join(first), "")
