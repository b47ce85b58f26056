"""`wegwijzer run` as a process: what it says when it cannot start; and what is due shows in `wegwijzer chat`."""

import getpass
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.settings import Settings


def wegwijzer(home: Path, *args: str, given: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "MATRIX_", "WEGWIJZER_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *args], env={**kept, "WEGWIJZER_HOME": str(home), **settings},
        input=given, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("args", "settings", "told"),
    [
        ([], {}, "Er is geen platform ingesteld"),
        (["teams"], {}, "'teams' ken ik niet. Kies uit: slack, matrix."),
        (["matrix"], {"MATRIX_HOMESERVER": "http://localhost:1"}, "Voor matrix ontbreekt een instelling"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(
    home: Path, args: Sequence[str], settings: dict[str, str], told: str
) -> None:
    done = wegwijzer(home, "run", *args, **settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(told)
    assert len(done.stderr.splitlines()) == 1


def test_what_is_due_shows_in_the_terminal_of_whom_it_is_for_and_once(home: Path) -> None:
    app = App(Settings(home=home))
    person = f"terminal:{getpass.getuser()}"
    now = app.now()
    app.outbox.post("eens", person, "Dit wilde ik u nog zeggen.", now - timedelta(hours=1))
    app.outbox.post("ander", "terminal:iemand-anders", "Dit is voor een ander.", now - timedelta(hours=1))
    app.database.close()
    said = wegwijzer(home, "chat", given="hallo\ndank je wel\n")
    assert said.returncode == 0, said.stderr
    assert said.stdout.count("Dit wilde ik u nog zeggen.") == 1
    assert "voor een ander" not in said.stdout
    assert said.stdout.index("Dag!") < said.stdout.index("Dit wilde ik")
    assert "Dit wilde ik" not in wegwijzer(home, "chat", given="hallo\n").stdout
