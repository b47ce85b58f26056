"""What a sentence must be to be shown: one that says what a sentence of a provision says; `figures` has all sets."""

import random
import tomllib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from knowledge.phrasing import otherwise, wordlists
from knowledge.phrasing.evidence import alike
from knowledge.phrasing.keeping import CHECKS, Said, keep
from knowledge.phrasing.otherwise import ways
from knowledge.phrasing.sameness import says_the_same
from knowledge.phrasing.spelling import cleaned
from knowledge.phrasing.tokens import BREAKS, tokens
from knowledge.phrasing.wordlists import lists
from knowledge.text import fold
from tests.model.attacks import attacks, from_written_ways, is_told
from tests.model.content import (
    LOOKED_AT,
    OPPONENTS,
    OWN_WAY,
    UNSEEN,
    by_hand,
    composed,
    hand,
    heldout,
    is_shown,
    provisions,
    rows,
)

CONSENT = "UP-A-ouders-2"
DOCUMENT = Path(__file__).parents[2] / "docs" / "model.md"
_CHANGES = 10  # a sentence
_SHARE = 6  # one in so many of the larger sets; all of them in figures


def test_there_are_more_than_a_thousand_lies_of_every_kind() -> None:
    kinds = Counter(attack.check for attack in attacks())
    assert sum(kinds.values()) >= 1000
    assert {
        "numbers",
        "roles",
        "denial",
        "strength",
        "links",
        "sources",
        "language",
        "shape",
        "turned round",
    } <= kinds.keys()
    assert min(kinds.values()) >= 60


def test_no_lie_is_shown_whatever_sentence_it_names() -> None:
    by_hand = [attack for attack in attacks() if attack.check == "by hand"]
    assert [attack for attack in [*by_hand, *attacks()[::_SHARE]] if is_told(attack)] == []


@pytest.mark.parametrize("name", [name for name in (*UNSEEN, *LOOKED_AT, *OPPONENTS) if hand(name).lies])
def test_no_lie_of_any_hand_is_shown(name: str) -> None:
    assert len(hand(name).lies) >= (36 if name == "reader" else 40)
    assert [(id, text) for id, text in hand(name).lies if is_shown(text, id)] == []


def test_no_lie_of_an_earlier_hand_is_shown() -> None:
    lies = [(id, text) for number, id, text in heldout() if not number]
    assert len(lies) >= 60
    assert [(id, text) for id, text in lies if is_shown(text, id)] == []


@pytest.mark.parametrize("name", [*UNSEEN, OWN_WAY])
def test_what_was_measured_on_the_unseen_hands_is_written_down(name: str) -> None:
    kept = [keep(answer.said(), rows(answer.id)) for answer in hand(name).good]
    said, dropped = sum(len(k.kept) + len(k.dropped) for k in kept), sum(len(k.dropped) for k in kept)
    assert f"| {name} | {len(kept)} | {said} | {dropped} ({dropped / said:.1%})" in DOCUMENT.read_text(encoding="utf-8")


def test_every_unseen_hand_wrote_eighty_answers_and_more_than_two_hundred_were_looked_at() -> None:
    for name in UNSEEN:
        assert len(hand(name).good) >= 80
    assert len({good.id for good in by_hand()}) >= 60
    assert len({*by_hand(), *composed()}) >= 200


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_alone_drops_less_than_one_good_answer_in_twenty(check: str) -> None:
    good = [*hand("again").good, *hand("served").good]
    assert len(good) >= 400
    dropped = [a for a in good if keep(a.said(), rows(a.id), {check: CHECKS[check]}).dropped]
    assert len(dropped) / len(good) < 0.05


def test_a_provision_in_its_own_words_passes() -> None:
    for id in provisions():
        row = rows(id)[0]
        kept = keep([Said(text, source) for text, source in zip(row.sent, row.sources, strict=True)], (row,))
        assert kept.dropped == ()
        assert kept.text == " ".join(row.sentences)


def test_every_written_way_is_of_a_sentence_that_stands_there_and_passes() -> None:
    there = {text for id in provisions() for text in rows(id)[0].sentences}
    written = otherwise.written()
    assert written.keys() <= there
    assert sum(map(len, written.values())) > 500
    for source, others in written.items():
        for way in others:
            assert [name for name, passes in CHECKS.items() if not passes(way, source)] == [], way


def test_no_lie_made_of_a_written_way_is_shown() -> None:
    assert [attack for attack in list(from_written_ways())[:: 2 * _SHARE] if is_told(attack)] == []


def test_a_sentence_that_was_edited_has_no_other_ways_any_more() -> None:
    source = rows(CONSENT)[0].sentences[0]
    assert len(ways(source)) > 1
    assert ways(source.replace("toestemming", "een brief")) == (source.replace("toestemming", "een brief"),)


def test_no_word_stands_in_two_groups() -> None:
    groups = tomllib.loads(Path(wordlists.__file__).with_name("wordlists.toml").read_text(encoding="utf-8"))["same"]
    words = Counter(" ".join(fold(word).split()) for row in groups for word in {*row.split("|")})
    assert [word for word, times in words.items() if times > 1] == []


SOURCE = "Krijgt een kind steun van CJG, klantmanager of specialist, dan mailt die de directeur dat hij er is."


@pytest.mark.parametrize(
    ("said", "source"),
    [
        (SOURCE.replace("steun", "hulp"), SOURCE),
        ("De school moet dit betalen.", "De school dient dit te betalen (financiering), zodat het doorgaat."),
        ("Zeggen ouders nee, dan mag het niet.", "Zeggen ouders nee? Dan mag het niet."),
        ("Zeggen ouders nee? Dan mag het niet.", "Zeggen ouders nee, dan mag het niet."),
        ("Het Centrum voor Jeugd en Gezin belt.", "Het CJG belt."),
        ("U mag bellen.", "U mag dus bellen."),
        ("Bel de school.", "Bel ook de school."),
    ],
)
def test_plainer_and_shorter_is_the_same(said: str, source: str) -> None:
    assert says_the_same(said, source)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        (SOURCE.replace("mailt die de", "mailt de"), SOURCE),
        (SOURCE.replace(", klantmanager", ""), SOURCE),
        (SOURCE.partition(", dan ")[2].capitalize(), SOURCE),
        ("De ouders vragen de school.", "De school vraagt de ouders."),
        ("Ouders beloven niets.", "Beloof ouders niets."),
        ("Sparren over een casus mag.", "Sparren over een anonieme casus mag."),
        ("Bel met toestemming.", "Bel alleen met toestemming."),
        ("Alleen u mag anoniem bellen.", "U mag alleen anoniem bellen."),
        ("Bel en praat met ouders.", "Bel eerst, en praat daarna met ouders."),
        ("Praat eerst met ouders, en bel daarna.", "Bel eerst, en praat daarna met ouders."),
        ("Als u belt, stopt een proces.", "Stopt een proces, dan belt u."),
        ("Het CJG praat met de school.", "De school praat met het CJG."),
        (
            "Verwijs naar de huisarts in plaats van naar het CJG.",
            "Verwijs naar het CJG in plaats van naar de huisarts.",
        ),
        ("Dat mag.", "Dat mag, tenzij ouders nee zeggen."),
        ("Het werkt aan drie dingen: scholing; taal.", "Het werkt aan drie dingen: scholing; rekenen; taal."),
        ("Het helpt leerlingen.", "Het helpt leerlingen (landelijk beeld)."),
        ("Doe dat. Niet wachten.", "Doe dat niet wachten."),
        ("Mag dat?", "Dat mag."),
        ("De ouders beslissen beslissen.", "De ouders beslissen."),
        ("Het CJG of de klantmanager belt.", "Het CJG en de klantmanager bellen."),
        ("Het hoeft bij elke zaak niet.", "Het hoeft niet bij elke zaak."),
        ("De basisondersteuning versterkt jeugdhulp.", "Jeugdhulp versterkt de basisondersteuning."),
        ("Na school is het gezin de plek.", "School is na het gezin de plek."),
        ("Meld problemen van de gemeente bij de ambtenaar.", "Meld problemen bij de ambtenaar van de gemeente."),
        ("U kent de ander die zelf zo werkt.", "U kent de ander die zo werkt."),
        ("Bel ook de school.", "Bel de school."),
        ("De school mag ook bellen.", "Ook de school mag bellen."),
        ("Met het CJG praat de school over de zorgen.", "De school praat over de zorgen met het CJG."),
        ("De klantmanager en het CJG bellen.", "Het CJG en de klantmanager bellen."),
        ("U belooft ouders niets.", "Beloof ouders niets."),
    ],
)
def test_what_changes_the_sense_is_not(said: str, source: str) -> None:
    assert not says_the_same(said, source)


def test_a_word_put_in_or_exchanged_for_another_shows_only_when_it_is_light() -> None:
    draw = random.Random(5)
    every = [text for id in provisions() for text in rows(id)[0].sentences]
    vocabulary = sorted({word for text in every for word in text.split()})
    for source in every:
        known = {word for way in ways(source) for word in content(way)}
        for _ in range(_CHANGES):
            said = changed(source, draw, vocabulary)
            assert content(said) <= known or not all(passes(said, source) for passes in CHECKS.values()), said


def changed(text: str, draw: random.Random, vocabulary: Sequence[str]) -> str:
    """The text with one word put in, or put in the place of another."""
    row = text.rstrip(".").split()
    at, word = draw.randrange(len(row)), draw.choice(vocabulary)
    row[at : at + draw.randrange(2)] = [word]
    return f"{' '.join(row)}."


def content(text: str) -> set[str]:
    """The words of a text that are not light."""
    return {word for word in tokens(text) if word not in lists().free | lists().light | BREAKS}


def test_two_who_act_never_change_places() -> None:
    for id in provisions():
        for source in rows(id)[0].sentences:
            who = [
                word
                for word in ("directeur", "CJG", "ouders", "school", "klantmanager", "kind", "jeugdhulp")
                if word in source
            ]
            for one, other in pairwise(who):
                said = source.replace(one, "#").replace(other, one).replace("#", other)
                assert said in (source, _as_listed(source, one, other)) or not says_the_same(said, source), said


def _as_listed(source: str, one: str, other: str) -> str:
    """The source with the two exchanged where they stand in one row, whose order says nothing; else the source."""
    between = source[min(source.find(one), source.find(other)) : max(source.find(one), source.find(other))]
    if set(tokens(between)[1:]) - lists().actors - lists().free - {",", "en", "of", "(", ")", "/"}:
        return source
    return source.replace(one, "#").replace(other, one).replace("#", other)


def test_a_number_is_a_blank_for_the_model_and_comes_back_from_the_row() -> None:
    (row,) = rows("UP-P-contact-2")
    assert row.blanks == {"[nummer 1]": "0800-2000"}
    assert "0800" not in "".join(row.sent)
    kept = keep([Said(row.sent[2], f"{row.id}.3")], (row,))
    assert "bel 0800-2000 voor advies" in kept.kept[0]


@pytest.mark.parametrize("blank", ["[nummer 2]", "[nummer 01]", "[Nummer 1]", "[nummer]", "0800 2001"])
def test_a_blank_that_the_row_does_not_have_is_dropped(blank: str) -> None:
    (row,) = rows("UP-P-contact-2")
    assert keep([Said(row.sent[2].replace("[nummer 1]", blank), f"{row.id}.3")], (row,)).kept == ()


def test_a_condition_that_is_left_out_comes_back_in_the_provisions_own_words() -> None:
    said = "Voor een gezamenlijk gesprek kunnen onderwijs en CJG of klantmanager een vooroverleg houden."
    kept = keep(
        [Said(said, "UP-P-contact-3.1"), Said(rows("UP-P-contact-3")[0].sent[1], "UP-P-contact-3.2")],
        rows("UP-P-contact-3"),
    )
    assert kept.text.startswith(said)
    assert "het mag, het is geen plicht" in kept.text


def test_what_kind_of_source_it_is_cannot_be_left_out() -> None:
    said = Said("Maak een smoelenboek, een overzicht van wie wie is, en houd het bij.", "UP-R-algemeen-2.1")
    assert "aanbeveling van de heimiddag" in keep([said], rows("UP-R-algemeen-2")).text


def test_a_sentence_that_points_back_comes_after_the_one_it_points_to() -> None:
    own = rows("UP-P-toeleiding-8")[0].sentences
    kept = keep([Said(own[2], "UP-P-toeleiding-8.3"), Said(own[0], "UP-P-toeleiding-8.1")], rows("UP-P-toeleiding-8"))
    assert kept.text == " ".join(own)


def test_without_a_sentence_on_the_best_provision_there_is_no_text() -> None:
    other = rows("UP-A-ouders-3")[0].sentences[0]
    assert keep([Said(other, "UP-A-ouders-3.1")], rows(CONSENT, "UP-A-ouders-3")).text == ""
    assert keep([], rows(CONSENT)).text == ""


def test_quotes_that_cast_doubt_are_not_shown() -> None:
    own = next(text for text in rows(CONSENT)[0].sentences if "alleen" in text)
    assert is_shown(own, CONSENT)
    assert not is_shown(own.replace("alleen", "'alleen'"), CONSENT)


def test_one_lie_taints_all_that_came_in_the_same_sentence() -> None:
    own = rows(CONSENT)[0].sentences[0]
    assert keep([Said(f"{own} Bel 0800-2001.", f"{CONSENT}.1")], rows(CONSENT)).kept == ()


def test_an_agreement_is_not_told_together_with_advice_from_elsewhere() -> None:
    told = [provisions()[id] for id in (CONSENT, "VS-vo-3", "UP-P-contact-1")]
    assert [p.id for p in alike(told)] == [CONSENT, "UP-P-contact-1"]


def test_what_nobody_sees_is_taken_out() -> None:
    assert cleaned("ou\u200bders\U000e0041\u2060 \u202een\ufe0f  zo\n") == "ouders en zo"
