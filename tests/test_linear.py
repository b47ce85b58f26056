from pathlib import Path

from knowledge.features import Reader, number
from knowledge.fitting import Examples, train
from knowledge.frozen import Frozen, freeze
from knowledge.linear import Judge, arrays
from knowledge.text import Concepts

READER = Reader(Concepts(), frozenset())
YES = ["de auto rijdt", "een rode auto", "auto in de garage", "met de auto"]
NO = ["de hond blaft", "een bruine hond", "hond in de mand", "met de hond", "honden", "een hond erbij"]


def numbers(texts: list[str]) -> list[list[int]]:
    return [[number(feature) for feature in READER.features(text)] for text in texts]


def learned(yes: list[str], no: list[str]) -> dict[int, float]:
    return train(Examples.of(numbers([*yes, *no])), [*(True for _ in yes), *(False for _ in no)])


def judge(folder: Path, yes: list[str], no: list[str]) -> Judge:
    weights = arrays(learned(yes, no))
    freeze(folder / "j", {}, {f"car.{name}": values for name, values in weights.items()})
    return Judge(Frozen(folder / "j"), "car")


def test_a_judge_tells_apart_what_it_learned_and_what_looks_like_it(tmp_path: Path) -> None:
    car = judge(tmp_path, YES, NO)
    assert all(car.score(READER.features(text)) > 0 for text in [*YES, "blauwe auto"])
    assert all(car.score(READER.features(text)) < 0 for text in [*NO, "zwarte hond"])


def test_both_sides_count_equally_whatever_their_number(tmp_path: Path) -> None:
    car = judge(tmp_path, YES, NO * 50)
    assert car.score(READER.features("een auto")) > 0


def test_training_again_gives_the_same_weights() -> None:
    assert learned(YES, NO) == learned(YES, NO)


def test_what_was_never_seen_gives_the_bias_alone(tmp_path: Path) -> None:
    car = judge(tmp_path, YES, NO)
    assert car.score(["stem:zzz"]) == car.score([])


def test_what_weighs_nothing_is_left_out_but_the_bias_stays_first() -> None:
    kept = arrays({0: 0.0, 7: 0.5, 3: -0.25, 9: 1e-9})
    assert kept["keys"].tolist() == [0, 3, 7]
    assert kept["weights"].tolist() == [0.0, -0.25, 0.5]


def test_texts_without_a_feature_in_common_leave_the_bias_alone() -> None:
    assert list(learned(["een"], ["twee", "drie"])) == [0]
    assert list(train(Examples.of([[], []]), [True, False])) == [0]
