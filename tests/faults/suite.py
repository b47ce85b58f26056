"""Promises that the suite keeps on few examples, held here on many: its own tests, run again with the number raised."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.faults.delivery import Row

ROOT = Path(__file__).parents[2]
CASE_EXAMPLES = 5_000
_SIDE_BY_SIDE = 2  # processes, each with a share of the examples and a seed of its own


@dataclass(frozen=True)
class Part:
    """Tests that show a promise; with `examples` the setting that raises their number, and how many are asked for."""

    fault: str
    how: str
    promised: str
    tests: Sequence[str]
    setting: str = ""
    examples: int = 0


def parts(quick: bool) -> Sequence[Part]:
    """What is run again."""
    return (
        Part(
            "anything typed, at any step, on a process that dies before or after any commit",
            "Hypothesis state machine over engine and database",
            "no answer lost, none to a step not shown, every control ends somewhere",
            ["tests/test_case_machine.py"], "CASE_EXAMPLES", 100 if quick else CASE_EXAMPLES,
        ),
        Part(
            "the process dies between any two steps of a case", "os._exit at named points, a process per step",
            "goes on at the right step", ["tests/test_crash_points.py"],
        ),
        Part(
            "an event delivered again, under other names, or the process dying while it is answered",
            "known keys; KeyboardInterrupt at named points inside the transaction",
            "answered once, whole or not at all", ["tests/test_work.py"],
        ),
        Part("broken flowcharts", "one fault at a time, and several", "each named with file and step, all at once",
             ["tests/test_broken_flowcharts.py"]),
        Part("BSN, names, numbers typed as answers", "seeded, then every file searched", "in no log, table or backup",
             ["tests/test_vault.py", "tests/test_cases.py", "tests/test_backup.py"]),
        Part("both clock changes, every local hour of ten years", "property tests", "wall time kept, none skipped",
             ["tests/test_calendar.py", "tests/test_due.py"]),
    )  # fmt: skip


def rows(quick: bool = False) -> Iterator[Row]:
    """Run every part and count."""
    for part in parts(quick):
        trials, failures = _examples(part) if part.setting else _run(part.tests, {})
        yield Row(part.fault, part.how, part.promised, trials, failures)


def _examples(part: Part) -> tuple[int, int]:
    """Several processes side by side, each its share of the examples; a process that fails counts as one failure."""
    share = -(-part.examples // _SIDE_BY_SIDE)
    options = [{part.setting: str(share), "PYTEST_ADDOPTS": f"--hypothesis-seed={n}"} for n in range(_SIDE_BY_SIDE)]
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as crew:
        found = list(crew.map(lambda more: _run(part.tests, more), options))
    return share * _SIDE_BY_SIDE, sum(failures for _, failures in found)


def _run(tests: Sequence[str], more: Mapping[str, str]) -> tuple[int, int]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **more}, capture_output=True, text=True, check=False)
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
    if not counts:
        raise ChildProcessError(f"{' '.join(tests)} did not run: {done.stdout[-500:]}{done.stderr[-500:]}")
    return sum(counts.values()), counts.get("failed", 0) + counts.get("error", 0)
