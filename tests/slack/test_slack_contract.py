"""What every platform must do, on Slack: through real WebSockets and through real signed HTTP, with the real core."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.slack.deliveries import labels
from tests.slack.house import House, open_house, text_of
from tests.slack.playing import Player, Watch
from tests.slack.standin import Standin
from tests.slack.workspace import IRIS, OPEN


@pytest.fixture(params=["sockets", "http"])
async def house(standin: Standin, index: Path, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    async with open_house(standin, tmp_path, index, over_http=request.param == "http") as opened:
        yield opened


async def test_a_question_is_answered_with_whom_to_call_the_route_and_the_source(house: House) -> None:
    (answer,) = await house.tell("wie bel ik bij zorgen over een leerling?")
    said = text_of([answer])
    assert "*Bel eerst de CJG'er" in said
    assert "*Route*" in said
    assert "Bron:" in said
    assert labels(answer["blocks"]) == ["Meer", "Route", "Toon schema", "👍", "👎"]
    assert "thread_ts" not in answer


async def test_a_mention_is_answered_in_its_thread(house: House) -> None:
    (answer,) = await house.mention("wie bel ik bij zorgen over een leerling?")
    root = next(m for m in house.standin.space.messages[OPEN] if m["user"] == IRIS)
    assert answer["thread_ts"] == root["ts"]
    assert "CJG" in text_of([answer])


async def test_a_button_shows_the_flowchart_with_the_place_of_the_answer(house: House) -> None:
    (answer,) = await house.mention("mag ik zonder toestemming van de ouders bellen?")
    words, picture = await house.press(answer, "Toon schema", channel=OPEN)
    assert "Uw vraag hoort bij de stap *Toestemming?*" in text_of([words])
    (file,) = picture["files"]
    assert house.standin.space.uploads[file["id"]]["data"].startswith(b"\x89PNG")
    assert "Toestemming?" in house.standin.space.uploads[file["id"]]["alt"]
    assert words["thread_ts"] == picture["thread_ts"] == answer["thread_ts"]


TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
WALKS = [
    "case_gewone_weg", "case_alleen_onderwijs", "case_drie_stappen_terug", "case_geweigerd", "case_leerling_16",
    "case_student_18", "case_intrekken", "case_wijzigen_bij_naam", "case_gevaar_bij_stap_3", "mdo_de_hele_week",
    "mdo_clicks", "mdo_in_een_kanaal", "mdo_misverstanden",
]  # fmt: skip


@pytest.mark.parametrize("name", WALKS)
async def test_a_whole_conversation(standin: Standin, index: Path, tmp_path: Path, name: str) -> None:
    watch = Watch()
    over_http = WALKS.index(name) % 2 == 0
    async with open_house(standin, tmp_path, index, over_http, now=watch) as house:
        assert await Player(house, watch.stage).play(TRANSCRIPTS / f"{name}.md") == []
