"""What is installed is locked by hash, what comes from disk cannot give orders, and what `make audit` says is true."""

import ast
import json
import re
import subprocess
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.audit import verdict
from tests.test_architecture import FILES, LAYERS, ROOT, name, nodes

LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M)
RUN, BUILD, POSTGRES = (ROOT / f"requirements{kind}.lock" for kind in ("", "-build", "-postgres"))
ORDERS = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "code", "runpy"}
"""Modules that run or rebuild whatever a file says."""

CALLS = {"eval", "exec", "compile", "torch.load", "numpy.load", "np.load", "yaml.unsafe_load"}
WEIGHTS = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".h5", ".onnx", ".gguf")


def locked(file: Path) -> dict[str, str]:
    """The version of every package in a lock, by its normal name."""
    return {canonicalize_name(package): version for package, version, _ in LOCKED.findall(file.read_text("utf-8"))}


def constraints() -> dict[str, str]:
    pinned = [line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if "==" in line]
    return {canonicalize_name(package): version for package, version in pinned}


@pytest.mark.parametrize("file", [RUN, BUILD, POSTGRES], ids=lambda file: file.name)
def test_every_line_of_a_lock_is_a_version_with_hashes_and_names_no_index(file: Path) -> None:
    text = file.read_text("utf-8")
    assert LOCKED.sub("", text) == ""
    assert "://" not in text
    assert locked(file).items() <= constraints().items()


def test_everything_that_the_product_needs_is_locked_and_nothing_for_training() -> None:
    lock = locked(RUN)
    assert needed("wegwijzer") - {"wegwijzer"} - set(lock) == set()
    assert len(needed("wegwijzer")) > 100
    assert not {"torch", "sentence-transformers", "transformers"} & set(lock)


def test_the_driver_of_postgresql_is_locked_with_all_it_needs() -> None:
    assert needed("psycopg", "binary") <= set(locked(POSTGRES)) | set(locked(RUN))
    assert {"psycopg", "psycopg-binary"} <= needed("psycopg", "binary")


def needed(root: str, *extras_of_root: str) -> set[str]:
    """What a package needs on this machine, without extras it does not ask for; with all that this needs in turn."""
    found: set[tuple[str, frozenset[str]]] = set()
    todo = [(canonicalize_name(root), frozenset(extras_of_root))]
    while todo:
        package, extras = todo.pop()
        if (package, extras) in found:
            continue
        found.add((package, extras))
        try:
            requires = distribution(package).requires or []
        except PackageNotFoundError:
            continue
        for line in map(Requirement, requires):
            if line.marker is None or any(line.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                todo.append((canonicalize_name(line.name), frozenset(line.extras)))
    return {package for package, _ in found}


def test_what_builds_is_locked_too() -> None:
    made = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert set(made["build-system"]["requires"]) <= set(made["dependency-groups"]["build"]) <= set(locked(BUILD))


def test_torch_is_locked_without_the_machine_it_was_found_on() -> None:
    assert constraints()["torch"] == "2.13.0"
    assert not [version for version in constraints().values() if "+" in version]


def orders(file: Path) -> Iterator[str]:
    """Where a file of ours would run what it reads."""
    for node in nodes(file):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names if alias.name.partition(".")[0] in ORDERS)
            case ast.ImportFrom(module=module) if module and module.partition(".")[0] in ORDERS:
                yield module
            case ast.Call(func=func) if ast.unparse(func) in CALLS:
                yield ast.unparse(func)
            case ast.Call(func=ast.Attribute(value=ast.Name("yaml"), attr="load")) if "SafeLoader" not in ast.unparse(
                node
            ):
                yield "yaml.load"
            case ast.keyword(arg="trust_remote_code" | "allow_pickle", value=value) if ast.unparse(value) != "False":
                yield str(node.arg)
            case ast.keyword(arg=str(arg)) if "dangerous" in arg:
                yield arg


def test_nothing_of_ours_runs_what_it_reads() -> None:
    assert [(name(file), what) for file in FILES for what in orders(file)] == []


def test_orders_are_noticed(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "import pickle\nfrom joblib import load\ntorch.load(f)\nnp.load(f, allow_pickle=True)\nyaml.load(f)\n"
        "M(trust_remote_code=True)\nFAISS(allow_dangerous_deserialization=True)\neval(x)\nM(trust_remote_code=False)\n"
    )
    assert len(list(orders(wrong))) == 9


def shipped() -> list[Path]:
    """Every file of the repository; in a copy without git every file of the packages."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    listed = [ROOT / line for line in done.stdout.splitlines()]
    return [file for file in listed if file.is_file()] or [f for layer in LAYERS for f in (ROOT / layer).rglob("*.*")]


def test_no_file_that_is_shipped_is_a_pickle() -> None:
    files = shipped()
    assert len(files) > 200
    assert [file.name for file in files if file.suffix in WEIGHTS] == []
    assert [file.name for file in files if re.match(rb"\x80[\x02-\x05]", file.read_bytes()[:2])] == []
    packed = [file for file in files if zipfile.is_zipfile(file)]
    assert [f.name for f in packed if any(n.endswith((".pkl", ".npy")) for n in zipfile.ZipFile(f).namelist())] == []


def test_weights_are_safetensors_with_a_header_that_reads() -> None:
    weights = [file for file in shipped() if file.suffix == ".safetensors"]
    assert [name(file) for file in weights] == ["knowledge/model/model.safetensors"]
    raw = weights[0].read_bytes()
    header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])
    assert {entry["dtype"] for key, entry in header.items() if key != "__metadata__"} == {"I8", "F32"}


@pytest.mark.parametrize(
    ("report", "status", "told"),
    [
        ("", 1, "nothing was looked at"),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0, "1 of 1 packages looked at, 0 with"),
        ('{"dependencies": [{"name": "a", "skip_reason": "not found"}]}', 1, "this run says nothing about them"),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}]}',
            1, "a 1: X-1 (mended in 2)",
        ),
    ],
)  # fmt: skip
def test_an_audit_counts_only_what_was_looked_at(report: str, status: int, told: str) -> None:
    found, said = verdict(report)
    assert found == status
    assert told in said
