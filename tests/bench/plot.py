"""The figures drawn: what questions add, what each part adds, time and memory beside the alternatives, growth."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.bench.ablation import COUNTS

_BLUE, _ORANGE, _GREY = "#0072b2", "#d55e00", "#999999"  # told apart by colour-blind eyes too


def draw(figures: Mapping[str, Any], file: Path) -> None:
    """Write the picture; a panel without figures stays empty."""
    mpl.use("Agg")
    figure = Figure(figsize=(13, 9), layout="constrained")
    panels = figure.subplots(2, 2)
    _learning(panels[0, 0], figures.get("ablation") or [])
    _parts(panels[0, 1], figures.get("ablation") or [])
    _beside(panels[1, 0], (figures.get("speed") or {}).get("contestants", {}))
    _growing(panels[1, 1], figures.get("growth") or [])
    figure.savefig(file, dpi=110)


def _learning(axes: Axes, rows: list[Any]) -> None:
    by_name = {row["name"]: row for row in rows}
    names = ["text of the provisions alone", *(f"+ {n} question{'s' * (n > 1)} per provision" for n in COUNTS)]
    shown = [
        (label, by_name[name]) for label, name in zip(("0", *map(str, COUNTS)), names, strict=True) if name in by_name
    ]
    if "everything" in by_name:
        shown.append(("all", by_name["everything"]))
    for measure, colour in (("hit@1", _BLUE), ("hit@3", _ORANGE)):
        values = [100 * row[measure]["value"] for _, row in shown]
        axes.plot([label for label, _ in shown], values, marker="o", color=colour, label=measure)
    axes.set(title="Written questions per provision", ylabel="% of questions, author held back", ylim=(0, 100))
    axes.legend()


def _parts(axes: Axes, rows: list[Any]) -> None:
    shown = [row for row in rows if row["name"].startswith("everything")][::-1]
    for at, row in enumerate(shown):
        value, low, high = (100 * row["hit@1"][key] for key in ("value", "low", "high"))
        axes.plot([low, high], [at, at], color=_GREY)
        axes.plot([value], [at], marker="o", color=_BLUE)
    axes.set_yticks(range(len(shown)), [row["name"] for row in shown])
    axes.set(title="With a part less", xlabel="hit@1, % (95 %)")


def _beside(axes: Axes, contestants: Mapping[str, Any]) -> None:
    shown = [(name, one) for name, one in contestants.items() if "warm ms" in one][::-1]
    places = range(len(shown))
    warm = [one["warm ms"]["p50"]["median"] for _, one in shown]
    memory = [one["peak bytes"]["median"] / 1e6 for _, one in shown]
    axes.barh([place + 0.2 for place in places], warm, 0.38, color=_BLUE, label="warm p50, ms")
    axes.barh([place - 0.2 for place in places], memory, 0.38, color=_GREY, label="peak memory, MB")
    axes.set_yticks(list(places), [name for name, _ in shown])
    axes.set(title="Beside the alternatives", xscale="log")
    axes.legend()


def _growing(axes: Axes, rows: list[Any]) -> None:
    for measure, colour in (("p50", _BLUE), ("p95", _ORANGE)):
        axes.plot(
            [row["passages"] for row in rows], [row[measure] for row in rows], marker="o", color=colour, label=measure
        )
    axes.set(title="Search by words as it grows", xlabel="passages", ylabel="ms", xscale="log", ylim=(0, None))
    axes.set_xticks([row["passages"] for row in rows], [f"{row['passages']:,}" for row in rows], minor=False)
    axes.minorticks_off()
    axes.legend()
