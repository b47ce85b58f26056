"""The words after `/start-case`: lijst, toon, hervat, anders, intrekken, verslag, overdragen, sluit and the rest."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.cases import ends, views
from bot.cases.desk import Desk
from bot.messages import Attachment, Choice, Incoming, Reply
from bot.permits import Deed, allows
from bot.storage.cases import Noted
from knowledge.drawing import describe, draw
from prompts import render
from workflows.case import Case, CaseState, read_reference
from workflows.checklist import dutch, person
from workflows.consent import State, is_given, records
from workflows.parts import Part
from workflows.run import Run, answer

GoOn = Callable[..., list[Reply]]
_MOST = 9  # cases offered as a choice

_WORDS = {
    "start": "start", "begin": "start", "nieuw": "start",
    "lijst": "list", "overzicht": "list",
    "toon": "show", "bekijk": "show",
    "hervat": "resume", "verder": "resume",
    "anders": "event", "intrekken": "withdraw", "verslag": "report", "schema": "chart", "herinner": "remind",
    "overdragen": "hand", "sluit": "close", "sluiten": "close", "afsluiten": "close", "help": "help", "?": "help",
}  # fmt: skip

_USER = {"slack": re.compile(r"[UW][A-Z0-9]+"), "matrix": re.compile(r"@[^\s:]+:\S+")}

_DEEDS = {
    "show": Deed.SEE_CASE, "report": Deed.SEE_CASE, "chart": Deed.SEE_CASE, "hand": Deed.HAND_OVER_CASE,
}  # fmt: skip
"""What each subcommand comes down to; the rest changes the case."""


@dataclass(frozen=True)
class Subcommands:
    """Every subcommand of `/start-case`; `go_on` shows where a case stands."""

    desk: Desk
    go_on: GoOn

    def run(self, incoming: Incoming, words: str) -> Sequence[Reply]:
        """Answer one subcommand; without one, begin a case or ask whether to go on with the open one."""
        word, _, rest = words.strip().partition(" ")
        if not word:
            return self._begin_or_resume(incoming)
        name = _WORDS.get(word.lower().strip())
        match name:
            case "start":
                return self._begin(incoming)
            case "list":
                return self._list(incoming)
            case "help":
                return [Reply(render("case.help"))]
            case None:
                return [Reply(render("case.unknown_word", word=word[:20]))]
            case _:
                return self._of_a_case(incoming, word.lower(), name, rest.strip())

    def _of_a_case(self, incoming: Incoming, word: str, name: str, rest: str) -> Sequence[Reply]:
        typed, _, after = rest.partition(" ")
        ref = read_reference(typed, incoming.at.year)
        if not ref:
            return self._which(incoming, word, name, rest)
        case = self.desk.cases.find(ref, incoming.person.key)
        if not allows(_DEEDS.get(name, Deed.CHANGE_CASE), incoming, [Part.OWNER if case else Part.OTHER]):
            # To whom it is not allowed a case does not exist: the same is said of a number that was never given out.
            return [Reply(render("case.unknown_case", ref=ref))]
        return self._do(incoming, name, case, after.strip()) if case else self._hand(incoming, ref, after.strip())

    def _which(self, incoming: Incoming, word: str, name: str, rest: str) -> Sequence[Reply]:
        """No reference was typed: the only case that it can be, else ask."""
        listed = [c for c in self.desk.cases.listed(incoming.person.key) if c.state is not CaseState.CLOSED]
        if not listed:
            return [Reply(render("case.no_cases"))]
        if len(listed) == 1:
            return self._do(incoming, name, listed[0], rest)
        choices = tuple(
            Choice(views.line(self.desk, c), f"/start-case {word} {c.ref} {rest}".strip()) for c in listed[:_MOST]
        )
        return [Reply(render("case.no_reference"), choices)]

    def _do(self, incoming: Incoming, name: str, case: Case, rest: str) -> Sequence[Reply]:
        if case.state is CaseState.CLOSED and name not in ("show", "report", "chart", "hand"):
            return [Reply(render("case.reopen_closed", ref=case.ref))]
        match name:
            case "show":
                return self._show(incoming, case)
            case "resume":
                return self._resume(incoming, case)
            case "event":
                return self._event(incoming, case, rest)
            case "withdraw":
                return self._withdraw(incoming, case)
            case "report":
                return self._report(incoming, case)
            case "chart":
                return self._chart(incoming, case)
            case "remind":
                return self._remind(incoming, case)
            case "hand":
                return self._hand(incoming, case.ref, rest)
            case _:
                return self._talk(incoming, case, "close")

    def _begin_or_resume(self, incoming: Incoming) -> Sequence[Reply]:
        unfinished = (CaseState.RUNNING, CaseState.PAUSED)
        waiting = [c for c in self.desk.cases.listed(incoming.person.key) if c.state in unfinished][:_MOST]
        if not waiting:
            return self._begin(incoming)
        lines = [f"- {views.line(self.desk, case)}" for case in waiting]
        choices = [Choice(render("case.choice_resume", ref=c.ref), f"/start-case hervat {c.ref}") for c in waiting]
        new = Choice(render("case.choice_new"), "/start-case nieuw")
        return [Reply("\n".join([render("case.have_open"), *lines]), (*choices, new))]

    def _begin(self, incoming: Incoming) -> Sequence[Reply]:
        made = Case("", incoming.person.key, incoming.at, incoming.at, stamp=self.desk.stamp, sitting=self.desk.sitting)
        case = self.desk.cases.begin(made, incoming.conversation)
        return self.go_on(case, incoming, "show", [render("case.begin", ref=case.ref)])

    def _list(self, incoming: Incoming) -> Sequence[Reply]:
        listed = self.desk.cases.listed(incoming.person.key)
        if not listed:
            return [Reply(render("case.no_cases"))]
        lines = [f"- {views.line(self.desk, case)}" for case in listed]
        open_ones = [c for c in listed if c.state in (CaseState.RUNNING, CaseState.PAUSED)][:_MOST]
        choices = tuple(
            Choice(render("case.choice_resume", ref=c.ref), f"/start-case hervat {c.ref}") for c in open_ones
        )
        return [Reply("\n".join([render("case.list"), *lines]), choices)]

    def _show(self, incoming: Incoming, case: Case) -> Sequence[Reply]:
        self._read(incoming, case, "show")
        end = self.desk.walk(case).step
        notes = self._expired(incoming, case)
        if end.outcome and case.state is not CaseState.CLOSED:
            return [*notes, ends.outcome(self.desk, case, end, incoming)]
        if case.state is CaseState.CLOSED:
            return [views.summary(self.desk, case, incoming)]
        again = (Choice(render("case.choice_resume", ref=case.ref), f"/start-case hervat {case.ref}"),)
        return [*notes, Reply(views.status(self.desk, case), again)]

    def _resume(self, incoming: Incoming, case: Case) -> Sequence[Reply]:
        """Go on where the walk stood; after a talk or a refusal, with that question again."""
        self.desk.cases.sit(incoming.person.key, case.ref, incoming.conversation)
        here = self.desk.walk(case)
        if case.state is CaseState.DONE and here.step.outcome and not case.talk:
            return self._show(incoming, case)
        notes = [render("case.resumed", ref=case.ref), *(reply.text for reply in self._expired(incoming, case))]
        if case.stamp != self.desk.stamp and self._moved(case):
            notes.append(render("case.chart_changed"))
        run = self._reopened(case)
        return self.go_on(replace(case, run=run, state=_running(case), misfits=0), incoming, "resume", notes)

    def _moved(self, case: Case) -> bool:
        here = self.desk.stand(case)
        return bool(here.place.dropped) or here.key != case.shown

    def _reopened(self, case: Case) -> Run:
        here = self.desk.walk(case)
        if not here.step.outcome or case.talk:
            return case.run
        if here.step.outcome == "anonymous":
            return self.desk.checklist.asking_again(case.run)
        return replace(here.run, again=here.path[-1].id)

    def _expired(self, incoming: Incoming, case: Case) -> list[Reply]:
        today = incoming.at.date()
        ended = {
            c.who: c.until for c in records(self.desk.scripts.table, case.run)
            if c.state is State.GIVEN and c.until and not c.holds(today)
        }  # fmt: skip
        return [
            Reply(render("case.expired", who=person(who), date=dutch(until), ref=case.ref))
            for who, until in ended.items()
        ]

    def _talk(
        self, incoming: Incoming, case: Case, talk: str, about: str = "", run: Run | None = None
    ) -> Sequence[Reply]:
        self.desk.cases.sit(incoming.person.key, case.ref, incoming.conversation)
        asked = replace(case, talk=talk, about=about, talk_run=run or Run(), misfits=0)
        return self.go_on(asked, incoming, talk)

    def _event(self, incoming: Incoming, case: Case, named: str) -> Sequence[Reply]:
        """What comes on the way; the event may be named at once."""
        script = self.desk.stand(replace(case, talk="event", talk_run=Run())).script
        first = script.chart.step(script.chart.start)
        asked = named.lower().strip()
        picked = [e.value for e in first.choices if asked and (asked in e.label.lower() or asked == e.value)]
        run = answer(script, Run(), picked[0], incoming.at, incoming.person.key) if len(picked) == 1 else Run()
        return self._talk(incoming, case, "event", run=run)

    def _withdraw(self, incoming: Incoming, case: Case) -> Sequence[Reply]:
        if not any(c.state is State.GIVEN for c in records(self.desk.scripts.table, case.run)):
            return [Reply(render("case.nothing_given", ref=case.ref))]
        return self._talk(incoming, case, "withdraw")

    def _report(self, incoming: Incoming, case: Case) -> Sequence[Reply]:
        from bot.reports import to_markdown, to_pdf

        self._read(incoming, case, "report")
        made = views.report(self.desk, case, incoming)
        files = (
            Attachment(f"verslag-{case.ref}.md", "text/markdown", to_markdown(made).encode()),
            Attachment(f"verslag-{case.ref}.pdf", "application/pdf", to_pdf(made)),
        )
        return [Reply(render("case.report_ready", ref=case.ref), attachments=files)]

    def _chart(self, incoming: Incoming, case: Case) -> Sequence[Reply]:
        self._read(incoming, case, "chart")
        here, chart = self.desk.walk(case), self.desk.scripts.chart
        path = tuple(dict.fromkeys(step.id.partition(".")[0] for step in here.path))
        alt = describe(chart, path, here.within.id)
        picture = draw(chart, path, here.within.id)
        return [Reply(alt, attachments=(Attachment(f"stroomschema-{case.ref}.png", "image/png", picture, alt),))]

    def _remind(self, incoming: Incoming, case: Case) -> Sequence[Reply]:
        if not is_given(self.desk.scripts.table, case.run.values, "messages", incoming.at.date()):
            return [Reply(render("case.message_no_consent"))]
        fresh, made = ends.with_follow_up(case, "messages", incoming, ends.MESSAGE_AFTER)
        self.desk.keep(fresh, incoming, "remind")
        return [Reply(render("case.message_reminder", date=dutch(made.due)))]

    def _hand(self, incoming: Incoming, ref: str, name: str) -> Sequence[Reply]:
        """Ask the owner to confirm; who may hand over what is not theirs does so unseen."""
        to = person_key(incoming.person.platform, name)
        case = self.desk.cases.find(ref, incoming.person.key)
        if not name or not _is_somebody(to):
            return [Reply(render("case.hand_who", ref=ref))]
        if to == incoming.person.key and case:
            return [Reply(render("case.hand_self", person=name))]
        if case:
            return self._talk(incoming, case, "hand", to)
        if not self.desk.hand_over(ref, to, incoming):
            return [Reply(render("case.unknown_case", ref=ref))]
        return [Reply(render("case.handed", ref=ref, person=to.partition(":")[2]))]

    def _read(self, incoming: Incoming, case: Case, kind: str) -> None:
        self.desk.cases.note(Noted(case.ref, incoming.at, incoming.person.key, f"read {kind}"))


def person_key(platform: str, name: str) -> str:
    """The key of a person as named in a chat: a bare name, @name, or Slack's <@U123|name>."""
    bare = name.strip()
    if bare.startswith("<@") and bare.endswith(">"):
        bare = bare[2:-1].partition("|")[0]
    return f"{platform}:{bare if platform == 'matrix' else bare.lstrip('@')}"


def _is_somebody(key: str) -> bool:
    """Whether a key can be a user's: a case handed to a name that is none would be nobody's."""
    platform, _, id = key.partition(":")
    return bool(_USER[platform].fullmatch(id)) if platform in _USER else True


def _running(case: Case) -> CaseState:
    return CaseState.RUNNING if not case.talk or case.state is CaseState.PAUSED else case.state
