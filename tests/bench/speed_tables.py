"""Tables of time, memory and disk, beside the alternatives, and of growth."""

from collections.abc import Iterator, Sequence

from tests.bench.table import Figures, Row, Section, times


def speed(told: Figures) -> Iterator[Section]:
    """Each process beside the others, sizes, and how many times ours the others take."""
    header = ("process", "to first answer, s", "warm p50, ms", "p95, ms", "p99, ms", "peak memory, MB")
    rows = [_contestant(name, one) for name, one in told["contestants"].items()]
    yield Section("speed", "Time and memory: median (lowest–highest) over runs, in turn", header, rows)
    yield Section("speed", "Sizes", ("what", "figure"), list(_sizes(told)))
    ratios = [(name, *(times(one.get(kind)) for kind in _RATIOS)) for name, one in told["ratios"].items()]
    if ratios:
        yield Section("speed", "How many times what ours takes (medians)", ("alternative", *_RATIOS), ratios)


_RATIOS = ("cold", "warm, whole answer", "warm, search alone", "memory", "installation")


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


def growth(told: Sequence[Figures]) -> Iterator[Section]:
    """The search as the number of passages grows."""
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
    yield Section("growth", "The lexical search as it grows (medians over rounds of new questions)", header, rows)
