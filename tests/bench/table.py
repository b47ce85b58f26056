"""What a table is, for the terminal and in Markdown for the documentation; and how a figure is written in it."""

from collections.abc import Iterator, Mapping, Sequence
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


def interval(figure: Figure | None) -> str:
    """The bounds of a share, in percent."""
    return f"{100 * figure['low']:.1f}–{100 * figure['high']:.1f}" if figure else ""


def count(figure: Figure | None) -> str:
    """How many a share is of."""
    return f"{figure['n']:,.0f}" if figure else "0"


def part(value: float | None) -> str:
    """A bare share as a percentage."""
    return "–" if value is None else f"{100 * value:.1f} %"


def met(is_met: bool) -> str:
    """A mark for an aim that is reached, or not."""
    return "✓" if is_met else "✗"


def times(value: float | None) -> str:
    """How many times something takes of what ours does."""
    return f"{value:,.2g}×" if value and value < 10 else f"{value:,.0f}×" if value else ""


def at_most(value: float, bound: float, unit: str) -> str:
    """An aim not to be passed, and whether it is reached."""
    return f"≤ {bound:g} {unit} {met(value <= bound)}"
