"""With a client that shares no code with ours: words, threads, edits, reactions, pictures, verification."""

import asyncio
import base64
from collections.abc import AsyncIterator
from itertools import count

import pytest

from bot.delivery import Sent
from bot.messages import Attachment
from bot.platforms.matrix.emoji_check import answer, asked
from tests.matrix.line import Line
from tests.matrix.npm import NoNodeError
from tests.matrix.other_client import OtherClient, bring
from tests.matrix.synapse import Synapse

_NUMBERS = count(1)
PICTURE = Attachment("schema.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(40), "waar u bent")


@pytest.fixture
async def js(synapse: Synapse) -> AsyncIterator[OtherClient]:
    try:
        await asyncio.to_thread(bring)
    except NoNodeError as error:
        pytest.skip(f"no independent client: {error}")
    account = synapse.register(f"js{next(_NUMBERS)}")
    client = OtherClient()
    await client.start(synapse.url, account["user_id"])
    yield client
    await client.close()


async def meet(line: Line, js: OtherClient, **more: str) -> str:
    room = str((await js.do("create", invite=[line.user], **more))["room_id"])
    await js.hears("Wegwijzer")
    return room


def device(line: Line) -> str:
    assert line.connection.account is not None
    return line.connection.account.device


@pytest.mark.parametrize("version", ["10", "12"])
async def test_words_threads_edits_reactions_and_pictures(line: Line, js: OtherClient, version: str) -> None:
    room = await meet(line, js, version=version)
    question = await js.say(room, "wie bel ik?")
    heard = await line.hears("wie bel ik?")
    assert (heard.conversation, heard.id) == (f"matrix:{room}", question)
    await line.says(room, "**Kies** een weg", "Noord", "Zuid", files=(PICTURE,), thread=question)
    shown = await js.hears("Kies een weg")
    assert shown["wire"] == "m.room.encrypted"
    assert shown["content"]["m.relates_to"]["event_id"] == question
    sign = await js.until(lambda told: (told.get("relation") or {}).get("key") == "2️⃣")
    assert sign["relation"]["event_id"] == shown["id"]
    picture = await js.hears("waar u bent")
    clear = await js.do("download", file=picture["content"]["file"])
    assert base64.b64decode(clear) == PICTURE.content
    relates = {"rel_type": "m.annotation", "event_id": shown["id"], "key": "2️⃣"}
    await js.do("send", room=room, type="m.reaction", content={"m.relates_to": relates})
    pressed = await line.hears("zuid")
    assert (pressed.edits, pressed.thread) == (shown["id"], question)
    edited = await line.says(room, "Geregeld.", edits=shown["id"])
    assert isinstance(edited, Sent)
    await js.hears("* Geregeld.")
    assert (await js.do("replaced", room=room, event=shown["id"]))["m.new_content"]["body"] == "Geregeld."
    await js.do("redact", room=room, event=shown["id"])
    await line.says(room, "Opnieuw geregeld.", edits=shown["id"])
    again = await js.hears("Opnieuw geregeld.")
    assert (again.get("relation") or {}).get("rel_type") != "m.replace"
    assert [told for told in js.told if told.get("unreadable") and told["type"] != "m.room.encrypted"] == []


async def test_a_long_answer_comes_in_parts_with_the_choices_under_the_last(line: Line, js: OtherClient) -> None:
    room = await meet(line, js)
    text = "\n\n".join(f"Regel {number}: " + "afspraak " * 30 for number in range(60))
    assert isinstance(await line.says(room, text, "Ja", "Nee"), Sent)
    last = await js.hears("1. Ja")
    sign = await js.until(lambda told: (told.get("relation") or {}).get("key") == "2️⃣")
    assert sign["relation"]["event_id"] == last["id"]
    bodies = dict.fromkeys(t["content"]["body"] for t in js.told if "Regel" in str(t.get("content", {}).get("body")))
    assert "".join("".join(bodies).split()).endswith("1.Ja2.Nee")
    assert all(f"Regel {number}:" in "".join(bodies) for number in range(60))


async def test_only_signed_devices_both_ways(line: Line, js: OtherClient) -> None:
    await js.do("sign")
    await js.do("onlySigned", on=True)
    room = await meet(line, js)
    assert (await js.do("trust", userId=line.user, device=device(line)))["signed"]
    await js.say(room, "leest u dit?")
    await line.hears("leest u dit?")
    await line.says(room, "Ja, en u dit?")
    answer = await js.hears("Ja, en u dit?")
    assert answer["unreadable"] is None


async def test_the_operator_confirms_by_emoji_and_the_bot_never_does(line: Line, js: OtherClient) -> None:
    await meet(line, js)
    await js.do("verify", userId=line.user, device=device(line))
    theirs = await js.until(lambda told: told["what"] == "sas")
    folder = line.home / "matrix"
    await line.until(lambda: asked(folder))
    ours = asked(folder)
    assert ours is not None
    assert [sign for sign, _ in ours.emoji] == [sign for sign, _ in theirs["emoji"]]
    await js.do("confirm")
    await asyncio.sleep(1)
    assert not any(told["what"] == "verified" for told in js.told)
    answer(folder, ours.transaction, same=True)
    await js.until(lambda told: told["what"] == "verified")
    assert (await js.do("trust", userId=line.user, device=device(line)))["verified"]


async def test_emoji_that_differ_are_refused(line: Line, js: OtherClient) -> None:
    await meet(line, js)
    await js.do("verify", userId=line.user, device=device(line))
    await js.until(lambda told: told["what"] == "sas")
    await line.until(lambda: asked(line.home / "matrix"))
    ours = asked(line.home / "matrix")
    assert ours is not None
    answer(line.home / "matrix", ours.transaction, same=False)
    refused = await js.until(lambda told: told["what"] == "not verified")
    assert refused["code"] == "m.mismatched_sas"


async def test_a_request_in_the_room_is_answered_with_how_to_do_it(line: Line, js: OtherClient) -> None:
    room = await meet(line, js)
    wanted = {"msgtype": "m.key.verification.request", "to": line.user, "from_device": js.device, "body": "?"}
    await js.do("send", room=room, content={**wanted, "methods": ["m.sas.v1"]})
    await js.hears("Bevestigen gaat niet in de kamer")


async def test_a_lost_key_is_asked_for_and_given_again(line: Line, js: OtherClient) -> None:
    room = await meet(line, js)
    await js.say(room, "eerste")
    await line.hears("eerste")
    client = line.connection.client
    assert client is not None
    assert client.store is not None
    await line.stop()
    await line.start()
    client = line.connection.client
    assert client is not None
    client.olm.inbound_group_store._entries.pop(room, None)
    await js.say(room, "tweede")
    await line.hears("tweede")
    assert (line.home / "matrix" / "unreadable.json").exists()


async def test_a_replaced_room_keeps_its_name(line: Line, js: OtherClient) -> None:
    room = await meet(line, js, version="10")
    new = str((await js.do("upgrade", room=room, version="12"))["replacement_room"])
    await js.do("invite", room=new, userId=line.user)
    await line.until(lambda: in_room(line, new))
    await js.say(new, "zijn we er nog?")
    assert (await line.hears("zijn we er nog?")).conversation == f"matrix:{room}"
    await line.says(room, "Wij zijn mee verhuisd.")
    assert (await js.hears("Wij zijn mee verhuisd."))["room"] == new
    await js.do("leave", room=room)
    await line.until(lambda: not in_room(line, room))
    await line.stop()
    await line.start()  # nobody is left in the old room to say where it went on
    await js.say(new, "weten we het nog?")
    assert (await line.hears("weten we het nog?")).conversation == f"matrix:{room}"


def in_room(line: Line, room: str) -> bool:
    return line.connection.client is not None and room in line.connection.client.rooms
