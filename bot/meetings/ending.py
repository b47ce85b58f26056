"""`/mdo klaar` and `/mdo uitstel`: which actions are meant, who may, and what follows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.meetings import showing
from bot.meetings.office import Office
from bot.meetings.small_talks import later
from bot.meetings.talk import Heard, unclear_day
from bot.messages import Choice, Incoming, Reply
from bot.permits import Deed
from knowledge.text import words
from prompts import render
from workflows.agreeing import read_put_off
from workflows.meeting import Action, Meeting, Reference, action_reference, done, find_references

Open = Callable[..., list[Reply]]
Pair = tuple[Meeting, Action]
_MOST = 9  # actions offered as a choice


@dataclass(frozen=True)
class Ending:
    """Actions that are done or put off; `open` begins a talk when a day is missing."""

    office: Office
    open: Open

    def run(self, incoming: Incoming, name: str, rest: str) -> Sequence[Reply]:
        """Mark actions done, or put one off."""
        found, after = find_references(
            rest, incoming.at.year, bare=name == "klaar" or _opens_with_number(rest, incoming)
        )
        if name == "uitstel" and len(found) > 1:  # "7-2 1-12": one of them is the day
            found, after = self._first(rest, incoming)
        pairs = [pair for reference in found if (pair := self._pair(reference, incoming))]
        if found and len(pairs) < len(found):
            return [Reply(render("mdo.unknown_action", ref=showing.typed(rest, incoming)))]
        if not pairs:
            pairs, after = self._named(incoming, rest)
        if not pairs:
            return [Reply(render("mdo.no_actions_yours"))]
        if (not found and len(pairs) > 1) or (name == "uitstel" and len(pairs) > 1):
            return self._which_action(incoming, name, after, pairs)
        for meeting, action in pairs:
            if reply := self._refused(incoming, meeting, action):
                return [reply]
        if name == "klaar":
            return [self._done(incoming, *pair) for pair in pairs]
        return self._put_off(incoming, *pairs[0], after)

    def _first(self, rest: str, incoming: Incoming) -> tuple[list[Reference], str]:
        """The first reference that exists, and the other words."""
        tokens = rest.split()
        for place, token in enumerate(tokens):
            found, _ = find_references(token, incoming.at.year)
            if found and self._pair(found[0], incoming):
                return found[:1], " ".join(tokens[:place] + tokens[place + 1 :])
        return [], rest

    def _pair(self, reference: Reference, incoming: Incoming) -> Pair | None:
        """The action of a reference; a bare number is an action of the only meeting somebody is in."""
        meeting = self.office.meetings.find(reference.ref)
        if reference.action:
            action = meeting.action(reference.action) if meeting else None
            return (meeting, action) if meeting and action else None
        mine = [m for m in self.office.meetings.listed() if self.office.may(Deed.SEE_DETAILS, incoming, m)]
        number = int(reference.ref.rpartition("-")[2])
        found = [(m, action) for m in mine if (action := m.action(number))]
        return found[0] if len(found) == 1 else None

    def _named(self, incoming: Incoming, rest: str) -> tuple[list[Pair], str]:
        """The open actions somebody may end; those whose words were typed, when any were."""
        open_ones = [(m, a) for m in self.office.meetings.listed() for a in m.open_actions]
        pairs = [(m, a) for m, a in open_ones if self.office.may(Deed.END_ACTION, incoming, m, a)]
        # A coordinator may end all; their own go first.
        mine = [(m, a) for m, a in pairs if incoming.person.key in (a.owner.key, m.leads)]
        pairs = mine or pairs
        said = set(words(rest))
        hits = [(m, a) for m, a in pairs if said & {w for w in words(f"{a.words} {a.owner.name}") if len(w) > 3}]
        if not hits:
            return pairs, rest
        known = {w for m, a in hits for w in words(f"{a.words} {a.owner.name}")}
        return hits, " ".join(token for token in rest.split() if not set(words(token)) & known)

    def _which_action(self, incoming: Incoming, name: str, rest: str, pairs: Sequence[Pair]) -> Sequence[Reply]:
        choices = []
        for meeting, action in pairs[:_MOST]:
            label = showing.action_line(self.office, meeting, action, incoming)
            ref = action_reference(meeting.ref, action.number)
            choices.append(Choice(label, f"/mdo {name} {ref} {rest if name == 'uitstel' else ''}".strip()))
        return [Reply(render("mdo.which_action"), choices)]

    def _refused(self, incoming: Incoming, meeting: Meeting, action: Action) -> Reply | None:
        if not self.office.may(Deed.END_ACTION, incoming, meeting, action):
            owner = [self.office.safely(action.owner)] if action.owner.key else []
            return Reply(showing.refusal(self.office, meeting, owner))
        if not action.is_open:
            line = showing.action_line(self.office, meeting, action, incoming, words=False)
            return Reply(render("mdo.action_over", line=line))
        return None

    def _done(self, incoming: Incoming, meeting: Meeting, action: Action) -> Reply:
        who, now = incoming.person.key, incoming.at

        def change(fresh: Meeting) -> Meeting:
            return done(fresh, action.number, who, now)

        made = self.office.meetings.change(meeting.ref, change, who, "done", now)
        self.office.remind(made, now, [action.number])
        left = len(made.open_actions)
        text = render("mdo.done", ref=action_reference(made.ref, action.number))
        more = render("mdo.done_left", count=left) if left else render("mdo.done_all", ref=made.ref)
        return Reply(f"{text} {more}")

    def _put_off(self, incoming: Incoming, meeting: Meeting, action: Action, rest: str) -> Sequence[Reply]:
        ref = action_reference(meeting.ref, action.number)
        if not rest.strip():
            return self.open(incoming, "put_off", None, ref)
        day, hour = read_put_off(rest, action.due, incoming.at)
        if day is None:
            return self.open(incoming, "put_off", Heard(notes=[unclear_day(rest, incoming.at)]), ref)
        return [later(self.office, ref, day, hour, incoming)]


def _opens_with_number(rest: str, incoming: Incoming) -> bool:
    """Whether "2 een week" names action 2, and is not a length of time itself."""
    first, _, after = rest.strip().partition(" ")
    today = incoming.at.date()
    if not first.isdecimal() or read_put_off(rest, today, incoming.at)[0]:
        return False
    return not after or read_put_off(after, today, incoming.at)[0] is not None
