"""`python -m tests.faults [--quick]`: brings about every fault, prints the table, keeps it in build/faults.json."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench.documentation import fill
from tests.bench.table import Section
from tests.faults import delivery, suite
from tests.faults.delivery import Row, folder_in_memory

ROOT = Path(__file__).parents[2]
FILE, DOCUMENT = ROOT / "build" / "faults.json", ROOT / "docs" / "faults.md"


def main(argv: Sequence[str] | None = None) -> int:
    """Print each row as soon as it is known; exit status 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--only", nargs="*", choices=tuple(PARTS), default=list(PARTS), help="these parts")
    parser.add_argument("--write-docs", action="store_true", help="put the table into docs/faults.md")
    args = parser.parse_args(argv)
    # Parts that are not run now keep what an earlier run counted.
    found = {} if set(args.only) == set(PARTS) else {(row.fault, row.promised): row for row in _kept()}
    failed = False
    for row in rows(args.only, args.quick):
        found[row.fault, row.promised], failed = row, failed or row.failures > 0
        _keep(found.values())
        print(f"{'FAIL' if row.failures else 'ok':<5}{row.failures:>4} of {row.trials:<7} {row.fault}", flush=True)
        print(f"      {row.how}\n      promised: {row.promised}", flush=True)
    if args.write_docs:
        fill(DOCUMENT, [_section(found.values())], "")
    return 1 if failed else 0


def _kept() -> list[Row]:
    return [Row(**row) for row in json.loads(FILE.read_text(encoding="utf-8"))] if FILE.exists() else []


def _section(found: Iterable[Row]) -> Section:
    lines = [
        (
            row.fault,
            row.how,
            row.promised,
            f"{row.trials:,}",
            f"{row.failures}",
            "" if row.failures else f"{3 / row.trials:.2g}",
        )
        for row in found
    ]
    return Section("faults", "Faults", ("fault", "how", "promised", "trials", "failures", "3/n"), lines)


def _keep(found: Iterable[Row]) -> None:
    """Keep what is known so far: a run that is broken off after half an hour has told half."""
    FILE.parent.mkdir(exist_ok=True)
    text = json.dumps([asdict(row) for row in found], indent=1, ensure_ascii=False)
    FILE.write_text(text, encoding="utf-8")


def _delivery(quick: bool) -> Iterator[Row]:
    return delivery.rows(600, 1, 0.5) if quick else delivery.rows()


def _slack(quick: bool) -> Iterator[Row]:
    from tests.faults import slack_storm  # opens the product: what is not asked for is not loaded

    return slack_storm.rows(100 if quick else 1000)


def _matrix(quick: bool) -> Iterator[Row]:
    from tests.matrix import faults  # as above

    return faults.rows(60 if quick else 500)


def _model(quick: bool) -> Iterator[Row]:
    from tests.model import faults  # as above

    return faults.rows(quick)


def _running(quick: bool) -> Iterator[Row]:
    from tests.faults import running  # as above

    return running.rows(quick)


def _replicas(quick: bool) -> Iterator[Row]:
    from tests.faults import replicas  # as above

    return replicas.rows(quick)


def _storage(quick: bool) -> Iterator[Row]:
    from tests.faults import clock, disk, down, powercut, restoring, upgrading  # as above

    with folder_in_memory() as folder:
        yield from upgrading.rows(folder, quick)
        yield from restoring.rows(folder, quick)
        yield from clock.rows(folder, quick)
        yield from down.rows(folder, quick)
        yield from powercut.rows(folder, quick)
    yield from disk.rows(quick)


def _index(quick: bool) -> Iterator[Row]:
    from tests.faults import index  # as above

    with folder_in_memory() as folder:
        yield from index.rows(folder, quick)


def _trust(quick: bool) -> Iterator[Row]:
    from tests.faults import trust  # as above

    return trust.rows(quick)


PARTS: Mapping[str, Callable[[bool], Iterator[Row]]] = {
    "delivery": _delivery,
    "replicas": _replicas,
    "storage": _storage,
    "index": _index,
    "trust": _trust,
    "suite": suite.rows,
    "slack": _slack,
    "matrix": _matrix,
    "model": _model,
    "running": _running,
}


def rows(names: Sequence[str], quick: bool) -> Iterator[Row]:
    """The rows of these parts."""
    for name in names:
        yield from PARTS[name](quick)


if __name__ == "__main__":
    sys.exit(main())
