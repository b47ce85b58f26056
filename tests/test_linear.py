from collections.abc import Callable
from pathlib import Path

from knowledge.features import Reader, number
from knowledge.fitting import Examples, train
from knowledge.frozen import Frozen, freeze
from knowledge.linear import Judges, arrays, biases
from knowledge.text import Concepts

READER = Reader(Concepts(), frozenset())
YES = ["de auto rijdt", "een rode auto", "auto in de garage", "met de auto"]
NO = ["de hond blaft", "een bruine hond", "hond in de mand", "met de hond", "honden", "een hond erbij"]


def numbers(texts: list[str]) -> list[list[int]]:
    return [[number(feature) for feature in READER.features(text)] for text in texts]


def learned(yes: list[str], no: list[str]) -> dict[int, float]:
    return train(Examples.of(numbers([*yes, *no])), [*(True for _ in yes), *(False for _ in no)])


def judge(folder: Path, yes: list[str], no: list[str]) -> Callable[[str], float]:
    """Says of a text how likely it is to be about a car; a judge of dogs stands beside it."""
    weights = {"dog": learned(no, yes), "car": learned(yes, no)}
    freeze(folder / "j", biases(weights), arrays(weights))
    judges = Judges(Frozen(folder / "j"))
    return lambda text: judges.scores(READER.features(text))["car"]


def test_a_judge_tells_apart_what_it_learned_and_what_looks_like_it(tmp_path: Path) -> None:
    car = judge(tmp_path, YES, NO)
    assert all(car(text) > 0 for text in [*YES, "blauwe auto"])
    assert all(car(text) < 0 for text in [*NO, "zwarte hond"])


def test_both_sides_count_equally_whatever_their_number(tmp_path: Path) -> None:
    car = judge(tmp_path, YES, NO * 50)
    assert car("een auto") > 0


def test_training_again_gives_the_same_weights() -> None:
    assert learned(YES, NO) == learned(YES, NO)


def test_what_was_never_seen_gives_the_bias_alone(tmp_path: Path) -> None:
    car = judge(tmp_path, YES, NO)
    assert car("zzz") == car("") == learned(YES, NO)[0]


def test_what_weighs_nothing_is_left_out_and_the_bias_stands_apart() -> None:
    weights = {"a": {0: 0.25, 7: 0.5, 3: -0.25, 9: 1e-9}, "b": {0: 0.0, 3: 1.0}}
    kept = arrays(weights)
    assert kept["judges.keys"].tolist() == [3, 7]
    assert kept["judges.scores"].tolist() == [-0.25, 1.0, 0.5]
    assert biases(weights) == {"judges": {"a": 0.25, "b": 0.0}}


def test_texts_without_a_feature_in_common_leave_the_bias_alone() -> None:
    assert list(learned(["een"], ["twee", "drie"])) == [0]
    assert list(train(Examples.of([[], []]), [True, False])) == [0]
