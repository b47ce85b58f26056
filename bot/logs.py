"""The log of a running bot: a line of text or of JSON each. What a person typed cannot get in.

Our own messages hold ids and counts. What libraries say may hold anything, and so may the text of any error: of what a
library says only the place is written, of an error only its kind and place.
"""

import json
import logging
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType

_OURS = ("bot", "knowledge", "workflows", "prompts")
_QUIET = ("apscheduler", "alembic", "aiohttp.access")
_uncaught_log = logging.getLogger("bot.uncaught")


def set_up(kind: str) -> None:
    """Log to stderr as `text` or `json`, from INFO on; also what nobody caught, and what libraries warn of."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if kind == "json" else TextLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for talkative in _QUIET:
        logging.getLogger(talkative).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda failed: _uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)
    sys.unraisablehook = lambda failed: _uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)


def facts(record: logging.LogRecord) -> Mapping[str, str]:
    """What is written of a record."""
    found = {
        "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": record.getMessage() if _is_ours(record.name) else f"({record.filename}:{record.lineno})",
    }
    error = record.exc_info[1] if record.exc_info else None
    return found | ({"error": f"{type(error).__name__} ({place(error.__traceback__)})"} if error else {})


class JsonLine(logging.Formatter):
    """A line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's facts."""
        return json.dumps(facts(record), ensure_ascii=False)


class TextLine(logging.Formatter):
    """A line to read."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's facts, on one line."""
        return " ".join(facts(record).values()).replace("\n", " ")


def _is_ours(logger: str) -> bool:
    return logger == "wegwijzer" or logger.partition(".")[0] in _OURS


def place(trace: TracebackType | None) -> str:
    """Where an error was raised: file and line."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"


def _uncaught(kind: type[BaseException], _: BaseException | None, trace: TracebackType | None) -> None:
    _uncaught_log.critical("nobody caught %s (%s)", kind.__name__, place(trace))
