"""Tables of the checklist, the reminders and the platforms."""

from collections.abc import Iterator

from tests.bench.goals import AT_ONCE_AIM, CHAT_AIM, STEP_AIM, TICK_AIM
from tests.bench.table import Figures, Row, Section, at_most


def steps(told: Figures) -> Iterator[Section]:
    """A step of the checklist: alone among many cases, with many people at once, and on replicas."""
    header = ("a step of /start-case, in ms", "steps", "p50", "p95", "p99", "aim for p95")
    rows = [_step(f"one person, {told['cases']:,} cases present", told["alone"], STEP_AIM)]
    rows += [_step(f"{one['people']} people at once", one, AT_ONCE_AIM) for one in told["at once"]]
    if beside := told.get("replicas"):
        rows.append(_step(f"{beside['people']} at once, {beside['replicas']} replicas on PostgreSQL", beside))
    yield Section("work", "The checklist, every step committed durably", header, rows)


def _step(name: str, one: Figures, aim: float = 0.0) -> Row:
    return (name, f"{one['steps']:,}", *_cuts(one, 1), at_most(one["p95"], aim, "ms") if aim else "reported")


def _cuts(one: Figures, digits: int) -> Iterator[str]:
    yield from (f"{one[p]:.{digits}f}" if p in one else "" for p in ("p50", "p95", "p99"))


_POSTED = ("a question, in ms", "n", "p50", "p95", "p99", "aim for p95")


def slack(told: Figures) -> Iterator[Section]:
    """From an event delivered to its answer posted, for each way in."""
    rows = [
        (f"{way}: event received → answer posted", f"{one['count']}", *_cuts(one, 0), _chat(one))
        for way, one in told.items()
    ]
    yield Section("slack", "Slack, against a stand-in that speaks its protocols", _POSTED, rows)


def _chat(one: Figures) -> str:
    return at_most(one["p95"], CHAT_AIM, "ms")


def matrix(told: Figures) -> Iterator[Section]:
    """At the bot's door, by the homeserver's clock and in another client's eyes; and the bot's memory."""
    count = str(told["count"])
    rows = [
        ("event received → answer posted", count, *_cuts(told["bot"], 0), _chat(told["bot"])),
        ("question taken by the homeserver → its answer taken", count, *_cuts(told["server"], 0), ""),
        ("the same, each question right after an answer", count, *_cuts(told["rushed"], 0), ""),
        ("sent → the answer read in another client", count, *_cuts(told["seen"], 0), ""),
    ]
    yield Section("matrix", "Matrix, encrypted", _POSTED, rows)
    memory = f"{told['before']:.0f} → {told['after']:.0f} MB"
    yield Section("matrix", "Matrix, memory", ("what", "figure"), [(f"{told['messages']:,} messages", memory)])


def reminders(told: Figures) -> Iterator[Section]:
    """A tick over many reminders; and the same reminders by APScheduler's own job store."""
    tick = told["ticks"]
    rows = [
        (f"a tick, {tick['due']} of {tick['pending']:,} due", f"{tick['tick_ms']:.1f} ms",
         at_most(tick["tick_ms"], TICK_AIM, "ms")),
        ("the slowest of 30", f"{tick['worst_ms']:.1f} ms", ""),
        ("a tick with nothing due", f"{tick['idle_ms']:.2f} ms", ""),
        ("memory before and after", f"{tick['memory_before']:.0f} → {tick['memory_after']:.0f} MB", ""),
    ]  # fmt: skip
    yield Section("work", "The clock of the reminders", ("what", "figure", "aim"), rows)
    if told["beside"]:
        header = ("way", "reminders", "kills", "lost", "doubled", "a second")
        lines = [
            (one["way"], f"{one['reminders']}", f"{one['kills']}", f"{one['lost']}", f"{one['doubled']}",
             f"{one['per_second']:.0f}")
            for one in told["beside"]
        ]  # fmt: skip
        yield Section("work", "The same reminders, 50 a second", header, lines)
