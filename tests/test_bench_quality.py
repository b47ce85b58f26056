"""How the benchmark counts what is found: authors, shares, measures, the search with a part less."""

from collections import Counter
from typing import Any

import pytest

from knowledge.crossvalidation import cross_validate
from tests.bench import ablation, quality
from tests.bench.authors import ROUNDS, all_authors, each, in_rounds, voices_of
from tests.bench.shares import share
from tests.bench_sample import VERTELLER, outcome, sample, whole


def test_every_voice_is_held_back_once_and_an_author_as_a_whole() -> None:
    content = whole()
    groups = all_authors(content)
    held_back = Counter(voice for group in groups for voice in group)
    assert held_back == Counter({a.voice for a in content.asked} | {s.voice for s in content.signals})
    assert {"start-1", "start-2", "start"} in groups


def test_a_round_holds_back_whole_authors_and_about_as_many_texts_as_another() -> None:
    content = whole()
    authors = all_authors(content)
    rounds = in_rounds(content, authors)
    assert len(rounds) == ROUNDS
    assert Counter(voice for some in rounds for voice in some) == Counter(voice for one in authors for voice in one)
    assert all(sum(author <= some for some in rounds) == 1 for author in authors)
    texts = voices_of(content)
    sizes = [sum(texts[voice] for voice in some) for some in rounds]
    assert max(sizes) < 1.2 * min(sizes)


def test_what_each_author_gives_comes_in_one_row_also_from_other_processes() -> None:
    groups = [frozenset({"a"}), frozenset({"b"})]
    assert each(sorted, groups, 1) == each(sorted, groups, 2) == ["a", "b"]


def test_a_share_lies_in_its_interval_and_the_same_every_time() -> None:
    figure = share([True] * 80 + [False] * 20)
    assert figure is not None
    assert (figure["value"], figure["n"]) == (0.8, 100)
    assert 0.65 < figure["low"] < 0.8 < figure["high"] < 0.95
    assert figure == share([True] * 80 + [False] * 20)


def test_of_many_the_interval_is_the_same_by_the_quicker_rule() -> None:
    few, many = share([1.0, 0.5, 0.0, 1.0] * 499), share([1.0, 0.5, 0.0, 1.0] * 500)
    assert few is not None
    assert many is not None
    assert (few["low"], few["high"]) == pytest.approx((many["low"], many["high"]), abs=0.003)


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


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """The ablation for one author; one who asks nothing gives nothing."""
    return ablation.rows(sample(), [*VERTELLER, frozenset({"signalen-1"})], 1)


def test_the_ablation_with_everything_in_is_the_cross_validation_itself(rows: list[dict[str, Any]]) -> None:
    (everything,) = [row for row in rows if row["name"] == "everything"]
    expected = quality.measures(cross_validate(sample(), only=VERTELLER))
    assert {name: everything[name] for name in expected} == expected


def test_the_ablation_has_a_row_for_each_part_and_each_count(rows: list[dict[str, Any]]) -> None:
    names = [row["name"] for row in rows]
    assert {"text of the provisions alone", "+ 16 questions per provision", "everything without pair"} < set(names)
    assert [v.name for v in ablation.variants()] == [name for name in names if "rank_bm25" not in name]


def test_fewer_questions_are_among_the_more() -> None:
    few, more = ablation.thinned(sample(), 1), ablation.thinned(sample(), 2)
    assert max(Counter(a.id for a in few.asked).values()) == 1
    assert max(Counter(a.id for a in more.asked).values()) == 2
    assert {id(a) for a in few.asked} < {id(a) for a in more.asked}
    assert ablation.thinned(sample(), 0).asked == ()
