"""What `doctor` asks of the machine: versions, settings, folder, disk, clocks, and the bot that runs beside it."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from bot.commands.findings import Finding, caution, ok, wrong
from bot.settings import Settings, strangers
from bot.storage.heartbeat import FILE as BEAT
from prompts import render

OTHERS = 0o077
"""The rights that whoever is not the owner has."""

_EVERYBODY = 0o007  # the group of .env is the service's own: root writes it, the bot reads it

LOCK = Path(__file__).parents[2] / "requirements.lock"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\]+)[^;\\]*\\", re.MULTILINE)
_LITTLE, _TOO_LITTLE = 1_000_000_000, 100_000_000  # bytes
_APART = 30.0  # seconds between two clocks; servers give whole seconds, and the way there takes some
_FRESH = 120.0  # seconds
_PATIENCE = 5.0  # seconds


def machine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Everything that needs no database."""
    yield _python()
    yield _libraries()
    yield from _strangers()
    if _is_open(Path(".env"), _EVERYBODY):
        yield caution(".env", render("doctor.dotenv_open"))
    yield from _folder(settings.home)
    yield ok("tijdzone", render("doctor.timezone", zone=settings.timezone, now=f"{now:%d-%m-%Y %H:%M}"))


def _python() -> Finding:
    ours = ".".join(map(str, sys.version_info[:3]))
    return ok("Python", render("doctor.python", version=ours, ours=_version("wegwijzer")))


def _libraries() -> Finding:
    if not LOCK.is_file():
        return ok("bibliotheken", render("doctor.libraries_unknown"))
    pinned = _PINNED.findall(LOCK.read_text(encoding="utf-8"))
    others = [f"{name} {found}" for name, wanted in pinned if (found := _version(name)) not in (wanted, "")]
    if others:
        return caution("bibliotheken", render("doctor.libraries_other", names=", ".join(others)))
    return ok("bibliotheken", render("doctor.libraries", count=len(pinned)))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _strangers() -> Iterator[Finding]:
    for name, meant in strangers():
        yield caution(name, render("doctor.stranger_meant", meant=meant) if meant else render("doctor.stranger"))


def _folder(home: Path) -> Iterator[Finding]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        yield wrong("datamap", f"{home}: {error.strerror}")
        return
    if _is_open(home, OTHERS):
        yield caution("datamap", render("doctor.folder_open", folder=home))
    free = shutil.disk_usage(home).free
    grade = ok if free >= _LITTLE else caution if free >= _TOO_LITTLE else wrong
    text = "doctor.folder" if grade is ok else "doctor.disk_low"
    yield grade("datamap" if grade is ok else "schijf", render(text, folder=home, free=_size(free)))


def _is_open(file: Path, rights: int) -> bool:
    return file.exists() and bool(file.stat().st_mode & rights)


def _size(bytes: int) -> str:
    return f"{bytes / 1e9:.0f} GB" if bytes >= 1e9 else f"{bytes / 1e6:.0f} MB"


def clocks(settings: Settings, now: Callable[[], datetime]) -> Iterator[Finding]:
    """Our clock beside that of each server that is used; a server that does not answer is told of elsewhere."""
    used = [settings.slack_api_url] if settings.slack_bot_token.get_secret_value() else []
    used += [settings.matrix_homeserver] if settings.matrix_homeserver else []
    for url in used:
        if (apart := _apart(url, now)) is not None:
            name, off = urlsplit(url).hostname or url, abs(apart) >= _APART
            text = render("doctor.clock_off" if off else "doctor.clock", server=name, seconds=f"{abs(apart):.0f}")
            yield (caution if off else ok)("klok", text)


def _apart(url: str, now: Callable[[], datetime]) -> float | None:
    """How many seconds our clock is ahead of a server's."""
    try:
        with urlopen(Request(url, method="HEAD"), timeout=_PATIENCE) as answer:  # noqa: S310 - an address of the settings
            told = answer.headers["Date"]
    except HTTPError as error:
        told = error.headers["Date"]
    except (OSError, ValueError):
        return None
    try:
        return (now() - parsedate_to_datetime(told or "")).total_seconds()
    except (TypeError, ValueError):  # no date, or one without a zone
        return None


def running_bot(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether `wegwijzer run` runs beside this, by its port or by the traces of its clock."""
    yield _by_port(settings.health_port) if settings.health_port else _by_beat(settings.home / BEAT, now)


def _by_port(port: int) -> Finding:
    try:
        grade, told = _asked(port)
    except (OSError, ValueError):
        return caution("draaiende bot", render("doctor.runs_not", port=port))
    return grade("draaiende bot", render("doctor.runs", port=port, text=told))


def _asked(port: int) -> tuple[Callable[[str, str], Finding], str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=_PATIENCE) as answer:
            return ok, str(json.load(answer)["text"])
    except HTTPError as error:
        return wrong, str(json.load(error)["text"])


def _by_beat(file: Path, now: datetime) -> Finding:
    if not file.exists():
        return ok("draaiende bot", render("doctor.never_ran"))
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    if (ago := (now - at).total_seconds()) <= _FRESH:
        return ok("draaiende bot", render("doctor.beats", seconds=f"{max(ago, 0):.0f}"))
    moment = at.astimezone(now.tzinfo)
    return caution("draaiende bot", render("doctor.beats_not", moment=f"{moment:%d-%m-%Y %H:%M}"))
