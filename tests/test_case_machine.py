"""A person who types anything, on a process that may die at any moment: nothing lost, nothing answered unseen.

The number of examples comes from CASE_EXAMPLES (default a few hundred; `make faults` asks for thousands).
"""

import os
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import bot.storage.cases
from bot.cases.views import untag
from tests import databases
from tests.case_world import CONSENTED, IRIS, TO_CONSENT, TO_END, World
from workflows.case import Case, CaseState
from workflows.run import place

EXAMPLES = int(os.environ.get("CASE_EXAMPLES", "200"))

WORDS = (
    "ja", "nee", "1", "2", "3", "4", "13", "basisschool", "jeugdhulp", "twee ouders", "voor alles", "wel voor contact",
    "niet gevraagd", "mondeling", "vandaag", "1-7-2027", "geen", "tot de zaak sluit", "veldhoven", "regenboog",
    "zeer complex", "onderwijs", "zelfde", "xqz", "06-12345678", "mag dit zonder toestemming?", "", "?", "bewaren",
    "wissen",
)  # fmt: skip
CONTROLS = ("terug", "later", "stop", "status", "waarom", "help", "wijzig", "wijzig leeftijd", "wijzig toestemming")
COMMANDS = (
    "", "lijst", "hervat", "hervat 1", "toon 1", "anders 1", "anders 1 wachtlijst", "intrekken 1", "herinner 1",
    "sluit 1", "overdragen 1 iris", "nieuw",
)  # fmt: skip


WAY = (*TO_CONSENT[1:], *CONSENTED, *TO_END)
"""The way to a summary, so that examples begin at every depth."""

POINT = st.sampled_from(["case.before-commit", "case.after-commit"])


@cache
def fresh_files() -> dict[str, bytes]:
    """The files of a data folder in which nothing happened yet; migrating anew takes most of an example's time."""
    with tempfile.TemporaryDirectory() as folder:
        World(Path(folder)).database.close()
        return {file.name: file.read_bytes() for file in Path(folder).iterdir()}


class Died(BaseException):
    """The process dies here; nothing after this point happens, and nobody sees a reply."""


class CaseMachine(RuleBasedStateMachine):
    """What the person saw, and what the database holds, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        if databases.kind() is databases.Kind.SQLITE:  # PostgreSQL has such a copy of its own
            for name, content in fresh_files().items():
                Path(self.folder.name, name).write_bytes(content)
        self.world = World(Path(self.folder.name), sitting="0")
        self.starts = 0
        self.held: dict[str, Case] = {}
        self.on_screen: tuple[str, str] = ("", "")
        """The case and step of the question the person saw last."""

    def teardown(self) -> None:
        assert b"06-12345678" not in databases.on_disk(self.world.database, self.world.folder)
        self.world.database.close()
        databases.forget(self.world.folder)
        self.folder.cleanup()

    @initialize(steps=st.integers(0, len(WAY)))
    def begin(self, steps: int) -> None:
        self.send("/start-case")
        for text in WAY[:steps]:
            self.send(text)

    @rule(text=st.sampled_from(WORDS))
    def answer(self, text: str) -> None:
        self.send(text)

    @rule(number=st.integers(0, 5))
    def pick(self, number: int) -> None:
        if self.world.choices:
            self.send(self.world.choices[number % len(self.world.choices)])

    @rule(number=st.integers(0, 5))
    def type_what_fits(self, number: int) -> None:
        self.send(self.fitting(number))

    def fitting(self, number: int) -> str:
        """One of the answers on the screen, as words."""
        choices = self.world.choices or ("ja",)
        choice = choices[number % len(choices)]
        return untag(choice)[2] or choice

    @rule(numbers=st.lists(st.integers(0, 1), min_size=3, max_size=8))
    def pick_on(self, numbers: list[int]) -> None:
        for number in numbers:
            self.pick(number)

    @rule(text=st.sampled_from(CONTROLS))
    def control(self, text: str) -> None:
        self.send(text)

    @rule(words=st.sampled_from(COMMANDS))
    def command(self, words: str) -> None:
        self.send(f"/start-case {words}".strip())

    @rule()
    def restart(self) -> None:
        self.starts += 1
        self.world.restart(str(self.starts))

    @rule(point=POINT, text=st.sampled_from((*WORDS, *CONTROLS)))
    def crash_at_any_word(self, point: str, text: str) -> None:
        self.crash_and_reopen(point, text)

    @rule(point=POINT, number=st.integers(0, 5))
    def crash_at_a_fitting_answer(self, point: str, number: int) -> None:
        """The person types the same again, because nothing was answered."""
        text = self.fitting(number)
        self.crash_and_reopen(point, text)
        self.send(text)

    def crash_and_reopen(self, point: str, text: str) -> None:
        before = self.held
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bot.storage.cases, "point", lambda name: die(name, point))
            try:
                said = self.world.say(text)
            except Died:
                said = None
        if said is not None:  # nothing was to be committed
            self.check(text, before, said)
            return
        self.restart()
        if point == "case.before-commit":
            assert self.read() == before
        else:
            self.check_changes(text, before)

    def send(self, text: str) -> None:
        before = self.held
        self.check(text, before, self.world.say(text))

    def check(self, text: str, before: dict[str, Case], said: str) -> None:
        assert said.strip(), text
        self.check_changes(text, before, said)
        tags = [untag(choice) for choice in self.world.choices]
        shown = [(ref, step) for ref, step, _ in tags if ref]
        self.on_screen = shown[0] if shown else self.on_screen

    def check_changes(self, text: str, before: dict[str, Case], said: str = "") -> None:
        """What was answered belongs to the step on the screen; what fell away was said."""
        after = self.read()
        for ref, old in before.items():
            if ref not in after:
                assert old.talk == "stop", "a case disappears only when its owner says erase"
                continue
            new = after[ref]
            old_values, new_values = old.run.values, new.run.values
            withdrawn = len(new.withdrawn) > len(old.withdrawn)
            added = {s for s in new_values if old_values.get(s) != new_values[s]}
            if not withdrawn:
                assert added <= {self.on_screen[1]}, (text, added, self.on_screen)
            gone = old_values.keys() - new_values.keys()
            reopened = "hervat" in text and said.startswith("We gaan verder")
            if gone and said and not reopened:
                assert "zijn vervallen" in said, (text, gone)

    def read(self) -> dict[str, Case]:
        """What the database holds now; the restart rule changes nothing in it."""
        self.held = {case.ref: case for case in self.world.cases.listed(IRIS.key)}
        return self.held

    @invariant()
    def every_case_stands_somewhere(self) -> None:
        for case in self.held.values():
            here = place(self.world.desk.checklist, case.run)
            assert here.dropped == ()
            assert here.step.outcome or here.step.question
            if case.state is CaseState.DONE:
                assert here.step.outcome in ("summary", "school_support")


def die(name: str, point: str) -> None:
    if name == point:
        raise Died


def walks(examples: int) -> settings:
    """So many walks; many short ones where thousands are asked for. Every one begins at another depth."""
    return settings(
        max_examples=examples,
        stateful_step_count=15 if EXAMPLES < 1_000 else 8,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


TestCaseMachine = CaseMachine.TestCase
TestCaseMachine.settings = walks(EXAMPLES)


def test_the_same_on_postgresql() -> None:
    with databases.on(databases.Kind.POSTGRESQL):
        run_state_machine_as_test(CaseMachine, settings=walks(max(5, EXAMPLES // 20)))
