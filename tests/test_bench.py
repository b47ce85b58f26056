"""The benchmark on a tiny sample: it counts what it says it counts. No time is asserted."""

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge.content import Content, load_content
from knowledge.crossvalidation import Outcome, cross_validate
from knowledge.questions import Asked
from knowledge.sources import Sources
from tests.bench import ablation, growth, installation, judgement, own_documents, quality, thresholds, timing
from tests.bench.authors import all_authors, each
from tests.bench.documentation import fill
from tests.bench.passages import own, questions, recombined
from tests.bench.processes import ROOT, percentiles, run, spread
from tests.bench.shares import share
from tests.bench.table import Section, as_markdown, as_text, sections

VOICES = frozenset({"verteller", "haastige-iber", "signalen-1", "signalen-2", "start"})
VERTELLER = [frozenset({"verteller"})]


@pytest.fixture(scope="module")
def content() -> Content:
    """Two authors of questions and three of signals, one line in seven."""
    whole = load_content(Sources())
    return replace(
        whole,
        asked=tuple(a for a in whole.asked if a.voice in VOICES)[::7],
        signals=tuple(s for s in whole.signals if s.voice in VOICES)[::7],
    )


def outcome(
    place: int, twin: bool = False, id: str = "UP-A-ouders-1", q: str = "wie bel ik", voice: str = "x"
) -> Outcome:
    return Outcome(Asked(id=id, q=q, voice=voice), place, twin)


def test_every_voice_is_held_back_once_and_an_author_as_a_whole() -> None:
    content = load_content(Sources())
    groups = all_authors(content)
    held_back = Counter(voice for group in groups for voice in group)
    assert held_back == Counter({a.voice for a in content.asked} | {s.voice for s in content.signals})
    assert {"start-1", "start-2", "start"} in groups


def test_what_each_author_gives_comes_in_one_row_also_from_other_processes() -> None:
    groups = [frozenset({"a"}), frozenset({"b"})]
    assert each(sorted, groups, 1) == each(sorted, groups, 2) == ["a", "b"]


def test_a_share_lies_in_its_interval_and_the_same_every_time() -> None:
    figure = share([True] * 80 + [False] * 20)
    assert figure is not None
    assert (figure["value"], figure["n"]) == (0.8, 100)
    assert 0.65 < figure["low"] < 0.8 < figure["high"] < 0.95
    assert figure == share([True] * 80 + [False] * 20)


def test_nothing_missed_is_no_proof_that_nothing_is_ever_missed() -> None:
    assert share([True] * 300) == {"value": 1.0, "low": 0.99, "high": 1.0, "n": 300}
    assert share([False] * 300) == {"value": 0.0, "low": 0.0, "high": 0.01, "n": 300}
    assert share([]) is None


def test_measures_count_places_and_twins() -> None:
    measured = quality.measures([outcome(0), outcome(1, twin=True), outcome(2), outcome(9)])
    values = {name: figure["value"] for name, figure in measured.items() if figure}
    assert values == {
        "hit@1": 0.25,
        "hit@1 twins": 0.5,
        "hit@3": 0.75,
        "hit@3 twins": 0.75,
        "mrr": round((1 + 1 / 2 + 1 / 3 + 1 / 10) / 4, 4),
    }


def test_a_question_is_grouped_by_source_length_and_language() -> None:
    told = quality.figures(
        [outcome(0), outcome(0, id="VS-po-1", q="who do I call when a child does not come to school")]
    )
    assert set(told["by source"]) == {"UP-A", "VS"}
    assert set(told["by length"]) == {"1-4 words", "9-15 words"}
    assert set(told["by language"]) == {"Dutch", "English"}


def test_the_worst_provisions_are_named_with_what_they_missed() -> None:
    missed = outcome(5, id="IJ-1", q="gemist", voice="iris")
    told = quality.provisions([outcome(0), missed, outcome(0, id="IJ-1")])
    assert (told["n"], told["mean"], told["lowest"], told["under 0.6"]) == (2, 0.75, 0.5, 1)
    assert (told["worst"][0]["id"], told["worst"][0]["missed"]) == ("IJ-1", ["gemist"])
    assert told["worst"][0]["voices that miss it"] == ["iris"]


def test_the_ablation_with_everything_in_is_the_cross_validation_itself(content: Content) -> None:
    (whole,) = [row for row in ablation.rows(content, VERTELLER, 1) if row["name"] == "everything"]
    expected = quality.measures(cross_validate(content, only=VERTELLER))
    assert {name: whole[name] for name in expected} == expected


def test_the_ablation_has_a_row_for_each_part_and_each_count(content: Content) -> None:
    names = [row["name"] for row in ablation.rows(content, VERTELLER, 1, every=20)]
    assert {"text of the provisions alone", "+ 16 questions per provision", "everything without pair"} < set(names)
    assert [v.name for v in ablation.variants()] == [name for name in names if "rank_bm25" not in name]


def test_fewer_questions_are_among_the_more(content: Content) -> None:
    few, more = ablation.thinned(content, 1), ablation.thinned(content, 2)
    assert max(Counter(a.id for a in few.asked).values()) == 1
    assert max(Counter(a.id for a in more.asked).values()) == 2
    assert {id(a) for a in few.asked} < {id(a) for a in more.asked}
    assert ablation.thinned(content, 0).asked == ()


def test_every_message_of_an_author_is_judged_without_that_author(content: Content) -> None:
    held_back = [frozenset({"signalen-1"}), frozenset({"verteller"})]
    rows = judgement.judged(content, held_back, 1)
    mine = {"signalen-1", "verteller"}
    expected = Counter(s.kind for s in content.signals if s.voice in mine) + Counter(
        "follow-up" if a.history else "asked" for a in content.asked if a.voice in mine
    )
    assert Counter(row.label for row in rows) == expected
    told = judgement.figures(rows)
    assert told["danger caught"]["n"] == expected["danger"]
    assert told["asked, answered"]["n"] == expected["asked"]
    assert told["follow-ups"]["hit@1"]["n"] == expected["follow-up"]
    assert set(told["by voice"]["danger caught"]) == {"signalen-1"}
    assert sum(told["became"]["danger"].values()) == pytest.approx(1, abs=0.01)
    (line,) = [row for row in told["thresholds"]["possible"] if row["shipped"]]
    assert line["danger"] == pytest.approx(told["danger caught"]["value"], abs=0.02)
    (certain,) = [row for row in told["thresholds"]["certain"] if row["shipped"]]
    assert certain["danger"] == told["danger taken for certain"]["value"]
    (carried,) = [row for row in told["thresholds"]["carried"] if row["shipped"]]
    assert carried["hit@1"] == told["follow-ups"]["hit@1"]["value"]
    assert len(told["missed danger"]) == sum(r.label == "danger" and not r.safety for r in rows)


def test_a_certain_danger_has_no_mere_line() -> None:
    sure = judgement.Judged("asked", "x", "q", "crisis", True, False)
    line = replace(sure, kind="answer")
    told = judgement.figures([sure, line, replace(line, safety=False), replace(line, safety=False)])
    assert told["asked, taken for certain danger"]["value"] == 0.25
    assert told["asked, given the safety line"]["value"] == 0.25
    assert told["asked, answered"]["value"] == 0.75


def test_a_bound_that_is_raised_lets_less_through() -> None:
    carried = (0, 3) * (len(thresholds.CARRIES) // 2)
    some = [
        thresholds.Weighed(odds, odds, odds, odds, False, True, odds > 0, carried) for odds in (-2.5, -0.5, 0.7, 2.2)
    ]
    told = thresholds.figures({"danger": some, "asked": some, "follow-up": some})
    possible = [row["danger"] for row in told["possible"]]
    assert possible == sorted(possible, reverse=True)
    assert (possible[0], possible[-1]) == (0.75, 0.5)
    certain = [row["asked"] for row in told["certain"]]
    assert certain == sorted(certain, reverse=True)
    assert (certain[0], certain[-1]) == (0.5, 0.0)
    assert {row["hit@1"] for row in told["carried"]} == {1.0, 0.0}
    assert told["outside"][0]["out_of_scope"] is None


def test_passages_of_more_are_recombined_and_the_same_every_time(content: Content) -> None:
    assert recombined(content, 127) == own(content)[:127]
    more = recombined(content, 300)
    assert len(more) == 300
    assert more == recombined(content, 300)
    assert len(set(questions(content, 50))) == 50


def test_growth_measures_every_size(content: Content) -> None:
    rows = growth.rows(content, (127, 200), 5)
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


CONTESTANT: dict[str, Any] = {
    "cold seconds": spread([2.0]),
    "peak bytes": spread([50e6]),
    "warm ms": {p: spread([4.0]) for p in ("p50", "p95", "p99")},
}
SPEED: dict[str, Any] = {
    "contestants": {
        "wegwijzer ask": {"cold seconds": spread([0.5]), "peak bytes": spread([50e6])},
        "wegwijzer, whole answer": CONTESTANT,
        "wegwijzer, search alone": CONTESTANT,
        "tutorial, 127": {**CONTESTANT, "warm ms": {p: spread([40.0]) for p in ("p50", "p95", "p99")}},
        "tutorial, 1,000": {**CONTESTANT, "warm ms": {p: spread([60.0]) for p in ("p50", "p95", "p99")}},
    },
    "memory after": {"questions": 1000, "bytes": 60e6},
    "index": {"seconds": spread([12.0]), "bytes": 10e6, "peak": 240e6},
    "disk": {"wegwijzer": 90e6, "tutorial": {"installation": 1800e6, "model": 90e6}},
}


def test_ratios_compare_equal_sizes() -> None:
    told = timing.ratios(SPEED["contestants"], SPEED["disk"], {1000: 6.0})
    assert told["tutorial, 127"] == {
        "warm, search alone": 10.0, "cold": 4.0, "warm, whole answer": 10.0, "memory": 1.0, "installation": 20.0
    }  # fmt: skip
    assert told["tutorial, 1,000"] == {"warm, search alone": 10.0}


def every_section(content: Content) -> list[Section]:
    found = cross_validate(content, only=VERTELLER)
    judged = [judgement.Judged("follow-up", "x", "q", "answer", False, False, True, 0)]
    figures = {
        "quality": quality.figures(found),
        "judgement": judgement.figures(judged),
        "ablation": [{"name": "everything"} | quality.measures(found)],
        "own documents": [{"wording": "other", "name": "by words", "hit@1": None, "hit@3": None, "document@1": None}],
        "speed": {**SPEED, "ratios": timing.ratios(SPEED["contestants"], SPEED["disk"], {1000: 6.0})},
        "growth": growth.rows(content, (127,), 3),
        "matrix": {
            "server": {"p50": 90.0, "p95": 151.0}, "seen": {"p50": 120.0, "p95": 190.0}, "count": 100,
            "messages": 1000, "before": 149.0, "after": 152.0,
        },
    }  # fmt: skip
    return list(sections(figures))


def test_the_table_holds_every_part_in_line(content: Content) -> None:
    shown = every_section(content)
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


def test_every_part_has_its_place_in_the_documentation(content: Content) -> None:
    document = (ROOT / "docs" / "retrieval.md").read_text(encoding="utf-8")
    missing = {s.block for s in every_section(content) if f"<!-- bench:{s.block} -->" not in document}
    assert missing == set()


def test_the_aims_for_speed_are_met_or_not() -> None:
    told = {**SPEED, "ratios": timing.ratios(SPEED["contestants"], SPEED["disk"], {1000: 6.0})}
    (aims,) = [section for section in sections({"speed": told}) if section.title == "What is aimed at"]
    assert [row[2][-1] for row in aims.rows] == ["✓", "✗", "✓", "✓", "✓", "✗", "✗", "✓"]


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
