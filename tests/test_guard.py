from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.guard import Finding, find, is_bsn, mask

YEAR = 2026
BSN = "111222333"  # passes the 11-proof; given to nobody


def found(text: str) -> list[tuple[Finding, str]]:
    return [(item.what, text[item.start : item.end].strip()) for item in find(text, YEAR)]


def test_the_proof_of_eleven_tells_a_bsn_from_a_number() -> None:
    assert is_bsn(BSN)
    assert is_bsn("10000008")  # eight digits, a zero in front of them
    assert not is_bsn("111222334")
    assert not is_bsn("1112223330")


@pytest.mark.parametrize("typed", [BSN, "1112.22.333", "111 222 333", "111-222-333"])
def test_a_bsn_is_found_however_it_is_spaced(typed: str) -> None:
    assert found(f"Het kind heeft {typed}, zegt moeder") == [(Finding.BSN, typed)]


def test_a_long_number_that_is_no_bsn_is_still_pointed_out() -> None:
    assert found("dossier 111222334") == [(Finding.NUMBER, "111222334")]


@pytest.mark.parametrize(
    "typed",
    ["06-12345678", "0612345678", "06 12 34 56 78", "+31 6 12345678", "0031612345678", "040-1234567", "040 123 45 67"],
)
def test_a_phone_number_is_found(typed: str) -> None:
    assert found(f"bel moeder op {typed}.") == [(Finding.PHONE, typed)]


@pytest.mark.parametrize("typed", ["jan@school.nl", "Jan.de-Vries+x@sub.school.nl", "j_b@kd-1.example"])
def test_a_mail_address_is_found(typed: str) -> None:
    assert found(f"mail {typed}, graag") == [(Finding.EMAIL, typed)]


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("hij is van 12-03-2015", "12-03-2015"),
        ("12 maart 2015 kwam hij", "12 maart 2015"),
        ("van 04/05/15", "04/05/15"),
        ("geb. 1-1-1990", "1-1-1990"),
        ("3-2-2025 geboren", "3-2-2025"),
        ("geboren op 3 mei 2016", "3 mei 2016"),
    ],
)
def test_a_birth_date_is_found(text: str, typed: str) -> None:
    assert found(text) == [(Finding.BIRTH_DATE, typed)]


@pytest.mark.parametrize("typed", ["5501 AB", "5501AB", "5501ab"])
def test_a_postcode_is_found(typed: str) -> None:
    assert found(f"woont op {typed}") == [(Finding.POSTCODE, typed)]


@pytest.mark.parametrize("typed", ["Kerkstraat 5", "Hoofflaan 12a", "Rembrandtpark 10", "dorpsplein 3 b"])
def test_an_address_is_found(typed: str) -> None:
    assert found(f"Hij woont op de {typed}, bij oma") == [(Finding.ADDRESS, typed)]


@pytest.mark.parametrize(
    "text",
    [
        "een kind in groep 7/8",
        "bel 0800-2000 of 0800 0113",
        "1-12-2026 mdo",
        "mdo op 3-12 om 15:00",
        "bel 112, of 113",
        "schooljaar 2026-2027",
        "het overleg van 24-11-2026 15.00",
        "5500 en 6000 leerlingen",
        "2026 is een goed jaar",
        "10-15 kinderen in groep 3 in 2026",
        "op weg 3 stappen verder",
        "van 12:00-13:00",
        "jaarplan 2025/2026",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert found(text) == []
    assert mask(text, YEAR) == text


def test_a_text_with_several_is_masked_by_what_each_was() -> None:
    assert mask(f"Bel 06-12345678 of mail a@b.nl over {BSN}", YEAR) == (
        "Bel [telefoonnummer] of mail [e-mailadres] over [burgerservicenummer (BSN)]"
    )


def test_a_number_behind_an_address_is_masked_too() -> None:
    assert BSN not in mask(f"Kerkstraat 12 {BSN}", YEAR)


PERSONAL = st.sampled_from([BSN, "06-12345678", "a@b.nl", "12-03-2015", "5501 AB", "Kerkstraat 12", "111222334"])
PLAIN = st.sampled_from(["", "hij", "bel 112", "groep 7/8", "en", "12", "(", "geb.", "nr."])


@given(st.lists(st.tuples(PERSONAL, PLAIN), min_size=1, max_size=5))
def test_a_mask_leaves_nothing_of_what_is_personal(pieces: list[tuple[str, str]]) -> None:
    masked = mask(" ".join(f"{plain} {personal}" for personal, plain in pieces), YEAR)
    assert not [personal for personal, _ in pieces if personal in masked]
    assert find(masked, YEAR) == []


@given(st.text(alphabet="0123456789 -/.@abAB+(", max_size=40))
def test_found_items_stand_in_order_and_the_mask_takes_exactly_them(text: str) -> None:
    items = find(text, YEAR)
    assert all(a.end <= b.start for a, b in pairwise(items))
    left = Counter(text) - Counter("".join(text[item.start : item.end] for item in items))
    assert [left[d] for d in "0123456789@"] == [mask(text, YEAR).count(d) for d in "0123456789@"]
