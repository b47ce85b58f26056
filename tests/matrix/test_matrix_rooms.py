"""Who reads along in a room, and who coordinates: what the server says of rooms, as the core hears it."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.messages import Role, Room
from tests.matrix.friend import Friend
from tests.matrix.line import Line
from tests.matrix.meeting_up import meet

Make = Callable[[str], Friend]

OPEN_DOOR = {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "public"}}
OPEN_BOOK = {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "world_readable"}}


async def heard_in(line: Line, person: Friend, room: str, words: str) -> Room:
    await person.say(room, words, **{"m.mentions": {"user_ids": [line.user]}})
    return (await line.hears(words)).room


async def test_a_room_is_as_private_as_the_server_says_at_that_moment(line: Line, friend: Make) -> None:
    iris, tom = friend("iris"), friend("tom")
    direct = await meet(line, iris)
    assert await heard_in(line, iris, direct, "met zijn tweeën") is Room.DIRECT
    await iris.client.room_invite(direct, tom.id)
    assert await heard_in(line, iris, direct, "iemand mag erbij") is Room.PRIVATE
    await iris.client.room_put_state(direct, "m.room.join_rules", OPEN_DOOR["content"])
    assert await heard_in(line, iris, direct, "iedereen mag erbij") is Room.PUBLIC


@pytest.mark.parametrize(
    "more", [{"initial": [OPEN_DOOR]}, {"initial": [OPEN_BOOK]}, {"encrypted": False}], ids=["door", "book", "letter"]
)
async def test_where_others_can_read_it_is_public_also_between_two(
    line: Line, friend: Make, more: dict[str, Any]
) -> None:
    iris = friend("iris")
    room = await meet(line, iris, **more)
    assert await heard_in(line, iris, room, "wie leest dit?") is Room.PUBLIC


@pytest.mark.parametrize("version", ["10", "12"])
async def test_who_leads_the_room_of_the_team_coordinates(line: Line, friend: Make, version: str) -> None:
    cora, iris = friend("cora"), friend("iris")
    await iris.sync()
    team = await meet(line, cora, iris, room_version=version)
    line.given["matrix_team_rooms"] = (team,)
    await line.stop()
    await line.start()
    private = await meet(line, iris)

    async def role_of(person: Friend, room: str, words: str) -> Role:
        await person.say(room, words, **{"m.mentions": {"user_ids": [line.user]}})
        return (await line.hears(words)).person.role

    assert await role_of(cora, team, "ik maakte de kamer") is Role.COORDINATOR
    assert await role_of(iris, private, "ik ben lid") is Role.PROFESSIONAL
    levels = (await cora.client.room_get_state_event(team, "m.room.power_levels")).content
    raised = {**levels, "users": {**levels.get("users", {}), iris.id: 50}}
    await cora.client.room_put_state(team, "m.room.power_levels", raised)
    assert await role_of(iris, private, "nu ben ik moderator") is Role.COORDINATOR
    await cora.client.room_kick(team, iris.id)
    assert await role_of(iris, private, "nu ben ik weg") is Role.PROFESSIONAL
