"""Commands measured as whole processes: seconds to the first line and to the end, and peak memory."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

_STOPWATCH = Path(__file__).parent / "children" / "stopwatch.py"
ROOT = Path(__file__).parent.parent.parent
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


@dataclass(frozen=True)
class Run:
    """One run: seconds to its first printed line and to its end, seconds of work, peak bytes, what it printed."""

    first: float
    seconds: float
    cpu: float
    peak: int
    output: str


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end. Raises ChildProcessError with the end of what it said when it fails."""
    watched = [sys.executable, "-I", "-S", str(_STOPWATCH), *command]
    settings = {**os.environ, **OFFLINE, **(environment or {})}
    done = subprocess.run(watched, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ChildProcessError(f"{' '.join(command[:4])} … ended with {done.returncode}: {done.stderr[-1500:]}")
    return Run(**json.loads(done.stdout))


def child(module: str, *arguments: str) -> list[str]:
    """The command of one of the benchmark's own processes."""
    return [sys.executable, "-m", f"tests.bench.children.{module}", *arguments]


def spread(values: Iterable[float]) -> dict[str, float]:
    """Minimum, median and maximum over runs."""
    seen = sorted(values)
    return {"min": seen[0], "median": median(seen), "max": seen[-1], "runs": len(seen)}


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """The 50th, 95th and 99th percentile in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return {"p50": 1000 * cuts[49], "p95": 1000 * cuts[94], "p99": 1000 * cuts[98]}
