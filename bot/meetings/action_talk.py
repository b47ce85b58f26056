"""The talk about a new action: the sentence is read, what lacks is asked, and it is shown back before it is kept."""

from collections.abc import Mapping
from datetime import date, datetime, time

from bot.meetings.mdo_words import says_no, says_yes
from bot.meetings.office import Office
from bot.meetings.showing import action_choice, day_and_hour, meeting_line
from bot.meetings.talk import Heard, Turn, faults, pack, picked, unpack
from bot.messages import Incoming, Reply
from bot.permits import Deed, fits
from knowledge.flowchart import Flowchart
from prompts import render
from workflows.agreeing import read_mend, read_owner, read_sentence
from workflows.dates import Understood, no_such_moment, parse
from workflows.meeting import Meeting, act, action_reference, find_references
from workflows.meeting_forms import LATER, agreeing
from workflows.run import Place


def opening(office: Office, text: str, incoming: Incoming) -> Heard:
    """What the words after `/mdo actie` say at once."""
    if not text.strip():
        return Heard({"time": LATER})
    if problem := faults(text, incoming):
        return Heard({"time": LATER}, [problem])
    return _sentence(office, read_sentence(text, incoming.at), text, incoming)


def _sentence(office: Office, found: Understood, text: str, incoming: Incoming) -> Heard:
    values = {"time": f"{found.time:%H:%M}" if found.time else LATER}
    if found.owner:
        values["owner"] = pack(office.who(found.owner, incoming, text))
    if found.action:
        values["words"] = found.action
    if found.due:
        values["due"] = found.due.isoformat()
    if "time" in found.ask:
        del values["time"]
    return Heard(values, _no_such(text, incoming.at))


def _no_such(text: str, now: datetime) -> list[str]:
    what = no_such_moment(text, now)
    return [render("mdo.no_such", what=what)] if what else []


class ActionTalk:
    """For which meeting, what, who, by when, and whether it is right so."""

    def chart(self, turn: Turn) -> Flowchart:
        """The meetings it can belong to, then the parts of the action."""
        return agreeing([(m.ref, meeting_line(m)) for m in open_to(turn.office, turn.incoming)])

    def hear(self, turn: Turn, here: Place) -> Heard:
        """A reply to one part; when all is shown back, whatever part it names."""
        text, step = turn.incoming.text, here.step
        if problem := faults(text, turn.incoming):
            return Heard(notes=[problem])
        match step.id:
            case "meeting":
                found, _ = find_references(text, turn.incoming.at.year, bare=True)
                refs = {m.ref for m in open_to(turn.office, turn.incoming)}
                value = picked(step, text) or next((f.ref for f in found if f.ref in refs), "")
                return Heard({"meeting": value} if value else {})
            case "words":
                found_here = read_sentence(text, turn.incoming.at)
                said = _sentence(turn.office, found_here, text, turn.incoming).values if found_here.action else {}
                return Heard({"words": text.strip(), **_fresh(said, here.values)})
            case "owner":
                name = "" if says_yes(text) or says_no(text) else read_owner(text, turn.incoming.at)
                return Heard({"owner": pack(turn.office.who(name, turn.incoming, text))} if name else {})
            case "due" | "time":
                return _moment(step.id, text, turn.incoming.at)
            case _:
                return _mend(turn.office, turn.incoming)

    def finish(self, turn: Turn, values: Mapping[str, str]) -> list[Reply]:
        """Keep the action and plan its reminders."""
        owner, who = unpack(values["owner"]), turn.incoming.person.key

        def change(meeting: Meeting) -> Meeting:
            return act(meeting, owner, values["words"], _due(values), _hour(values))

        made = turn.office.meetings.change(values["meeting"], change, who, "act", turn.incoming.at, ends_talk=True)
        number = made.actions[-1].number
        turn.office.remind(made, turn.incoming.at, [number])
        ref = action_reference(made.ref, number)
        name = turn.office.called(owner, made, turn.incoming)
        told = render("mdo.act_kept", ref=ref, owner=name, date=day_and_hour(_due(values), _hour(values)))
        to = render("mdo.remind_channel") if made.channel else render("mdo.remind_direct", owner=name)
        if not owner.key and not made.channel:
            to = render("mdo.remind_leader", owner=name, leader=turn.office.mention(made.leads))
        return [Reply(f"{told} {to}", (action_choice("klaar", ref), action_choice("uitstel", ref)))]


def _fresh(said: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """What a sentence adds: its words and its time, and what was not known yet."""
    return {part: value for part, value in said.items() if part not in known or part in ("words", "time")}


def _mend(office: Office, incoming: Incoming) -> Heard:
    """What was shown back is mended; a change of meeting too."""
    refs, rest = find_references(incoming.text, incoming.at.year)
    open_refs = {m.ref for m in open_to(office, incoming)}
    values = {"meeting": refs[0].ref} if refs and refs[0].ref in open_refs else {}
    found = read_mend(rest if values else incoming.text, incoming.at)
    if found.owner:
        values["owner"] = pack(office.who(found.owner, incoming, incoming.text))
    if found.words:
        values["words"] = found.words
    if found.due:
        values["due"] = found.due.isoformat()
        values["time"] = f"{found.at:%H:%M}" if found.at else LATER
    elif found.at:
        values["time"] = f"{found.at:%H:%M}"
    notes = [render("mdo.unclear_owner")] if "owner" in found.ask else []
    return Heard(values, notes)


def preview(turn: Turn, values: Mapping[str, str]) -> str:
    """Who, what, by when; the words only where nobody reads along."""
    owner, alone = unpack(values["owner"]), fits(Deed.SEE_DETAILS, turn.incoming.room)
    who = owner.name if alone else turn.office.safely(owner)
    words = values["words"] if alone else render("mdo.words_hidden")
    when = day_and_hour(_due(values), _hour(values))
    return render("mdo.act_preview", ref=values["meeting"], owner=who, words=words, date=when)


def open_to(office: Office, incoming: Incoming) -> list[Meeting]:
    """The open meetings somebody can add an action to."""
    return [meeting for meeting in office.meetings.listed() if office.may(Deed.ADD_ACTION, incoming, meeting)]


def _moment(step: str, text: str, now: datetime) -> Heard:
    found = parse(text, now)
    values = {"due": found.due.isoformat()} if found.due else {}
    if found.time:
        values["time"] = f"{found.time:%H:%M}"
    elif step == "time" and text.lower().strip(" .!") in ("geen", "nee", "geen tijd", "maakt niet uit", "-"):
        values["time"] = LATER
    return Heard(values, _no_such(text, now))


def _due(values: Mapping[str, str]) -> date:
    return date.fromisoformat(values["due"])


def _hour(values: Mapping[str, str]) -> time | None:
    return None if values["time"] == LATER else time.fromisoformat(values["time"])
