"""What the conversation about meetings works with: the store, the roles, who is who, and the reminders that follow."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from bot.messages import Incoming, Room
from bot.permits import Deed, fits, may
from bot.storage.cases import Cases
from bot.storage.meetings import Meetings
from knowledge.danger import by_words
from knowledge.roles import Role as Function
from knowledge.text import fold
from prompts import render
from workflows.agreeing import mentions
from workflows.checklist import dutch
from workflows.checklist import person as consenter
from workflows.consent import State, Table, lasts_until, records, state_of
from workflows.due import Subject, occurrences
from workflows.meeting import Action, Meeting, Who, action_reference, action_subject, find_references, meeting_subject
from workflows.parts import Part
from workflows.planning import Lexicon, lexicon_of

if TYPE_CHECKING:
    from bot.reminders import Planner

_LOOKS_BACK = timedelta(days=180)
"""How long a closed meeting can still have its evaluation to come, with all that goes up the escalation."""

INVITING = "mdo"
"""The purpose in the consent table that inviting to a meeting rests on."""


def channel_of(incoming: Incoming) -> str:
    """The key of the channel a message came from, empty in a direct message."""
    return "" if incoming.room is Room.DIRECT else incoming.conversation


def channel_key(incoming: Incoming, typed: str) -> str:
    """The key of a channel as typed: <#C1|mdo> by its id, #mdo by its name."""
    bare = typed.strip("<>").split("|")[0]
    return f"{incoming.person.platform}:{bare.removeprefix('#') if typed.startswith('<') else bare}"


def mention(person: str) -> str:
    """How a user of the chat is named in a message."""
    platform, _, id = person.partition(":")
    if platform == "slack":
        return f"<@{id}>"
    return id if id.startswith("@") else f"@{id}"


@dataclass(frozen=True)
class Office:
    """Everything the conversation needs. `coordinator` gives the key of the coordinator on a platform, or nothing."""

    meetings: Meetings
    cases: Cases
    table: Table
    roles: Mapping[str, Function]
    planner: "Planner"
    coordinator: Callable[[str], str] = lambda _: ""
    channel_of: Callable[[Incoming], str] = channel_of
    channel_key: Callable[[Incoming, str], str] = channel_key
    mention: Callable[[str], str] = mention
    danger: Callable[[str], str] = by_words

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words for each role that can be invited."""
        return lexicon_of({id: role.words for id, role in self.roles.items()})

    def role_name(self, id: str) -> str:
        """How a role that is invited is called."""
        return self.roles[id].name if id in self.roles else render(f"mdo.role_{id}")

    def who(self, name: str, incoming: Incoming, text: str) -> Who:
        """Somebody by name: the speaker ("ik"), a user mentioned in the text, or a role or word."""
        if name.lower() in ("ik", "mij", "ikzelf"):
            return Who(self.mention(incoming.person.key), incoming.person.key)
        for found in mentions(text):
            if name.lower().lstrip("@") in (found.label.lower(), found.id.lower().lstrip("@")):
                key = f"{incoming.person.platform}:{found.id}"
                return Who(self.mention(key), key)
        return Who(name)

    def may(self, deed: Deed, incoming: Incoming, meeting: Meeting, action: Action | None = None) -> bool:
        """Whether who speaks may do something with a meeting or an action of it, in some room."""
        person = incoming.person
        parts = meeting.parts_in(action, person.key) if action else meeting.parts(person.key)
        here = {Part.PRESENT} if self.is_here(meeting, incoming) else set()
        return may(deed, person.role, parts | here)

    def called(self, who: Who, meeting: Meeting, incoming: Incoming) -> str:
        """How somebody is named to who speaks, here: by name only where the details of the meeting may be seen."""
        return who.name if self.sees_words(meeting, incoming) else self.safely(who)

    def safely(self, who: Who) -> str:
        """How somebody is named where anybody may read along: a user by mention, a role; else no name."""
        if who.key:
            return self.mention(who.key)
        return who.name if fold(who.name) in self._role_words else render("mdo.somebody")

    @cached_property
    def _role_words(self) -> frozenset[str]:
        known = {word for id, words in self.lexicon.items() for word in (id, self.role_name(id), *words)}
        return frozenset(map(fold, known))

    def parts_in_case(self, meeting: Meeting, incoming: Incoming) -> frozenset[Part]:
        """What who speaks is to the case of a meeting: its owner, or nothing more than they are to the meeting."""
        person = incoming.person.key
        own = self.cases.find(meeting.case, person) if meeting.case else None
        return frozenset({Part.OWNER}) if own else meeting.parts(person)

    def is_here(self, meeting: Meeting, incoming: Incoming) -> bool:
        """Whether somebody speaks in the meeting's own channel."""
        return bool(meeting.channel) and meeting.channel == self.channel_of(incoming)

    def sees_words(self, meeting: Meeting, incoming: Incoming) -> bool:
        """Whether the words of actions may be shown here: never where others read along."""
        return fits(Deed.SEE_DETAILS, incoming.room) and self.may(Deed.SEE_DETAILS, incoming, meeting)

    def missing(self, meeting: Meeting, now: datetime) -> list[str] | None:
        """Whose consent for inviting is missing and why, in words; None when no case of the planner goes with it."""
        case = self.cases.find(meeting.case, meeting.planner) if meeting.case else None
        if case is None:
            return None
        # Whoever is invited comes on the day itself: consent that lapses before it is as good as none.
        values, day = case.run.values, max(now.date(), meeting.starts.date())
        people = self.table.consenters(values, INVITING)
        if not people:
            return [render("mdo.consent_unasked", who=render("mdo.consent_nobody"))]
        holds = {c.who for c in records(self.table, case.run) if c.purpose == INVITING and c.holds(day)}
        return [self._lacks(values, who) for who in people if who not in holds]

    def _lacks(self, values: Mapping[str, str], who: str) -> str:
        state = state_of(values, who, INVITING)
        if state is State.GIVEN and (last := lasts_until(values, who)):
            return render("mdo.consent_expired", who=consenter(who), day=dutch(last))
        names = {State.REFUSED: "refused", State.WITHDRAWN: "withdrawn"}
        return render(f"mdo.consent_{names.get(state, 'unasked') if state else 'unasked'}", who=consenter(who))

    def remind(self, meeting: Meeting, now: datetime, numbers: Sequence[int] = ()) -> None:
        """Make the reminders of a meeting, and of these actions, fit what they are now."""
        self.planner.plan(self._meeting_subject(meeting, now), now)
        for action in meeting.actions:
            if action.number in numbers:
                self.planner.plan(self._action_subject(meeting, action), now)

    def coming(self, meeting: Meeting, now: datetime, until: datetime) -> list[tuple[datetime, str, bool]]:
        """The reminders of a meeting to come: wall time, what it is about, whether the school holidays are known."""
        found = occurrences(self._meeting_subject(meeting, now), self.planner.rules, self.planner.calendar, now, until)
        titles = {rule.id: rule.title for rule in self.planner.rules.rules}
        return [(item.wall, titles[item.rule], item.sure) for item in found if item.step == 0]

    def subjects(self, now: datetime) -> Iterator[Subject]:
        """Everything about meetings that reminders are planned for: meetings, open actions, the digest per channel."""
        digest = dict[str, list[Meeting]]()
        for meeting in self.meetings.listed(self.planner.calendar.wall(now) - _LOOKS_BACK):
            subject = self._meeting_subject(meeting, now)
            if subject.open:
                yield subject
            yield from (self._action_subject(meeting, action) for action in meeting.open_actions)
            if meeting.is_open and meeting.channel:
                digest.setdefault(meeting.channel, []).append(meeting)
        yield from (self._digest(channel, found) for channel, found in digest.items())

    def subject(self, about: str, ref: str, now: datetime) -> Subject | None:
        """The facts now behind a reminder; None when it is gone."""
        if about == "channel":
            return self._digest(ref, [m for m in self.meetings.listed() if m.channel == ref])
        references, _ = find_references(ref, now.year)
        found = self.meetings.find(references[0].ref) if references else None
        if found is None:
            return None
        if about == "mdo":
            return self._meeting_subject(found, now)
        action = found.action(references[0].action)
        return self._action_subject(found, action) if action else None

    def _meeting_subject(self, meeting: Meeting, now: datetime) -> Subject:
        missing = self.missing(meeting, now)
        met = frozenset({"consents"}) if missing == [] else frozenset()
        if missing:  # the case knows better than who once pressed Klaar
            meeting = replace(meeting, facts=meeting.facts - {"consents"})
        coordinator = self._coordinator(meeting)
        shown = self._shown(meeting, self.mention(meeting.planner))
        people = {"leader": meeting.leader.name, "reporter": meeting.reporter.name}
        named = {what: name for what, name in people.items() if name}
        return replace(meeting_subject(meeting, coordinator, shown, met), named=named)

    def _action_subject(self, meeting: Meeting, action: Action) -> Subject:
        named = {"owner": action.owner.name} if action.owner.name else {}
        shown = self._shown(meeting, self.safely(action.owner) if named else "")
        return replace(action_subject(meeting, action, self._coordinator(meeting), shown), named=named)

    def _digest(self, channel: str, meetings: Sequence[Meeting]) -> Subject:
        lines = [line for meeting in meetings for line in self._digest_lines(meeting)]
        coordinator = self.coordinator(channel.partition(":")[0])
        since = min((meeting.starts.date() for meeting in meetings), default=datetime.min.date())
        return Subject(
            about="channel", ref=channel, anchors={"since": since}, channel=channel, summary="\n".join(lines),
            people={"coordinator": coordinator} if coordinator else {},
            met=frozenset() if lines else frozenset({"nothing_open"}),
        )  # fmt: skip

    def _coordinator(self, meeting: Meeting) -> str:
        return self.coordinator(meeting.planner.partition(":")[0])

    def _shown(self, meeting: Meeting, owner: str) -> dict[str, str]:
        coordinator = self._coordinator(meeting)
        found = {
            "owner": owner,
            "leader": self.safely(meeting.leader) if meeting.leader.name else self.mention(meeting.planner),
            "reporter": self.safely(meeting.reporter) if meeting.reporter.name else "",
            "coordinator": self.mention(coordinator) if coordinator else "",
        }  # fmt: skip
        return {what: name for what, name in found.items() if name}

    def _digest_lines(self, meeting: Meeting) -> list[str]:
        return [
            render(
                "mdo.line_action", ref=action_reference(meeting.ref, a.number), owner=self.safely(a.owner),
                date=dutch(a.due),
            )
            for a in meeting.open_actions
        ]  # fmt: skip
