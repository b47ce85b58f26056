"""How fast and how small: the product beside what one could take instead, in turn, the same questions, the same run."""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from knowledge.content import Content
from tests.bench import installation, tutorial
from tests.bench.passages import questions
from tests.bench.processes import Run, child, percentiles, run, spread

_ASKED = "kind in groep 6, thuis loopt het niet lekker. wie bel ik als eerste?"
_OURS = ("wegwijzer ask", "wegwijzer, whole answer", "wegwijzer, search alone")

Figures = dict[str, Any]


def figures(
    content: Content, folder: Path, runs: int, count: int, sizes: Sequence[int], grown: Sequence[Figures]
) -> Figures:
    """Cold start, warm latency, memory, disk and index, with ratios; `count` questions a run, twice that for memory.

    Each alternative holds as many passages as one of `sizes`; `grown` is how our search fares at such sizes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    index = _build(home, 1 if runs < 5 else 3)
    asked = _write(folder / "questions.json", questions(content, count))
    commands = _ours(home, asked) | tutorial.rivals(content, folder, asked, sizes)
    measured = race(commands, {"WEGWIJZER_HOME": str(home)}, runs)
    after = run(child("answers", "answer", str(home), str(_write(folder / "more.json", questions(content, 2 * count)))))
    disk = {"wegwijzer": installation.size(installation.OURS), "tutorial": tutorial.disk(folder)}
    return {
        "contestants": measured,
        "memory after": {"questions": 2 * count, "bytes": after.peak},
        "index": index,
        "disk": disk,
        "ratios": ratios(measured, disk, {row["passages"]: row["p50"] for row in grown}),
    }


def _build(home: Path, times: int) -> Figures:
    """Build the index in an empty folder, the last time in the one that is used after."""
    command = [_wegwijzer(), "knowledge", "build"]
    seconds = []
    for _ in range(times - 1):
        with TemporaryDirectory() as empty:
            seconds.append(run(command, {"WEGWIJZER_HOME": empty}).seconds)
    (home / "index.wgz").unlink(missing_ok=True)
    last = run(command, {"WEGWIJZER_HOME": str(home)})
    return {
        "seconds": spread([*seconds, last.seconds]),
        "bytes": (home / "index.wgz").stat().st_size,
        "peak": last.peak,
    }


def _wegwijzer() -> str:
    return str(Path(sys.executable).with_name("wegwijzer"))


def _write(file: Path, lines: Sequence[str]) -> Path:
    file.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    return file


def _ours(home: Path, asked: Path) -> dict[str, list[str]]:
    ask, whole, search = _OURS
    return {
        ask: [_wegwijzer(), "ask", _ASKED],
        whole: child("answers", "answer", str(home), str(asked)),
        search: child("answers", "search", str(home), str(asked)),
    }


def race(commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], runs: int) -> Figures:
    """Every command in turn, so many rounds after one that does not count."""
    measured: dict[str, list[Run]] = defaultdict(list)
    for _ in range(runs + 1):
        for name, command in commands.items():
            measured[name].append(run(command, environment))
            print(f"  {name}: {measured[name][-1].first:.2f} s", file=sys.stderr, flush=True)
    return {name: _contestant(some[1:]) for name, some in measured.items()}


def _contestant(runs: Sequence[Run]) -> Figures:
    told: Figures = {
        "cold seconds": spread(r.first for r in runs),
        "peak bytes": spread(r.peak for r in runs),
        "cpu seconds": spread(r.cpu for r in runs),
    }
    if warm := [percentiles(seconds[1:]) for r in runs if (seconds := _seconds(r.output))]:
        told["warm ms"] = {name: spread(w[name] for w in warm) for name in ("p50", "p95", "p99")}
    return told


def _seconds(output: str) -> list[float]:
    """The seconds of each answer, where the process tells them on its last line."""
    last = output.strip().splitlines()[-1]
    return list(json.loads(last)) if last.startswith("[") else []


def ratios(measured: Mapping[str, Figures], disk: Figures, grown: Mapping[int, float]) -> dict[str, dict[str, float]]:
    """How many times what ours takes each alternative takes: medians; starts and whole answers only at equal size."""
    ask, whole, search = (measured[name] for name in _OURS)
    told: dict[str, dict[str, float]] = {}
    for name, other in measured.items():
        if name in _OURS:
            continue
        size, warm = _size(name), _p50(other)
        is_equal = size == min(tutorial.SIZES)
        told[name] = {"warm, search alone": warm / (_p50(search) if is_equal else grown[size])}
        if is_equal:
            told[name] |= {
                "cold": _median(other, "cold seconds") / _median(ask, "cold seconds"),
                "warm, whole answer": warm / _p50(whole),
                "memory": _median(other, "peak bytes") / _median(whole, "peak bytes"),
            }
            if name.startswith("tutorial"):
                told[name]["installation"] = disk["tutorial"]["installation"] / disk["wegwijzer"]
    return told


def _size(name: str) -> int:
    return int(name.partition(", ")[2].replace(",", ""))


def _p50(one: Figures) -> float:
    return float(one["warm ms"]["p50"]["median"])


def _median(one: Figures, kind: str) -> float:
    return float(one[kind]["median"])


def is_complete() -> bool:
    """Whether everything to compare with is installed."""
    return tutorial.is_installed() and bool(find_spec("rank_bm25"))
