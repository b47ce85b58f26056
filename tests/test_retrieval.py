import math
from pathlib import Path

import pytest

from knowledge.frozen import Frozen, freeze
from knowledge.retrieval import Search, weigh

Documents = list[list[list[str]]]


def search(folder: Path, documents: Documents, weights: dict[str, float] | None = None) -> Search:
    index = weigh(documents, weights or {"stem": 1.0})
    freeze(folder / "s", {}, {f"x.{name}": values for name, values in index.items()})
    return Search(Frozen(folder / "s"), "x", len(documents))


def test_the_document_that_says_it_more_often_scores_higher_but_not_as_many_times(tmp_path: Path) -> None:
    # Three documents of three words: one says "a" once, one twice, one never.
    found = search(tmp_path, [[["stem:a", "stem:x", "stem:y"]], [["stem:a"], ["stem:a", "stem:z"]], [["stem:b"] * 3]])
    once, twice, never = found.scores(["stem:a"])
    assert 0 == never < once < twice < 2 * once


def test_a_rare_word_weighs_more_than_a_common_one(tmp_path: Path) -> None:
    found = search(tmp_path, [[["stem:rare", "stem:common"]], [["stem:common", "stem:x"]], [["stem:common", "stem:y"]]])
    assert found.scores(["stem:rare"])[0] > found.scores(["stem:common"])[0]


def test_the_same_word_weighs_less_in_a_longer_document(tmp_path: Path) -> None:
    found = search(tmp_path, [[["stem:a"]], [["stem:a", *(f"stem:{n}" for n in range(9))]], [["stem:b"]]])
    short, long, _ = found.scores(["stem:a"])
    assert short > long


def test_a_score_is_the_formula_worked_out_by_hand(tmp_path: Path) -> None:
    # Two documents of one word each: tf = 1, length = average, so the norm is k1 = 2 and the middle part 3 / 3 = 1.
    found = search(tmp_path, [[["stem:a"]], [["stem:b"]]], {"stem": 0.5})
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5)) ** 0.35
    assert found.scores(["stem:a"]) == pytest.approx([0.5 * idf, 0.0])


def test_scores_of_features_add_up_each_with_the_weight_of_its_kind(tmp_path: Path) -> None:
    found = search(tmp_path, [[["stem:a", "pair:a"]], [["stem:b", "pair:b"]]], {"stem": 1.0, "pair": 3.0})
    stem, pair = found.scores(["stem:a"])[0], found.scores(["pair:a"])[0]
    assert pair == pytest.approx(3 * stem)
    assert found.scores(["stem:a", "pair:a"])[0] == pytest.approx(stem + pair)


def test_a_kind_without_weight_is_not_in_the_index(tmp_path: Path) -> None:
    found = search(tmp_path, [[["stem:a", "piece:a"]], [["stem:b"]]])
    assert found.knows("stem:a")
    assert not found.knows("piece:a")


def test_an_unknown_feature_changes_nothing(tmp_path: Path) -> None:
    found = search(tmp_path, [[["stem:a"]], [["stem:b"]]])
    assert found.scores(["stem:zzz", "stem:a"]) == found.scores(["stem:a"])
    assert not found.knows("stem:zzz")


def test_a_feature_of_most_documents_scores_as_that_of_few(tmp_path: Path) -> None:
    found = search(tmp_path, [[["stem:a", "stem:b"]], [["stem:a", "stem:c"]], [["stem:d"]]])
    a, b = found.scores(["stem:a"]), found.scores(["stem:b"])
    assert a[0] == a[1] > 0.0 == a[2]
    assert found.scores(["stem:b", "stem:a"]) == pytest.approx([a[0] + b[0], a[1], 0.0])


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    assert search(tmp_path, []).scores(["stem:a"]) == []
