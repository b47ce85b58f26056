"""Words on their way in and out, without a server."""

import json

import pytest
from nio import MatrixRoom

from bot.messages import Choice, Person, Reply, Room
from bot.platforms.matrix import hearing
from bot.platforms.matrix.choosing import picks_of, reactions, unpacked
from bot.platforms.matrix.hearing import Scene
from bot.platforms.matrix.moving import Moves
from bot.platforms.matrix.room_rules import creators_of
from bot.platforms.matrix.speaking import in_parts, notice, spoken
from tests.matrix.line import ZONE

BOT = "@wegwijzer:school.nl"


def scene(direct: bool = False) -> Scene:
    return Scene(MatrixRoom("!r", BOT), Room.PRIVATE, direct, BOT, "Wegwijzer", "!r", ZONE)


def event(text: str, **content: object) -> dict[str, object]:
    body = {"msgtype": "m.text", "body": text, **content}
    return {"event_id": "$e", "sender": "@iris:school.nl", "origin_server_ts": 1_795_000_000_000, "content": body}


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("Wegwijzer: wie bel ik?", "wie bel ik?"),
        ("@wegwijzer:school.nl, wie bel ik?", "wie bel ik?"),
        ("!MDO lijst", "!mdo lijst"),
        ("/start-case", "!start-case"),
        ("!help", "help"),
        ("wegwijzers zijn handig", None),
        ("zullen we bellen?", None),
    ],
)
def test_in_a_group_a_name_or_a_command_is_for_us(typed: str, understood: str | None) -> None:
    message = hearing.said(event(typed))
    assert hearing.is_addressed(message, scene()) is (understood is not None)
    if understood:
        incoming = hearing.incoming(message, scene(), Person("matrix", "@iris:school.nl"))
        assert (incoming.text, incoming.conversation, incoming.at.tzinfo) == (understood, "matrix:!r", ZONE)


def test_notices_and_edits_are_never_for_us() -> None:
    assert not hearing.is_addressed(hearing.said(event("hoi", msgtype="m.notice")), scene(direct=True))
    changed = event("* hoi", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}})
    assert not hearing.is_addressed(hearing.said(changed), scene(direct=True))


def test_what_looks_like_html_is_shown_and_not_used() -> None:
    content = notice(
        Reply('**Let op** <img src="x"> [klik](javascript:alert) ![a](https://x.nl/a.png)'), picks_of(Reply(""))
    )
    assert "<strong>Let op</strong>" in content["formatted_body"]
    assert "&lt;img" in content["formatted_body"]
    assert "<img" not in content["formatted_body"]
    assert "href" not in content["formatted_body"].partition("klik")[0]


@pytest.mark.parametrize(
    "text", ["ë" * 40_000, "**een** woord, en nog een. " * 2_000, "- regel\n\n" * 3_000, "kort", ""]
)
def test_a_long_text_is_said_in_parts_that_fit_in_an_event(text: str) -> None:
    parts = in_parts(text)
    for part in parts:
        content = spoken(part)
        assert "formatted_body" in content
        size = len(json.dumps(content, ensure_ascii=False).encode())
        assert size * 4 / 3 < 60_000  # as it is encrypted
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_choices_stay_apart_from_a_list_in_the_text_and_can_be_read_back() -> None:
    reply = Reply("Lees:\n1. dit\n2. dat", (Choice("Ja", "v-ja"), Choice("Nee", "v-nee")), offers=(Choice("👍", "👍"),))
    content = notice(reply, picks_of(reply))
    assert content["body"].endswith("1. Ja\n2. Nee")
    assert content["formatted_body"].count("<ol>") == 2
    back = unpacked(content, "")
    assert back == picks_of(reply)
    assert (back.by_number("2."), back.by_reaction("2️⃣"), back.by_reaction("👍")) == ("v-nee", "v-nee", "👍")
    assert (back.by_number("3"), back.by_number("0"), back.by_reaction("🍕")) == (None, None, None)
    assert reactions(back) == ["1️⃣", "2️⃣", "👍"]


def test_a_thumb_and_the_offer_to_keep_a_question_are_reactions_with_their_whole_value() -> None:
    offers = (Choice("Meer", "meer"), Choice("👎", "👎 UP-A-contact-2"), Choice("Bewaar mijn vraag", "bewaar 3"))
    picks = picks_of(Reply("Bel eerst het CJG", offers=offers))
    assert reactions(picks) == ["➕", "👎", "💾"]
    assert picks.by_reaction("👎\U0001f3fe") == "👎 UP-A-contact-2"
    assert picks.by_reaction("💾") == "bewaar 3"


def test_a_room_is_followed_only_when_both_say_so() -> None:
    moves = Moves()
    moves.tombstone("!old", "!new")
    assert (moves.now("!old"), moves.first_name("!new")) == ("!old", "!new")
    moves.created("!new", {"content": {"predecessor": {"room_id": "!other"}}})
    assert moves.to_join() == [("!old", "!new")]
    moves.created("!new", {"content": {"predecessor": {"room_id": "!old"}}})
    assert (moves.now("!old"), moves.first_name("!new"), moves.to_join()) == ("!new", "!old", [])


def test_creators_stand_above_all_only_in_new_rooms() -> None:
    made = {"sender": "@a:x", "content": {"room_version": "12", "additional_creators": ["@b:x"]}}
    assert creators_of(made) == {"@a:x", "@b:x"}
    assert creators_of({**made, "content": {"room_version": "11"}}) == set()
