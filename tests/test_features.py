from hypothesis import given
from hypothesis import strategies as st

from knowledge.features import Reader, kind_of, learn_words, number
from knowledge.retrieval import WEIGHTS
from knowledge.text import Concepts

KNOWN = frozenset({"leerling", "leerplicht", "wachtlijst", "ouders", "cjg", "overleg"})
READER = Reader(Concepts.from_groups({"regie": ["kar trekken"]}), KNOWN)


def of_kind(kind: str, text: str, reader: Reader = READER) -> list[str]:
    return [feature.partition(":")[2] for feature in reader.features(text) if kind_of(feature) == kind]


def test_a_text_gives_stems_pairs_concepts_and_pieces() -> None:
    assert of_kind("stem", "ouders overleg") == ["ouder", "overleg"]
    assert of_kind("pair", "ouders overleg") == ["ouder overleg"]
    assert of_kind("concept", "ouders kar trekken") == ["regie"]
    assert of_kind("piece", "cjg") == ["^cjg", "cjg$"]


def test_groups_of_danger_give_alarms_one_by_one_and_two_by_two_and_nothing_to_search_with() -> None:
    groups = {"regie": ["kar trekken"], "gevaar_hals": ["keel"], "gevaar_zwelling": ["zwelt", "dikke lip*"]}
    reader = Reader(Concepts.from_groups(groups), frozenset())
    alarms = ["gevaar_hals", "gevaar_zwelling", "gevaar_hals gevaar_zwelling"]
    assert of_kind("alarm", "zijn keel zwelt op", reader) == alarms
    assert of_kind("alarm", "keel en dikke lippen", reader) == alarms
    assert of_kind("concept", "wie moet de kar trekken, zijn keel zwelt op", reader) == ["regie"]
    assert "alarm" not in WEIGHTS


def test_a_word_of_danger_is_left_as_it_is_and_no_other_word_becomes_one() -> None:
    groups = {"regie": ["niet"], "gevaar_strafmiddel": ["riem"], "gevaar_lichaam": ["benen"]}
    known = learn_words([], groups)
    reader = Reader(Concepts.from_groups(groups), known)
    assert known == {"niet"}
    assert of_kind("stem", "riem lenen nief", reader) == ["riem", "leen", "niet"]


def test_a_feature_is_given_once_however_often_it_is_typed() -> None:
    found = READER.features("ouders ouders ouders")
    assert len(found) == len(set(found))
    assert of_kind("stem", "ouders ouders") == ["ouder"]


def test_a_typo_is_read_as_the_nearest_known_word() -> None:
    assert of_kind("stem", "leerlign") == of_kind("stem", "leerling")
    assert of_kind("stem", "wachlijtst") == of_kind("stem", "wachtlijst")


def test_a_short_word_a_number_and_a_far_word_are_left_alone() -> None:
    assert of_kind("stem", "cgj") == ["cgj"]
    assert of_kind("stem", "20262027") == ["20262027"]
    assert of_kind("stem", "vakantiehuisje") == ["vakantiehuis"]


def test_without_known_words_nothing_is_repaired() -> None:
    assert of_kind("stem", "leerlign", Reader(Concepts(), frozenset())) == ["leerlign"]


@given(st.text())
def test_any_text_can_be_read_and_is_read_the_same_again(text: str) -> None:
    assert READER.features(text) == READER.features(text)


def test_the_number_of_a_feature_is_the_same_on_every_machine() -> None:
    assert number("stem:ouder") == 720125753
    assert number("stem:ouder") != number("piece:ouder")


def test_a_word_of_two_voices_or_of_the_glossary_is_spelled_right() -> None:
    texts = [("iris", "de leerlign wacht"), ("iris", "leerlign"), ("tom", "een kind wacht")]
    assert learn_words(texts, {"regie": ["de kar trekken"]}) == {"wacht", "de", "kar", "trekken"}
