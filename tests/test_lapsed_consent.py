"""Consent that was refused, taken over or has lapsed allows nothing any more, in no summary, report or meeting."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.case_world import TO_CONSENT, TO_END, World

UNTIL = ("voor alles", "mondeling", "vandaag", "1 december 2026", "geen grenzen")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.database.close()


def report(world: World) -> str:
    """The report of the last case, as text."""
    (reply,) = world.send("/start-case verslag C-2026-0001")
    return "".join([reply.text, *(file.content.decode("utf-8", "ignore") for file in reply.attachments)])


def test_what_has_lapsed_is_not_shown_as_allowed(world: World) -> None:
    world.walk(*TO_CONSENT, *UNTIL, *TO_END)
    shown = world.say("/start-case toon C-2026-0001")
    assert "ja voor alles" in shown
    assert "Wat mag u delen?" in shown
    world.now += timedelta(days=14)
    for shown in (world.say("/start-case toon C-2026-0001"), report(world)):
        assert "verlopen op 1-12-2026, voor alles" in shown
        assert "ja voor alles" not in shown
        assert "Bel nu niemand met een naam erbij" in shown
        assert "Wat mag u delen?" not in shown
        assert "bel de CJG'er" not in shown


def test_when_somebody_else_decides_and_refuses_nobody_is_to_be_called(world: World) -> None:
    young = ("/start-case", "nee", "basisschool", "nee, er speelt meer", "12 tot en met 15", "twee ouders", "ja", "ja")
    asked = ("voor alles", "voor alles", "voor alles", "mondeling", "vandaag", "tot de zaak sluit", "geen grenzen")
    world.walk(*young, *asked, "zelfde als ouder 1", "zelfde als ouder 1", *TO_END)
    assert "Wie belt u" in report(world)
    world.walk("wijzig gezag", "een voogd", "ja", "ja", "nee")
    shown = report(world).partition("%PDF")[0]
    assert "de voogd: geweigerd voor alles" in shown
    assert "bel de CJG'er" not in shown
    assert "Wat mag u delen?" not in shown
    assert "(?" not in shown


@pytest.mark.parametrize(
    ("who", "words", "never"),
    [
        (("18",), "De student beslist zelf.", "ouders mee"),
        (("jonger dan 12", "een voogd"), "De voogd beslist", "ouders mee"),
        (("jonger dan 12", "twee ouders"), "Zij beslissen", "student"),
    ],
)
def test_without_consent_the_words_are_about_who_decides(
    world: World, who: tuple[str, ...], words: str, never: str
) -> None:
    school = "mbo" if who == ("18",) else "basisschool"
    said = world.walk("/start-case", "nee", school, "nee, er speelt meer", *who, "ja", "ja", "nee")
    said = world.say("nee") if who[-1] == "twee ouders" else said
    assert words in said
    assert never not in said
