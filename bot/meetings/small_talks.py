"""Talks of one question: until when an action is put off, and who does it then."""

from collections.abc import Mapping
from datetime import date, time

from bot.meetings.office import Office
from bot.meetings.showing import day_and_hour
from bot.meetings.talk import Heard, Turn, faults, pack, picked, unclear_day, unpack
from bot.messages import Incoming, Reply
from knowledge.flowchart import Flowchart
from prompts import render
from workflows.agreeing import read_owner, read_put_off
from workflows.meeting import Action, Meeting, MeetingError, action_reference, find_references, put_off, reassign
from workflows.meeting_forms import handing_on, putting_off
from workflows.run import Place


class PutOffTalk:
    """Until when; `about` is the action."""

    def chart(self, turn: Turn) -> Flowchart:  # noqa: ARG002 - always the same steps
        """One step."""
        return putting_off()

    def hear(self, turn: Turn, here: Place) -> Heard:
        """A day or a length of time."""
        _, action = named_action(turn.office, turn.talk.about, turn.incoming)
        day, hour = read_put_off(
            picked(here.step, turn.incoming.text) or turn.incoming.text, action.due, turn.incoming.at
        )
        if day is None:
            return Heard(notes=[unclear_day(turn.incoming.text, turn.incoming.at)])
        return Heard({"until": f"{day.isoformat()} {hour:%H:%M}" if hour else day.isoformat()})

    def finish(self, turn: Turn, values: Mapping[str, str]) -> list[Reply]:
        """Keep the new day."""
        day, _, hour = values["until"].partition(" ")
        at = time.fromisoformat(hour) if hour else None
        return [later(turn.office, turn.talk.about, date.fromisoformat(day), at, turn.incoming)]


class HandOnTalk:
    """Who does it then; `about` is the action."""

    def chart(self, turn: Turn) -> Flowchart:  # noqa: ARG002 - always the same steps
        """One step."""
        return handing_on()

    def hear(self, turn: Turn, here: Place) -> Heard:  # noqa: ARG002 - there is one step
        """A user of the chat, a role or a word; one."""
        if problem := faults(turn.incoming.text, turn.incoming):
            return Heard(notes=[problem])
        name = read_owner(turn.incoming.text, turn.incoming.at)
        if name is None:
            return Heard(notes=[render("mdo.unclear_owner")])
        return Heard({"owner": pack(turn.office.who(name, turn.incoming, turn.incoming.text))})

    def finish(self, turn: Turn, values: Mapping[str, str]) -> list[Reply]:
        """Keep the new owner; the reminders go there from now on."""
        meeting, action = named_action(turn.office, turn.talk.about, turn.incoming)
        owner = unpack(values["owner"])

        def change(fresh: Meeting) -> Meeting:
            return reassign(fresh, action.number, owner)

        made = turn.office.meetings.change(
            meeting.ref, change, turn.incoming.person.key, "reassign", turn.incoming.at, ends_talk=True
        )
        turn.office.remind(made, turn.incoming.at, [action.number])
        name = turn.office.called(owner, meeting, turn.incoming)  # whoever hands on may be in it no more
        return [Reply(render("mdo.reassigned", ref=turn.talk.about, owner=name))]


def named_action(office: Office, ref: str, incoming: Incoming) -> tuple[Meeting, Action]:
    """The meeting and the action of a full reference. Raises MeetingError when there is none."""
    found, _ = find_references(ref, incoming.at.year)
    meeting = office.meetings.find(found[0].ref) if found else None
    action = meeting.action(found[0].action) if meeting else None
    if meeting is None or action is None:
        raise MeetingError(f"no action {ref}")
    return meeting, action


def later(office: Office, ref: str, day: date, hour: time | None, incoming: Incoming) -> Reply:
    """Put an action off and say from when to when."""
    meeting, action = named_action(office, ref, incoming)

    def change(fresh: Meeting) -> Meeting:
        return put_off(fresh, action.number, day, hour)

    made = office.meetings.change(meeting.ref, change, incoming.person.key, "put off", incoming.at)
    office.remind(made, incoming.at, [action.number])
    was, now = day_and_hour(action.due, action.at), day_and_hour(day, hour)
    return Reply(render("mdo.put_off", ref=action_reference(made.ref, action.number), date=now, was=was))
