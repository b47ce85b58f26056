"""`python -m tests.faults [--quick]`: brings about every fault, prints the table, keeps it in build/faults.json."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.faults import delivery, suite
from tests.faults.delivery import Row

BUILD = Path(__file__).parents[2] / "build"


def main(argv: Sequence[str] | None = None) -> int:
    """Print each row as soon as it is known; exit status 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    found = []
    for row in rows(parser.parse_args(argv).quick):
        found.append(row)
        print(f"{'FAIL' if row.failures else 'ok':<5}{row.failures:>4} of {row.trials:<7} {row.fault}", flush=True)
        print(f"      {row.how}\n      promised: {row.promised}", flush=True)
    BUILD.mkdir(exist_ok=True)
    text = json.dumps([asdict(row) for row in found], indent=1, ensure_ascii=False)
    (BUILD / "faults.json").write_text(text, encoding="utf-8")
    return 1 if any(row.failures for row in found) else 0


def rows(quick: bool) -> Iterator[Row]:
    """The rows of every part; a new part is one line here."""
    yield from suite.rows(quick)
    yield from delivery.rows(600, 1, 0.5) if quick else delivery.rows()


if __name__ == "__main__":
    sys.exit(main())
