import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from bot.messages import Attachment, Choice, Incoming, Person, Reply
from bot.platforms.console import Console

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ASK = Reply("Welke school?", [Choice("De Regenboog", "ik werk op De Regenboog"), Choice("Anders", "anders")])


def piped(typed: str, home: Path, handle: Callable[[Incoming], Sequence[Reply]]) -> str:
    sink = StringIO()
    console = Console(Person("terminal", "iris"), lambda: NOW, home, "groet", StringIO(typed), sink)
    asyncio.run(console.run(handle))
    return sink.getvalue()


def test_a_pipe_is_one_message_a_line_and_ends_with_it(tmp_path: Path) -> None:
    got: list[Incoming] = []

    def handle(incoming: Incoming) -> Sequence[Reply]:
        got.append(incoming)
        return [Reply(f"u zei {incoming.text}")]

    assert piped("een\n\n  twee  \ndrie", tmp_path, handle) == "u zei een\n\nu zei twee\n\nu zei drie\n\n"
    assert [incoming.text for incoming in got] == ["een", "twee", "drie"]
    assert {(i.person.key, i.conversation, i.at) for i in got} == {("terminal:iris", "terminal:iris", NOW)}


def test_an_empty_pipe_says_nothing_and_ends(tmp_path: Path) -> None:
    assert piped("", tmp_path, lambda _: [Reply("?")]) == ""


def test_choices_are_numbered_and_a_number_picks_one(tmp_path: Path) -> None:
    got: list[str] = []

    def handle(incoming: Incoming) -> Sequence[Reply]:
        got.append(incoming.text)
        return [ASK] if len(got) == 1 else [Reply("goed")]

    told = piped("start\n1\n1\n", tmp_path, handle)
    assert told.startswith("Welke school?\n\n1. De Regenboog\n2. Anders\n\n")
    assert got == ["start", "ik werk op De Regenboog", "1"]


def test_what_is_no_number_of_a_choice_is_what_was_typed(tmp_path: Path) -> None:
    got: list[str] = []

    def handle(incoming: Incoming) -> Sequence[Reply]:
        got.append(incoming.text)
        return [ASK]

    typed = ["start", "0", "3", "-1", "²", "1.", "groep 1"]
    piped("\n".join(typed), tmp_path, handle)
    assert got == typed


def test_several_replies_are_told_in_order(tmp_path: Path) -> None:
    assert piped("x\n", tmp_path, lambda _: [Reply("een"), Reply("twee")]) == "een\n\ntwee\n\n"


def test_a_file_with_a_reply_is_saved_under_its_own_name_only(tmp_path: Path) -> None:
    files = [Attachment("../../schema.png", "image/png", b"png", "het schema")]
    told = piped("x\n", tmp_path, lambda _: [Reply("Hier.", attachments=files)])
    saved = tmp_path / "bestanden" / "schema.png"
    assert saved.read_bytes() == b"png"
    assert told == f"Hier.\n\nBestand: {saved}\n\n"
