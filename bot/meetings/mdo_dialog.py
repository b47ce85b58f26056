"""`/mdo` in conversation: a subcommand, or a reply to what is being asked. What is asked is kept before it is shown."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.assistant import Answerer
from bot.cases.words import control, is_question
from bot.meetings import action_talk, plan_talk
from bot.meetings.action_talk import ActionTalk
from bot.meetings.closing_talk import ClosingTalk
from bot.meetings.mdo_subcommands import MdoSubcommands
from bot.meetings.mdo_words import says_no, says_yes
from bot.meetings.office import Office
from bot.meetings.plan_talk import PlanTalk
from bot.meetings.small_talks import HandOnTalk, PutOffTalk
from bot.meetings.talk import Heard, Kind, Turn, picked, script
from bot.messages import Choice, Incoming, Reply
from bot.permits import Deed, fits
from bot.storage.meeting_rows import Talk
from prompts import render
from workflows.meeting import MeetingError
from workflows.meeting_forms import with_values
from workflows.reading import IDLE
from workflows.run import Answer, Place, Run, back, place

KINDS: Mapping[str, Kind] = {
    "plan": PlanTalk(), "act": ActionTalk(), "close": ClosingTalk(), "put_off": PutOffTalk(), "hand_on": HandOnTalk(),
}  # fmt: skip

DEEDS: Mapping[str, Deed] = {
    "plan": Deed.PLAN_MEETING, "act": Deed.ADD_ACTION, "close": Deed.CLOSE_MEETING, "put_off": Deed.END_ACTION,
    "hand_on": Deed.END_ACTION,
}  # fmt: skip
"""What each kind of talk comes down to."""

_SHOWN_BACK = {"plan": plan_talk.preview, "act": action_talk.preview}
"""What was understood is shown back before it is kept."""

_TAG = re.compile(r"mdo:(\w+):([\w-]+):(\w+)=(.*)", re.DOTALL)


@dataclass
class MdoDialog:
    """The meetings behind `/mdo`."""

    office: Office
    commands: frozenset[str] = field(default=frozenset({"mdo"}))

    def command(self, incoming: Incoming, words: str) -> Sequence[Reply]:
        """Answer `/mdo words`."""
        subcommands = MdoSubcommands(self.office, self.open, self.resume)
        return self._guarded(incoming, lambda: subcommands.run(incoming, words))

    def take(self, incoming: Incoming, answer: Answerer) -> Sequence[Reply] | None:
        """Answer a message when something about meetings is being asked here, else None."""
        talk = self.office.meetings.asked(incoming.person.key)
        if talk is None or talk.conversation != incoming.conversation or self._is_overtaken(talk, incoming):
            return [Reply(render("mdo.old_choice"))] if _TAG.fullmatch(incoming.text) else None
        return self._guarded(incoming, lambda: self._at_step(talk, incoming, answer))

    def open(self, incoming: Incoming, kind: str, heard: Heard | None = None, about: str = "") -> list[Reply]:
        """Begin a talk with what was said at once."""
        talk = Talk(incoming.person.key, incoming.conversation, kind, about, Run(), incoming.at)
        return self._go_on(talk, incoming, heard or Heard())

    def resume(self, incoming: Incoming) -> list[Reply] | None:
        """The talk that was left, taken up here; None when there is none."""
        talk = self.office.meetings.asked(incoming.person.key)
        if talk is None or not fits(DEEDS[talk.kind], incoming.room):
            return [_in_private(talk)] if talk else None
        return self._go_on(replace(talk, conversation=incoming.conversation), incoming, Heard())

    def _is_overtaken(self, talk: Talk, incoming: Incoming) -> bool:
        """Whether it was left lying, or the person went on with a case since."""
        case = self.office.cases.seated(incoming.person.key, incoming.conversation)
        return incoming.at - talk.at > IDLE or (case is not None and case.changed > talk.at)

    def _guarded(self, incoming: Incoming, do: Callable[[], Sequence[Reply]]) -> Sequence[Reply]:
        """Do it; words of danger go before everything, and what changed meanwhile is told."""
        try:
            replies = list(do())
        except MeetingError:
            self.office.meetings.forget(incoming.person.key)
            replies = [Reply(render("mdo.changed"))]
        if self.office.danger(incoming.text):
            replies.insert(0, Reply(render("answer.safety")))
        return replies

    def _at_step(self, talk: Talk, incoming: Incoming, answer: Answerer) -> Sequence[Reply]:
        if not fits(DEEDS[talk.kind], incoming.room):  # somebody came into the room since
            return [_in_private(talk)]
        here = self._place(talk, incoming)
        if tag := _TAG.fullmatch(incoming.text):
            if (tag[1], tag[2], tag[3]) != (talk.kind, here.step.id, _stamp(here)):
                return self._go_on(talk, incoming, Heard(notes=[render("mdo.old_choice")]))
            return _updated(self._heard_at(talk, here, replace(incoming, text=tag[4])))
        if is_question(incoming.text, free=True):
            return [*answer(incoming), self._ask(talk, here, incoming, [])]
        return self._heard_at(talk, here, incoming)

    def _heard_at(self, talk: Talk, here: Place, incoming: Incoming) -> Sequence[Reply]:
        word, _ = control(incoming.text)
        if word and word not in ("change", "new", "on"):
            return self._control(talk, here, incoming, word)
        return self._go_on(talk, incoming, self._hear(talk, here, incoming))

    def _hear(self, talk: Talk, here: Place, incoming: Incoming) -> Heard:
        if here.step.id == "sure" and (picked(here.step, incoming.text) or says_yes(incoming.text)):
            return Heard({"sure": "ja"})
        if here.step.id == "sure" and says_no(incoming.text):
            return Heard(notes=[render("mdo.what_then")])
        heard = KINDS[talk.kind].hear(Turn(self.office, talk, incoming), here)
        return (
            heard if heard.values or heard.notes else Heard(notes=[render("mdo.not_understood", part=here.step.title)])
        )

    def _go_on(self, talk: Talk, incoming: Incoming, heard: Heard) -> list[Reply]:
        """Add what was heard, keep it, and ask what lacks; when nothing lacks, do it."""
        values = dict(heard.values)
        talk = replace(talk, about=values.pop("channel", talk.about), at=incoming.at)
        chart = script(KINDS[talk.kind].chart(Turn(self.office, talk, incoming)))
        seen = Answer("", "", "", incoming.at, incoming.person.key)
        talk = replace(talk, run=with_values(chart, talk.run, values, seen))
        here = place(chart, talk.run)
        if here.step.outcome:
            replies = KINDS[talk.kind].finish(Turn(self.office, talk, incoming), here.values)
            self.office.meetings.forget(talk.person)
            return replies
        self.office.meetings.ask(replace(talk, run=here.run))
        return [self._ask(talk, here, incoming, heard.notes)]

    def _ask(self, talk: Talk, here: Place, incoming: Incoming, notes: Sequence[str]) -> Reply:
        step, parts = here.step, list(notes)
        if step.id == "sure":
            parts.append(_SHOWN_BACK[talk.kind](Turn(self.office, talk, incoming), here.values))
        parts += [f"**{step.title}**\n{step.question}", render("mdo.controls")]
        stamp = _stamp(here)
        choices = [Choice(e.label, f"mdo:{talk.kind}:{step.id}:{stamp}={e.value}") for e in step.choices]
        return Reply("\n\n".join(parts), choices)

    def _control(self, talk: Talk, here: Place, incoming: Incoming, word: str) -> Sequence[Reply]:
        match word:
            case "back":
                chart = script(KINDS[talk.kind].chart(Turn(self.office, talk, incoming)))
                return self._go_on(replace(talk, run=back(chart, here.run)), incoming, Heard())
            case "stop":
                self.office.meetings.forget(talk.person)
                return [Reply(render("mdo.stopped"))]
            case "later":
                self.office.meetings.ask(replace(talk, conversation=""))
                return [Reply(render("mdo.paused"))]
            case "why":
                ids = ", ".join(here.step.provisions)
                why = Reply(render("mdo.why", ids=ids))
                return [why, self._ask(talk, here, incoming, [])]
            case "help":
                return [Reply(render("mdo.help")), self._ask(talk, here, incoming, [])]
            case _:
                return [self._ask(talk, here, incoming, [])]

    def _place(self, talk: Talk, incoming: Incoming) -> Place:
        return place(script(KINDS[talk.kind].chart(Turn(self.office, talk, incoming))), talk.run)


def _in_private(talk: Talk) -> Reply:
    """What is said to a talk that does not belong where others read along."""
    return Reply(render("mdo.only_direct", command="sluit", ref=talk.about))


def _updated(replies: Sequence[Reply]) -> list[Reply]:
    """What follows a pressed button takes the place of the question: one message that is updated, not a trail."""
    return [replace(reply, replaces=number == 0) for number, reply in enumerate(replies)]


def _stamp(here: Place) -> str:
    """Marks what was known when a choice was shown, so that an old button does no harm."""
    known = "|".join(f"{step}={value}" for step, value in sorted(here.values.items()))
    return hashlib.sha256(known.encode()).hexdigest()[:8]
