"""Answering starts light: a question imports nothing that only training, storing or drawing needs. Also: the exits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "torch transformers numpy sentence_transformers chromadb langchain langchain_core sqlmodel sqlalchemy alembic rich "
    "prompt_toolkit"
).split()
_KEYS = "kind safety text first_contact contacts citations route ranking confidence".split()
_QUESTION = "kind in groep 6, thuis loopt het niet lekker. wie bel ik?"
_LOADED = """
import builtins, sys
print_before = print
def watched(*values, **options):
    loaded = sorted({name.partition(".")[0] for name in sys.modules})
    print_before("|".join(loaded), file=sys.stderr)
    print_before(*values, **options)
builtins.print = watched
from bot.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
"""Tells on stderr what is loaded at the moment something is printed."""


def _run(
    home: Path, *args: str, typed: str = "", code: str = "", **settings: str
) -> "subprocess.CompletedProcess[str]":
    """The command as a user runs it, in a folder without a .env."""
    command = [sys.executable, "-c", code, *args] if code else [sys.executable, "-m", "bot", *args]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("WEGWIJZER_", "SLACK_", "MATRIX_"))}
    environment |= {"WEGWIJZER_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[1])} | settings
    return subprocess.run(
        command, input=typed, capture_output=True, text=True, check=False, env=environment, cwd=home, timeout=60
    )


@pytest.mark.parametrize("question", [_QUESTION, "nummer cjg regenboog", "kind ademt niet meer", "wat is het weer?"])
def test_an_answer_imports_nothing_heavy_before_it_is_printed(home: Path, question: str) -> None:
    done = _run(home, "ask", question, code=_LOADED)
    assert (done.returncode, bool(done.stdout.strip())) == (0, True)
    loaded = set(done.stderr.strip().split("|"))
    assert "knowledge" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_a_json_answer_has_exactly_the_keys_of_the_contract(home: Path) -> None:
    for question in (_QUESTION, "nummer cjg regenboog", "kind ademt niet meer", "wat kost een dyslexieonderzoek?"):
        done = _run(home, "ask", question, "--json")
        found = json.loads(done.stdout)
        assert (done.returncode, done.stderr, list(found)) == (0, "", _KEYS)
        assert all(list(c) == ["role", "name", "phone", "email", "for"] for c in found["contacts"])
        assert all(list(c) == ["id", "title", "source"] for c in found["citations"])
        assert all(list(step) == ["step", "text"] for step in found["route"])
        assert len(found["ranking"]) <= 10
        assert 0 <= found["confidence"] <= 1


def test_a_school_and_a_side_given_with_the_question_count(home: Path) -> None:
    done = _run(home, "ask", _QUESTION, "--school", "regenboog", "--asker", "onderwijs")
    assert "Sanne Voorbeeld, 040 000 11 01" in done.stdout


def test_chat_without_input_ends_well(home: Path) -> None:
    done = _run(home, "chat")
    assert (done.returncode, done.stderr) == (0, "")


def test_every_line_of_a_pipe_is_answered(home: Path) -> None:
    done = _run(home, "chat", typed=f"ik werk op de regenboog\n\n{_QUESTION}\nnummer veilig thuis\n")
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third = (
        done.stdout.find(said) for said in ("Ik onthoud dat u bij De Regenboog werkt", "Sanne Voorbeeld", "0800-2000")
    )
    assert 0 <= first < second < third


@pytest.mark.parametrize("args", [[], ["vraag"], ["ask"], ["ask", "x", "--asker", "niemand"], ["ask", "x", "--kleur"]])
def test_wrong_usage_ends_with_two(home: Path, args: list[str]) -> None:
    done = _run(home, *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--help` om te zien hoe het wel kan" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WEGWIJZER_TIMEZONE", "Mars/Olympus", "geen tijdzone"),
        ("WEGWIJZER_KNOWLEDGE", "/bestaat/niet", "bestaat niet"),
    ],
)
def test_a_broken_setting_is_told_in_one_line(home: Path, name: str, value: str, told: str) -> None:
    done = _run(home, "ask", _QUESTION, **{name: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert name in done.stderr
    assert told in done.stderr


def test_broken_content_is_told_without_a_traceback(home: Path) -> None:
    (home / "knowledge").mkdir()
    (home / "knowledge" / "contacts.csv").write_text("rol,naam\ncjg,Iemand\n", encoding="utf-8")
    done = _run(home, "ask", _QUESTION)
    assert (done.returncode, done.stdout) == (1, "")
    assert "contacts.csv" in done.stderr
    assert "Traceback" not in done.stderr
