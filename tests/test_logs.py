"""The log: one line a record, nothing of what libraries or errors say."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from bot.logs import JsonLine, TextLine

SECRET = "Jan de Vries"


def record(logger: str, message: str, *args: object, error: Exception | None = None) -> logging.LogRecord:
    raised = None
    try:
        _raise(error)
    except Exception:
        raised = sys.exc_info()
    return logging.getLogger(logger).makeRecord(logger, 40, __file__, 7, message, args, raised)


def _raise(error: Exception | None) -> None:
    if error:
        raise error


@pytest.mark.parametrize("line", [TextLine(), JsonLine()], ids=["text", "json"])
@pytest.mark.parametrize("logger", ["asyncio", "aiohttp.server", "slack_bolt.App", "nio.client", "wegwijzer.slack.sdk"])
def test_of_a_library_only_the_place_is_written(line: logging.Formatter, logger: str) -> None:
    said = line.format(record(logger, f"failed: {SECRET} %s", SECRET, error=ValueError(SECRET)))
    assert SECRET not in said
    assert logger in said
    assert "test_logs.py:7" in said
    assert "ValueError (test_logs.py:" in said
    assert "\n" not in said


@pytest.mark.parametrize("line", [TextLine(), JsonLine()], ids=["text", "json"])
def test_of_ours_the_message_is_written_and_of_an_error_its_kind(line: logging.Formatter) -> None:
    said = line.format(record("bot.work", "post %d failed", 7, error=KeyError(SECRET)))
    assert "post 7 failed" in said
    assert "KeyError (test_logs.py:" in said
    assert SECRET not in said


def test_a_line_of_json_has_its_facts() -> None:
    found = json.loads(JsonLine().format(record("bot.work", "één regel\nen nog een")))
    assert list(found) == ["time", "level", "logger", "message"]
    assert found["message"] == "één regel\nen nog een"
    assert found["level"] == "ERROR"


def test_what_nobody_caught_is_told_without_its_words() -> None:
    code = (
        "import threading, warnings; from bot.logs import set_up; set_up('json')\n"
        f"def fail(): raise ValueError('{SECRET}')\n"
        "t = threading.Thread(target=fail); t.start(); t.join()\n"
        f"warnings.warn('{SECRET}')\n"
        "class Odd:\n"
        f"    def __del__(self): raise ValueError('{SECRET}')\n"
        "Odd()\n"
        "fail()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert SECRET not in done.stderr
    found = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["logger"] for line in found] == ["bot.uncaught", "py.warnings", "bot.uncaught", "bot.uncaught"]
    assert all("ValueError" in line["message"] for line in found if line["logger"] == "bot.uncaught")
