"""The checklist as the engine walks it: the flowchart, its blanks filled, and the questions inside the consent step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.flowchart import Edge, Flowchart, Step
from knowledge.vocabulary import Side
from prompts import render
from workflows.consent import CONTACT, Purpose, State, Table, is_given, state_of, verdict, withdraw
from workflows.run import Run, mark, top

CONSENT = "consent"

ELSEWHERE = "anders"
"""The value for a school or municipality that the contact list does not have."""


@dataclass(frozen=True, eq=False)
class Checklist:
    """The script of a case: graph and consent table together."""

    chart: Flowchart
    table: Table

    def open(self, step: Step, values: Mapping[str, str]) -> Step | None:
        """The question still to be asked; for consent the first open one inside."""
        if step.input == CONSENT:
            return next((ask for ask in self._inside(values) if ask.id not in values), None)
        return None if step.id in values else step

    def value(self, step: Step, values: Mapping[str, str]) -> str:
        """Where this step leads; for consent what the record says."""
        return verdict(self.table, values) if step.input == CONSENT else values[step.id]

    def question(self, step: Step, values: Mapping[str, str]) -> str:
        """The question with its blanks filled from the answers."""
        fill = blanks_for(self.table, values)
        question = step.question
        for blank, words in fill.items():
            question = question.replace(f"{{{blank}}}", words)
        return question[:1].upper() + question[1:]

    def title(self, step: str) -> str:
        """What a step is called, also inside consent, also when the graph has it no more."""
        if top(step) == CONSENT and "." in step:
            _, who, what = step.split(".", 2)
            return render("case.title_consent", who=person(who), what=self._what(what))
        return next((s.title.rstrip("?") for s in self.chart.steps if s.id == step), step)

    def label(self, step: str, value: str) -> str:
        """An answer in words: the label of the choice, or what was entered."""
        if top(step) == CONSENT and "." in step:
            _, who, what = step.split(".", 2)
            asked = next((ask for ask in self._questions(who, what) if ask.id == step), None)
        else:
            asked = next((s for s in self.chart.steps if s.id == step), None)
        return in_words(asked, value) if asked else value

    def withdrawn(self, run: Run, who: str, purpose: str) -> Run:
        """The run in which one consent is taken back."""

        def mark_of(id: str) -> str:
            asked = next(ask for ask in self._questions(who, id.rpartition(".")[2]) if ask.id == id)
            return mark(self, asked, run.values)

        return withdraw(self.table, run, who, purpose, mark_of)

    def asking_again(self, run: Run) -> Run:
        """The run without the consents that were refused, not asked or taken back: a new talk may change them."""
        again = {State.REFUSED, State.NOT_ASKED, State.WITHDRAWN}
        values, gone = run.values, set[str]()
        for who in self.table.consenters(values):
            if state_of(values, who, CONTACT) in again:
                gone |= {step for step in values if step.startswith(f"consent.{who}.")}
        return replace(run, answers=tuple(a for a in run.answers if a.step not in gone), again="")

    def _inside(self, values: Mapping[str, str]) -> Iterator[Step]:
        people = self.table.consenters(values)
        for who in people:
            yield self._scope(who)
            if values.get(f"consent.{who}.scope") == "deels":
                yield from (self._purpose(who, purpose.id) for purpose in self._others())
        given = [who for who in people if state_of(values, who, CONTACT) is State.GIVEN]
        allowed = verdict(self.table, values) in ("ja", "deels")
        for number, who in enumerate(given):
            yield self._how(who, given[0] if number else "")
            if not values.get(f"consent.{who}.how", "").startswith("zelfde"):
                yield from (self._day(who), self._until(who), *([self._limits(who)] if allowed else []))

    def _questions(self, who: str, what: str) -> Sequence[Step]:
        """Every form that one question about one person can have."""
        match what:
            case "scope":
                return (self._scope(who),)
            case "how":
                return tuple(self._how(who, other) for other in ("parent1", "guardian", "parent2", "pupil", ""))
            case "day" | "until" | "limits":
                return (getattr(self, f"_{what}")(who),)
            case _:
                return tuple(self._purpose(who, purpose.id) for purpose in self._others() if purpose.id == what)

    def _others(self) -> list[Purpose]:
        return [purpose for purpose in self.table.purposes if purpose.id != CONTACT]

    def _what(self, what: str) -> str:
        purpose = next((p.label for p in self.table.purposes if p.id == what), "")
        return purpose or render(f"case.what_{what}")

    def _scope(self, who: str) -> Step:
        purposes = "\n".join(f"- {purpose.label}" for purpose in self.table.purposes)
        values = ("alles", "deels", "nee", "niet gevraagd")
        return self._make(who, "scope", values, render("case.ask_scope", who=person(who), purposes=purposes))

    def _purpose(self, who: str, purpose: str) -> Step:
        question = render("case.ask_purpose", who=person(who), purpose=self._what(purpose))
        return self._make(who, purpose, ("ja", "nee", "niet gevraagd"), question)

    def _how(self, who: str, same: str) -> Step:
        made = self._make(who, "how", ("mondeling", "schriftelijk"), render("case.ask_how", who=person(who)))
        if not same:
            return made
        edge = Edge(value=f"zelfde {same}", label=render("case.choice_zelfde", who=person(same)), to=CONSENT)
        return made.model_copy(update={"choices": [edge, *made.choices]})

    def _day(self, who: str) -> Step:
        return self._make(who, "day", ("vandaag", "gisteren"), render("case.ask_day", who=person(who)), "day")

    def _until(self, who: str) -> Step:
        return self._make(who, "until", ("sluiten",), render("case.ask_until", who=person(who)), "day")

    def _limits(self, who: str) -> Step:
        return self._make(who, "limits", ("geen",), render("case.ask_limits", who=person(who)), "text")

    def _make(self, who: str, what: str, values: Sequence[str], question: str, input: str = "") -> Step:
        step = self.chart.step(CONSENT) if any(s.id == CONSENT for s in self.chart.steps) else self.chart.steps[0]
        keys = [f"case.choice_{value.replace(' ', '_')}" for value in values]
        choices = [Edge(value=v, label=render(key), to=CONSENT) for v, key in zip(values, keys, strict=True)]
        return step.model_copy(
            update={
                "id": f"{CONSENT}.{who}.{what}", "question": question, "choices": choices, "input": input, "next": "",
            }
        )  # fmt: skip


def person(who: str) -> str:
    """How a person who consents is called: ouder 1, de leerling."""
    return render(f"case.who_{who}")


def in_words(step: Step, value: str) -> str:
    """An answer to a step as people read it: the label of the choice, a day as 21-11-2026, or what was entered."""
    if value == ELSEWHERE and step.input in ("municipality", "school"):
        return render(f"case.other_{step.input}")
    if step.input == "day":
        try:
            return dutch(date.fromisoformat(value))
        except ValueError:
            pass  # a choice such as "until the case closes"
    return next((edge.label for edge in step.choices if edge.value == value), value)


def dutch(day: date) -> str:
    """A day as it is written: 21-11-2026."""
    return f"{day.day}-{day.month}-{day.year}"


def side_of(values: Mapping[str, str]) -> Side:
    """From which side the asker looks."""
    return Side.YOUTH_CARE if values.get("asker") == "jeugdhulp" else Side.EDUCATION


def blanks_for(table: Table, values: Mapping[str, str]) -> dict[str, str]:
    """The words for the blanks of a question, as far as the answers give them."""
    found = {"counterpart": render(f"case.counterpart_{side_of(values)}")}
    if "age" in values:
        found["speakers"] = _speakers(values)
        found["consenters"] = join([person(who) for who in table.consenters(values)])
    if "emphasis" in values:
        found["lead"] = leader(values)
    return found


def leader(values: Mapping[str, str]) -> str:
    """Who leads, by the emphasis; in a very complex case those who decide it (UP-A-toeleiding-2, UP-P-toeleiding-2)."""
    if values.get("weight") == "complex":
        return render("case.lead_complex")
    return render(f"case.lead_{values['emphasis']}")


def purposes_given(table: Table, values: Mapping[str, str], on: date | None = None) -> tuple[str, ...]:
    """The purposes for which everybody who must has consented; with `on` those in force that day."""
    return tuple(p.id for p in table.purposes if is_given(table, values, p.id, on))


def join(words: Sequence[str]) -> str:
    """Words in a row: a, b en c."""
    return " en ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _speakers(values: Mapping[str, str]) -> str:
    if values["age"] == "18+":
        return render("case.who_student")
    parents = render(f"case.parents_{values.get('authority', 'twee ouders').replace(' ', '_')}")
    return parents if values["age"] == "0-11" else join([parents, person("pupil")])
