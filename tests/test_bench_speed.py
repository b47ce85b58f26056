"""How the benchmark times and weighs. No time is asserted."""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter

import pytest

from tests.bench import growth, installation, own_documents, quiet, slack_speed, timing
from tests.bench.passages import own, questions, recombined
from tests.bench.processes import percentiles, run, spread
from tests.bench_sample import SPEED, sample


def test_passages_of_more_are_recombined_and_the_same_every_time() -> None:
    assert recombined(sample(), 127) == own(sample())[:127]
    more = recombined(sample(), 300)
    assert len(more) == 300
    assert more == recombined(sample(), 300)
    assert len(set(questions(sample(), 50))) == 50


def test_growth_measures_every_size() -> None:
    rows = growth.rows(sample(), (127, 200), 5, 2)
    assert [row["passages"] for row in rows] == [127, 200]
    assert all({"seconds to build", "bytes", "p50", "p95", "p99"} <= set(row) for row in rows)
    assert rows[0]["bytes"] < rows[1]["bytes"]


def test_own_documents_are_found_by_section(tmp_path: Path) -> None:
    (tmp_path / "own_documents").mkdir()
    text = "# Verzuim\n\n## Ziekmelden\nBel de administratie.\n\n## Te laat\nNa vijf keer volgt een gesprek.\n"
    (tmp_path / "own_documents" / "verzuim.md").write_text(text, encoding="utf-8")
    asked = {"q": "hoe vaak te laat", "document": "verzuim.md", "section": "Te laat", "wording": "other"}
    (tmp_path / "own_questions.jsonl").write_text(json.dumps(asked), encoding="utf-8")
    rows = own_documents.rows(tmp_path, with_meaning=False)
    assert {row["wording"] for row in rows} == {"other"}
    assert "by words" in {row["name"] for row in rows}
    ours = [row for row in rows if row["name"] == "by words"]
    assert all(row["hit@1"]["value"] == row["document@1"]["value"] == 1.0 for row in ours)


def test_on_slack_a_question_counts_until_its_answer_is_posted(index: Path) -> None:
    told = slack_speed.figures(index, 5)
    assert set(told) == {"Socket Mode", "signed HTTP"}
    assert all(0 < way["p50"] <= way["p95"] <= way["p99"] for way in told.values())


def test_other_work_is_seen() -> None:
    with ProcessPoolExecutor(2 * (os.cpu_count() or 1)) as others:
        for _ in range(2 * (os.cpu_count() or 1)):
            others.submit(_toil, 1.5)
        assert quiet.taken(0.5) > 0.2


def _toil(seconds: float) -> None:
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


def test_a_process_is_measured_without_the_size_of_who_measures() -> None:
    ballast = bytearray(200_000_000)
    done = run([sys.executable, "-I", "-S", "-c", "print('one', flush=True); print('two')"])
    assert done.output == "one\ntwo\n"
    assert 0 < done.first <= done.seconds
    assert 1_000_000 < done.peak < len(ballast)


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(ChildProcessError, match=r"ended with 3: .*no model"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('no model'); sys.exit(3)"])


def test_spread_and_percentiles() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"min": 1.0, "median": 2.0, "max": 3.0, "runs": 3}
    told = percentiles([n / 1000 for n in range(101)])
    assert told == pytest.approx({"p50": 50.0, "p95": 95.0, "p99": 99.0})


def test_an_installation_is_its_packages_and_all_they_need() -> None:
    needed = installation.closure(["sqlmodel"])
    assert {"sqlmodel", "sqlalchemy", "pydantic", "pydantic-core"} <= set(needed)
    assert "pytest" not in needed
    assert installation.size(["sqlmodel"]) > installation.size(["sqlalchemy"]) > 1_000_000


def test_ratios_compare_equal_sizes() -> None:
    told = timing.ratios(SPEED["contestants"], SPEED["disk"], {1000: 6.0})
    assert told["tutorial, 127"] == {
        "warm, search alone": 10.0, "cold": 4.0, "warm, whole answer": 10.0, "memory": 1.0, "installation": 20.0
    }  # fmt: skip
    assert told["tutorial, 1,000"] == {"warm, search alone": 10.0}
