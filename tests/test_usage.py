"""What was typed wrong, or could not be done, is told in one Dutch line, and in danger the numbers are there."""

import errno
from pathlib import Path

import pytest

import bot.__main__
from bot.usage import told

DANGER = "bel 112, of Veilig Thuis, 0800-2000"


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    try:
        status = bot.__main__.main(args)
    except SystemExit as ended:
        status = int(str(ended.code))
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize(
    ("args", "line"),
    [
        ((), "Er ontbreekt iets: OPDRACHT. Typ `wegwijzer --help`"),
        (("ask",), "Er ontbreekt iets: VRAAG. Typ `wegwijzer ask --help`"),
        (("asq",), "OPDRACHT kan niet 'asq' zijn. Kies uit: chat, ask, run,"),
        (("ask", "x", "--asker", "z"), "--asker kan niet 'z' zijn. Kies uit: onderwijs, jeugdhulp."),
        (("ask", "x", "--school"), "Achter --school hoort nog iets."),
        (("reminders", "retry", "x"), "ID moet een getal zijn, niet 'x'."),
        (("doctor", "--alles"), "Dit ken ik niet: --alles."),
        (("matrix", "verify", "--gelijk", "--anders"), "Zo kan deze opdracht niet."),
    ],
)
def test_what_was_typed_wrong_is_told_in_dutch(
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...], line: str
) -> None:
    status, out, err = run(capsys, *args)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(line)
    assert "--help` om te zien hoe het wel kan." in err


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (FileNotFoundError(errno.ENOENT, "x", "a.csv"), "a.csv bestaat niet."),
        (PermissionError(errno.EACCES, "x", "a.csv"), "a.csv mag ik niet lezen of schrijven."),
        (OSError(errno.ENOSPC, "x"), "De schijf is vol (Een bestand);"),
        (OSError(errno.EROFS, "x", "/mnt/a"), "/mnt/a is alleen te lezen."),
        (IsADirectoryError(errno.EISDIR, "x", "a"), "a is een map;"),
        (RuntimeError("Jan Jansen"), "Dat lukte niet (RuntimeError). Draai `wegwijzer doctor`"),
    ],
)
def test_what_could_not_be_done_is_told_without_what_anybody_typed(error: Exception, line: str) -> None:
    assert told(error).startswith(line)


@pytest.mark.parametrize("command", [("chat",), ("ask", "kind wordt geslagen")])
def test_when_it_cannot_start_the_numbers_are_there(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("WEGWIJZER_HOME", str(home))
    monkeypatch.setenv("WEGWIJZER_KEEP_CASES", "abc")
    status, out, err = run(capsys, *command)
    assert (status, err) == (1, "WEGWIJZER_KEEP_CASES: moet een geheel getal zijn\n")
    assert DANGER in out
    status, out, _ = run(capsys, "ask", "hoi", "--json")
    assert (status, out) == (1, "")


def test_a_damaged_database_leaves_the_numbers(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WEGWIJZER_HOME", str(home))
    (home / "wegwijzer.db").write_bytes(bytes(4096))
    status, out, err = run(capsys, "chat")
    assert status == 1
    assert err.startswith("De database is beschadigd.")
    assert DANGER in out


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "er staat geen vraag in"),
        (b'{"id": "1", "q": 5}', "regel 1: geen vraag met id en q"),
        (b"\xff\xfe", "is geen UTF-8"),
    ],
)
def test_a_set_of_questions_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, line: str
) -> None:
    (tmp_path / "set.jsonl").write_bytes(content)
    status, _, err = run(capsys, "evaluate", str(tmp_path / "set.jsonl"))
    assert status == 1
    assert line in err
