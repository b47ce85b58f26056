"""Every picture is what the guides show, readable on a phone, for every eye, with no word cut off."""

import io
import re
from argparse import Namespace
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from bot import timeline
from bot.app import App
from bot.commands.contact_list import contacts_draw
from bot.timeline import Mark
from knowledge import cards, drawing, pictures
from knowledge.contact_files import read_contacts
from knowledge.contacts import DAYS, Contact, ContactList
from knowledge.faults import ContentError
from knowledge.pictures import TEXT, WIDTH, drawable, font, wrapped
from knowledge.roles import load_roles
from knowledge.sources import SHIPPED
from tests.case_world import shipped_chart
from tests.pictures import FOLDER, MARKS, TODAY, WAY, differs, drawn

ROLES = {role.id: role for role in load_roles(SHIPPED / "roles.yaml")}
SHIPPED_LIST = ContactList(tuple(read_contacts(SHIPPED / "contacts.csv")))
REGENBOOG = SHIPPED_LIST.around("De Regenboog")


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return drawn()


def test_every_picture_is_as_the_guides_show_it(made: dict[str, bytes]) -> None:
    """After a change that is meant: `python -m tests.pictures`, and look."""
    assert [name for name, png in made.items() if differs(png, (FOLDER / name).read_bytes())] == []


def test_a_small_change_in_a_picture_is_noticed(made: dict[str, bytes]) -> None:
    chart = shipped_chart()
    another = replace(REGENBOOG[0], days=("maandag", "dinsdag"))
    assert differs(made["stroomschema-zaak.png"], drawing.draw(chart, WAY[:-1], "consent"))
    assert differs(made["stroomschema-zaak.png"], drawing.draw(chart, WAY, "parents_contact"))
    assert differs(made["wie-is-wie.png"], cards.draw((another, *REGENBOOG[1:4]), ROLES, TODAY, "De Regenboog"))
    assert differs(made["tijdlijn.png"], timeline.draw(MARKS, TODAY + timedelta(days=1)))
    assert not differs(made["tijdlijn.png"], timeline.draw(MARKS, TODAY))


def test_letters_smoothed_otherwise_are_no_change(made: dict[str, bytes]) -> None:
    shown = Image.open(io.BytesIO(made["wie-is-wie.png"])).convert("RGB")
    softer, out = shown.resize((WIDTH * 3, shown.height * 3)).resize(shown.size), io.BytesIO()
    softer.save(out, "PNG")
    assert not differs(made["wie-is-wie.png"], out.getvalue())


def test_no_letter_in_a_picture_is_smaller_than_a_phone_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: set[int] = set()
    real = ImageFont.truetype

    def noting(file: Path, size: int) -> ImageFont.FreeTypeFont:
        sizes.add(size)
        return real(file, size)

    monkeypatch.setattr(ImageFont, "truetype", noting)
    font.cache_clear()
    made = drawn()
    font.cache_clear()
    assert min(sizes) >= 38
    assert {Image.open(io.BytesIO(png)).width for png in made.values()} == {1080}


def channels(colour: str) -> list[float]:
    """Red, green and blue as light, 0 to 1 (WCAG 2)."""
    found = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in found]


def contrast(one: str, other: str) -> float:
    """How much lighter one colour is than another, 1 to 21 (WCAG 2)."""
    first, second = (
        sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), channels(c), strict=True)) for c in (one, other)
    )
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def test_every_picture_stands_in_a_guide_and_the_other_way_round() -> None:
    guides = "".join(file.read_text(encoding="utf-8") for file in sorted(FOLDER.parent.glob("*.md")))
    assert set(re.findall(r"pictures/([\w-]+\.png)", guides)) == {file.name for file in FOLDER.glob("*.png")}


FILLS = (pictures.PAPER, pictures.BAND, pictures.LIGHT_BLUE, pictures.YELLOW, pictures.PALE_ORANGE)


def test_words_stand_out_from_what_they_stand_on() -> None:
    assert min(contrast(pictures.INK, fill) for fill in FILLS) >= 7
    assert contrast(pictures.PAPER, pictures.BLUE) >= 4.5
    assert contrast(pictures.GREY, pictures.PAPER) >= 4.5
    assert min(contrast(line, pictures.PAPER) for line in (pictures.BLUE, pictures.ORANGE, pictures.GREY)) >= 3


SEEN = {
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}
"""How the light of a colour is seen, by Machado, Oliveira and Fernandes (2009), severity 1."""


@pytest.mark.parametrize("eyes", SEEN)
def test_the_way_and_where_it_is_are_told_apart_by_colour_blind_eyes(eyes: str) -> None:
    def seen(colour: str) -> list[float]:
        return [sum(a * b for a, b in zip(row, channels(colour), strict=True)) for row in SEEN[eyes]]

    def apart(one: str, other: str) -> float:
        return max(abs(a - b) for a, b in zip(seen(one), seen(other), strict=True))

    assert apart(pictures.LIGHT_BLUE, pictures.YELLOW) > 0.3
    assert apart(pictures.LIGHT_BLUE, pictures.PALE_ORANGE) > 0.15
    assert apart(pictures.YELLOW, pictures.PALE_ORANGE) > 0.1
    assert apart(pictures.BLUE, pictures.ORANGE) > 0.3


def test_every_sign_has_a_glyph() -> None:
    """Also what may stand in a name: Turkish, Polish, Romanian, Czech letters."""
    for bold in (False, True):
        letters = font(TEXT, bold)
        missing = bytes(letters.getmask("\U0010ffff"))
        for character in set("éëïöüçàĳŁşğŞțČ–—’•→✓▶…€"):
            assert bytes(letters.getmask(character)) != missing, character
    assert drawable("Nguyễn Иван 😀\u00ad") == "Nguyen ???? ?"


def test_a_line_breaks_where_a_reader_would() -> None:
    bold = font(pictures.TITLE, bold=True)
    assert wrapped("112, Veilig Thuis of 113", 380, bold) == ["112, Veilig", "Thuis of 113"]
    assert wrapped("Eerst dat gesprek", 348, bold) == ["Eerst", "dat gesprek"]
    assert wrapped("Een gesprek met de ouders", 420, bold) == ["Een gesprek", "met de ouders"]
    assert wrapped("ontwikkelingsperspectiefplan", 380, bold) == ["ontwikkelings-", "perspectiefplan"]
    assert wrapped("cora@samenwerkingsverband.example", 500, bold)[0] == "cora@"
    assert wrapped("OBS\u00a0De\u00a0Klimboom, De\u00a0Regenboog", 480, bold) == [
        "OBS\u00a0De\u00a0Klimboom,",
        "De\u00a0Regenboog",
    ]
    assert wrapped("", 100, bold) == [""]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=120)


@given(WORDS, st.integers(60, 1000))
@settings(max_examples=150, deadline=None)
def test_no_word_is_cut_off_and_none_is_lost(text: str, room: int) -> None:
    letters = font()
    lines = wrapped(text, room, letters)
    assert all(letters.getlength(line) <= room for line in lines)
    kept = "".join(lines).replace("-", "").replace(" ", "").replace("\u00a0", "")
    assert kept == "".join(drawable(text).split()).replace("-", "")


PEOPLE = st.builds(
    Contact,
    role=st.sampled_from([*ROLES, "onbekend"]),
    name=WORDS,
    phone=st.sampled_from(["", "040 000 11 01"]),
    email=st.sampled_from(["", "iemand@samenwerkingsverband-van-de-hele-regio.example"]),
    schools=st.lists(WORDS, max_size=6).map(tuple),
    days=st.lists(st.sampled_from(DAYS), max_size=7).map(tuple),
    confirmed=st.one_of(st.none(), st.just(date(2026, 9, 1))),
)


@given(st.lists(PEOPLE, min_size=1, max_size=3), WORDS)
@settings(max_examples=25, deadline=None)
def test_anybody_can_be_drawn(people: list[Contact], school: str) -> None:
    with Image.open(io.BytesIO(cards.draw(people, ROLES, TODAY, school))) as picture:
        assert picture.width == WIDTH
        assert picture.height > 150 * len(people)


def test_a_card_says_in_words_what_it_shows() -> None:
    told = cards.describe(REGENBOOG[:1], ROLES, "De Regenboog")
    assert told == ("Wie is wie bij De Regenboog: Iris Voorbeeld (IB'er), IB'er of directeur, 040 000 01 01, ma di do.")
    assert len(cards.describe(REGENBOOG, ROLES, "De Regenboog")) <= 1000  # what Slack keeps


def test_a_name_that_was_not_confirmed_lately_is_marked_on_its_card() -> None:
    stale = replace(REGENBOOG[0], confirmed=date(2026, 1, 1))
    assert differs(cards.draw(REGENBOOG[:1], ROLES, TODAY), cards.draw([stale], ROLES, TODAY))


def test_around_a_school_stand_its_own_people_those_of_its_town_and_those_for_all() -> None:
    names = [contact.name for contact in REGENBOOG]
    assert "Sanne Voorbeeld" in names
    assert "Fatima Fictief" in names
    assert "Koen Verzonnen (secretaris)" in names
    assert not {"Tom Verzonnen", "Mila Nergens", "Lina Bedacht"} & set(names)


def test_the_command_draws_a_dozen_cards_a_picture(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert contacts_draw(app, Namespace(out=tmp_path / "wie.png", school=None)) == 0
    assert contacts_draw(app, Namespace(out=tmp_path / "boog.png", school="regenboog")) == 0
    assert sorted(file.name for file in tmp_path.glob("*.png")) == ["boog.png", "wie-1.png", "wie-2.png"]
    assert "Getekend: " in capsys.readouterr().out
    with pytest.raises(ContentError, match=r"'olifant' is niet één school\. Scholen: De Regenboog"):
        contacts_draw(app, Namespace(out=tmp_path / "x.png", school="olifant"))


def test_a_timeline_tells_how_many_it_has_no_room_for() -> None:
    many = [Mark(TODAY + timedelta(days=n % 20), f"7-{n} @iemand") for n in range(45)]
    assert timeline.describe(many, TODAY).endswith("en nog 5")
    assert timeline.describe([], TODAY).endswith("niets gepland")
    with Image.open(io.BytesIO(timeline.draw(many, TODAY))) as picture:
        assert picture.height < 3200
