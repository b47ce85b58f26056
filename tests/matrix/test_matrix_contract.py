"""What every platform does, in encrypted rooms on a real homeserver, with the whole bot behind it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.delivery import Post, Sent
from bot.messages import Choice, Reply
from tests.matrix.bot_house import House
from tests.matrix.friend import Friend
from tests.matrix.playing import play

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
QUESTION = "kind in groep 6 van basisschool De Wilgen, thuis loopt het niet lekker. wie bel ik?"

Make = Callable[[str], Friend]


async def meet(house: House, person: Friend, *others: Friend) -> str:
    """An encrypted room of these people and the bot."""
    for one in (person, *others):
        await one.sync()
    room = await person.room(house.user, *(other.id for other in others))
    for other in others:
        await other.client.join(room)
    await person.until(room, house.user)
    for one in (person, *others):
        await one.hears("Wegwijzer")
    return room


async def test_a_question_is_answered_encrypted_as_a_notice(house: House, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(house, iris)
    await iris.say(room, QUESTION)
    answer = await iris.hears("Bel eerst")
    assert answer["encrypted"]
    assert answer["content"]["msgtype"] == "m.notice"
    assert answer["content"]["m.mentions"] == {}
    assert "<strong>" in answer["content"]["formatted_body"]
    assert "**" not in answer["content"]["body"]
    await iris.hears(lambda e: e["content"].get("m.relates_to", {}).get("key") == "🧭")
    await iris.react(room, answer["event_id"], "🧭")
    await iris.hears("Vertel hun dat u contact wilt")
    assert iris.unreadable == []


async def test_a_vague_question_is_asked_back(house: House, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(house, iris)
    await iris.say(room, "wat kost een dyslexieonderzoek?")
    maybe = await iris.hears("Misschien bedoelt u")
    await iris.hears(lambda e: e["content"].get("m.relates_to", {}).get("event_id") == maybe["event_id"])
    await iris.say(room, "1")
    await iris.hears("Bron: Uitvoeringsplan")


async def test_a_case_is_walked_by_reactions_and_words(house: House, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(house, iris)
    assert await play(TRANSCRIPTS / "case_gewone_weg.md", iris, room) == []


async def test_a_week_of_meetings_with_a_reminder_that_is_settled_by_a_reaction(house: House, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(house, iris)
    day = datetime.now().astimezone() + timedelta(days=30)
    day += timedelta(days=(1 - day.weekday()) % 7)  # a Tuesday
    await iris.say(room, f"!mdo plan {day:%d-%m-%Y} 14:00 op school met ouders, school, CJG, regie: ik, verslag: ik")
    preview = await iris.hears("Klopt dit?")
    await iris.hears(lambda e: e["content"].get("m.relates_to", {}).get("event_id") == preview["event_id"])
    await iris.react(room, preview["event_id"], "1️⃣")
    await iris.hears("staat:")
    file = await iris.hears(lambda e: e["content"].get("msgtype") == "m.file")
    assert file["encrypted"]
    assert file["content"]["filename"].endswith(".ics")
    assert file["content"]["file"]["key"]["alg"] == "A256CTR"
    assert house.app is not None
    await house.stop()
    ahead = day.replace(hour=9, minute=5) - timedelta(days=13) - datetime.now().astimezone()
    house.clock = lambda: datetime.now().astimezone() + ahead
    await house.start()
    reminder = await iris.hears("MDO M-", start=len(iris.heard))
    sign = await iris.hears(lambda e: e["content"].get("m.relates_to", {}).get("event_id") == reminder["event_id"])
    start = len(iris.heard)
    await iris.react(room, reminder["event_id"], sign["content"]["m.relates_to"]["key"])
    replaced = {"rel_type": "m.replace", "event_id": reminder["event_id"]}
    settled = await iris.hears(lambda e: e["content"].get("m.relates_to") == replaced, start=start)
    assert settled["encrypted"]


async def test_in_a_group_only_what_is_said_to_the_bot_counts(house: House, friend: Make) -> None:
    iris, tom = friend("iris"), friend("tom")
    room = await meet(house, iris, tom)
    await iris.say(room, "Zullen we morgen bellen?")
    asked = await iris.say(room, "wie belt eerst?", **{"m.mentions": {"user_ids": [house.user]}})
    spoken = len(tom.heard)
    await tom.hears(lambda e: e["sender"] == house.user and e["content"].get("msgtype") == "m.notice", start=spoken)
    first = [e for _, e in tom.heard if e["sender"] == house.user and "body" in e["content"]]
    root = {"rel_type": "m.thread", "event_id": asked, "is_falling_back": True, "m.in_reply_to": {"event_id": asked}}
    about = {"m.mentions": {"user_ids": [house.user]}, "m.relates_to": root}
    await tom.say(room, QUESTION, **about)
    threaded = await tom.hears(
        lambda e: e["content"].get("m.relates_to", {}).get("rel_type") == "m.thread", start=spoken
    )
    assert threaded["content"]["m.relates_to"]["event_id"] == asked
    assert len(first) == 2  # the greeting and one answer


async def test_a_case_is_not_discussed_where_others_read_along(house: House, friend: Make) -> None:
    iris, tom = friend("iris"), friend("tom")
    room = await meet(house, iris, tom)
    start = len(iris.heard)
    await iris.say(room, "!start-case")
    said = await iris.hears(lambda e: e["sender"] == house.user, start=start)
    assert "Gevaar" not in said["content"]["body"]


async def test_a_room_without_encryption_gets_no_case(house: House, friend: Make) -> None:
    iris = friend("iris")
    await iris.sync()
    room = await iris.room(house.user, encrypted=False)
    await iris.until(room, house.user)
    await iris.hears("niet versleuteld")
    start = len(iris.heard)
    await iris.say(room, "!start-case")
    said = await iris.hears(lambda e: e["sender"] == house.user, start=start)
    assert "Gevaar" not in said["content"]["body"]


async def test_outsiders_are_refused(house: House, friend: Make) -> None:
    iris, eve = friend("iris"), friend("eve")
    await house.stop()
    house.given["matrix_allowed"] = (iris.id,)
    await house.start()
    await eve.sync()
    uninvited = await eve.room(house.user)
    await eve.hears(lambda e: e.get("state_key") == house.user and e["content"]["membership"] == "leave")
    room = await meet(house, iris, eve)
    start = len(eve.heard)
    await eve.say(room, QUESTION, **{"m.mentions": {"user_ids": [house.user]}})
    await eve.hears("alleen collega", start=start)
    assert "Bel eerst" not in " ".join(eve.words())
    assert uninvited not in {place for place, e in eve.heard if e["sender"] == house.user and "body" in e["content"]}


async def test_what_was_said_before_the_bot_came_is_not_read(house: House, friend: Make) -> None:
    iris = friend("iris")
    await iris.sync()
    room = await iris.room()
    await iris.say(room, f"@{house.user[1:].split(':')[0]}: {QUESTION}")
    await iris.client.room_invite(room, house.user)
    await iris.until(room, house.user)
    await iris.hears("Wegwijzer")
    await iris.say(room, "dank je wel")
    await iris.hears("Graag gedaan")
    assert "Bel eerst" not in " ".join(iris.words())


async def test_a_restart_loses_nothing_and_repeats_nothing(house: House, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(house, iris)
    await house.stop()
    await iris.say(room, "dank je wel")
    for number in range(70):  # more than one page of the stream
        await iris.send(room, "nl.wegwijzer.noise", {"n": number})
    await iris.say(room, QUESTION)
    await house.start()
    await iris.hears("Bel eerst")
    await iris.hears("Graag gedaan")
    await house.stop()
    await house.start()
    await iris.say(room, "tot ziens")
    await iris.hears("succes", start=len(iris.heard))
    words = iris.words()
    assert sum("Bel eerst" in said for said in words) == 1
    assert sum("Graag gedaan" in said for said in words) == 1
    assert iris.unreadable == []


async def test_what_was_taken_back_meanwhile_is_not_answered(house: House, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(house, iris)
    await house.stop()
    asked = await iris.say(room, QUESTION)
    await iris.client.room_redact(room, asked)
    await iris.say(room, "dank je wel")
    await house.start()
    await iris.hears("Graag gedaan")
    assert "Bel eerst" not in " ".join(iris.words())


async def test_choices_are_still_known_after_a_restart(house: House, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(house, iris)
    await iris.say(room, "!start-case")
    asked = await iris.hears("Gevaar?")
    await house.stop()
    await house.start()
    await iris.say(room, "2")
    again = await iris.hears("Wie vraagt?", start=len(iris.heard))
    await house.stop()
    await house.start()
    await iris.react(room, again["event_id"], "1️⃣")
    await iris.hears("Alleen onderwijs?", start=len(iris.heard))
    assert asked["encrypted"]


async def test_a_post_sent_twice_stands_once_and_is_found_by_its_marker(house: House, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(house, iris)
    delivery = house.delivery
    now = datetime.now().astimezone()
    post = Post("0b2f8a3e-marker", 7, f"matrix:{room}", Reply("Dubbel?", (Choice("Ja", "ja"),)), now)
    first, second = await asyncio.gather(delivery.send(post), delivery.send(post))
    assert isinstance(first, Sent)
    assert first == second == await delivery.look_up(post)
    await iris.hears(lambda e: e["type"] == "m.reaction")
    await iris.sync(300)
    assert iris.words().count("Dubbel?\n\n1. Ja") == 1
    late = Post("0b2f8a3e-marker", 7, f"matrix:{room}", post.reply, now - timedelta(hours=13))
    assert await delivery.send(late) == first
