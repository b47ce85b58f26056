"""What has to be forgotten is taken away on Slack too; and nothing unasked goes where outsiders read along."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.slack.deliveries import room_of
from tests.slack.house import House, open_house, text_of
from tests.slack.standin import Standin
from tests.slack.workspace import BOT, CORA, FATIMA, IRIS, OPEN, SHARED, Body

QUESTION = "wie bel ik bij zorgen over een leerling?"


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    started = await Standin().start()
    yield started
    await started.stop()
    assert started.space.invalid == []


@pytest.fixture
async def house(standin: Standin, index: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(standin, tmp_path, index) as opened:
        yield opened


def ours(house: House) -> list[Body]:
    """Everything of ours that still stands anywhere."""
    return [m for said in house.standin.space.messages.values() for m in said if m["user"] == BOT]


async def test_an_erased_case_leaves_the_direct_conversation_and_the_rest_stays(house: House) -> None:
    await house.tell(QUESTION)
    await house.command("/start-case")
    await house.tell("nee")
    await house.tell("stop")
    await house.tell("wissen")
    await house.settled()
    left = text_of(ours(house))
    assert "is gewist" in left
    assert "Bel eerst" in left
    assert "Stap" not in left


async def test_the_file_of_a_report_goes_too(house: House) -> None:
    await house.command("/start-case")
    await house.tell("nee")
    await house.tell("/start-case verslag")
    assert house.standin.space.uploads
    house.standin.limits["chat.delete"] = [1]
    house.standin.fails["files.delete"] = [503]
    house.app.records.forget_case("C-2026-0001", house.app.now())
    await house.settled()
    assert house.standin.space.uploads == {}
    assert ours(house) == []


async def test_who_is_forgotten_keeps_no_word_of_ours_however_old(house: House) -> None:
    space = house.standin.space
    for _ in range(12):
        await house.tell("dank je wel")
    root = space.messages[room_of(IRIS)][0]["ts"]
    await house.tell(QUESTION, thread_ts=root)
    await house.mention(QUESTION)
    await house.tell("dank je wel", FATIMA)
    house.app.database.engine.dispose()
    with house.app.database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM outbox WHERE id < 6")  # their time was over long ago
    house.app.records.forget_person(f"slack:{IRIS}", house.app.now())
    await house.settled()
    assert [m for m in space.messages[room_of(IRIS)] if m["user"] == BOT] == []
    assert house.said(OPEN) == []
    assert len(house.said(room_of(FATIMA))) == 1
    assert f"slack:{IRIS}" not in str(house.app.records.of_person(f"slack:{IRIS}"))


async def test_a_reminder_is_not_placed_where_another_organisation_reads_along(house: House) -> None:
    house.app.outbox.post("k", f"slack:{SHARED}", "@fatima: actie M-2026-0001-1", house.app.now())
    await house.settled()
    assert house.said(SHARED) == []
    assert "andere organisatie" in text_of(house.said(room_of(CORA)))
