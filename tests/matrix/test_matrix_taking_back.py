"""What the bot said on Matrix is redacted when it has to be forgotten: words, files and all, on a real homeserver."""

from collections.abc import Callable

from tests.matrix.bot_house import House
from tests.matrix.friend import Friend
from tests.matrix.test_matrix_contract import QUESTION, meet

Make = Callable[[str], Friend]


async def standing(house: House, room: str) -> list[str]:
    """The ids of the bot's own messages in a room that still hold something, as the server gives them."""
    assert house.delivery.desk is not None
    path = f"/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=200"
    _, page = await house.delivery.desk.client.call("GET", path)
    said = [e for e in page["chunk"] if e["sender"] == house.user and e["type"] == "m.room.encrypted"]
    return [e["event_id"] for e in said if e["content"]]


async def test_an_erased_case_and_a_forgotten_person_leave_nothing(house: House, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(house, iris)
    assert house.app is not None
    await iris.say(room, QUESTION)
    await iris.hears("Bel eerst")
    await iris.say(room, "!start-case")
    await iris.hears("Gevaar?")
    await iris.say(room, "!start-case verslag")
    await iris.hears(lambda e: e["content"].get("msgtype") == "m.file")
    await house.until(lambda: house.in_flight() == 0)
    before = len(await standing(house, room))
    (case,) = house.app.case_dialog.desk.cases.listed(f"matrix:{iris.id}")
    house.app.records.forget_case(case.ref, house.app.now())
    await house.until(lambda: house.in_flight() == 0)
    after = await standing(house, room)
    assert before - len(after) >= 4  # the first step, the report and its two files
    house.app.records.forget_person(f"matrix:{iris.id}", house.app.now())
    await house.until(lambda: house.in_flight() == 0)
    assert await standing(house, room) == []
