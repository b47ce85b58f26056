"""Talking on Slack: edits, files, emoji, numbers, buttons that were passed, threads; and who is refused."""

import asyncio

import pytest

from bot.platforms.slack.manifest import manifest
from tests.slack.deliveries import command, deleted, direct, edited, labels, mention, press, room_of
from tests.slack.house import House, text_of, until
from tests.slack.workspace import BOT, CLOSED, FATIMA, GUEST, IRIS, OPEN, ROBOT, SHARED, STRANGER, Body

QUESTION = "wie bel ik bij zorgen over een leerling?"


async def whispered(house: House) -> str:
    """What one person was told besides the conversation."""
    await until(lambda: bool(house.standin.space.ephemeral or house.standin.responses))
    return "\n".join(said["text"] for said in [*house.standin.space.ephemeral, *house.standin.responses])


async def test_every_suggested_question_has_an_answer(house: House) -> None:
    for prompt in manifest()["features"]["agent_view"]["suggested_prompts"]:
        (answer,) = await house.tell(prompt["message"])
        assert "Bron:" in text_of([answer]) or "*Route*" in text_of([answer])
        assert "staat niet in de afspraken" not in text_of([answer])


async def test_a_follow_up_leans_on_the_thread_it_stands_in(house: House) -> None:
    await house.mention(QUESTION)
    root = house.standin.space.messages[OPEN][0]["ts"]
    (more,) = await house.mention("meer", thread_ts=root)
    assert more["thread_ts"] == root
    assert "UP-A-contact-2" in text_of([more]) or len(text_of([more])) > 200
    (elsewhere,) = await house.mention("meer")
    assert elsewhere["thread_ts"] != root
    assert text_of([elsewhere]) != text_of([more])


async def test_a_thumb_down_asks_for_the_reason(house: House) -> None:
    (answer,) = await house.tell(QUESTION)
    (asked,) = await house.press(answer, "👎")
    assert len(labels(asked["blocks"])) == 3
    (thanks,) = await house.press(asked, labels(asked["blocks"])[0])
    assert "`bewaar`" in text_of([thanks])


async def test_an_emoji_code_means_what_it_shows(house: House) -> None:
    await house.tell(QUESTION)
    (thanks,) = await house.tell(":+1::skin-tone-3:")
    assert "Fijn" in text_of([thanks]) or "Dank" in text_of([thanks])


async def test_a_code_block_and_links_are_read_as_words(house: House) -> None:
    (answer,) = await house.tell(f"```{QUESTION}``` <https://school.nl|school.nl>")
    assert "Bel eerst" in text_of([answer])


async def test_only_emoji_gets_an_answer_and_huge_texts_too(house: House) -> None:
    assert await house.tell(":wave: :smile:")
    assert await house.tell("wat een dag " * 3000)


async def test_a_number_picks_from_what_was_shown_last(house: House) -> None:
    (unsure,) = await house.tell("hoeveel vakantiedagen heb ik volgens de cao")
    assert "niet in de afspraken" in text_of([unsure])
    title = labels(unsure["blocks"])[0]
    (shown,) = await house.tell("1")
    assert title in text_of([shown])
    assert text_of([shown]) != text_of([unsure])


async def test_an_edited_question_is_answered_anew(house: House) -> None:
    was = direct(house.standin.space, "wie bel ik bij sorgen?")
    await house.deliver("events_api", was)
    await house.settled()
    before = len(house.said(room_of(IRIS)))
    await house.deliver("events_api", edited(house.standin.space, was, QUESTION))
    await house.settled()
    assert "Bel eerst" in text_of(house.said(room_of(IRIS))[before:])


async def test_an_edited_answer_in_the_checklist_changes_nothing(house: House) -> None:
    await house.command("/start-case")
    was = direct(house.standin.space, "nee")
    await house.deliver("events_api", was)
    await house.settled()
    before = len(house.said(room_of(IRIS)))
    await house.deliver("events_api", edited(house.standin.space, was, "ja"))
    assert "wijzig" in await whispered(house)
    await house.settled()
    assert len(house.said(room_of(IRIS))) == before


async def test_a_deleted_question_is_forgotten_and_not_answered(house: House) -> None:
    was = direct(house.standin.space, QUESTION)
    await house.deliver("events_api", was)
    await house.settled()
    key = f"slack:{IRIS}"
    assert house.app.people.last_turn(key, house.app.now()).question
    before = len(house.said(room_of(IRIS)))
    await house.deliver("events_api", deleted(house.standin.space, was))
    await house.settled()
    assert len(house.said(room_of(IRIS))) == before
    assert not house.app.people.last_turn(key, house.app.now()).question


async def test_a_deleted_answer_in_the_checklist_stands_and_that_is_told(house: House) -> None:
    await house.command("/start-case")
    was = direct(house.standin.space, "nee")
    await house.deliver("events_api", was)
    await house.settled()
    await house.deliver("events_api", deleted(house.standin.space, was))
    assert "staat dat er nog" in await whispered(house)
    await house.settled()
    assert "Stap 2" in text_of(await house.tell("status"))


async def test_a_file_is_not_read_and_that_is_said(house: House) -> None:
    file: Body = {"subtype": "file_share", "files": [{"id": "F1", "name": "dossier.pdf"}]}
    (alone,) = await house.tell("", **file)
    assert text_of([alone]).startswith("Bestanden, foto's en spraakberichten lees ik niet")
    note, answer = await house.tell(QUESTION, **file)
    assert "Het bestand lees ik niet" in text_of([note])
    assert "Bel eerst" in text_of([answer])
    (mentioned,) = await house.mention("", **file)
    assert "lees ik niet" in text_of([mentioned])
    assert mentioned["thread_ts"]


async def test_whoever_is_no_colleague_cannot_be_made_to_own_anything(house: House) -> None:
    await house.tell("!mdo plan volgende week dinsdag 14:30 met ouders, school")
    await house.tell("ja")
    (shown,) = await house.command(f"/mdo actie <@{GUEST}|gast> belt de ouders, uiterlijk volgende week donderdag")
    assert "gast: gast, bot of geen collega" in await whispered(house)
    assert f"<@{GUEST}" not in text_of([shown])
    (asked,) = await house.tell(f"regie: <@{STRANGER}>")
    assert f"<@{STRANGER}" not in text_of([asked])
    assert all(STRANGER not in str(m) and GUEST not in str(m) for m in house.said(room_of(IRIS)))


async def test_start_case_goes_on_in_private_wherever_it_is_typed(house: House) -> None:
    ack = await house.deliver("slash_commands", command(house.standin.space, "/start-case", channel=OPEN))
    assert ack.payload["response_type"] == "ephemeral"
    assert "privébericht" in ack.payload["text"]
    await house.settled()
    assert house.said(OPEN) == []
    assert "Stap 1" in text_of(house.said(room_of(IRIS)))
    await house.mention("/start-case lijst", channel=CLOSED)
    assert house.said(CLOSED) == []
    assert "C-20" in text_of(house.said(room_of(IRIS))[-1:])


async def test_the_buttons_of_a_passed_step_are_gone_and_an_old_press_says_so(house: House) -> None:
    (first,) = await house.command("/start-case")
    old = {**first, "blocks": list(first["blocks"])}
    await house.press(first, "Nee")
    await until(lambda: not labels(first["blocks"]))
    assert "✓ Nee" in text_of([first])
    again = await house.press(old, "Ja, of ik weet het niet zeker")
    assert "Die keuze hoort bij een stap die voorbij is" in text_of(again)
    assert "Stap 2" in text_of(again)


async def test_a_command_where_we_are_not_is_answered_in_private(house: House) -> None:
    house.standin.space.channels[OPEN]["is_member"] = False
    ack = await house.deliver("slash_commands", command(house.standin.space, "/mdo lijst", channel=OPEN))
    assert "/invite" in ack.payload["text"]
    await house.settled()
    assert house.said(room_of(IRIS))
    assert house.said(OPEN) == []


async def test_in_a_thread_the_sign_that_we_are_at_work_is_shown(house: House) -> None:
    await house.mention(QUESTION)
    await until(lambda: bool(house.standin.space.statuses))
    assert house.standin.space.statuses[0]["status"] == "zoekt het voor u op…"


@pytest.mark.parametrize("user", [GUEST, STRANGER])
async def test_an_outsider_is_told_so_and_nothing_else(house: House, user: str) -> None:
    space = house.standin.space
    await house.deliver("events_api", direct(space, QUESTION, user))
    ack = await house.deliver("slash_commands", command(space, "/start-case", user))
    assert "alleen voor medewerkers" in ack.payload["text"]
    assert "alleen voor medewerkers" in await whispered(house)
    await house.settled()
    assert [m for said in space.messages.values() for m in said if m["user"] == BOT] == []
    assert house.app.inbox.count() == 0


async def test_a_machine_and_a_shared_channel_get_no_answer(house: House) -> None:
    space = house.standin.space
    await house.deliver("events_api", direct(space, QUESTION, ROBOT))
    await house.deliver("events_api", direct(space, QUESTION, bot_id="B1"))
    await house.deliver("events_api", mention(space, QUESTION, channel=SHARED))
    ack = await house.deliver("slash_commands", command(space, "/mdo lijst", channel=SHARED))
    assert "alleen voor medewerkers" in ack.payload["text"]
    await house.deliver("slash_commands", command(space, "/mdo lijst", team="T0ANDERS"))
    await house.settled()
    assert [m for said in space.messages.values() for m in said if m["user"] == BOT] == []


async def test_an_outsider_cannot_press_either(house: House) -> None:
    (answer,) = await house.mention(QUESTION)
    before = len(house.said(OPEN))
    await house.deliver("interactive", press(house.standin.space, answer, "Meer", GUEST, OPEN))
    assert "alleen voor medewerkers" in await whispered(house)
    await house.settled()
    assert len(house.said(OPEN)) == before


async def test_when_slack_does_not_tell_who_it_is_the_event_is_not_taken(house: House) -> None:
    house.standin.fails["users.info"] = ["internal_error"]
    payload = direct(house.standin.space, QUESTION, FATIMA)
    ack = await house.standin.send("events_api", payload)
    assert ack.seconds is None
    await house.deliver("events_api", payload)
    await house.settled()
    assert "Bel eerst" in text_of(house.said(room_of(FATIMA)))


async def test_what_comes_twice_is_answered_once(house: House) -> None:
    payload = direct(house.standin.space, QUESTION)
    other_id = {**payload, "event_id": "Ev0ANDERS"}
    for body in (payload, payload, other_id, payload):
        await house.deliver("events_api", body)
    pressed = command(house.standin.space, "/start-case")
    await asyncio.gather(*(house.deliver("slash_commands", pressed) for _ in range(3)))
    await house.settled()
    assert len(house.said(room_of(IRIS))) == 2


async def test_when_nothing_can_be_kept_slack_delivers_again_and_danger_is_answered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError("disk full")

    payload: Body = direct(house.standin.space, QUESTION)
    with monkeypatch.context() as broken:
        broken.setattr(house.app.inbox, "keep", full)
        ack = await house.standin.send("events_api", payload)
        assert ack.seconds is None
        said = await house.deliver("slash_commands", command(house.standin.space, "/mdo mijn leerling wil dood"))
        assert "112" in said.payload["text"]
    await house.deliver("events_api", payload)
    await house.settled()
    assert "Bel eerst" in text_of(house.said(room_of(IRIS)))


async def test_follow_ups_without_mention_only_where_the_team_chose_so(house: House) -> None:
    space = house.standin.space
    await house.mention(QUESTION)
    root = space.messages[OPEN][0]["ts"]
    talk = mention(space, "meer", thread_ts=root)
    talk["event"] |= {"type": "message", "channel_type": "channel", "text": "meer"}
    before = len(house.said(OPEN))
    await house.deliver("events_api", talk)
    await house.settled()
    assert len(house.said(OPEN)) == before
    space.granted = space.granted | {"channels:history"}
    again = {**talk, "event_id": "Ev1", "event": {**talk["event"], "ts": space.ts()}}
    await house.deliver("events_api", again)
    await house.settled()
    assert len(house.said(OPEN)) == before + 1
