"""The talk about a new meeting: what was typed is read in any order, what lacks is asked, and all is shown back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from bot.invitation import invitation
from bot.meetings.office import Office
from bot.meetings.showing import agenda, consent_lines, day_and_hour, facts, reminder_lines
from bot.meetings.talk import Heard, Turn, faults, pack, picked, unclear_day, unpack
from bot.messages import Choice, Incoming, Reply, Room
from bot.permits import Deed, fits
from bot.storage.meeting_rows import Talk
from knowledge.flowchart import Flowchart
from knowledge.guard import mask
from knowledge.text import fold
from prompts import render
from workflows.agreeing import read_owner
from workflows.case import read_reference
from workflows.dates import no_such_moment
from workflows.meeting import Meeting
from workflows.meeting_forms import LATER, OPTIONAL, planning
from workflows.planning import Wishes, read_plan
from workflows.run import Place

_OPEN = frozenset(("geen", "nee", "later", "nog niet bekend", "weet ik nog niet", "overslaan", "-", "niet", "n"))
_ADULT = "18+"


def opening(office: Office, text: str, incoming: Incoming) -> Heard:
    """What the words after `/mdo plan` say at once; without words every part is asked."""
    if not text.strip():
        return Heard()
    if problem := faults(text, incoming):
        return Heard(notes=[problem])
    found = read_plan(text, incoming.at, office.lexicon)
    heard = _heard(office, found, text, {}, incoming)
    return replace(heard, values={**dict.fromkeys(OPTIONAL, LATER), **heard.values})


def _heard(office: Office, found: Wishes, text: str, known: Mapping[str, str], incoming: Incoming) -> Heard:
    """What was read as values, with a note on each part that was not."""
    values, notes = dict[str, str](), list[str]()
    if found.day:
        values["when"] = found.day.isoformat()
    if found.at:
        values["time"] = f"{found.at:%H:%M}"
    if found.place:
        values["place"] = found.place
    if invited := _invited(found, known):
        values["invited"] = invited
    for part, name in (("leader", found.leader), ("reporter", found.reporter)):
        if name:
            values[part] = pack(office.who(read_owner(name, incoming.at) or name, incoming, text))
    if found.case:
        owned = office.cases.find(found.case, incoming.person.key)
        values |= {"case": found.case} if owned else {}
        notes += [] if owned else [render("mdo.unknown_case", ref=found.case)]
    if found.channel:
        values["channel"] = office.channel_key(incoming, found.channel)
    if found.no_such:
        notes.append(render("mdo.no_such", what=found.no_such))
    elif found.unclear_day:
        notes.append(render("mdo.unclear_day"))
    notes += _unread(found, incoming)
    return Heard(values, notes)


def _unread(found: Wishes, incoming: Incoming) -> list[str]:
    """A note on what was not understood; where others read along it is not said again."""
    if found.unread and not fits(Deed.SEE_DETAILS, incoming.room):
        return [render("mdo.unclear_part_here")]
    return [render("mdo.unclear_part", part=mask(part, incoming.at.year)) for part in found.unread]


def _invited(found: Wishes, known: Mapping[str, str]) -> str:
    if not found.invited and not found.without:
        return ""
    everybody = [*known.get("invited", "").split(), *found.invited]
    return " ".join(role for role in dict.fromkeys(everybody) if role not in found.without)


class PlanTalk:
    """When, where, for which case, who comes, who leads, who reports, and whether it is right so."""

    def chart(self, turn: Turn) -> Flowchart:  # noqa: ARG002 - always the same steps
        """The parts of a meeting in order."""
        return planning()

    def hear(self, turn: Turn, here: Place) -> Heard:
        """A reply to one part; more may be said in one go."""
        text, step = turn.incoming.text, here.step.id
        if problem := faults(text, turn.incoming):
            return Heard(notes=[problem])
        found = _heard(
            turn.office, read_plan(text, turn.incoming.at, turn.office.lexicon), text, here.values, turn.incoming
        )
        if step == "sure":
            return found
        if step in ("when", "time"):
            unclear = step == "when" or no_such_moment(text, turn.incoming.at)
            return found if found.values else Heard(notes=[unclear_day(text, turn.incoming.at)] if unclear else [])
        more = {part: value for part, value in found.values.items() if part != "invited"}
        value = picked(here.step, text) or found.values.get(step, "")
        if not value and not more:
            value = _part(turn.office, step, text, turn.incoming)
        notes = found.notes if step in ("invited", "case") else ()
        return Heard({**more, step: value} if value else more, notes)

    def finish(self, turn: Turn, values: Mapping[str, str]) -> list[Reply]:
        """Keep the meeting, plan its reminders, and give what goes with it."""
        made = turn.office.meetings.plan(_meeting(turn.office, turn.talk, values, turn.incoming), turn.incoming.at)
        turn.office.remind(made, turn.incoming.at)
        if fits(Deed.SEE_DETAILS, turn.incoming.room):
            return [_planned(turn.office, made, turn.incoming)]
        alone = replace(turn.incoming, room=Room.DIRECT)
        here = [render("mdo.plan_kept", ref=made.ref, date=_moment(made)), render("mdo.details_apart")]
        here += ["\n".join(reminder_lines(turn.office, made, turn.incoming.at))]
        return [
            Reply("\n\n".join(filter(None, here)), _next_steps(made)),
            replace(_planned(turn.office, made, alone), direct=True),
        ]


def _planned(office: Office, made: Meeting, incoming: Incoming) -> Reply:
    """A new meeting in full: the consents, a proposal for the agenda, the reminders, and the file for a calendar."""
    parts = [
        f"{render('mdo.plan_kept', ref=made.ref, date=_moment(made))} {render('mdo.invitation_here')}",
        "\n".join(consent_lines(office, made, incoming)),
        render("mdo.agenda_head") + "\n" + "\n".join(agenda()),
        "\n".join(reminder_lines(office, made, incoming.at)),
    ]
    file = invitation(made, agenda(), office.planner.calendar.zone, incoming.at)
    return Reply("\n\n".join(filter(None, parts)), _next_steps(made), (file,))


def _next_steps(made: Meeting) -> tuple[Choice, ...]:
    return (
        Choice(render("mdo.offer_actie"), "/mdo actie"),
        Choice(render("mdo.offer_toon"), f"/mdo toon {made.ref}"),
    )


def preview(turn: Turn, values: Mapping[str, str]) -> str:
    """The meeting as it will be."""
    meeting = _meeting(turn.office, turn.talk, values, turn.incoming)
    lines = [_head(meeting), *(f"- {line}" for line in facts(turn.office, meeting, turn.incoming))]
    lines += [f"- {render('mdo.fact_channel', channel=_channel_name(meeting.channel))}"] if meeting.channel else []
    return "\n".join([render("mdo.plan_preview"), *lines, *_remarks(turn.office, meeting, turn.incoming)])


def _part(office: Office, step: str, text: str, incoming: Incoming) -> str:
    """A reply to one part as its value; empty when it says nothing about it."""
    bare = text.strip()
    match step:
        case "place":
            return LATER if fold(bare).strip(" .") in _OPEN else bare
        case "case":
            if fold(bare).strip(" .") in _OPEN:
                return LATER
            ref = read_reference(bare.lower().removeprefix("zaak "), incoming.at.year)
            return ref if ref and office.cases.find(ref, incoming.person.key) else ""
        case "invited":
            return ""
        case _:
            if fold(bare).strip(" .") in _OPEN:
                return LATER
            name = read_owner(bare, incoming.at)
            return pack(office.who(name, incoming, bare)) if name else ""


def _meeting(office: Office, talk: Talk, values: Mapping[str, str], incoming: Incoming) -> Meeting:
    """The meeting that the values describe."""
    starts = datetime.combine(date.fromisoformat(values["when"]), time.fromisoformat(values["time"]))
    me = pack(office.who("ik", incoming, ""))
    people = {part: unpack(me if values[part] == "ik" else values[part]) for part in ("leader", "reporter")}
    kept = {part: "" if values[part] == LATER else values[part] for part in ("place", "case")}
    return Meeting(
        "", incoming.person.key, starts, kept["place"], kept["case"], tuple(values["invited"].split()),
        people["leader"], people["reporter"], talk.about or office.channel_of(incoming),
    )  # fmt: skip


def _remarks(office: Office, meeting: Meeting, incoming: Incoming) -> list[str]:
    """What may be wrong with the plan: a free day, parents or pupil not invited (IJ-3, IJ-4)."""
    if meeting.case and not fits(Deed.SEE_CASE, incoming.room):  # who must come follows from the age in the case
        return _about_the_day(office, meeting)
    return [*_about_the_day(office, meeting), *_about_people(office, meeting)]


def _about_the_day(office: Office, meeting: Meeting) -> list[str]:
    day, calendar, found = meeting.starts.date(), office.planner.calendar, list[str]()
    if not calendar.is_working_day(day):
        found.append(render("mdo.free_day"))
    elif holiday := calendar.school_holiday(day):
        found.append(render("mdo.school_holiday", holiday=holiday))
    return found


def _about_people(office: Office, meeting: Meeting) -> list[str]:
    found = list[str]()
    case = office.cases.find(meeting.case, meeting.planner) if meeting.case else None
    age = case.run.values.get("age", "") if case else ""
    if age != _ADULT and "ouders" not in meeting.invited:
        found.append(render("mdo.parents_missing"))
    if age and age != "0-11" and "leerling" not in meeting.invited:
        found.append(render("mdo.pupil_missing"))
    if "school" not in meeting.invited:
        found.append(render("mdo.school_missing"))
    return found


def _head(meeting: Meeting) -> str:
    return f"- {render('mdo.fact_when', date=_moment(meeting))}"


def _moment(meeting: Meeting) -> str:
    return day_and_hour(meeting.starts.date(), meeting.starts.time())


def _channel_name(channel: str) -> str:
    return channel.partition(":")[2]
