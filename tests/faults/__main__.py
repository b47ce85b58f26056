"""`python -m tests.faults [--quick]`: brings about every fault, prints the table, keeps it in build/faults.json."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.faults import delivery, suite
from tests.faults.delivery import Row

BUILD = Path(__file__).parents[2] / "build"


def main(argv: Sequence[str] | None = None) -> int:
    """Print each row as soon as it is known; exit status 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--only", nargs="*", choices=tuple(PARTS), default=tuple(PARTS), help="these parts")
    args = parser.parse_args(argv)
    found = []
    for row in rows(args.only, args.quick):
        found.append(row)
        _keep(found)
        print(f"{'FAIL' if row.failures else 'ok':<5}{row.failures:>4} of {row.trials:<7} {row.fault}", flush=True)
        print(f"      {row.how}\n      promised: {row.promised}", flush=True)
    return 1 if any(row.failures for row in found) else 0


def _keep(found: Sequence[Row]) -> None:
    """Keep what is known so far: a run that is broken off after half an hour has told half."""
    BUILD.mkdir(exist_ok=True)
    text = json.dumps([asdict(row) for row in found], indent=1, ensure_ascii=False)
    (BUILD / "faults.json").write_text(text, encoding="utf-8")


def _delivery(quick: bool) -> Iterator[Row]:
    return delivery.rows(600, 1, 0.5) if quick else delivery.rows()


def _slack(quick: bool) -> Iterator[Row]:
    from tests.faults import slack_storm  # opens the product: what is not asked for is not loaded

    return slack_storm.rows(100 if quick else 1000)


def _matrix(quick: bool) -> Iterator[Row]:
    from tests.matrix import faults  # as above

    return faults.rows(60 if quick else 500)


PARTS: Mapping[str, Callable[[bool], Iterator[Row]]] = {
    "delivery": _delivery,
    "suite": suite.rows,
    "slack": _slack,
    "matrix": _matrix,
}


def rows(names: Sequence[str], quick: bool) -> Iterator[Row]:
    """The rows of these parts."""
    for name in names:
        yield from PARTS[name](quick)


if __name__ == "__main__":
    sys.exit(main())
