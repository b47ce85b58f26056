"""The files to deploy with, held against what can be had without an engine: `make deploy-check` does more."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings, names
from tests.bot_process import on_slack, running
from tests.slack.standin import Standin
from tests.test_running import until_unwell

ROOT = Path(__file__).parent.parent
UNIT, IMAGE, COMPOSE = (ROOT / "deploy" / name for name in ("wegwijzer.service", "Dockerfile", "compose.yaml"))
MOST_EXPOSED = 20  # tenths; systemd's own scale goes from 0 to 100, and below 20 it says OK


def steps() -> Iterator[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    lines = [line for line in IMAGE.read_text("utf-8").splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            yield line.partition(" ")[0], line.partition(" ")[2].strip()


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    return found


@pytest.fixture
def systemd(tmp_path: Path) -> list[str]:
    """The unit with a program that is on this machine, for systemd-analyze."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    unit = re.sub(r"^ExecStart=\S+", f"ExecStart={shutil.which('true')}", UNIT.read_text("utf-8"), flags=re.M)
    (tmp_path / UNIT.name).write_text(unit, encoding="utf-8")
    return ["systemd-analyze", str(tmp_path / UNIT.name)]


def test_systemd_finds_no_fault_in_the_unit(systemd: list[str]) -> None:
    command, unit = systemd
    done = subprocess.run([command, "verify", unit], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if UNIT.name in line] == []


def test_systemd_holds_the_service_for_well_shut_in(systemd: list[str]) -> None:
    command, unit = systemd
    options = ["security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager"]
    done = subprocess.run([command, *options, unit], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:]


def test_the_service_may_write_its_data_folder_alone_and_is_told_when_to_stop() -> None:
    lines = UNIT.read_text("utf-8").splitlines()
    assert {"ProtectSystem=strict", "StateDirectory=wegwijzer", "User=wegwijzer", "Type=notify"} <= set(lines)
    assert not [line for line in lines if line.startswith("ReadWritePaths")]
    given = dict(re.findall(r"(WEGWIJZER_\w+)=(\S+)", "\n".join(lines)))
    assert set(given) <= set(names())
    assert given["WEGWIJZER_HOME"] == "/var/lib/wegwijzer"


def test_the_image_is_made_of_what_is_here_and_locked() -> None:
    named = [word for step, rest in steps() if step == "COPY" and "--from" not in rest for word in rest.split()[:-1]]
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert {"bot", "knowledge", "workflows", "prompts"} <= set(named)
    installs = [part for step, rest in steps() if step == "RUN" for part in rest.split("&&") if "pip install" in part]
    assert [part for part in installs if "--require-hashes" not in part and "--no-deps" not in part] == []


def test_the_image_runs_as_nobody_in_particular() -> None:
    found = list(steps())
    assert len([step for step, _ in found if step == "FROM"]) == 2
    last = [rest for step, rest in found if step == "USER"][-1]
    assert last.partition(":")[0].isdecimal()
    assert int(last.partition(":")[0]) > 0
    given = set(re.findall(r"WEGWIJZER_\w+", " ".join(rest for step, rest in found if step == "ENV")))
    assert given <= set(names())


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    started = await Standin().start()
    yield started
    await started.stop()


async def test_the_image_asks_after_its_health_as_it_should(standin: Standin, home: Path) -> None:
    command = json.loads(next(rest for step, rest in steps() if step == "HEALTHCHECK").partition("CMD ")[2])
    assert command[0] == "python"

    async def asked(port: int) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command[1:], env={**os.environ, "WEGWIJZER_HEALTH_PORT": str(port)},
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        return await process.wait()

    async with running(home, on_slack(standin)) as bot:
        assert await asked(bot.port) == 0
        await standin.fall()
        await until_unwell(bot)
        assert await asked(bot.port) == 1
        await bot.end()
    assert await asked(bot.port) == 1


def test_every_container_is_shut_in_and_has_a_version() -> None:
    for name, service in services().items():
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert re.search(r":\d", service["image"]), name
        assert not [port for port in service.get("ports", []) if not str(port).startswith("127.0.0.1:")], name


def test_no_secret_stands_in_the_compose_file() -> None:
    text = re.sub(r"#.*", "", COMPOSE.read_text("utf-8"))
    assert not re.search(r"(PASSWORD|TOKEN|SECRET|KEY)\w*: *(?![\s?$])\S", text)
    assert not re.search(r"://[^/\s:@]+:(?!\$\{)\S+@", text)


def test_the_bot_waits_for_a_database_that_nobody_else_can_reach() -> None:
    bot, database = services()["bot"], services()["database"]
    assert bot["depends_on"]["database"]["condition"] == "service_healthy"
    assert "pg_isready" in database["healthcheck"]["test"]
    (inside,) = database["networks"]
    assert inside in bot["networks"]
    assert yaml.safe_load(COMPOSE.read_text("utf-8"))["networks"][inside]["internal"] is True
    assert "ports" not in database
    url = Settings(database_url=bot["environment"]["WEGWIJZER_DATABASE_URL"]).database
    assert url.startswith("postgresql://wegwijzer:")
    assert url.endswith("@database/wegwijzer")
