"""No answer is longer than a phone screen, on any platform; what went to make it fit is behind `meer` and `route`."""

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.messages import Incoming, Person, Reply
from bot.platforms.console import Console
from bot.platforms.matrix.speaking import spoken
from bot.platforms.slack.blocks import to_message
from knowledge.answering import Answer, Asker, ranked_answer
from knowledge.calling import Place
from knowledge.danger import Danger, Level
from knowledge.documents import Block, make_document
from knowledge.library import Library
from knowledge.shelf import Shelf
from knowledge.understanding import understand
from knowledge.vocabulary import Kind, Side
from knowledge.wording import COLUMNS, ROWS, answer, full_provision, rows, say, whole_route

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("UTC"))
STALE = date(2027, 8, 1)
PLACES = (Place(), Place("De Regenboog", "Veldhoven"), Place("Meridiaan College"))


@dataclass(frozen=True)
class Shown:
    """An answer about one provision, as somebody gets it."""

    id: str
    found: Answer
    text: str


def every_answer(library: Library, today: date = TODAY) -> Iterator[Shown]:
    """About every provision, for who works at a school or in youth care, at a known school or not, in danger or not."""
    for id, provision in library.provisions.items():
        for side in Side:
            asked = understand(library, provision.title, (), side)
            others = [pair for pair in asked.ranking if pair[0] != id]
            asked = replace(asked, ranking=[(id, 1.05 * others[0][1]), *others], danger=Danger(Level.NONE))
            for place in PLACES:
                found = ranked_answer(library, Answer("answer", asked, side, place))
                for danger in (Danger(Level.NONE), Danger(Level.POSSIBLE)):
                    said = replace(found, asked=replace(asked, danger=danger))
                    yield Shown(id, said, say(library, said, Asker(today, side, place)))


@pytest.fixture(scope="module")
def answers(library: Library) -> list[Shown]:
    return list(every_answer(library))


def lines(text: str) -> int:
    """How many lines a text takes when no word is broken: the standard library's word, not ours."""
    return sum(max(1, len(textwrap.wrap(line, COLUMNS))) for line in text.strip().split("\n"))


def on_terminal(reply: Reply) -> str:
    """The Markdown of a terminal without its marks."""
    console = Console(Person("terminal", "iris"), lambda: datetime.now(ZoneInfo("UTC")), Path(), "")
    return re.sub(r"\*\*|`|(?<!\w)_|_(?!\w)", "", console.to_text(reply))


def on_slack(reply: Reply) -> str:
    """The sections of a message without their marks."""
    sections = [block["text"]["text"] for block in to_message(reply).blocks if block["type"] == "section"]
    return re.sub(r"\*|`|(?<!\w)_|_(?!\w)", "", "\n\n".join(sections))


def on_matrix(reply: Reply) -> str:
    """The HTML of a message as a client lays it out: a blank line between paragraphs and around a list."""
    page = _Page()
    page.feed(spoken(reply.text)["formatted_body"])
    return "".join(page.parts)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append({"br": "\n", "li": "- "}.get(tag, ""))

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


@pytest.mark.parametrize("form", [on_terminal, on_slack, on_matrix])
def test_no_answer_is_longer_than_a_phone_screen(answers: list[Shown], form: Callable[[Reply], str]) -> None:
    assert len({shown.id for shown in answers}) == 127
    counted = [(lines(form(Reply(shown.text))), shown) for shown in answers]
    assert [(count, shown.id, shown.text) for count, shown in counted if count > ROWS] == []


def test_the_buttons_below_an_answer_take_no_more_than_two_rows(app: App) -> None:
    *_, reply = app.assistant.handle(Incoming(Person("slack", "U1"), "hoe zit het met de regie?", NOW))
    *_, row = [block for block in to_message(reply).blocks if block["type"] == "actions"]
    assert sum(len(button["text"]["text"]) + 4 for button in row["elements"]) <= 2 * COLUMNS


def test_lines_are_counted_as_the_standard_library_wraps_them(answers: list[Shown]) -> None:
    for shown in answers:
        bare = shown.text.replace("**", "").replace("`", "")
        assert lines(bare) <= rows(shown.text) <= lines(bare) + 2


def test_of_what_is_agreed_no_half_is_shown_and_the_parents_are_never_left_out(answers: list[Shown]) -> None:
    for shown in answers:
        best = shown.found.provisions[0]
        if best.kind not in (Kind.ELSEWHERE, Kind.MUNICIPALITY):
            assert best.answer in shown.text
        assert best.never in shown.text
        whole_way = "**Route**" in shown.text and len(shown.found.route) > 1
        if whole_way or "**Bel eerst" in shown.text:
            assert "ouders" in shown.text.lower(), shown.text


def test_what_went_to_make_it_fit_is_behind_meer_and_route(library: Library, answers: list[Shown]) -> None:
    shorter = [shown for shown in answers if shown.found.provisions[0].answer not in shown.text]
    assert all("…" in shown.text and "`meer`" in shown.text for shown in shorter)
    assert all(library.provisions[shown.id].answer in full_provision(library, shown.id) for shown in shorter)
    for shown in answers:
        left_out = [text for _, text in shown.found.route if text not in shown.text]
        if len(shown.found.route) > 1 and left_out:
            assert "`route`" in shown.text
            assert all(text in whole_route(library, shown.found.side) for text in left_out)


@pytest.mark.parametrize("question", ["smoelenboek regenboog", "wie is wie bij meridiaan", "wie zit er op dinsdag"])
def test_a_list_of_people_fits_also_when_nobody_was_confirmed_lately(library: Library, question: str) -> None:
    text = answer(library, question, Asker(STALE, place=Place("De Regenboog", "Veldhoven"))).text
    assert "niet bevestigd" in text
    assert rows(text) <= ROWS


@pytest.mark.parametrize(
    "question",
    [
        "hij dreigt zichzelf iets aan te doen",
        "kind met blauwe plekken door vader",
        "mijn leerling is weggelopen en niemand weet waar ze is",
    ],
)
def test_an_alarm_fits_too(library: Library, question: str) -> None:
    found = answer(library, question, Asker(TODAY))
    assert found.kind == "crisis"
    assert rows(found.text) <= ROWS


def test_a_long_piece_of_an_own_document_fits_and_is_whole_behind_meer(app: App) -> None:
    sentences = [f"Regel {n} zegt wie de sleutel van het hek van de fietsenstalling mag lenen." for n in range(40)]
    blocks = [Block("Fietsenstalling", 1), Block("Sleutels", 2), Block(" ".join(sentences))]
    document = make_document("fietsen.md", blocks)
    Shelf(app.settings.home).put(document)

    def say(text: str) -> str:
        return app.assistant.handle(Incoming(Person("slack", "U1"), text, NOW, conversation="slack:D1"))[-1].text

    shown = say("wie mag de sleutel van het grote hek van de fietsenstalling lenen")
    assert rows(shown) <= ROWS
    assert "Uit uw eigen document" in shown
    assert "`meer`" in shown
    whole = say("meer")
    assert all(sentence in whole for sentence in sentences[:25])
    assert "lees de rest in fietsen.md" in whole
    Shelf(app.settings.home).remove("fietsen.md")
    say("wie mag de sleutel van het grote hek van de fietsenstalling lenen")
    assert "fietsenstalling" not in say("meer")
