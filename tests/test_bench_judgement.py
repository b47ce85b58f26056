"""How the benchmark counts what the whole assistant makes of messages."""

from collections import Counter
from dataclasses import replace

import pytest

from knowledge.content import load_content
from knowledge.sources import Sources
from tests.bench import judgement, thresholds
from tests.bench.second_reader import key, read_again
from tests.bench_sample import sample


def test_every_message_of_an_author_is_judged_without_that_author() -> None:
    held_back = [frozenset({"signalen-1"}), frozenset({"verteller"})]
    rows = judgement.judged(sample(), held_back, 1)
    mine = {"signalen-1", "verteller"}
    expected = Counter(s.kind for s in sample().signals if s.voice in mine) + Counter(
        "follow-up" if a.history else "asked" for a in sample().asked if a.voice in mine
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
        thresholds.Weighed(odds, odds, odds, odds, odds, False, True, odds > 0, carried)
        for odds in (-2.5, -0.5, 0.7, 2.2)
    ]
    told = thresholds.figures({"danger": some, "asked": some, "follow-up": some})
    possible = [row["danger"] for row in told["possible"]]
    assert possible == sorted(possible, reverse=True)
    assert (possible[0], possible[-1]) == (1.0, 0.75)
    certain = [row["asked"] for row in told["certain"]]
    assert certain == sorted(certain, reverse=True)
    assert (certain[0], certain[-1]) == (0.5, 0.0)
    assert {row["hit@1"] for row in told["carried"]} == {1.0, 0.0}
    assert told["outside"][0]["out_of_scope"] is None


def test_every_second_reading_belongs_to_a_question() -> None:
    asked = load_content(Sources()).asked
    assert len({key(a) for a in asked if read_again(a)}) == 1500


def test_every_bound_in_force_is_marked() -> None:
    told = thresholds.figures({})
    assert all(sum(bool(row["shipped"]) for row in rows) == 1 for rows in told.values())
