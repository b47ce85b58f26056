"""A message at a step: which control, answer or question it is, and what follows.

Every step is committed before it is answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.assistant import Answerer
from bot.cases import ends, views
from bot.cases.desk import Desk, Standing, with_run, without_talk
from bot.cases.subcommands import Subcommands
from bot.cases.words import control, is_question, named
from bot.messages import Choice, Incoming, Reply
from bot.permits import CASE_COMMANDS, Deed, fits
from bot.storage.cases import RacedError
from knowledge.guard import find
from prompts import render
from workflows.case import Case, CaseState
from workflows.reading import IDLE, Read, read
from workflows.run import RunError, answer, back, correct
from workflows.summary import call

MISFITS = 3
"""After so many answers that fit nothing, a pause or somebody to call is offered."""


@dataclass
class CaseDialog:
    """The checklist behind `/start-case`."""

    desk: Desk
    commands: frozenset[str] = CASE_COMMANDS

    def command(self, incoming: Incoming, words: str) -> Sequence[Reply]:
        """Answer `/start-case words`; never about a case where others read along."""
        if not fits(Deed.BEGIN_CASE, incoming.room):
            return [Reply(render("case.only_direct"))]
        try:
            return Subcommands(self.desk, self.go_on).run(incoming, words)
        except RacedError:
            return self._show_again(incoming, "case.raced")

    def take(self, incoming: Incoming, answer: Answerer) -> Sequence[Reply] | None:
        """Answer a message that belongs to the step under way, else None."""
        if not fits(Deed.CHANGE_CASE, incoming.room):
            return None
        case = self.desk.cases.seated(incoming.person.key, incoming.conversation)
        if case is None:
            return None
        try:
            here = self.desk.stand(case)
            return self._after_end(here, incoming) if here.place.step.outcome else self._at_step(here, incoming, answer)
        except RacedError:
            return self._show_again(incoming, "case.raced")

    def go_on(self, case: Case, incoming: Incoming, kind: str, notes: Sequence[str] = ()) -> list[Reply]:
        """Commit a case and show where it stands now; at an end, what that means."""
        here = self.desk.stand(case)
        said = list(notes)
        if here.place.dropped:
            said.append(views.dropped(here))
        if not here.place.step.outcome:
            kept = self.desk.keep(case, incoming, kind, here.place.step.id)
            return [views.ask(self.desk, self.desk.stand(kept), incoming, said)]
        if not case.talk:
            return ends.walk_ended(self.desk, here.pruned, incoming, said)
        fresh, more, choices = ends.talk_ended(self.desk, here, incoming)
        return self._after_talk(here.case, fresh, incoming, [*said, *more], choices)

    def _after_talk(
        self, before: Case, fresh: Case | None, incoming: Incoming, said: list[str], choices: Sequence[Choice]
    ) -> list[Reply]:
        if fresh is None:
            return [Reply("\n\n".join(said), choices)]
        end = self.desk.walk(fresh).step
        moved = end.outcome and end.id != self.desk.walk(before).step.id
        if fresh.state is CaseState.RUNNING or (moved and fresh.state is not CaseState.CLOSED):
            return self.go_on(fresh, incoming, "talk", said)
        self.desk.keep(fresh, incoming, "talk", before.talk)
        if not end.outcome or fresh.state is CaseState.CLOSED:
            self.desk.cases.leave(incoming.person.key)
        return [Reply("\n\n".join(said) or views.status(self.desk, fresh), choices)]

    def _after_end(self, here: Standing, incoming: Incoming) -> Sequence[Reply] | None:
        """A message when nothing is asked any more: only the control words still belong here."""
        if views.untag(incoming.text)[0]:
            return [Reply(render("case.old_choice")), Reply(views.status(self.desk, here.case))]
        word, rest = control(incoming.text)
        return self._control(here, incoming, word, rest) if word else None

    def _at_step(self, here: Standing, incoming: Incoming, answerer: Answerer) -> Sequence[Reply]:
        ref, step, value = views.untag(incoming.text)
        if self._is_repeated(here.case, incoming):
            return [views.ask(self.desk, here, incoming)]
        away = bool(self.desk.sitting) and here.case.sitting != self.desk.sitting
        if not ref and (away or here.case.shown != here.key) and self.desk.danger(incoming.text):
            return [*answerer(incoming), *self._danger(here, incoming)]  # no answer to a step: it cannot wait for one
        if here.case.shown != here.key:
            return self._not_shown(here, incoming)
        if ref and ref != here.case.ref:
            return [Reply(render("case.old_case"))]
        if ref and step != here.place.step.id:
            return [views.ask(self.desk, here, incoming, [render("case.old_choice")])]
        if ref:
            return self._answer(here, incoming, self._picked(here, value, incoming))
        if away:
            self.desk.keep(here.case, incoming, "show", here.place.step.id)
            return self._show_again(incoming, "case.was_away")
        return self._typed(here, incoming, answerer)

    def _typed(self, here: Standing, incoming: Incoming, answerer: Answerer) -> Sequence[Reply]:
        word, rest = control(incoming.text)
        if word:
            return self._control(here, incoming, word, rest)
        step = here.place.step
        free = step.input == "text"
        shown = [value for value, _ in views.shown_options(self.desk, here, incoming.person.key)]
        if free and is_question(incoming.text, free):
            return self._question(here, incoming, answerer)
        found = read(step, incoming.text, self.desk.contacts(), incoming.at.date(), shown)
        if found.value or found.options or found.problem:
            return self._answer(here, incoming, found)
        if self.desk.danger(incoming.text):
            return self._danger(here, incoming)
        return self._unread(here, incoming, answerer)

    def _unread(self, here: Standing, incoming: Incoming, answerer: Answerer) -> Sequence[Reply]:
        if is_question(incoming.text, free=False):
            return self._question(here, incoming, answerer)
        if incoming.at - here.case.changed > IDLE:
            _, said, _ = ends.paused(self.desk, here.pruned, incoming)
            return [*answerer(incoming), *map(Reply, said)]
        return self._misfit(here, incoming)

    def _question(self, here: Standing, incoming: Incoming, answerer: Answerer) -> Sequence[Reply]:
        if self.desk.danger(incoming.text):
            return [*answerer(incoming), *self._danger(here, incoming)]
        return [*answerer(incoming), views.ask(self.desk, here, incoming)]

    def _answer(self, here: Standing, incoming: Incoming, found: Read) -> Sequence[Reply]:
        """Take what was read: a value goes on, several are asked back, a problem is told."""
        step = here.place.step
        if found.problem:
            return [views.ask(self.desk, here, incoming, [found.problem])]
        if found.options:
            choices = tuple(Choice(label, views.tag(here.case, step.id, value)) for value, label in found.options)
            return [Reply(render("case.which_of"), choices)]
        if not found.value:
            return self._misfit(here, incoming)
        run = answer(here.script, here.place.run, found.value, incoming.at, incoming.person.key)
        notes = [views.echo(here, found.value)]
        if step.input == "text" and self.desk.danger(found.value):
            notes.insert(0, render("answer.safety"))
        if not here.case.talk:
            case = replace(here.case, run=run, state=CaseState.RUNNING, misfits=0)
        else:
            case = replace(here.case, talk_run=run, misfits=0)
        return self.go_on(case, incoming, "answer", notes)

    def _picked(self, here: Standing, value: str, incoming: Incoming) -> Read:
        """What a button means: its value when this step offers it; a day is counted from today."""
        step = here.place.step
        offered = {v for v, _ in views.shown_options(self.desk, here, incoming.person.key)}
        if step.input == "school":
            offered |= {school.name for school in self.desk.contacts().schools}
        if value not in offered:
            return Read()
        return read(step, value, self.desk.contacts(), incoming.at.date()) if step.input == "day" else Read(value)

    def _control(self, here: Standing, incoming: Incoming, word: str, rest: str) -> Sequence[Reply]:
        match word:
            case "back":
                return self._back(here, incoming)
            case "new":
                return self.command(incoming, "nieuw")
            case "on":
                return self._and_again(here, incoming, views.line(self.desk, here.case))
            case "later":
                return [Reply("\n\n".join(ends.paused(self.desk, here.pruned, incoming)[1]))]
            case "stop":
                return self.go_on(replace(without_talk(here.case), talk="stop"), incoming, "stop")
            case "change":
                return self._change(here, incoming, rest)
            case "status":
                return self._and_again(here, incoming, views.status(self.desk, here.case))
            case "chart":
                return [*self.command(incoming, f"schema {here.case.ref}"), *self._and_again(here, incoming)]
            case "why":
                return self._and_again(here, incoming, views.why(self.desk, here))
            case _:
                return self._and_again(here, incoming, render("case.help"))

    def _and_again(self, here: Standing, incoming: Incoming, text: str = "") -> Sequence[Reply]:
        step = [] if here.place.step.outcome else [views.ask(self.desk, here, incoming)]
        return [*([Reply(text)] if text else []), *step]

    def _back(self, here: Standing, incoming: Incoming) -> Sequence[Reply]:
        if here.case.talk and not here.place.path:  # back out of the side talk
            return self._after_talk(here.case, without_talk(here.case), incoming, [], ())
        if not here.place.path:
            return [views.ask(self.desk, here, incoming, [render("case.at_start")])]
        case = with_run(here.case, back(here.script, here.place.run))
        state = case.state if case.talk else CaseState.RUNNING
        return self.go_on(replace(case, state=state, misfits=0), incoming, "back")

    def _change(self, here: Standing, incoming: Incoming, name: str) -> Sequence[Reply]:
        """Ask an earlier answer again: the one that is named, else which."""
        case = without_talk(here.case)
        walk = self.desk.walk(case)
        titles = {step.id: self.desk.checklist.title(step.id) for step in walk.path}
        found = named(name, titles)
        if not titles:
            return self._and_again(here, incoming, render("case.nothing_to_correct"))
        if len(found) != 1:
            return self.go_on(replace(case, talk="correct"), incoming, "change")
        note = render(
            "case.again", title=titles[found[0]], answer=self.desk.checklist.label(found[0], walk.values[found[0]])
        )
        try:
            run = correct(self.desk.checklist, case.run, found[0])
        except RunError:
            return self._and_again(here, incoming, render("case.nothing_to_correct"))
        return self.go_on(replace(case, run=run, state=CaseState.RUNNING), incoming, "change", [note])

    def _misfit(self, here: Standing, incoming: Incoming) -> Sequence[Reply]:
        """An answer that fits nothing: the choices again, and the third time a way out."""
        count = here.case.misfits + 1
        kept = self.desk.keep(replace(here.case, misfits=count % MISFITS), incoming, "misfit", here.place.step.id)
        personal = () if views.untag(incoming.text)[0] else find(incoming.text, incoming.at.year)
        if personal:
            kinds = " en ".join(dict.fromkeys(item.what.value for item in personal))
            note = render("answer.personal_data", what=kinds)
        elif count >= MISFITS:
            note = render("case.misfit_offer", person=self._somebody(kept, incoming))
        else:
            note = render("case.misfit_input" if here.place.step.input else "case.misfit")
        return [views.ask(self.desk, self.desk.stand(kept), incoming, [note])]

    def _somebody(self, case: Case, incoming: Incoming) -> str:
        values = dict(case.run.values)
        values.setdefault("school", self.desk.school_of(incoming.person.key))
        role = "school" if values.get("asker") == "jeugdhulp" else "cjg"
        return call(self.desk.guide, role, values, incoming.at.date()).rstrip(".")

    def _danger(self, here: Standing, incoming: Incoming) -> list[Reply]:
        """Somebody may be in danger: that goes before the checklist, which waits."""
        ends.paused(self.desk, here.pruned, incoming)
        return [Reply(ends.emergency(here.case.ref))]

    def _not_shown(self, here: Standing, incoming: Incoming) -> Sequence[Reply]:
        """The question changed since it was shown (the graph, or a commit whose reply never arrived): show it first."""
        changed = here.case.stamp != self.desk.stamp
        note = render("case.chart_changed" if changed else "case.not_shown")
        return self.go_on(here.case, incoming, "show", [note])

    def _show_again(self, incoming: Incoming, note: str) -> list[Reply]:
        case = self.desk.cases.seated(incoming.person.key, incoming.conversation)
        if case is None:
            return [Reply(render("case.no_cases"))]
        here = self.desk.stand(case)
        if here.place.step.outcome:
            return [Reply(views.status(self.desk, case))]
        return [views.ask(self.desk, here, incoming, [render(note)])]

    @staticmethod
    def _is_repeated(case: Case, incoming: Incoming) -> bool:
        """Whether the platform delivers a message again that was answered already."""
        return bool(incoming.id) and incoming.id == case.last_message
