"""Nothing dials out that was not configured: every try to connect or to look up a name is counted, in a real process.

Two witnesses: an audit hook in every Python process, also those that ours start; and strace, where it may be used: that
also sees what is not Python. Variables that invite libraries to call home are set.
"""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.own_files import DOCUMENTS, questions
from tests.slack.deliveries import direct, room_of
from tests.slack.house import until
from tests.slack.standin import APP_TOKEN, BOT_TOKEN, Standin
from tests.slack.workspace import BOT, IRIS, TEAM
from tests.test_architecture import FILES, ROOT, name

HOOK = """
import os, sys
told = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg",
        "urllib.Request", "pickle.find_class"}
out = os.open(os.environ["DIALED"], os.O_WRONLY | os.O_APPEND)
def watch(event, args):
    if event not in told or (event == "socket.connect" and not isinstance(args[1], tuple)):
        return
    what = args[1] if event in ("socket.connect", "socket.sendto", "pickle.find_class") else args[0]
    os.write(out, f"{event} {what}\\n".encode())
sys.addaudithook(watch)
"""
"""A sitecustomize: tells of each try in a file. A path for an address is the machine itself, and is not counted."""

INVITING = {
    "LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_API_KEY": "lsv2_pt_proef",
    "ANONYMIZED_TELEMETRY": "True", "DO_NOT_TRACK": "0", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://192.0.2.1:4317",
    "OPENAI_API_KEY": "sk-proef",
}  # fmt: skip
STRACE = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-e", "signal=none"]
_ADDRESS = re.compile(r'sin6?_port=htons\((\d+)\).*?"([^"]+)"')


def can_trace() -> bool:
    """Whether strace is there and may look at a process."""
    return shutil.which("strace") is not None and subprocess.run([*STRACE, "-o", "/dev/null", "true"]).returncode == 0


class Watched:
    """A folder in which commands run under both witnesses."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._hook, self._trace = folder / "dialed", folder / "trace"
        (folder / "hook").mkdir()
        (folder / "hook" / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
        self._hook.touch()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "MATRIX_", "WEGWIJZER_", "HF_"))}
        path = os.pathsep.join([str(folder / "hook"), str(ROOT)])
        self.environment = {
            **kept,
            **INVITING,
            "PYTHONPATH": path,
            "DIALED": str(self._hook),
            "WEGWIJZER_HOME": str(home),
        }
        self.tracing = can_trace()

    def command(self, *args: str) -> Sequence[str]:
        """A call of Python as both witnesses see it."""
        return [*([*STRACE, "-o", str(self._trace)] if self.tracing else []), sys.executable, *args]

    def run(self, *args: str, typed: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run it to its end."""
        return subprocess.run(
            self.command(*args), env={**self.environment, **settings}, cwd=ROOT, input=typed,
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    def dialed(self, allowed: Sequence[int] = ()) -> list[str]:
        """Every try that was seen, but for those to these ports of this machine."""
        seen = self._hook.read_text("utf-8").splitlines()
        if self._trace.exists():
            trace = self._trace.read_text("utf-8", errors="replace")
            seen += [f"strace {(host, int(port))}" for port, host in _ADDRESS.findall(trace)]
        fine = {str(("127.0.0.1", port)) for port in allowed}
        return [line for line in seen if line.partition(" ")[2] not in fine]


@pytest.fixture
def watched(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Watched:
    return Watched(tmp_path_factory.mktemp("watched"), home)


def test_the_witnesses_see_what_dials(watched: Watched) -> None:
    code = (
        "import socket; s = socket.socket(); s.settimeout(.1); "
        "s.connect_ex(('192.0.2.1', 9)); s.connect_ex(('127.0.0.1', 9))"
    )
    watched.run("-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])")
    seen = watched.dialed([9])
    assert "socket.connect ('192.0.2.1', 9)" in seen
    assert ("strace ('192.0.2.1', 9)" in seen) == watched.tracing
    assert len(seen) == 1 + watched.tracing


def test_importing_everything_dials_nobody(watched: Watched) -> None:
    ours = [name(f).removesuffix(".py").replace("/", ".").removesuffix(".__init__") for f in FILES]
    theirs = ["langchain_openai", "langchain.chat_models", "langsmith", "chromadb", "nio", "slack_bolt.app.async_app"]
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    if '.versions.' not in name and not name.endswith('migrations.env'): importlib.import_module(name)\n"
    )
    done = watched.run("-W", "ignore", "-c", code, *ours, *theirs)
    assert (done.returncode, done.stderr) == (0, "")
    assert watched.dialed() == []


def test_a_question_dials_nobody(watched: Watched) -> None:
    done = watched.run("-m", "bot", "ask", "wie bel ik bij zorgen over een leerling?")
    assert "Bel eerst" in done.stdout, done.stderr
    assert watched.dialed() == []


def test_own_documents_searched_by_meaning_dial_nobody(watched: Watched) -> None:
    done = watched.run("-m", "bot", "knowledge", "add", *map(str, DOCUMENTS[:3]))
    assert done.returncode == 0, done.stderr
    asked = next(q["q"] for q in questions() if q["wording"] == "other")
    code = (
        "import sys\nfrom bot.app import App\nfrom bot.settings import load_settings\n"
        "app = App(settings=load_settings(), stays=True)\n"
        "print(app.dense.wait(), len(app.dense.near(sys.argv[1], 5)))\napp.dense.close()\n"
    )
    dense = watched.run("-c", code, asked)
    assert dense.returncode == 0, dense.stderr
    assert dense.stdout.split()[-1] == "5"
    talked = watched.run("-m", "bot", "chat", typed=f"{asked}\nnummer veilig thuis\n")
    assert "0800-2000" in talked.stdout, talked.stderr
    assert watched.dialed() == []


def test_a_language_model_that_is_set_is_all_that_is_dialed(watched: Watched) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))  # nobody listens: the answer comes without the model
        port = server.getsockname()[1]
        url = f"http://127.0.0.1:{port}/v1"
        done = watched.run(
            "-m",
            "bot",
            "ask",
            "wie bel ik bij zorgen over een leerling?",
            WEGWIJZER_LLM="openai:m",
            WEGWIJZER_LLM_URL=url,
        )
    assert "Bel eerst" in done.stdout, done.stderr
    assert len(watched.dialed()) > len(watched.dialed([port]))
    assert [line for line in watched.dialed([port]) if line != "socket.getaddrinfo 127.0.0.1"] == []


async def test_a_bot_that_runs_dials_its_platform_alone(watched: Watched) -> None:
    standin = await Standin().start()
    settings: Mapping[str, str] = {
        "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_TEAM_ID": TEAM, "SLACK_API_URL": standin.api,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *watched.command("-m", "bot", "run"), env={**watched.environment, **settings}, cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        await until(lambda: len(standin.sockets) == 2, 90)
        await standin.send("events_api", direct(standin.space, "wie bel ik bij zorgen over een leerling?"))
        await until(lambda: any(m["user"] == BOT for m in standin.space.messages[room_of(IRIS)]), 60)
    finally:
        for child in _below(process.pid):
            os.kill(child, signal.SIGTERM)
        _, told = await process.communicate()
        await standin.stop()
    port = int(standin.api.split(":")[2].split("/")[0])
    assert b"Traceback" not in told
    assert [line for line in watched.dialed([port]) if line != "socket.getaddrinfo 127.0.0.1"] == []


def _below(pid: int) -> list[int]:
    """The processes that this one started, or itself when there are none: under strace ours is one below."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in children.read_text().split()] if children.exists() else []
    return found or [pid]
