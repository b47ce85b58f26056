import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import MAX_CHARACTERS, Concepts, fold, pieces, stem, words

GROUPS = {"regie": ["regie*", "kar trekken", "de leiding hebben"], "wachtlijst": ["wachtlijst", "lang wachten"]}


def test_accents_capitals_and_hidden_characters_make_no_difference() -> None:
    assert words("Één KIND, geïsoleerd\u200b") == words("een kind geisoleerd") == ["een", "kind", "geisoleerd"]


@pytest.mark.parametrize("typed", ["ib'er", "IB’er", "ib`er", "ib-er", "ib´er"])
def test_every_way_to_write_iber_is_one_word(typed: str) -> None:
    assert words(typed) == ["iber"]


def test_a_plural_with_an_apostrophe_is_one_word_and_a_dash_between_words_is_not() -> None:
    assert words("foto's") == ["fotos"]
    assert words("vo-team") == ["vo", "team"]
    assert words("groep 7/8") == ["groep", "7", "8"]


def test_a_text_is_read_up_to_its_limit() -> None:
    assert words("a" * MAX_CHARACTERS + " staart") == ["a" * MAX_CHARACTERS]


@given(st.text())
def test_any_text_folds_to_plain_words_and_folding_again_changes_no_word(text: str) -> None:
    found = words(text)
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in found)
    assert words(" ".join(found)) == found


def test_forms_of_a_word_share_a_stem() -> None:
    assert stem("leerlingen") == stem("leerling")
    assert stem("leerling") != stem("leraar")


def test_a_concept_is_found_by_word_prefix_and_phrase() -> None:
    concepts = Concepts.from_groups(GROUPS)
    assert list(concepts.of(words("wie voert de regie"))) == ["regie"]
    assert list(concepts.of(words("de regievoerder"))) == ["regie"]
    assert list(concepts.of(words("wie gaat de kar trekken, en moet ik lang wachten"))) == ["regie", "wachtlijst"]


def test_a_word_without_a_star_is_no_prefix_and_half_a_phrase_is_no_concept() -> None:
    concepts = Concepts.from_groups(GROUPS)
    assert list(concepts.of(words("wachtlijsten"))) == []
    assert list(concepts.of(words("de kar"))) == []


def test_a_word_can_stand_for_two_concepts() -> None:
    concepts = Concepts.from_groups({"a": ["plan"], "b": ["plan"]})
    assert list(concepts.of(["plan"])) == ["a", "b"]


def test_without_groups_there_are_no_concepts() -> None:
    assert list(Concepts.from_groups({}).of(["regie"])) == []


def test_pieces_mark_the_edges_of_a_word() -> None:
    assert pieces("mdo") == ["^mdo", "mdo$"]
    assert pieces("a") == ["^a$"]


def test_fold_keeps_digits_and_punctuation_apart_from_glue() -> None:
    assert fold("Bel 0800-2000!") == "bel 0800-2000!"
