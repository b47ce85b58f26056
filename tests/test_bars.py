"""What is shown while something takes long: once in words, and a bar only for who looks."""

import os
import pty
import sys
import threading

import pytest

from bot.bars import BuildBar, counting


def test_it_is_said_once_that_it_takes_long(capfd: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    bar = BuildBar(said.append)
    for share in (0.0, 0.5, 1.0):
        bar("leren", share)
    assert said == ["De index wordt gebouwd; dat duurt een halve minuut en hoeft maar één keer."]
    assert capfd.readouterr() == ("", "")  # no terminal: nothing but the sentence


def test_a_terminal_shows_how_far_it_is_and_is_clean_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    seen: list[bytes] = []

    def read() -> None:
        while True:
            try:
                seen.append(os.read(master, 4096))
            except OSError:
                return

    reader = threading.Thread(target=read)
    reader.start()
    with os.fdopen(slave, "w") as screen:
        monkeypatch.setattr(sys, "stderr", screen)
        monkeypatch.setenv("TERM", "xterm")
        with counting("documenten lezen", 2) as bar:
            assert list(bar.over(["a", "b"])) == ["a", "b"]
    reader.join(5)
    os.close(master)
    shown = b"".join(seen).decode()
    assert "documenten lezen" in shown
    assert "100%" in shown
    assert shown.rstrip().endswith("\x1b[2K")  # the line is wiped
