"""The invitation as a calendar file; icalendar has its one home here. No name and no case stands in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.messages import Attachment
from prompts import render
from workflows.meeting import Meeting, MeetingState

MEDIA_TYPE = "text/calendar"


def invitation(meeting: Meeting, agenda: Sequence[str], zone: ZoneInfo, now: datetime) -> Attachment:
    """The .ics of a meeting; the same meeting keeps its uid, and a later version takes the place of an earlier."""
    from icalendar import Calendar, Event  # a tenth of a second; only who plans needs it

    event = Event()
    event.add("uid", f"{meeting.ref}@wegwijzer")
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts.replace(tzinfo=zone))
    event.add("dtend", meeting.starts.replace(tzinfo=zone) + timedelta(minutes=meeting.minutes))
    event.add("summary", render("mdo.ics_summary", ref=meeting.ref))
    event.add("description", "\n".join(agenda))
    event.add("sequence", meeting.moves)
    event.add("status", "CANCELLED" if meeting.state is MeetingState.CANCELLED else "CONFIRMED")
    event.add("class", "PRIVATE")
    if meeting.place:
        event.add("location", meeting.place)
    calendar = Calendar()
    calendar.add("prodid", "-//Wegwijzer//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if meeting.state is MeetingState.CANCELLED else "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return Attachment(f"uitnodiging-{meeting.ref}.ics", MEDIA_TYPE, calendar.to_ical(), render("mdo.ics_alt"))
