"""What is aimed at in time, size and load: every goal in one list, with what was measured and whether that meets it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.bench.table import Figures, Row, Section, at_most, met, times

STEP_AIM, AT_ONCE_AIM, TICK_AIM = 25.0, 200.0, 50.0  # milliseconds: p95 alone, p95 at once, a tick with 100 due
CHAT_AIM = 150.0  # milliseconds from a message received to its answer posted, p95
GROWN, GROWN_AIM = 10_000, 50.0  # passages, and milliseconds of a search in them, p95
CROWD = 500  # people walking the checklist at once
RATIOS: Mapping[str, float] = {"warm, search alone": 10, "cold": 15, "memory": 8, "installation": 2}
"""How many times what ours takes the tutorial pipeline is to take at least."""


def goals(figures: Figures) -> Iterator[Section]:
    """The goals that there are figures for."""
    makers: tuple[tuple[str, Callable[[Any], Iterator[Row]]], ...] = (
        ("speed", _ours),
        ("speed", _beside),
        ("growth", _grown),
        ("steps", _steps),
        ("slack", _slack),
        ("matrix", _matrix),
        ("reminders", _tick),
    )
    rows = [row for name, make in makers if figures.get(name) for row in make(figures[name])]
    if rows:
        yield Section("goals", "What is aimed at", ("what", "figure", "aim"), rows)


def _most(name: str, value: float, bound: float, unit: str) -> Row:
    return (name, f"{value:,.2f} {unit}", at_most(value, bound, unit))


def _ours(told: Figures) -> Iterator[Row]:
    ask, whole = told["contestants"]["wegwijzer ask"], told["contestants"]["wegwijzer, whole answer"]
    yield _most("`wegwijzer ask`, process to printed answer", ask["cold seconds"]["median"], 0.6, "s")
    yield _most("whole answer, warm p50", whole["warm ms"]["p50"]["median"], 3.0, "ms")
    yield _most("whole answer, warm p95", whole["warm ms"]["p95"]["median"], 8.0, "ms")
    yield _most("answering process, peak memory", whole["peak bytes"]["median"] / 1e6, 80.0, "MB")


def _beside(told: Figures) -> Iterator[Row]:
    ratios = told["ratios"].get("tutorial, 127", {})
    for kind, least in RATIOS.items():
        if kind in ratios:
            aim = f"≥ {least:g}× {met(ratios[kind] >= least)}"
            yield (f"tutorial pipeline against ours: {kind}", times(ratios[kind]), aim)
    if (whole := "warm, whole answer") in ratios:
        yield ("tutorial pipeline's retrieval against our whole answer: warm", times(ratios[whole]), "reported")


def _grown(told: Any) -> Iterator[Row]:
    yield from (
        _most(f"search in {GROWN:,} passages, p95", row["p95"], GROWN_AIM, "ms")
        for row in told
        if row["passages"] == GROWN
    )


def _steps(told: Figures) -> Iterator[Row]:
    yield _most(f"a step with {told['cases']:,} cases present, p95", told["alone"]["p95"], STEP_AIM, "ms")
    for one in told["at once"]:
        if one["people"] == CROWD:
            yield _most(f"{CROWD} people at once on SQLite, a step, p95", one["p95"], AT_ONCE_AIM, "ms")
    if beside := told.get("replicas"):
        name = f"{beside['people']} people at once, {beside['replicas']} replicas on PostgreSQL, a step, p95"
        yield (name, f"{beside['p95']:,.2f} ms", "reported")


def _slack(told: Figures) -> Iterator[Row]:
    for way, one in told.items():
        yield _most(f"Slack, {way}: event received → answer posted, p95", one["p95"], CHAT_AIM, "ms")


def _matrix(told: Figures) -> Iterator[Row]:
    yield _most("Matrix: event received → answer posted, p95", told["bot"]["p95"], CHAT_AIM, "ms")


def _tick(told: Figures) -> Iterator[Row]:
    tick = told["ticks"]
    yield _most(f"a tick, {tick['due']} of {tick['pending']:,} due", tick["tick_ms"], TICK_AIM, "ms")
