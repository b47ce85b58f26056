"""The whole table, part by part: what there are figures for, and the goals at the end."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.bench import quality_tables, speed_tables, work_tables
from tests.bench.goals import goals
from tests.bench.table import Figures, Section

_PARTS: tuple[tuple[str, Callable[[Any], Iterator[Section]]], ...] = (
    ("quality", quality_tables.quality),
    ("judgement", quality_tables.judgement),
    ("dev", quality_tables.dev),
    ("ablation", quality_tables.ablation),
    ("own documents", quality_tables.own_documents),
    ("speed", speed_tables.speed),
    ("growth", speed_tables.growth),
    ("steps", work_tables.steps),
    ("reminders", work_tables.reminders),
    ("slack", work_tables.slack),
    ("matrix", work_tables.matrix),
)


def sections(figures: Figures) -> Iterator[Section]:
    """The sections there are figures for."""
    for name, make in _PARTS:
        if figures.get(name):
            yield from make(figures[name])
    yield from goals(figures)
