"""A real Synapse on a free port of this machine, from its Python package in a virtual environment made once."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from filelock import FileLock

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "synapse"
VERSIONS = Path(__file__).parent / "synapse.txt"
_SHARED = Path("/dev/shm")
MEMORY = _SHARED if _SHARED.is_dir() else None
"""Where files are in memory; None where there is no such place."""

SECRET = "only for tests"
_MUCH = {"per_second": 100_000, "burst_count": 100_000}
_UNLIMITED: dict[str, Any] = {
    "rc_login": {"address": _MUCH, "account": _MUCH, "failed_attempts": _MUCH},
    "rc_joins": {"local": _MUCH, "remote": _MUCH},
    "rc_invites": {"per_room": _MUCH, "per_user": _MUCH, "per_issuer": _MUCH},
}
_UNLIMITED |= dict.fromkeys(
    (
        "rc_message",
        "rc_registration",
        "rc_registration_token_validity",
        "rc_admin_redaction",
        "rc_joins_per_room",
        "rc_3pid_validation",
        "rc_third_party_invite",
        "rc_media_create",
        "rc_key_requests",
        "rc_room_creation",
    ),
    _MUCH,
)


class CannotInstallError(Exception):
    """Synapse is not here and cannot be brought here; the message says why."""


def python() -> Path:
    """The Python that has Synapse, installed when it is not. Raises CannotInstallError."""
    if given := os.environ.get("SYNAPSE_PYTHON"):
        return Path(given)
    found = HOME / "bin" / "python"
    HOME.parent.mkdir(exist_ok=True)
    with FileLock(HOME.with_suffix(".lock")):
        ready = HOME / "ready"
        if not ready.exists() or ready.read_text() != VERSIONS.read_text():
            shutil.rmtree(HOME, ignore_errors=True)
            _run(sys.executable, "-m", "venv", str(HOME))
            _run(str(found), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(VERSIONS))
            ready.write_text(VERSIONS.read_text())
    return found


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotInstallError(f"{' '.join(command[:4])}: {done.stderr.strip()[-300:]}")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Synapse:
    """A homeserver in a folder; it keeps its port, so that it can be stopped and started again."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder, self.port = folder, _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        key = base64.b64encode(os.urandom(32)).decode().rstrip("=")
        (folder / "signing.key").write_text(f"ed25519 a_test {key}\n")
        (folder / "homeserver.yaml").write_text(json.dumps(self._config() | settings))
        (folder / "log.yaml").write_text(json.dumps(self._logging()))

    def start(self, longest: float = 180.0) -> None:
        """Start, and wait until it answers."""
        with (self.folder / "output.log").open("ab") as output:
            self.process = subprocess.Popen(
                [str(python()), "-m", "synapse.app.homeserver", "-c", "homeserver.yaml"],
                stdout=output, stderr=output, cwd=self.folder,
            )  # fmt: skip
        end = time.monotonic() + longest
        while time.monotonic() < end:
            assert self.process.poll() is None, (self.folder / "output.log").read_text()[-2000:]
            if self._answers():
                return
            time.sleep(0.05)
        self.stop()
        raise TimeoutError("Synapse does not answer")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_matrix/client/versions", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """Stop it, as a restart of the server would."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def register(self, name: str, password: str = "pw", admin: bool = False) -> dict[str, str]:
        """A new account: `user_id`, `access_token` and `device_id`."""
        nonce = self.request("GET", "/_synapse/admin/v1/register")[1]["nonce"]
        words = (nonce, name, password, "admin" if admin else "notadmin")
        mac = hmac.new(SECRET.encode(), "\0".join(words).encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": password, "admin": admin, "mac": mac}
        status, found = self.request("POST", "/_synapse/admin/v1/register", body)
        assert status == 200, found
        return {str(key): str(value) for key, value in found.items()}

    def login(self, user: str, password: str = "pw", name: str = "") -> dict[str, str]:
        """One more device of an account, with this name to show; the same keys as `register` gives."""
        who = {"type": "m.id.user", "user": user}
        body = {
            "type": "m.login.password",
            "identifier": who,
            "password": password,
            "initial_device_display_name": name,
        }
        status, found = self.request("POST", "/_matrix/client/v3/login", body)
        assert status == 200, found
        return {key: str(value) for key, value in found.items()}

    def request(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, dict[str, Any]]:
        """Ask the server something, without any client."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    def _config(self) -> dict[str, Any]:
        at, listener = str(self.folder), {"port": self.port, "type": "http", "bind_addresses": ["127.0.0.1"]}
        return {
            "server_name": "localhost", "public_baseurl": f"{self.url}/", "report_stats": False,
            "pid_file": f"{at}/pid", "log_config": f"{at}/log.yaml", "media_store_path": f"{at}/media",
            "signing_key_path": f"{at}/signing.key",
            "database": {"name": "sqlite3", "args": {"database": f"{at}/homeserver.db"}},
            "listeners": [{**listener, "tls": False, "resources": [{"names": ["client"], "compress": False}]}],
            "registration_shared_secret": SECRET, "macaroon_secret_key": SECRET, "form_secret": SECRET,
            "trusted_key_servers": [], "suppress_key_server_warning": True, "federation_domain_whitelist": [],
            "presence": {"enabled": False}, "bcrypt_rounds": 4, **_UNLIMITED,
        }  # fmt: skip

    def _logging(self) -> dict[str, Any]:
        handler = {"class": "logging.FileHandler", "filename": str(self.folder / "homeserver.log")}
        return {"version": 1, "handlers": {"file": handler}, "root": {"level": "WARNING", "handlers": ["file"]},
                "disable_existing_loggers": False}  # fmt: skip
