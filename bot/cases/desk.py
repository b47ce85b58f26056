"""What the conversation about a case works with: the store, the content, and where a case stands in it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from bot.messages import Incoming
from bot.storage.cases import Cases, Noted
from knowledge.contacts import ContactList
from knowledge.danger import by_words
from knowledge.provisions import Provision
from knowledge.roles import Role
from prompts import render
from workflows.case import Case
from workflows.checklist import Checklist, join, side_of
from workflows.consent import records
from workflows.run import Place, Run, Script, mark, place
from workflows.scripts import Plain, Scripts
from workflows.side_talks import correcting, handing_over, something_happened, stopping, withdrawing
from workflows.summary import Guide


@dataclass(frozen=True)
class Standing:
    """A case with the walk it is in (the checklist or a side talk) and the place there."""

    case: Case
    script: Script
    place: Place

    @property
    def key(self) -> str:
        """The question as it stands: what `Case.shown` is compared with."""
        step = self.place.step
        seen = "end" if step.outcome else mark(self.script, step, self.place.values)
        return f"{self.case.talk}:{step.id}#{seen}"

    @property
    def pruned(self) -> Case:
        """The case without the answers that no longer apply."""
        return with_run(self.case, self.place.run)


@dataclass(frozen=True)
class Desk:
    """Everything the conversation needs. `sitting` names a process that is one conversation, as a terminal is.

    `remind` makes the reminders of a case fit what it is now; `tell` says something to a person once: (what makes it
    this message, whom, the words, when).
    """

    cases: Cases
    scripts: Scripts
    contacts: Callable[[], ContactList]
    roles: Mapping[str, Role]
    provisions: Mapping[str, Provision]
    sitting: str = ""
    danger: Callable[[str], str] = by_words
    school_of: Callable[[str], str] = lambda _: ""
    remind: Callable[[str, datetime], None] = lambda _, __: None
    tell: Callable[[str, str, str, datetime], None] = lambda *_: None

    @cached_property
    def checklist(self) -> Checklist:
        """The script of a case."""
        return Checklist(self.scripts.chart, self.scripts.table)

    @cached_property
    def stamp(self) -> str:
        """The mark of the graph and the consent table in force."""
        content = self.scripts.chart.model_dump_json() + self.scripts.table.model_dump_json()
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def guide(self) -> Guide:
        """What a summary is made with."""
        return Guide(self.checklist, self.contacts(), self.roles)

    def walk(self, case: Case) -> Place:
        """Where the case itself stands, whatever side talk is under way."""
        return place(self.checklist, case.run)

    def stand(self, case: Case) -> Standing:
        """Where the conversation stands."""
        script = self._script(case)
        return Standing(case, script, place(script, case.talk_run if case.talk else case.run))

    def keep(self, case: Case, incoming: Incoming, kind: str, step: str = "") -> Case:
        """Commit a case as it is about to be shown. Raises RacedError."""
        here = self.stand(case)
        made = replace(here.pruned, shown=here.key, stamp=self.stamp, sitting=self.sitting, last_message=incoming.id)
        noted = Noted(case.ref, incoming.at, incoming.person.key, kind, step)
        kept = self.cases.save(made, records(self.scripts.table, made.run), noted)
        if kept.follow_ups:
            self.remind(kept.ref, incoming.at)
        return kept

    def hand_over(self, ref: str, to: str, incoming: Incoming) -> bool:
        """Give a case to somebody else, who is told; its reminders go along. False when there is none."""
        if not self.cases.hand_over(ref, to, Noted(ref, incoming.at, incoming.person.key, "hand over")):
            return False
        self.remind(ref, incoming.at)
        text = render("case.handed_to_you", ref=ref, person=incoming.person.id)
        self.tell(f"handed/{ref}/{to}/{incoming.at.isoformat()}", to, text, incoming.at)
        return True

    def told(self, event: str, case: Case) -> str:
        """The question whether those who must know of an event have been told."""
        found = next(item for item in self.scripts.events if item.id == event)
        side, route = side_of(case.run.values), next(e for e in self.scripts.chart.events if e.id == event).route
        people, by = join([self.roles[role].the for role in found.tell]), self.roles[found.by.for_side(side)].the
        return render("case.ask_event_told", what=route.for_side(side), people=people, by=by)

    def _script(self, case: Case) -> Script:
        match case.talk:
            case "":
                return self.checklist
            case "stop":
                return Plain(stopping(case.ref))
            case "hand":
                return Plain(handing_over(case.ref, case.about.partition(":")[2]))
            case "correct":
                return Plain(correcting(self.checklist, self.walk(case)))
            case "withdraw":
                return Plain(withdrawing(self.checklist, case.run.values) or stopping(case.ref))
            case "event":
                listed = [e for item in self.scripts.events for e in self.scripts.chart.events if e.id == item.id]
                return Plain(something_happened(listed, {e.id: self.told(e.id, case) for e in listed}))
            case "close":
                return Plain(self.scripts.closing)
            case other:
                raise KeyError(f"no side talk '{other}'")


def with_run(case: Case, run: Run) -> Case:
    """The case with the walk under way replaced."""
    return replace(case, talk_run=run) if case.talk else replace(case, run=run)


def without_talk(case: Case) -> Case:
    """The case back in the checklist."""
    return replace(case, talk="", about="", talk_run=Run(), misfits=0)
