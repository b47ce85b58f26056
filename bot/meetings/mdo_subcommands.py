"""The words after `/mdo`: plan, lijst, toon, actie, klaar, uitstel, verslag, sluit, overzicht and help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.invitation import invitation
from bot.meetings import action_talk, minutes, plan_talk, showing
from bot.meetings.ending import Ending, Open
from bot.meetings.mdo_words import COMMANDS, subcommand
from bot.meetings.office import Office
from bot.meetings.talk import Heard
from bot.messages import Choice, Incoming, Reply, Room
from bot.permits import Deed, fits
from knowledge.text import words
from prompts import render
from workflows.agreeing import read_sentence, unquoted
from workflows.dates import parse_moment
from workflows.meeting import (
    Meeting,
    Reference,
    find_references,
    move,
    settle,
)
from workflows.planning import channel_in

Resume = Callable[[Incoming], list[Reply] | None]
_MOST = 9  # things offered as a choice
_SENT = frozenset(("verstuurd", "verzonden", "gestuurd"))


@dataclass(frozen=True)
class MdoSubcommands:
    """Every subcommand of `/mdo`; `open` begins a talk, `resume` takes up the one that was left."""

    office: Office
    open: Open
    resume: Resume

    def run(self, incoming: Incoming, typed: str) -> Sequence[Reply]:
        """Answer one subcommand; without one, go on with what was left or show what there is."""
        said = subcommand(typed)
        match said.name:
            case "plan":
                return self._plan(incoming, said.rest)
            case "actie":
                return self._act(incoming, said.rest)
            case "lijst":
                return self._list(incoming, said.rest)
            case "overzicht":
                return minutes.overview(self.office, incoming)
            case "klaar" | "uitstel":
                return self._actions(incoming, said.name, said.rest)
            case "toon" | "verslag" | "sluit":
                return self._of_a_meeting(incoming, said.name, said.rest)
            case "help":
                return [Reply(render("mdo.help"))]
        return self._unknown(incoming, said.rest, said.perhaps)

    def _unknown(self, incoming: Incoming, rest: str, perhaps: str) -> Sequence[Reply]:
        """No subcommand was read: what was left, what may have been meant, or what there is."""
        if not rest:
            found = self.resume(incoming)
            choices = [Choice(render(f"mdo.menu_{name}"), f"/mdo {name}") for name in COMMANDS if name != "help"]
            return found or [Reply(render("mdo.menu"), choices)]
        _, _, after = rest.partition(" ")
        if perhaps:
            choice = Choice(f"/mdo {perhaps}", f"/mdo {perhaps} {after}".strip())
            return [Reply(render("mdo.perhaps", word=rest.split()[0][:20], command=perhaps), (choice,))]
        sentence = read_sentence(rest, incoming.at)
        if sentence.owner and sentence.action:
            return [Reply(render("mdo.perhaps_action"), (Choice(render("mdo.menu_actie"), f"/mdo actie {rest}"),))]
        word = showing.typed(rest, incoming)
        return [Reply(render("mdo.unknown_word", word=word[:1].upper() + word[1:]))]

    def _plan(self, incoming: Incoming, rest: str) -> Sequence[Reply]:
        return self.open(incoming, "plan", plan_talk.opening(self.office, rest, incoming))

    def _act(self, incoming: Incoming, rest: str) -> Sequence[Reply]:
        listed = action_talk.open_to(self.office, incoming)
        if not listed:
            return [Reply(render("mdo.no_meetings"), (Choice(render("mdo.menu_plan"), "/mdo plan"),))]
        found, sentence = find_references(rest, incoming.at.year)
        marked = [f for f in found if f.ref in {m.ref for m in listed} and not f.action]
        heard = action_talk.opening(self.office, sentence if marked else rest, incoming)
        values = dict(heard.values)
        if marked:
            values["meeting"] = marked[0].ref
        elif len(listed) == 1:
            values["meeting"] = listed[0].ref
        return self.open(incoming, "act", Heard(values, heard.notes))

    def _list(self, incoming: Incoming, rest: str) -> Sequence[Reply]:
        """The open meetings somebody is in, with their open actions."""
        found, _ = find_references(rest, incoming.at.year, bare=True)
        if found:
            return self._of_a_meeting(incoming, "toon", rest)
        listed = self.office.meetings.listed()
        mine = [m for m in listed if m.is_inside(incoming.person.key) or self.office.is_here(m, incoming)]
        if not mine:
            return [Reply(render("mdo.no_meetings"), (Choice(render("mdo.menu_plan"), "/mdo plan"),))]
        parts = [
            "\n".join([f"**{showing.meeting_line(m)}**", *showing.actions(self.office, m, incoming, m.open_actions)])
            for m in mine
        ]
        return [Reply("\n\n".join([render("mdo.list_head"), *parts]))]

    def _actions(self, incoming: Incoming, name: str, rest: str) -> Sequence[Reply]:
        """Mark actions done, or put one off; a whole meeting can be put off too."""
        found, after = find_references(rest, incoming.at.year)
        if name == "uitstel" and len(found) == 1 and not found[0].action:
            return self._move(incoming, found[0], after)
        return Ending(self.office, self.open).run(incoming, name, rest)

    def _move(self, incoming: Incoming, reference: Reference, rest: str) -> Sequence[Reply]:
        """Put a whole meeting off to another time; the hour stays unless another is named."""
        meeting = self.office.meetings.find(reference.ref)
        if meeting is None:
            return [Reply(render("mdo.unknown_meeting", ref=reference.ref))]
        if not self.office.may(Deed.MOVE_MEETING, incoming, meeting):
            return [Reply(showing.refusal(self.office, meeting, []))]
        when = parse_moment(rest, incoming.at)
        if when.day is None:
            return [Reply(render("mdo.move_when", ref=meeting.ref))]
        starts = datetime.combine(when.day, when.at or meeting.starts.time())

        def change(fresh: Meeting) -> Meeting:
            return move(fresh, starts)

        made = self.office.meetings.change(meeting.ref, change, incoming.person.key, "move", incoming.at)
        self.office.remind(made, incoming.at)
        return self._moved(incoming, made, meeting.starts)

    def _moved(self, incoming: Incoming, made: Meeting, before: datetime) -> Sequence[Reply]:
        """From when to when, the new file for a calendar, and for a case whether anybody may be invited yet."""
        was = showing.day_and_hour(before.date(), before.time())
        date = showing.day_and_hour(made.starts.date(), made.starts.time())
        file = invitation(made, showing.agenda(), self.office.planner.calendar.zone, incoming.at)
        text, here = render("mdo.moved", ref=made.ref, date=date, was=was), render("mdo.new_invitation_here")
        alone = replace(incoming, room=Room.DIRECT)
        consents = ["\n".join(showing.consent_lines(self.office, made, alone))] if made.case else []
        if fits(Deed.SEE_DETAILS, incoming.room):
            return [Reply("\n\n".join([f"{text} {here}", *consents]), attachments=(file,))]
        return [Reply(text), Reply("\n\n".join([here, *consents]), attachments=(file,), direct=True)]

    def _of_a_meeting(self, incoming: Incoming, name: str, rest: str) -> Sequence[Reply]:
        found, after = find_references(rest, incoming.at.year, bare=True)
        if not found:
            return self._which_meeting(incoming, name, rest)
        meeting = self.office.meetings.find(found[0].ref)
        if meeting is None:
            return [Reply(render("mdo.unknown_meeting", ref=found[0].ref))]
        return self._do(incoming, name, meeting, after)

    def _which_meeting(self, incoming: Incoming, name: str, rest: str) -> Sequence[Reply]:
        """No reference was typed: the only meeting that it can be, else ask."""
        listed = action_talk.open_to(self.office, incoming)
        if not listed:
            return [Reply(render("mdo.no_meetings"), (Choice(render("mdo.menu_plan"), "/mdo plan"),))]
        if len(listed) == 1:
            return self._do(incoming, name, listed[0], rest)
        choices = [Choice(showing.meeting_line(m), f"/mdo {name} {m.ref} {rest}".strip()) for m in listed[:_MOST]]
        return [Reply(render("mdo.which_meeting"), choices)]

    def _do(self, incoming: Incoming, name: str, meeting: Meeting, rest: str) -> Sequence[Reply]:
        match name:
            case "toon":
                return self._show(incoming, meeting, rest)
            case "verslag":
                return self._report(incoming, meeting, rest)
        if not self.office.may(Deed.CLOSE_MEETING, incoming, meeting):
            return [Reply(showing.refusal(self.office, meeting, []))]
        if not meeting.is_open:
            return [Reply(render("mdo.already_closed", ref=meeting.ref))]
        if not fits(Deed.CLOSE_MEETING, incoming.room):
            return [Reply(render("mdo.only_direct", command="sluit", ref=meeting.ref))]
        return self.open(incoming, "close", None, meeting.ref)

    def _show(self, incoming: Incoming, meeting: Meeting, rest: str) -> Sequence[Reply]:
        """A meeting in full; with `in #kanaal` its reminders go there from now on."""
        note = ""
        if typed := channel_in(unquoted(rest)):
            if not self.office.may(Deed.MOVE_MEETING, incoming, meeting):
                return [Reply(showing.refusal(self.office, meeting, []))]
            meeting = self._redirect(incoming, meeting, self.office.channel_key(incoming, typed))
            note = render("mdo.redirected", channel=typed)
        self.office.meetings.note(meeting.ref, incoming.person.key, "read", incoming.at)
        return _with_details(self.office, meeting, incoming, note)

    def _redirect(self, incoming: Incoming, meeting: Meeting, channel: str) -> Meeting:
        def change(fresh: Meeting) -> Meeting:
            return replace(fresh, channel=channel)

        made = self.office.meetings.change(meeting.ref, change, incoming.person.key, "redirect", incoming.at)
        self.office.remind(made, incoming.at, [a.number for a in made.open_actions])
        return made

    def _report(self, incoming: Incoming, meeting: Meeting, rest: str) -> Sequence[Reply]:
        said = bool(set(words(rest)) & _SENT)
        deed = Deed.SAY_REPORT_SENT if said else Deed.REPORT_MEETING
        if not self.office.may(deed, incoming, meeting):
            return [Reply(showing.refusal(self.office, meeting, []))]
        if said:
            return [self._sent(incoming, meeting)]
        if not fits(deed, incoming.room):
            return [Reply(render("mdo.only_direct", command="verslag", ref=meeting.ref))]
        self.office.meetings.note(meeting.ref, incoming.person.key, "report", incoming.at)
        return [minutes.report(self.office, meeting, incoming)]

    def _sent(self, incoming: Incoming, meeting: Meeting) -> Reply:
        def change(fresh: Meeting) -> Meeting:
            return settle(fresh, "report")

        made = self.office.meetings.change(meeting.ref, change, incoming.person.key, "report sent", incoming.at)
        self.office.remind(made, incoming.at)
        return Reply(render("mdo.report_sent", ref=made.ref))


def _with_details(office: Office, meeting: Meeting, incoming: Incoming, note: str) -> list[Reply]:
    """A meeting as it may be shown here; whoever may see more gets that in a direct message."""
    parts = [note, showing.card(office, meeting, incoming)]
    alone = replace(incoming, room=Room.DIRECT)
    if office.sees_words(meeting, incoming) or not office.sees_words(meeting, alone):
        return [Reply("\n\n".join(filter(None, parts)))]
    here = Reply("\n\n".join(filter(None, [*parts, render("mdo.details_apart")])))
    return [here, Reply(showing.card(office, meeting, alone), direct=True)]
