"""What becomes of a post, told truly: sent, surely not, never, or unknown and then looked up."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.delivery import Absent, Outcome, Post, Recall, Refused, Rejected, Sent, Unknown
from bot.messages import Attachment, Choice, Reply
from bot.platforms.slack.connection import LateDelivery
from bot.platforms.slack.posting import SlackDelivery
from bot.platforms.slack.web_api import make_client
from tests.slack.house import text_of
from tests.slack.standin import BOT_TOKEN, Standin
from tests.slack.workspace import IRIS, OPEN

ROOM = f"D{IRIS[1:]}"


@pytest.fixture
async def delivery(standin: Standin) -> AsyncIterator[SlackDelivery]:
    client = make_client(BOT_TOKEN, standin.api)
    yield SlackDelivery(client)
    assert client.session
    await client.session.close()


def post(dest: str = f"slack:{IRIS}", reply: Reply | None = None, **more: Any) -> Post:
    words = reply or Reply("Bel **nu** Veilig Thuis, 0800-2000.")
    return Post("11111111-2222", 7, dest, words, datetime.now(UTC) - timedelta(seconds=1), **more)


def posted(standin: Standin) -> int:
    return sum(method == "chat.postMessage" for method, _, _ in standin.calls)


async def test_a_post_arrives_with_its_marker_and_a_number_to_tap(standin: Standin, delivery: SlackDelivery) -> None:
    outcome = await delivery.send(post())
    (message,) = standin.space.messages[ROOM]
    assert outcome == Sent(f"{ROOM}/{message['ts']}")
    assert text_of([message]) == "Bel *nu* Veilig Thuis, <tel:08002000|0800-2000>."
    assert message["metadata"]["event_payload"] == {"id": "11111111-2222"}


@pytest.mark.parametrize(
    ("meets", "outcome"),
    [
        ("channel_not_found", Rejected("channel_not_found", gone=True)),
        ("is_archived", Rejected("is_archived", gone=True)),
        ("not_in_channel", Rejected("not_in_channel", gone=True)),
        ("invalid_auth", Refused("invalid_auth", timedelta(minutes=1), everywhere=True)),
        ("token_revoked", Refused("token_revoked", timedelta(minutes=1), everywhere=True)),
        ("something_new", Refused("something_new")),
        ("fatal_error", Unknown("fatal_error")),
        ("internal_error", Unknown("internal_error")),
        (503, Unknown("http_503")),
        (502, Unknown("http_502")),
    ],
)
async def test_each_failure_is_told_as_what_it_is_and_never_repeated(
    standin: Standin, delivery: SlackDelivery, meets: str | int, outcome: Outcome
) -> None:
    standin.fails["chat.postMessage"] = [meets]
    assert await delivery.send(post()) == outcome
    assert posted(standin) == 1


async def test_being_told_to_wait_is_obeyed_everywhere(standin: Standin, delivery: SlackDelivery) -> None:
    standin.limits["chat.postMessage"] = [12]
    assert await delivery.send(post()) == Refused("ratelimited", timedelta(seconds=12), everywhere=True)


async def test_a_lost_answer_is_unknown_and_found_by_its_marker(standin: Standin, delivery: SlackDelivery) -> None:
    standin.loses["chat.postMessage"] = 1
    asked = post()
    assert isinstance(await delivery.send(asked), Unknown)
    assert posted(standin) == 1
    found = await delivery.look_up(asked)
    assert found == Sent(f"{ROOM}/{standin.space.messages[ROOM][0]['ts']}")


async def test_what_never_arrived_is_absent(standin: Standin, delivery: SlackDelivery) -> None:
    await delivery.send(post())
    other = post(reply=Reply("iets anders"))
    assert await delivery.look_up(Post("99999999", 8, other.dest, other.reply, other.since)) == Absent()


async def test_a_look_up_reads_on_over_pages_and_in_threads(standin: Standin, delivery: SlackDelivery) -> None:
    root = standin.space.ts()
    standin.space.messages[ROOM].append({"type": "message", "ts": root, "user": IRIS, "text": "vraag"})
    in_thread = post(thread=root)
    sent = await delivery.send(in_thread)
    for _ in range(450):
        standin.space.messages[ROOM].append(
            {"type": "message", "ts": standin.space.ts(), "user": IRIS, "text": "x", "thread_ts": root}
        )
    assert await delivery.look_up(in_thread) == sent
    assert await delivery.look_up(post()) == Absent()  # threads are not in the history of the channel


async def test_a_look_up_that_fails_knows_nothing(standin: Standin, delivery: SlackDelivery) -> None:
    standin.fails["conversations.history"] = [500]
    assert await delivery.look_up(post()) == Unknown("http_500")


async def test_without_the_right_to_read_a_channel_a_post_carries_its_number_and_goes_at_least_once(
    standin: Standin, delivery: SlackDelivery
) -> None:
    await delivery.send(post(f"slack:{OPEN}"))
    assert "Nr. 7" in text_of(standin.space.messages[OPEN])
    assert await delivery.look_up(post(f"slack:{OPEN}")) == Absent()
    allowed = SlackDelivery(delivery.client, frozenset({"im", "channel"}))
    standin.space.granted = standin.space.granted | {"channels:history"}
    sent = await allowed.send(post(f"slack:{OPEN}"))
    assert "Nr." not in text_of(standin.space.messages[OPEN][1:])
    assert isinstance(await allowed.look_up(post(f"slack:{OPEN}")), Sent)
    assert isinstance(sent, Sent)


async def test_a_reminder_carries_its_own_number_and_no_second(standin: Standin, delivery: SlackDelivery) -> None:
    await delivery.send(post(f"slack:{OPEN}", numbered=True))
    assert "Nr." not in text_of(standin.space.messages[OPEN])


async def test_an_edit_takes_the_place_of_a_message_and_posts_when_it_is_gone(
    standin: Standin, delivery: SlackDelivery
) -> None:
    sent = await delivery.send(post(reply=Reply("oud", (Choice("Klaar", "/mdo klaar 1-1"),))))
    assert isinstance(sent, Sent)
    new = post(reply=Reply("✓ klaar"), edits=sent.id)
    assert await delivery.send(new) == sent
    assert text_of(standin.space.messages[ROOM]) == "✓ klaar"
    assert await delivery.look_up(new) == sent
    gone = await delivery.send(post(reply=Reply("✓ klaar"), edits=f"{ROOM}/1.000001"))
    assert gone == Sent(f"{ROOM}/{standin.space.messages[ROOM][-1]['ts']}")


async def test_what_only_one_person_may_see_is_ephemeral_in_a_channel(
    standin: Standin, delivery: SlackDelivery
) -> None:
    await delivery.send(post(f"slack:{OPEN}", private_to=IRIS))
    assert standin.space.messages[OPEN] == []
    assert standin.space.ephemeral[0]["user"] == IRIS
    await delivery.send(post(private_to=IRIS))
    assert len(standin.space.messages[ROOM]) == 1


FILE = Attachment("uitnodiging.ics", "text/calendar", b"BEGIN:VCALENDAR")


async def test_files_are_placed_after_the_words(standin: Standin, delivery: SlackDelivery) -> None:
    await delivery.send(post(reply=Reply("De uitnodiging.", attachments=(FILE,))))
    words, file = standin.space.messages[ROOM]
    assert words["text"] == "De uitnodiging."
    assert file["files"][0]["name"] == "uitnodiging.ics"
    assert standin.space.uploads[file["files"][0]["id"]]["data"] == b"BEGIN:VCALENDAR"


async def test_bytes_that_do_not_get_up_leave_nothing_to_be_seen(standin: Standin, delivery: SlackDelivery) -> None:
    standin.fails["files.getUploadURLExternal"] = [503]
    outcome = await delivery.send(post(reply=Reply("De uitnodiging.", attachments=(FILE,))))
    assert outcome == Refused("http_503")
    assert standin.space.messages[ROOM] == []


async def test_a_file_that_cannot_be_placed_is_told_under_the_words(standin: Standin, delivery: SlackDelivery) -> None:
    standin.fails["files.completeUploadExternal"] = ["not_in_channel"]
    outcome = await delivery.send(post(reply=Reply("De uitnodiging.", attachments=(FILE,))))
    assert isinstance(outcome, Sent)
    assert "Het bestand kon niet worden geplaatst" in text_of(standin.space.messages[ROOM])


async def test_a_file_of_which_the_answer_was_lost_is_placed_once(standin: Standin, delivery: SlackDelivery) -> None:
    standin.loses["files.completeUploadExternal"] = 1
    assert isinstance(await delivery.send(post(reply=Reply("De uitnodiging.", attachments=(FILE,)))), Sent)
    assert len(standin.space.messages[ROOM]) == 2
    assert "kon niet worden geplaatst" not in text_of(standin.space.messages[ROOM])


async def test_an_answer_to_a_message_that_was_taken_away_is_not_missed(
    standin: Standin, delivery: SlackDelivery
) -> None:
    outcome = await delivery.send(post(f"slack:{OPEN}", thread="1.000001"))
    assert outcome == Rejected("thread_not_found", moot=True)


async def test_dying_between_the_words_and_the_file_is_mended_by_the_look_up(
    standin: Standin, delivery: SlackDelivery
) -> None:
    asked = post(reply=Reply("De uitnodiging.", attachments=(FILE,)))
    await delivery.send(asked)
    standin.space.messages[ROOM].pop()  # as if the process died before the file was placed
    found = await delivery.look_up(asked)
    words, file = standin.space.messages[ROOM]
    assert isinstance(found, Sent)
    assert found.id == f"{ROOM}/{words['ts']} {file['files'][0]['id']}"
    assert file["files"][0]["name"] == FILE.name
    assert await delivery.look_up(asked) == found
    assert len(standin.space.messages[ROOM]) == 2


async def test_a_file_that_the_look_up_cannot_place_either_is_told(standin: Standin, delivery: SlackDelivery) -> None:
    asked = post(reply=Reply("De uitnodiging.", attachments=(FILE,)))
    await delivery.send(asked)
    standin.space.messages[ROOM].pop()
    standin.fails["files.completeUploadExternal"] = ["not_in_channel"]
    assert isinstance(await delivery.look_up(asked), Sent)
    assert "Het bestand kon niet worden geplaatst" in text_of(standin.space.messages[ROOM])


async def test_when_slack_refuses_the_form_the_words_go_alone(standin: Standin, delivery: SlackDelivery) -> None:
    standin.fails["chat.postMessage"] = ["invalid_blocks"]
    assert isinstance(await delivery.send(post()), Sent)
    (message,) = standin.space.messages[ROOM]
    assert "blocks" not in message
    assert "Veilig Thuis" in message["text"]


async def test_a_server_that_is_not_there_surely_got_nothing(delivery: SlackDelivery) -> None:
    delivery.client.base_url = "http://127.0.0.1:1/api/"
    outcome = await delivery.send(post())
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.everywhere) == ("ClientConnectorError", True)


async def test_nothing_is_written_to_the_log_that_was_said(
    standin: Standin, delivery: SlackDelivery, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    standin.fails["chat.postMessage"] = ["invalid_blocks", "channel_not_found", "fatal_error"]
    for _ in range(3):
        await delivery.send(post(reply=Reply("geheim dossier")))
    assert "geheim" not in caplog.text


async def test_a_look_up_before_there_is_a_connection_is_no_try() -> None:
    found = await LateDelivery(Recall(look_up=True)).look_up(post())
    assert isinstance(found, Unknown)
    assert found.retry_after is not None
