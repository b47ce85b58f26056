"""The figures as one table for the terminal, and as the same tables in Markdown for the documentation."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.shares import Figure

Figures = Mapping[str, Any]
Row = tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A part of the table; `block` is where it stands in the documentation."""

    block: str
    title: str
    header: Row
    rows: Sequence[Row]


AIMS: Mapping[str, tuple[float, str]] = {
    "hit@1": (0.84, "≥"),
    "hit@3": (0.94, "≥"),
    "mrr": (0.88, "≥"),
    "follow-ups, hit@1": (0.70, "≥"),
    "asked, first contact": (0.80, "≥"),
    "asked, answered": (0.95, "≥"),
    "outside caught": (0.88, "≥"),
    "danger caught": (1.0, "≥"),
    "asked, taken for certain danger": (0.01, "<"),
    "asked, given the safety line": (0.05, "<"),
    "provisions, hit@3 twins, mean": (0.9, "≥"),
    "provisions, hit@3 twins, lowest": (0.6, "≥"),
}


def sections(figures: Figures) -> Iterator[Section]:
    """The sections there are figures for."""
    makers: tuple[tuple[str, Callable[[Any], Iterator[Section]]], ...] = (
        ("quality", _quality),
        ("judgement", _judgement),
        ("dev", _dev),
        ("ablation", _ablation),
        ("own documents", _own_documents),
        ("speed", _speed),
        ("growth", _growth),
        ("steps", _steps),
        ("reminders", _reminders),
        ("matrix", _matrix),
    )
    for name, make in makers:
        if figures.get(name):
            yield from make(figures[name])


def as_text(shown: Sequence[Section]) -> str:
    """One table: every section under its title, the columns in line."""
    lines = [row for section in shown for row in (section.header, *section.rows)]
    most = max(map(len, lines), default=0)
    widths = [max(len(row[at]) for row in lines if at < len(row)) for at in range(most)]
    told = []
    for section in shown:
        told += ["", section.title.upper(), _padded(section.header, widths), "-" * (sum(widths) + 2 * most)]
        told += [_padded(row, widths) for row in section.rows]
    return "\n".join(told[1:])


def _padded(row: Row, widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)).rstrip()


def as_markdown(section: Section) -> str:
    """A section as a Markdown table under its title."""
    lines = [section.header, tuple("---" for _ in section.header), *section.rows]
    return f"**{section.title}**\n\n" + "\n".join(f"| {' | '.join(_escaped(row))} |" for row in lines)


def _escaped(row: Row) -> Iterator[str]:
    yield from (cell.replace("|", "\\|") for cell in row)


def percent(figure: Figure | None) -> str:
    """A share as a percentage."""
    return f"{100 * figure['value']:.1f} %" if figure else "–"


def _interval(figure: Figure | None) -> str:
    return f"{100 * figure['low']:.1f}–{100 * figure['high']:.1f}" if figure else ""


def _count(figure: Figure | None) -> str:
    return f"{figure['n']:,.0f}" if figure else "0"


def _aim(name: str, value: float | None) -> str:
    if name not in AIMS:
        return ""
    wanted, sign = AIMS[name]
    text = f"{sign} {wanted:.2f}" if name == "mrr" else f"{sign} {100 * wanted:.0f} %"
    met = value is not None and (value >= wanted if sign == "≥" else value < wanted)
    return f"{text} {_met(met)}"


def _line(name: str, figure: Figure | None) -> Row:
    return (name, percent(figure), _interval(figure), _count(figure), _aim(name, figure["value"] if figure else None))


_SHARES = ("what", "share", "95 %", "n", "aim")
_GROUPS = ("group", "hit@1", "95 %", "n", "hit@3, twins count", "MRR")


def _quality(told: Figures) -> Iterator[Section]:
    overall = told["overall"]
    rows = [_line(name, figure) for name, figure in overall.items()]
    found = told["provisions"]
    for name in ("mean", "lowest"):
        key = f"provisions, hit@3 twins, {name}"
        rows.append((key, f"{100 * found[name]:.1f} %", "", f"{found['n']}", _aim(key, found[name])))
    yield Section("quality", "Finding the provision; every author held back in turn", _SHARES, rows)
    for group in ("source", "language", "length", "voice"):
        some = told[f"by {group}"]
        yield Section("quality", f"By {group}", _GROUPS, [_group(name, one) for name, one in some.items()])
    worst = [
        (p["id"], _whole(p["hit@1"]), "", str(p["n"]), _whole(p["hit@3 twins"]), ", ".join(p["voices that miss it"]))
        for p in found["worst"]
    ]
    header = ("provision", "hit@1", "", "n", "hit@3, twins count", "missed most by")
    yield Section("quality", "The ten provisions found worst by their own questions", header, worst)


def _whole(value: float) -> str:
    return f"{100 * value:.0f} %"


def _group(name: str, one: Figures) -> Row:
    hit, mrr = one["hit@1"], one["mrr"]
    return (name, percent(hit), _interval(hit), _count(hit), percent(one["hit@3 twins"]), f"{mrr['value']:.3f}")


def _judgement(told: Figures) -> Iterator[Section]:
    rows = [_line(name, told[name]) for name, figure in told.items() if _is_figure(figure)]
    rows += [_line(f"follow-ups, {name}", figure) for name, figure in told["follow-ups"].items()]
    yield Section("judgement", "What the whole assistant makes of a message; every author held back", _SHARES, rows)
    by_voice = told["by voice"]
    some = [(what, voice, one) for what, voices in by_voice.items() for voice, one in voices.items()]
    lines = [(f"{what} · {voice}", percent(one), _interval(one), _count(one)) for what, voice, one in some]
    yield Section("by-voice", "The same by voice", _SHARES[:4], lines)
    became = [
        (f"{label} → {what}", _part(value)) for label, some in told["became"].items() for what, value in some.items()
    ]
    yield Section("by-voice", "What signals were taken for", ("kind → taken for", "share"), became)
    yield from _thresholds(told["thresholds"])


_BOUNDS = {
    "possible": "The safety line: share that the floor speaks for or that reaches a bound of the log-odds",
    "certain": "Certain danger: share that reaches a bound of the log-odds, or possible danger with the floor",
    "outside": "Outside the agreements: share above a bound of the log-odds",
    "smalltalk": "Small talk: share above a bound of the judge's log-odds",
    "command": "A wish for a command: share above a bound of the judge's log-odds",
    "carried": "Follow-ups: where the provision comes when the turn before counts for so much",
}


def _thresholds(told: Figures) -> Iterator[Section]:
    for name, title in _BOUNDS.items():
        columns = [key for key in told[name][0] if key not in ("bound", "shipped")]
        rows = [
            (
                f"{row['bound']:g}",
                *(_part(row[key]) for key in columns),
                f"← {row['shipped']}" if row["shipped"] else "",
            )
            for row in told[name]
        ]
        yield Section("thresholds", title, ("bound", *columns, "shipped"), rows)


def _part(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _is_figure(value: object) -> bool:
    return value is None or (isinstance(value, dict) and "value" in value)


def _dev(told: Figures) -> Iterator[Section]:
    rows = [(name, percent(figure), _interval(figure), _count(figure)) for name, figure in told.items()]
    yield Section("dev", "The question set kept beside the repository", _SHARES[:4], rows)


def _ablation(told: Sequence[Figures]) -> Iterator[Section]:
    header = ("what searches", "hit@1", "95 %", "n", "hit@3", "MRR")
    rows = [
        (
            row["name"],
            percent(row["hit@1"]),
            _interval(row["hit@1"]),
            _count(row["hit@1"]),
            percent(row["hit@3"]),
            f"{row['mrr']['value']:.3f}",
        )
        for row in told
    ]
    yield Section("ablation", "What each part adds; every author held back in turn", header, rows)


_WORDINGS = {"ordinary": "asked in ordinary words", "other": "in words the document does not use"}


def _own_documents(told: Sequence[Figures]) -> Iterator[Section]:
    header = ("what searches", "section hit@1", "95 %", "n", "section hit@3", "document hit@1")
    rows = [
        (
            f"{row['name']} · {_WORDINGS.get(row['wording'], row['wording'])}",
            percent(row["hit@1"]),
            _interval(row["hit@1"]),
            _count(row["hit@1"]),
            percent(row["hit@3"]),
            percent(row["document@1"]),
        )
        for row in told
    ]
    yield Section("own", "Documents of a user's own, without written questions", header, rows)


def _speed(told: Figures) -> Iterator[Section]:
    header = ("process", "to first answer, s", "warm p50, ms", "p95, ms", "p99, ms", "peak memory, MB")
    rows = [_contestant(name, one) for name, one in told["contestants"].items()]
    yield Section("speed", "Time and memory: median (lowest–highest) over runs, in turn", header, rows)
    yield Section("speed", "Sizes", ("what", "figure"), list(_sizes(told)))
    yield Section("speed", "What is aimed at", ("what", "figure", "aim"), list(_speed_aims(told)))
    ratios = [(name, *(_times(one.get(kind)) for kind in _RATIOS)) for name, one in told["ratios"].items()]
    if ratios:
        yield Section("speed", "How many times what ours takes (medians)", ("alternative", *_RATIOS), ratios)


_RATIOS = ("cold", "warm, whole answer", "warm, search alone", "memory", "installation")


def _speed_aims(told: Figures) -> Iterator[Row]:
    """The aims that this run has a figure for: the most that is wanted, or for a ratio the least."""
    ask, whole = told["contestants"]["wegwijzer ask"], told["contestants"]["wegwijzer, whole answer"]
    most = (
        ("`wegwijzer ask`, process to printed answer, s", ask["cold seconds"]["median"], 0.6),
        ("whole answer, warm p50, ms", whole["warm ms"]["p50"]["median"], 3.0),
        ("whole answer, warm p95, ms", whole["warm ms"]["p95"]["median"], 8.0),
        ("answering process, peak MB", whole["peak bytes"]["median"] / 1e6, 80.0),
    )
    for name, value, wanted in most:
        yield name, f"{value:.2f}", f"≤ {wanted:g} {_met(value <= wanted)}"
    beside = told["ratios"].get("tutorial, 127", {})
    for kind, least in (("warm, whole answer", 10), ("cold", 15), ("memory", 8), ("installation", 2)):
        if kind in beside:
            aim = f"≥ {least}× {_met(beside[kind] >= least)}"
            yield f"tutorial pipeline against ours: {kind}", _times(beside[kind]), aim


def _met(is_met: bool) -> str:
    return "✓" if is_met else "✗"


def _times(value: float | None) -> str:
    return f"{value:,.2g}×" if value and value < 10 else f"{value:,.0f}×" if value else ""


def _contestant(name: str, one: Figures) -> Row:
    warm = one.get("warm ms")
    latencies = [_spread(warm[p], 1, 2) if warm else "" for p in ("p50", "p95", "p99")]
    return (name, _spread(one["cold seconds"], 1, 2), *latencies, _spread(one["peak bytes"], 1e-6, 0))


def _spread(one: Figures, scale: float, digits: int) -> str:
    low, middle, high = (f"{scale * one[key]:,.{digits}f}" for key in ("min", "median", "max"))
    return f"{middle} ({low}–{high})"


def _sizes(told: Figures) -> Iterator[Row]:
    after, index, disk = told["memory after"], told["index"], told["disk"]
    yield f"peak memory after {after['questions']:,} questions", _megabytes(after["bytes"])
    yield "building the index, s", _spread(index["seconds"], 1, 1)
    yield "the index on disk", _megabytes(index["bytes"])
    yield "installation with all it needs", _megabytes(disk["wegwijzer"])
    if disk["tutorial"]:
        yield "the tutorial pipeline's installation", _megabytes(disk["tutorial"]["installation"])
        yield "the tutorial pipeline's model", _megabytes(disk["tutorial"]["model"])


def _megabytes(value: float) -> str:
    return f"{value / 1e6:,.1f} MB"


def _growth(told: Sequence[Figures]) -> Iterator[Section]:
    header = ("passages", "to build, s", "warm p50, ms", "p95, ms", "p99, ms", "on disk")
    rows = [
        (
            f"{row['passages']:,}",
            f"{row['seconds to build']:.1f}",
            *(f"{row[p]:.2f}" for p in ("p50", "p95", "p99")),
            _megabytes(row["bytes"]),
        )
        for row in told
    ]
    yield Section("growth", "The lexical search as it grows", header, rows)


STEP_AIM, AT_ONCE_AIM, TICK_AIM = 25.0, 200.0, 50.0  # milliseconds: p95 alone, p95 at once, a tick with 100 due


def _steps(told: Figures) -> Iterator[Section]:
    header = ("a step of /start-case, in ms", "steps", "p50", "p95", "p99", "aim for p95")
    alone = told["alone"]
    name = f"one person, {told['cases']:,} cases present"
    rows = [_step(name, alone, STEP_AIM)]
    rows += [_step(f"{one['people']} people at once", one, AT_ONCE_AIM) for one in told["at once"]]
    if beside := told.get("replicas"):
        rows.append(_step(f"{beside['people']} at once, {beside['replicas']} replicas on PostgreSQL", beside))
    yield Section("work", "The checklist, every step committed durably", header, rows)


def _step(name: str, one: Figures, aim: float = 0.0) -> Row:
    shown = [f"{one[p]:.1f}" for p in ("p50", "p95", "p99")]
    return (name, f"{one['steps']:,}", *shown, f"≤ {aim:.0f} ms {_met(one['p95'] <= aim)}" if aim else "reported")


CHAT_AIM = 150.0  # milliseconds from a message received to its answer posted


def _matrix(told: Figures) -> Iterator[Section]:
    server, seen, count = told["server"], told["seen"], str(told["count"])
    aim = f"≤ {CHAT_AIM:.0f} ms {_met(server['p95'] <= CHAT_AIM)}"
    rows = [
        ("taken by the homeserver → its answer taken", count, f"{server['p50']:.0f}", f"{server['p95']:.0f}", aim),
        ("sent → the answer read in another client", count, f"{seen['p50']:.0f}", f"{seen['p95']:.0f}", ""),
    ]
    yield Section("matrix", "Matrix, encrypted, in ms", ("a question", "n", "p50", "p95", "aim for p95"), rows)
    memory = f"{told['before']:.0f} → {told['after']:.0f} MB"
    yield Section("matrix", "Matrix, memory", ("what", "figure"), [(f"{told['messages']:,} messages", memory)])


def _reminders(told: Figures) -> Iterator[Section]:
    tick = told["ticks"]
    rows = [
        (f"a tick, {tick['due']} of {tick['pending']:,} due", f"{tick['tick_ms']:.1f} ms",
         f"≤ {TICK_AIM:.0f} ms {_met(tick['tick_ms'] <= TICK_AIM)}"),
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
