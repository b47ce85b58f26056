"""What a sentence must be to be shown: a shortening of one sentence of a provision; `figures` has the whole sets."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.phrasing.anchoring import is_anchored
from knowledge.phrasing.evidence import alike
from knowledge.phrasing.keeping import CHECKS, Said, keep
from knowledge.phrasing.spelling import cleaned
from knowledge.phrasing.tokens import BREAKS, base, tokens
from knowledge.phrasing.wordlists import lists
from tests.model.attacks import attacks, is_told
from tests.model.content import by_hand, composed, heldout, is_shown, provisions, rows

CONSENT = "UP-A-ouders-2"
DOCUMENT = Path(__file__).parents[2] / "docs" / "model.md"
_CHANGES = 10  # a sentence
_SHARE = 4  # one in so many of the larger sets; all of them in figures


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


def test_no_lie_of_the_held_out_set_is_shown() -> None:
    lies = [(id, text) for number, id, text in heldout() if not number]
    assert len(lies) >= 60
    assert [(id, text) for id, text in lies if is_shown(text, id)] == []


def test_what_was_measured_on_the_held_out_set_is_written_down() -> None:
    dropped = sum(not is_shown(text, id) for number, id, text in heldout() if number)
    good, lies = sum(number > 0 for number, _, _ in heldout()), sum(not number for number, _, _ in heldout())
    told = DOCUMENT.read_text(encoding="utf-8")
    assert f"**0 of {lies}** lies" in told
    assert f"**{dropped} of {good}** good sentences" in told


def test_there_are_two_hundred_good_answers_and_eighty_by_hand() -> None:
    assert len(by_hand()) >= 80
    assert len({good.id for good in by_hand()}) >= 60
    assert len({*by_hand(), *composed()}) >= 200


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_alone_drops_less_than_one_good_answer_in_twenty(check: str) -> None:
    good = [*by_hand(), *composed()]
    dropped = [a for a in good if keep(a.said(), rows(a.id), {check: CHECKS[check]}).dropped]
    assert len(dropped) / len(good) < 0.05


def test_a_provision_in_its_own_words_passes() -> None:
    for id in provisions():
        row = rows(id)[0]
        kept = keep([Said(text, source) for text, source in zip(row.sent, row.sources, strict=True)], (row,))
        assert kept.dropped == ()
        assert kept.text == " ".join(row.sentences)


SOURCE = "Krijgt een kind steun van CJG, klantmanager of specialist, dan mailt die de directeur dat hij er is."


@pytest.mark.parametrize(
    ("said", "source"),
    [
        (SOURCE.replace("steun", "hulp"), SOURCE),
        (
            "Als een kind hulp krijgt van CJG, klantmanager of specialist, mailt die de directeur dat hij er is.",
            SOURCE,
        ),
        ("De school moet dit betalen.", "De school dient dit te betalen (financiering), zodat het doorgaat."),
        ("Bel voordat u gaat.", "Bel alvorens u gaat."),
        ("Vraag het met een brief.", "Vraag het middels een brief."),
        ("Informeer de ouders.", "Licht de ouders zorgvuldig in."),
        ("U belooft ouders niets.", "Beloof ouders niets."),
        ("Als ouders nee zeggen, mag het niet.", "Zeggen ouders nee? Dan mag het niet."),
        ("Zeggen ouders nee? Dan mag het niet.", "Zeggen ouders nee, dan mag het niet."),
    ],
)
def test_plainer_and_shorter_is_the_same(said: str, source: str) -> None:
    assert is_anchored(said, source)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        (SOURCE.replace("mailt die de", "mailt de"), SOURCE),
        (SOURCE.replace(", klantmanager", ""), SOURCE),
        (SOURCE.partition(", dan ")[2].capitalize(), SOURCE),
        ("De ouders vragen de school.", "De school vraagt de ouders."),
        ("Sparren over een casus mag.", "Sparren over een anonieme casus mag."),
        ("Bel met toestemming.", "Bel alleen met toestemming."),
        ("Bel en praat met ouders.", "Bel eerst, en praat daarna met ouders."),
        ("Dat mag.", "Dat mag, tenzij ouders nee zeggen."),
        ("Het werkt aan drie dingen: scholing; taal.", "Het werkt aan drie dingen: scholing; rekenen; taal."),
        ("Het helpt leerlingen.", "Het helpt leerlingen (landelijk beeld)."),
        ("Doe dat. Niet wachten.", "Doe dat niet wachten."),
        ("Mag dat?", "Dat mag."),
        ("Als een school het niet oplossen, dan mag het.", "Kan een school het niet oplossen (mbo), dan mag het."),
        ("De ouders beslissen beslissen.", "De ouders beslissen."),
    ],
)
def test_what_changes_the_sense_is_not(said: str, source: str) -> None:
    assert not is_anchored(said, source)


def test_a_word_put_in_exchanged_or_moved_shows_only_when_it_is_light() -> None:
    draw = random.Random(5)
    every = [text for id in provisions() for text in rows(id)[0].sentences]
    vocabulary = sorted({word for text in every for word in text.split()})
    for source in every:
        for _ in range(_CHANGES):
            said = changed(source, draw, vocabulary)
            assert content(said) == content(source) or not is_anchored(said, source), said


def changed(text: str, draw: random.Random, vocabulary: Sequence[str]) -> str:
    """The text with one word put in, put in the place of another, moved, or exchanged with another."""
    row = text.rstrip(".").split()
    one, other = draw.randrange(len(row)), draw.randrange(len(row))
    match draw.randrange(4):
        case 0:
            row.insert(one, draw.choice(vocabulary))
        case 1:
            row[one] = draw.choice(vocabulary)
        case 2:
            row.insert(other, row.pop(one))
        case _:
            row[one], row[other] = row[other], row[one]
    return f"{' '.join(row)}."


def content(text: str) -> list[str]:
    """The words of a text that are not light, in order."""
    light = lists().free | lists().light | BREAKS | {"dan"}
    return [base(word) for word in tokens(text) if word not in light]


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


def test_one_lie_taints_all_that_came_in_the_same_sentence() -> None:
    own = rows(CONSENT)[0].sentences[0]
    assert keep([Said(f"{own} Bel 0800-2001.", f"{CONSENT}.1")], rows(CONSENT)).kept == ()


def test_an_agreement_is_not_told_together_with_advice_from_elsewhere() -> None:
    told = [provisions()[id] for id in (CONSENT, "VS-vo-3", "UP-P-contact-1")]
    assert [p.id for p in alike(told)] == [CONSENT, "UP-P-contact-1"]


def test_what_nobody_sees_is_taken_out() -> None:
    assert cleaned("ou\u200bders\U000e0041\u2060 \u202een\ufe0f  zo\n") == "ouders en zo"
