"""The benchmark's figures as tables: in line, with their aims, in their place in the documentation."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.crossvalidation import cross_validate
from tests.bench import growth, judgement, quality, timing
from tests.bench.documentation import fill
from tests.bench.processes import ROOT
from tests.bench.sections import sections
from tests.bench.table import Row, Section, as_markdown, as_text
from tests.bench_sample import SPEED, VERTELLER, outcome, sample


def cuts(p95: float) -> dict[str, float]:
    return {"p50": 0.5 * p95, "p95": p95, "p99": 1.5 * p95, "steps": 40, "count": 100}


LOAD: dict[str, Any] = {
    "steps": {
        "cases": 10_000, "alone": cuts(26.0), "replicas": cuts(300.0) | {"people": 500, "replicas": 2},
        "at once": [cuts(250.0) | {"people": 50}, cuts(190.0) | {"people": 500}],
    },
    "reminders": {
        "ticks": {"pending": 100_000, "due": 100, "tick_ms": 51.0, "worst_ms": 80.0, "idle_ms": 1.0,
                  "memory_before": 100.0, "memory_after": 100.0},
        "beside": [{"way": "the outbox", "reminders": 9, "kills": 3, "lost": 0, "doubled": 0, "per_second": 9.0}],
    },
    "slack": {"Socket Mode": cuts(149.0), "signed HTTP": cuts(150.5)},
    "matrix": {
        "bot": cuts(151.0), "server": cuts(160.0), "rushed": cuts(180.0), "seen": cuts(190.0),
        "count": 100, "messages": 1000, "before": 149.0, "after": 152.0,
    },
}  # fmt: skip


@cache
def every_section() -> list[Section]:
    found = cross_validate(sample(), only=VERTELLER)
    judged = [judgement.Judged("follow-up", "x", "q", "answer", False, False, True, 0)]
    figures = {
        "quality": quality.figures(found),
        "judgement": judgement.figures(judged),
        "ablation": [{"name": "everything"} | quality.measures(found)],
        "own documents": [{"wording": "other", "name": "by words", "hit@1": None, "hit@3": None, "document@1": None}],
        "speed": {**SPEED, "ratios": timing.ratios(SPEED["contestants"], SPEED["disk"], {1000: 6.0})},
        "growth": growth.rows(sample(), (127,), 3),
        **LOAD,
    }
    return list(sections(figures))


def test_the_table_holds_every_part_in_line() -> None:
    shown = every_section()
    text = as_text(shown)
    assert all(section.title.upper() in text for section in shown)
    assert "≤ 150 ms ✗" in text
    columns = {
        line.index(" n ") for line in text.splitlines() if line.startswith(("what ", "group ")) and " n " in line
    }
    assert len(columns) == 1


def test_an_aim_is_met_or_not() -> None:
    figures = {"quality": quality.figures([outcome(0)] * 9 + [outcome(5)] * 3)}
    text = as_text(list(sections(figures)))
    assert "≥ 84 % ✗" in text
    assert "≥ 60 % ✓" in text


def test_every_part_has_its_place_in_the_documentation() -> None:
    document = (ROOT / "docs" / "retrieval.md").read_text(encoding="utf-8")
    missing = {s.block for s in every_section() if f"<!-- bench:{s.block} -->" not in document}
    assert missing == set()


def test_the_aims_for_speed_are_met_or_not() -> None:
    ratios = {
        "tutorial, 127": {"warm, search alone": 27, "warm, whole answer": 7, "cold": 14, "memory": 8, "installation": 1}
    }
    rows = goals_of({"speed": {**SPEED, "ratios": ratios}})
    assert [row[2][-1] for row in rows] == ["✓", "✗", "✓", "✓", "✓", "✗", "✓", "✗", "d"]


def test_the_aims_for_growth_and_load_are_met_or_not() -> None:
    grown = [{"passages": size, "seconds to build": 1.0, "bytes": 1, **cuts(51.0)} for size in (1_000, 10_000)]
    rows = goals_of({"growth": grown, **LOAD})
    assert [(row[0].partition(",")[0], row[2].rpartition(" ")[2]) for row in rows] == [
        ("search in 10", "✗"),
        ("a step with 10", "✗"),
        ("500 people at once on SQLite", "✓"),
        ("500 people at once", "reported"),
        ("Slack", "✓"),
        ("Slack", "✗"),
        ("Matrix: event received → answer posted", "✗"),
        ("a tick", "✗"),
    ]


def goals_of(figures: dict[str, Any]) -> Sequence[Row]:
    (aims,) = [section for section in sections(figures) if section.block == "goals"]
    return aims.rows


def test_only_the_marked_block_is_written(tmp_path: Path) -> None:
    file = tmp_path / "d.md"
    other = "b\n<!-- bench:two -->\nkept\n<!-- /bench -->\nc\n"
    file.write_text(f"a\n<!-- bench:one -->\nold\n<!-- /bench -->\n{other}", encoding="utf-8")
    section = Section("one", "Title", ("what", "figure"), [("x|y", "1")])
    fill(file, [section], "Run of today.")
    once = file.read_text(encoding="utf-8")
    assert "old" not in once
    assert as_markdown(section) in once
    assert once.startswith("a\n<!-- bench:one -->\nRun of today.\n")
    assert once.endswith(f"<!-- /bench -->\n{other}")
    fill(file, [section], "Run of today.")
    assert file.read_text(encoding="utf-8") == once
