"""What a message is taken for: a greeting, a follow-up, danger, or something elsewhere."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.answering import Asker, find_answer
from knowledge.building import build
from knowledge.content import load_content
from knowledge.danger import Level, by_words
from knowledge.frozen import Frozen
from knowledge.library import Library
from knowledge.sources import Sources
from knowledge.understanding import Sort, is_small, understand
from knowledge.vocabulary import Side

ASKER = Asker(date(2026, 11, 23))


@pytest.mark.parametrize("text", ["hoi", "dank je wel!", "Goedemorgen allemaal", "doei", "wie ben jij", "test test"])
def test_a_message_of_nothing_but_greeting_is_small_talk(library: Library, text: str) -> None:
    assert is_small(text)
    assert understand(library, text).sort is Sort.SMALLTALK


@pytest.mark.parametrize(
    "text", ["", "wie belt de school", "goed gesprek met ouders gehad", "hulp voor het gezin nodig"]
)
def test_words_of_the_field_make_it_more_than_that(text: str) -> None:
    assert not is_small(text)


def test_after_a_question_a_reply_goes_on_about_it(library: Library) -> None:
    before = ("hoe gaat het op de basisschool met het wijkteam?",)
    assert understand(library, "nee ik bedoel het vo", before).sort is Sort.QUESTION
    assert understand(library, "bedankt", before).sort is Sort.SMALLTALK


@pytest.mark.parametrize("text", ["kind", "moeder", "vader boos", "thuis"])
def test_a_word_or_two_is_never_certain_danger(library: Library, text: str) -> None:
    assert understand(library, text).danger.level < Level.SURE


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("leerling is sinds gisteravond weggelopen", "112"),
        ("meisje wegelopen, niemand weet waar ze is", "112"),
        ("hij is weg gelopen en nog niet terug", "112"),
        ("appje: ik maak er vanavond een einde aan", "112"),
        ("ze wil niet meer leven", "113"),
        ("vader slaat hem met een riem", "veilig-thuis"),
        ("ze slaat haar kinderen", "veilig-thuis"),
        ("een brugklasser die met een riem geslagen wordt", "veilig-thuis"),
        ("er is gebeld dat de school om twaalf uur ontploft", "112"),
        ("kind onder de schoolbus", "112"),
        ("krijgt schokken en stopt niet", "112"),
        ("hij is de poort uit gerend richting snelweg", "112"),
        ("ik heb ze al ingenomen, sorry juf", "112"),
        ("hij googelt hoe je een strop knoopt", "113"),
        ("een klap op zijn tijd, dat is bij ons opvoeden", "veilig-thuis"),
        ("wie doet de melding als een kind is weggelopen sinds gisteren", ""),
        ("weggelopen van de Sint Jozefschool, wie bel ik?", ""),
        ("waar slaat het woord kindcheck op?", ""),
        ("leerling heeft de leraar geslagen, mag ik schorsen?", ""),
        ("ik word pas gebeld als het op school al ontploft is", ""),
        ("wij zijn gebeld over de aanslag van de belasting", ""),
    ],
)
def test_the_floor_needs_no_index(text: str, call: str) -> None:
    assert by_words(text) == call


def test_the_floor_is_silent_about_what_people_ask() -> None:
    asked = load_content(Sources()).asked
    assert sum(bool(by_words(a.q)) for a in asked) < 0.002 * len(asked)


def test_where_life_is_at_risk_112_goes_before_every_other_number(library: Library) -> None:
    found = find_answer(library, "krijg net een appje dat ze er vanavond een einde aan maakt. wie bel ik??", ASKER)
    assert (found.kind, found.first_contact) == ("crisis", "112")


@pytest.mark.parametrize(
    "text",
    ["wat verdient een klantmanager jeugd", "hoeveel dagen mag ik een leerling schorsen", "recept voor appeltaart",
     "wat kost een bijlesuur", "welke medicijnen helpen bij adhd"],
)  # fmt: skip
def test_what_the_agreements_do_not_tell_is_said_not_to_be_in_them(library: Library, text: str) -> None:
    assert find_answer(library, text, ASKER).kind == "not_found"


@pytest.mark.parametrize(
    ("text", "side"),
    [("kunnen wij als school zeggen dat de hulp thuis minder mag?", Side.EDUCATION),
     ("ik ben gezinscoach, met wie stem ik af?", Side.YOUTH_CARE)],
)  # fmt: skip
def test_who_says_where_they_work_works_there(library: Library, text: str, side: Side) -> None:
    assert understand(library, text).side is side


def test_who_asks_for_somebody_is_given_somebody(library: Library) -> None:
    assert find_answer(library, "zorgen over een kind thuis, naar wie ga ik?", ASKER).first_contact == "cjg"


@pytest.mark.parametrize("text", ["hij zegt dat hij dood wil", "dat ze er niet meer wil zijn", "ze wil dood"])
def test_a_wish_to_die_is_certain_whatever_was_asked_before(library: Library, text: str) -> None:
    before = ("mag ik het cjg bellen als ouders nee zeggen?",)
    assert by_words(text) == "113"
    assert understand(library, text, before).danger.level is Level.SURE


def test_agreements_that_nobody_wrote_questions_for_still_answer(library: Library, tmp_path: Path) -> None:
    content = load_content(Sources())
    build(replace(content, asked=(), signals=content.signals[::20]), tmp_path / "index")
    bare = replace(library, frozen=Frozen(tmp_path / "index"))
    assert not bare.has_judge("asked")
    asked = understand(bare, "wie heeft de regie als school en jeugdhulp allebei iets doen?")
    assert asked.sort is Sort.QUESTION
    assert asked.side is Side.EDUCATION
    assert understand(bare, "xyzzy qwrtp").sort is Sort.OUTSIDE
