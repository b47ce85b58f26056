"""`wegwijzer doctor`: one line for everything, each fault with what to do, and an exit status to build on."""

import asyncio
import os
import re
import shutil
import time
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.commands import checkup
from bot.commands.doctor import doctor
from bot.settings import Settings, names, strangers
from bot.storage.letters import State
from tests.bot_process import on_slack, running
from tests.slack.house import settings as on_standin
from tests.slack.standin import BOT_TOKEN, Standin

Look = Callable[..., tuple[int, str]]


@pytest.fixture
def look(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Look:
    """Runs the doctor on a home of its own; returns the exit status and what was said."""
    monkeypatch.chdir(home)
    home.chmod(0o700)

    def run(settings: Settings | None = None, clock: Callable[[], datetime] | None = None) -> tuple[int, str]:
        app = App(settings or Settings(home=home), clock=clock)
        status = doctor(app, Namespace())
        app.database.close()
        return status, capsys.readouterr().out

    return run


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    started = await Standin().start()
    yield started
    await started.stop()


def test_a_fresh_installation_is_in_order_and_says_what_is_still_to_do(look: Look) -> None:
    status, said = look()
    lines = said.splitlines()
    assert status == 0
    assert all(re.match(r"(ok|let op|mis) +\S.*: \S", line) for line in lines[:-2])
    assert not [line for line in lines if line.startswith("mis")]
    assert "let op  contactlijst: dit is het meegeleverde, verzonnen voorbeeld" in said
    assert "let op  toestemmingstabel: nog niet vastgesteld" in said
    assert "alle in de vastgelegde versie" in said
    assert set(lines[-2].removeprefix("Instellingen: ").split(", ")) == set(names())
    assert lines[-1].startswith("0 keer mis, ")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("WEGWIJZER_TIMEZOEN", "WEGWIJZER_TIMEZONE"),
        ("WEGWIJSER_HOME", "WEGWIJZER_HOME"),
        ("slack_bot_token", "SLACK_BOT_TOKEN"),
        ("SLACK_SIGNIN_SECRET", "SLACK_SIGNING_SECRET"),
        ("MATRIX_HOME_SERVER", "MATRIX_HOMESERVER"),
        ("WEGWIJZER_IETS_ANDERS", ""),
    ],
)
def test_a_slip_in_a_name_is_noticed(given: str, meant: str, tmp_path: Path) -> None:
    assert strangers({given: "x", "PATH": "/bin"}, tmp_path / ".env") == [(given, meant)]
    (tmp_path / ".env").write_text(f"{given}=x\n", encoding="utf-8")
    assert strangers({}, tmp_path / ".env") == [(given, meant)]


def test_names_of_others_and_our_own_are_no_slips(tmp_path: Path) -> None:
    others = dict.fromkeys(("SLACK_WEBHOOK_URL", "MATRIX_ROOM", "HOME", "PYTHONPATH", "DATABASE_URL"), "x")
    assert strangers(others | dict.fromkeys(names(), "x"), tmp_path / ".env") == []


def test_a_key_that_others_can_read_is_wrong(look: Look, home: Path) -> None:
    look()
    (home / "secret.key").chmod(0o644)
    status, said = look()
    assert status == 1
    assert f"mis     sleutel: {home}/secret.key is te lezen voor anderen op deze machine: chmod 600" in said


def test_a_folder_and_a_file_with_tokens_that_others_can_read_are_told(look: Look, home: Path) -> None:
    home.chmod(0o755)
    (home / ".env").write_text("", encoding="utf-8")
    (home / ".env").chmod(0o644)
    status, said = look()
    assert status == 0
    assert f"chmod 700 {home}" in said
    assert "chmod 640 .env" in said


def test_settings_that_only_the_service_can_read_are_not_told(look: Look, home: Path) -> None:
    (home / ".env").write_text("", encoding="utf-8")
    (home / ".env").chmod(0o640)  # as the guide installs it
    assert ".env" not in look()[1]


@pytest.mark.parametrize(("free", "status", "grade"), [(5e8, 0, "let op"), (5e7, 1, "mis")])
def test_a_disk_that_fills_up_is_told(
    look: Look, monkeypatch: pytest.MonkeyPatch, free: float, status: int, grade: str
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=int(free)))
    found, said = look()
    assert found == status
    assert re.search(rf"^{grade} +schijf: nog maar {free / 1e6:.0f} MB vrij", said, re.M)


def test_what_is_locked_with_another_key_is_told_with_the_remedy(look: Look, home: Path) -> None:
    app = App(Settings(home=home))
    app.outbox.post("k", "slack:U1", "Een herinnering.", app.now())
    app.database.close()
    (home / "secret.key").unlink()
    status, said = look()
    assert status == 1
    assert "mis     sleutel: De sleutel past niet bij de database" in said


@pytest.mark.parametrize(
    ("given", "lacks"),
    [
        ({"matrix_homeserver": "https://matrix.school.nl"}, "Matrix: vul ook MATRIX_USER_ID in"),
        ({"matrix_password": "geheim"}, "Matrix: vul ook MATRIX_HOMESERVER en MATRIX_USER_ID in"),
        ({"slack_app_token": "xapp-1"}, "Slack: vul ook SLACK_BOT_TOKEN in"),
    ],
)
def test_a_platform_with_half_its_settings_is_told(look: Look, home: Path, given: dict[str, str], lacks: str) -> None:
    status, said = look(Settings.model_validate({"home": home, **given}))
    assert status == 1
    assert f"mis     {lacks}" in said


def test_a_server_that_is_not_there_is_told_before_the_first_start(look: Look, home: Path) -> None:
    given = {"matrix_homeserver": "http://127.0.0.1:9", "matrix_user_id": "@bot:x", "matrix_password": "geheim"}
    status, said = look(Settings.model_validate({"home": home, **given}))
    assert status == 1
    assert "mis     Matrix: De Matrix-server http://127.0.0.1:9 is niet bereikbaar" in said


def test_content_with_a_name_that_nothing_reads_is_told(look: Look, home: Path) -> None:
    own = home / "knowledge"
    (own / "agreements").mkdir(parents=True)
    (own / "agreements" / "eigen.yml").write_text("")
    for name in ("flowchart.yml", "contacts.vorige.csv", "LEESMIJ.md", "placemat.pdf", "consent.yml"):
        (own / name).write_text("")
    told = [line for line in look()[1].splitlines() if "wordt niet gelezen" in line]
    assert [line.split()[4].removeprefix(f"{own}/") for line in told] == [
        "consent.yml", "flowchart.yml", "agreements/eigen.yml",
    ]  # fmt: skip


def test_a_damaged_database_is_told_with_the_remedy(look: Look, home: Path) -> None:
    look()
    file = home / "wegwijzer.db"
    pages = bytearray(file.read_bytes())
    pages[4096 * 3 : 4096 * 6] = os.urandom(4096 * 3)
    file.write_bytes(pages)
    status, said = look()
    assert status == 1
    assert re.search(r"^mis +database: .*(beschadigd|malformed)", said, re.M)


def test_posts_that_wait_for_a_person_are_counted(look: Look, home: Path) -> None:
    app = App(Settings(home=home))
    app.outbox.post("k", "slack:U1", "Een herinnering.", app.now())
    assert app.outbox.quarantine() == 1
    assert app.outbox.counts() == {State.LOOK: 1}
    app.database.close()
    assert "let op  berichten: 1 berichten wachten op een mens" in look()[1]


def test_a_list_of_ones_own_that_grew_old_is_told(look: Look, home: Path) -> None:
    shipped = Path(checkup.__file__).parents[2] / "knowledge" / "contacts.csv"
    (home / "knowledge").mkdir()
    shutil.copy(shipped, home / "knowledge" / "contacts.csv")
    said = look()[1]
    assert "meegeleverde" not in said
    assert re.search(r"^(ok|let op) +contactlijst: \d+ contacten", said, re.M)


async def test_slack_its_clock_and_the_running_bot_are_looked_at(standin: Standin, look: Look, home: Path) -> None:
    given = on_standin(home, standin.api)
    status, said = await asyncio.to_thread(look, given)
    assert status == 0
    assert "ok      Slack: T0WERK, alle 10 rechten" in said
    assert "ok      klok: loopt gelijk met 127.0.0.1" in said
    assert "ok      draaiende bot: heeft hier nog niet gedraaid" in said

    standin.tokens.discard(BOT_TOKEN)
    status, said = await asyncio.to_thread(look, given, lambda: datetime.now(given.zone) + timedelta(hours=1))
    assert status == 1
    assert "mis     Slack: Slack weigert het token (token_revoked)" in said
    assert re.search(r"^let op +klok: loopt 3[56]\d\d s uit de pas met 127\.0\.0\.1", said, re.M)


def test_a_clock_that_stopped_ticking_is_told(look: Look, home: Path) -> None:
    beat = home / "outbox.beat"
    beat.write_text("1")
    given = on_standin(home, "http://127.0.0.1:1/api/")
    assert re.search(r"^ok +draaiende bot: de klok tikte \d+ seconden geleden", look(given)[1], re.M)
    long_ago = time.time() - timedelta(hours=3).total_seconds()
    os.utime(beat, (long_ago, long_ago))
    assert re.search(r"^let op +draaiende bot: de klok tikte voor het laatst op", look(given)[1], re.M)
    status, said = look(given.model_copy(update={"health_port": 1}))
    assert "let op  draaiende bot: antwoordt niet op poort 1" in said
    assert status == 1  # Slack is not there


async def test_what_a_running_bot_says_of_itself_is_passed_on(standin: Standin, home: Path, look: Look) -> None:
    async with running(home, on_slack(standin)) as bot:
        given = on_standin(home, standin.api).model_copy(update={"health_port": bot.port})
        status, said = await asyncio.to_thread(look, given)
        assert (status, f"ok      draaiende bot: antwoordt op poort {bot.port}: Alles werkt." in said) == (0, True)
        await bot.end()
