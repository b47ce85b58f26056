"""The rules of the layout, held against the code itself."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("bot", "workflows", "knowledge", "prompts")
HOMES = {
    "sqlalchemy": ("bot/storage/*", "bot/migrations/*", "bot/backup.py"),
    "sqlmodel": ("bot/storage/*", "bot/migrations/*", "bot/backup.py"),
    "alembic": ("bot/storage/*", "bot/migrations/*", "bot/backup.py"),
    "psycopg": (),
    "apscheduler": ("bot/waking.py",),
    "slack_bolt": ("bot/platforms/slack*",),
    "slack_sdk": ("bot/platforms/slack*",),
    "nio": ("bot/platforms/matrix*",),
    "langchain": ("bot/phrasing/chat_model.py",),
    "langchain_openai": (),
    "langsmith": ("bot/phrasing/chat_model.py", "knowledge/vectors.py"),
    "chromadb": ("knowledge/vectors.py",),
    "langchain_chroma": ("knowledge/vectors.py",),
    "stdnum": ("knowledge/guard.py",),
    "sentence_transformers": ("knowledge/sentence_models.py", "knowledge/training.py"),
    "huggingface_hub": ("knowledge/sentence_models.py",),
    "prometheus_client": ("bot/metrics.py",),
    "torch": ("knowledge/sentence_models.py", "knowledge/training.py"),
    "safetensors": ("knowledge/embedding.py",),
    "pypdf": ("knowledge/reading_apart.py",),
    "docx": ("knowledge/reading_apart.py",),
    "fpdf": ("bot/reports.py",),
    "icalendar": ("bot/invitation.py",),
    "pyphen": ("knowledge/pictures.py",),
    "PIL": ("knowledge/pictures.py",),
}
FILES = [file for layer in LAYERS for file in sorted((ROOT / layer).rglob("*.py"))]


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Every module a file imports, anywhere in it, with the line."""
    for node in nodes(file):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(file)}:{node.lineno}: relative import"
            yield node.lineno, node.module or ""


def test_imports_point_one_way() -> None:
    wrong = [
        f"{name(file)}:{line} imports {module}"
        for file in FILES
        for line, module in imports(file)
        if module.partition(".")[0] in LAYERS[: LAYERS.index(name(file).partition("/")[0])]
    ]
    assert wrong == []


@pytest.mark.parametrize("sdk", HOMES)
def test_each_sdk_has_one_home(sdk: str) -> None:
    wrong = [
        f"{name(file)}:{line}"
        for file in FILES
        for line, module in imports(file)
        if module.partition(".")[0] == sdk and not any(fnmatch(name(file), home) for home in HOMES[sdk])
    ]
    assert wrong == []


def test_the_core_knows_no_clock() -> None:
    asked = {"now", "today", "utcnow", "monotonic", "time"}
    wrong = [
        f"{name(file)}:{node.lineno}"
        for file in FILES
        if name(file).partition("/")[0] != "bot"
        for node in nodes(file)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in asked
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
    ]
    assert wrong == []


def test_module_names_are_unique() -> None:
    """In a package of its own, such as one platform's, the folder tells them apart."""
    flat = [file for file in FILES if name(file).count("/") == 1 and not file.stem.startswith("__")]
    stems = Counter(file.stem for file in flat)
    twice = {stem for stem, times in stems.items() if times > 1}
    assert sorted(name(file) for file in flat if file.stem in twice) == []


WATCH = """
import importlib, sys
root, *modules = sys.argv[1:]
told = {"socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.mkdir", "os.remove", "os.rename"}
def watch(event, args):
    path = args[0] if args and isinstance(args[0], str) else ""
    code = path.endswith((".py", ".pyc", ".so")) or path.startswith((sys.prefix, sys.base_prefix))
    if event not in told and (event != "open" or not path or code or "zoneinfo" in path):
        return
    frame = sys._getframe(1)
    while frame and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    file = frame.f_code.co_filename if frame else ""
    if file.startswith(root) and "site-packages" not in file:
        print(f"{file}:{frame.f_lineno}: {event} {path}")
sys.path.insert(0, root)
sys.addaudithook(watch)
for module in modules:
    importlib.import_module(module)
"""
"""Tells what a module of ours opens, makes or calls while it is being imported; time zones are constants to us."""


def test_importing_a_module_opens_nothing() -> None:
    modules = [
        name(file).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for file in FILES
        if "migrations" not in file.parts
    ]
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCH, str(ROOT), *modules], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()) == (0, "", "")
