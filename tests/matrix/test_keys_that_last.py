"""Encryption that lasts: the device and its keys over restarts and losses, and never a readable word by accident."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.backup import backup, restore
from bot.delivery import Post, Refused, Sent, Unknown
from bot.messages import Reply
from bot.platforms.matrix import unreadable
from bot.platforms.matrix.checking import check
from bot.platforms.matrix.credentials import FILE, Account, Credentials
from bot.platforms.matrix.homeserver import store_name
from bot.platforms.matrix.identities import Identity, identity
from bot.settings import Settings
from tests.matrix.friend import Friend
from tests.matrix.keys import bot_device, give_key
from tests.matrix.line import Line
from tests.matrix.meeting_up import meet
from tests.matrix.synapse import Synapse

Make = Callable[[str], Friend]


def account(line: Line) -> Account:
    found = Credentials(line.home / "matrix", line.vault).load()
    assert found is not None
    return found


async def test_the_device_stays_and_nothing_in_its_file_can_be_read(line: Line) -> None:
    device = account(line).device
    await line.stop()
    await line.start()
    assert account(line).device == device
    text = (line.home / "matrix" / FILE).read_text()
    assert account(line).token not in text
    assert account(line).seeds["master"] not in text
    assert (line.home / "matrix" / FILE).stat().st_mode & 0o077 == 0


async def test_the_device_is_signed_at_first_start_and_after_a_loss_by_the_same_keys(line: Line) -> None:
    client = line.connection.client
    assert client is not None
    before = await identity(client, line.user)
    assert before.has_signed(account(line).device)
    assert line.connection.trouble() == ""
    await line.stop()
    for file in (line.home / "matrix").iterdir():  # only the copy at the server is left, locked with our secret
        file.unlink()
    await line.start()
    client = line.connection.client
    assert client is not None
    after = await identity(client, line.user)
    assert after.has_signed(account(line).device)
    assert after.public("master") == before.public("master")


async def test_a_lost_store_is_refused_and_healed_by_password(line: Line, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    old = account(line).device
    await line.stop()
    (line.home / "matrix" / store_name(old)).unlink()
    password = line.given.pop("matrix_password")
    await line.start(wait=False)
    await line.until(lambda: "MATRIX_PASSWORD" in line.connection.trouble())
    assert isinstance(await line.says(room, "Hoort u mij?"), Refused)
    await line.stop()
    line.given["matrix_password"] = password
    await line.start()
    assert account(line).device != old
    assert isinstance(await line.says(room, "Hoort u mij nu?"), Sent)
    await iris.hears("Hoort u mij nu?")
    await iris.say(room, "ja hoor")
    await line.hears("ja hoor")
    assert iris.unreadable == []


async def test_a_backup_brings_the_signing_keys_to_another_machine(synapse: Synapse, line: Line, friend: Make) -> None:
    old, before = account(line), await signed(line)
    await line.stop()
    copy = line.home / "copy.db"
    backup(line.database, copy, line.home)
    assert old.token.encode() not in copy.read_bytes()
    assert old.seeds["master"].encode() not in copy.read_bytes()
    shutil.rmtree(line.home / "matrix")
    at_server = f"/_matrix/client/v3/user/{line.user}/account_data/nl.wegwijzer.keys"  # that copy must not help
    assert synapse.request("PUT", at_server, {}, old.token)[0] == 200
    restore(line.database, copy, line.home)
    assert account(line) == old
    await line.start()
    after = await signed(line)
    assert after.has_signed(account(line).device)
    assert after.public("master") == before.public("master")
    assert list(after.devices) == [account(line).device] != [old.device]
    iris = friend("iris")
    room = await meet(line, iris)
    await iris.say(room, "daar zijn we weer")
    await line.hears("daar zijn we weer")


async def signed(line: Line) -> Identity:
    client = line.connection.client
    assert client is not None
    return await identity(client, line.user)


async def test_a_token_of_a_device_with_keys_elsewhere_is_refused(synapse: Synapse, line: Line, tmp_path: Path) -> None:
    held = account(line)
    other = Line(
        synapse.url, line.user, tmp_path / "other",
        matrix_access_token=held.token, matrix_device_id=held.device,
    )  # fmt: skip
    await other.start(wait=False)
    await other.until(lambda: "Zonder sleutels start ik niet" in other.connection.trouble())
    await other.close()


async def test_a_session_the_server_ended_is_begun_anew(synapse: Synapse, line: Line, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    old = account(line)
    assert synapse.request("POST", "/_matrix/client/v3/logout", {}, old.token)[0] == 200
    await line.until(lambda: account(line).token != old.token)
    await line.until(lambda: line.connection.delivery.desk is not None)
    await iris.sync(300)
    await iris.say(room, "bent u er nog?")
    await line.hears("bent u er nog?")
    assert isinstance(await line.says(room, "Jazeker"), Sent)
    await iris.hears("Jazeker")


async def test_a_room_that_was_encrypted_gets_no_readable_word(line: Line, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    client = line.connection.client
    assert client is not None
    client.rooms[room].encrypted = False
    outcome = await line.says(room, "geheim")
    assert isinstance(outcome, Refused)
    client.rooms[room].encrypted = True
    await line.says(room, "goed")
    await iris.hears("goed")
    assert "geheim" not in iris.words()


async def test_the_room_key_changes_as_often_as_the_room_asks(line: Line, friend: Make) -> None:
    iris = friend("iris")
    await iris.sync()
    often = {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 2}
    room = await iris.room(line.user, encrypted=often)
    await iris.until(room, line.user)
    await iris.hears("Wegwijzer")
    for number in range(6):
        assert isinstance(await line.says(room, f"bericht {number}"), Sent)
    await iris.hears("bericht 5")
    sessions = [e["session"] for _, e in iris.heard if "bericht" in str(e["content"].get("body"))]
    assert len(set(sessions)) >= 3
    assert iris.unreadable == []


async def test_a_message_without_key_waits_and_its_sender_is_told_once(
    line: Line, friend: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unreadable, "GRACE", unreadable.GRACE * 0)
    iris = friend("iris")
    room = await meet(line, iris)
    device = bot_device(iris, line.user)
    iris.client.blacklist_device(device)
    await iris.say(room, "kunt u dit lezen?")
    await iris.say(room, "en dit?")
    await iris.hears("niet lezen")
    await line.stop()
    await line.start()  # what waits outlives the process
    await give_key(iris, room, device)
    await line.hears("kunt u dit lezen?")
    await line.hears("en dit?")
    await iris.sync(500)
    assert sum("niet lezen" in words for words in iris.words()) == 1


async def test_somebody_new_is_read_also_when_all_one_time_keys_were_used_up(
    synapse: Synapse, line: Line, friend: Make
) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    await line.stop()
    wanted = {"one_time_keys": {line.user: {account(line).device: "signed_curve25519"}}}
    names: list[str] = []
    while len(set(names)) == len(names):  # until one is given a second time
        status, found = synapse.request("POST", "/_matrix/client/v3/keys/claim", wanted, iris.client.access_token)
        assert status == 200
        names += found["one_time_keys"][line.user][account(line).device]
    second = Friend(synapse.url, synapse.login(iris.id), line.home / "second")
    await second.sync()
    await second.say(room, "met een nieuw apparaat")
    await line.start()
    await line.hears("met een nieuw apparaat")
    await second.close()


async def test_the_check_says_what_is_wrong_and_opens_nothing(synapse: Synapse, line: Line) -> None:
    settings = Settings(home=line.home, **line.given)
    assert await check(settings, line.vault) == []
    held = account(line)
    (line.home / "matrix" / store_name(held.device)).rename(line.home / "elsewhere")
    assert "Zonder sleutels start ik niet" in " ".join(await check(settings, line.vault))
    (line.home / "elsewhere").rename(line.home / "matrix" / store_name(held.device))
    await line.stop()
    assert synapse.request("POST", "/_matrix/client/v3/logout", {}, held.token)[0] == 200
    assert "afgemeld" in " ".join(await check(settings, line.vault))
    gone = settings.model_copy(update={"matrix_homeserver": "http://127.0.0.1:9"})
    assert "niet bereikbaar" in " ".join(await check(gone, line.vault))
    empty = Settings(home=line.home / "nothing")
    assert "MATRIX_USER_ID" in " ".join(await check(empty, line.vault))


async def test_the_check_before_the_first_start_asks_the_server(synapse: Synapse, line: Line, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "new", **line.given)
    assert await check(settings, line.vault) == []
    made_up = settings.model_copy(update={"matrix_access_token": SecretStr("verzonnen")})
    assert "kent MATRIX_ACCESS_TOKEN niet" in " ".join(await check(made_up, line.vault))
    held = settings.model_copy(update={"matrix_access_token": SecretStr(account(line).token)})
    assert await check(held, line.vault) == []
    assert not (tmp_path / "new" / "matrix").exists()


async def test_a_look_up_that_did_not_reach_the_server_is_no_try(line: Line) -> None:
    post, delivery = Post("m-1", 1, "matrix:!r:x", Reply("Bel."), line.now()), line.connection.delivery
    assert delivery.desk is not None
    delivery.desk.client.homeserver = "http://127.0.0.1:9"
    assert await delivery.look_up(post) == Unknown("no connection", timedelta(seconds=5))
    await line.stop()
    assert await delivery.look_up(post) == Unknown("not connected", timedelta(seconds=5))


async def test_a_malformed_event_stops_nothing_and_trouble_is_waited_out(
    synapse: Synapse, line: Line, friend: Make
) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    await iris.send(room, "m.room.message", {"msgtype": "m.text", "body": "x", "m.relates_to": ["niet", "zo"]})
    await iris.send(room, "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": 7, "key": []}})
    await iris.say(room, "en nu?")
    await line.hears("en nu?")
    synapse.stop()
    await line.until(lambda: line.connection.trouble())
    assert "niet bereikbaar" in line.connection.trouble()
    synapse.start()
    await line.until(lambda: not line.connection.trouble(), 40)
    await iris.say(room, "weer terug")
    await line.hears("weer terug")
