"""`python -m tests.bench [--quick] [--only PART …] [--write-docs]`: measure, print one table, keep figures and plot."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from knowledge.answering import Asker
from knowledge.content import Content, load_content
from knowledge.evaluation import evaluate, read_set
from knowledge.library import INDEX_NAME, Library
from knowledge.sources import Sources
from tests.bench import ablation, growth, judgement, own_documents, quality, quiet, steps, timing
from tests.bench.authors import QUICK, all_authors, in_rounds
from tests.bench.documentation import fill
from tests.bench.processes import ROOT
from tests.bench.sections import sections
from tests.bench.table import as_text
from tests.faults import scale

BUILD = ROOT / "build"
DOCUMENT = ROOT / "docs" / "retrieval.md"
KEPT_BESIDE = ROOT.parent / "shared" / "questions" / "dev.jsonl"
_WORKERS = 2
_SHARES = frozenset({"quality", "judgement", "by-voice", "thresholds", "dev", "ablation", "own"})
"""The blocks of shares: other work on the machine changes nothing in them."""
_COUNTS = frozenset({"quality", "ablation"})
"""The parts that measure no time."""
_QUIET = 0.1  # share of the processors that other work may have before times say little

Figures = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the parts asked for; parts left out keep the figures of the run before."""
    args = _arguments(argv)
    BUILD.mkdir(exist_ok=True)
    kept = BUILD / "bench.json"
    figures: Figures = json.loads(kept.read_text(encoding="utf-8")) if args.only is not None and kept.exists() else {}
    content = load_content(Sources())
    for name in PARTS if args.only is None else args.only:
        figures |= _measured(name, content, args.quick) | {
            "about": figures.get("about", {}) | _about(content, args.quick)
        }
        kept.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    shown = list(sections(figures))
    print(as_text(shown))
    _draw(figures)
    if args.write_docs:
        fill(DOCUMENT, [section for section in shown if section.block in _SHARES], _note(figures))
        timed = [section for section in shown if section.block not in _SHARES]
        fill(DOCUMENT, timed, f"{_note(figures)}{_busy(figures)}")
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a sample of everything, within five minutes")
    parser.add_argument("--only", nargs="*", choices=tuple(PARTS), help="these parts; none measures nothing anew")
    parser.add_argument("--write-docs", action="store_true", help="put the tables into docs/retrieval.md")
    return parser.parse_args(argv)


def _measured(name: str, content: Content, quick: bool) -> Figures:
    print(f"{name} …", file=sys.stderr, flush=True)
    taken, start = quiet.taken(), perf_counter()
    told = PARTS[name](content, quick)
    seconds = perf_counter() - start
    print(f"{name}: {seconds:.0f} s; other work had {taken:.0%} of the machine", file=sys.stderr, flush=True)
    return told | {f"seconds, {name}": round(seconds), f"taken, {name}": round(taken, 3)}


def _quality(content: Content, quick: bool) -> Figures:
    authors = _authors(content, quick)
    told = {"quality": quality.figures(quality.outcomes(content, authors, _WORKERS))}
    rows = judgement.judged(content, authors, _WORKERS, 3 if quick else 1)
    return told | {"judgement": judgement.figures(rows), "dev": _kept_beside()}


def _authors(content: Content, quick: bool) -> list[frozenset[str]]:
    authors = all_authors(content)
    return [one for one in authors if one & set(QUICK)] if quick else in_rounds(content, authors)


def _kept_beside() -> Figures:
    """The figures of the question set beside the repository; nothing where there is none."""
    if not KEPT_BESIDE.exists():
        return {}
    library = Library.open(Sources(), BUILD / "bench" / "home")
    return dict(evaluate(library, read_set(KEPT_BESIDE), Asker(date(2026, 1, 15))).metrics)


def _ablation(content: Content, quick: bool) -> Figures:
    rows = ablation.rows(content, _authors(content, quick), _WORKERS, 6 if quick else 2)
    return {"ablation": rows, "own documents": own_documents.rows()}


def _speed(content: Content, quick: bool) -> Figures:
    runs, count, sizes = (2, 50, (127,)) if quick else (5, 500, (127, 1000))
    grown = growth.rows(content, growth.SIZES[:2] if quick else growth.SIZES, count, runs)
    return {"speed": timing.figures(content, BUILD / "bench", runs, count, sizes, grown), "growth": grown}


def _work(_: Content, quick: bool) -> Figures:
    with TemporaryDirectory() as folder:
        ticks = scale.measure(Path(folder), scale.PENDING // (10 if quick else 1))
        beside = [] if quick else scale.compare(Path(folder))
    told = {"ticks": asdict(ticks), "beside": [asdict(one) for one in beside]}
    return {"steps": steps.figures(quick), "reminders": told}


def _slack(_: Content, quick: bool) -> Figures:
    from tests.bench import slack_speed  # opens a bot as one runs it

    home = BUILD / "bench" / "home"
    Library.open(Sources(), home)
    return {"slack": slack_speed.figures(home / INDEX_NAME, 50 if quick else 200)}


def _matrix(_: Content, quick: bool) -> Figures:
    from tests.matrix import bench  # needs a homeserver, which is fetched once

    return {"matrix": bench.figures(20, 100) if quick else bench.figures()}


PARTS: Mapping[str, Callable[[Content, bool], Figures]] = {
    "quality": _quality,
    "ablation": _ablation,
    "speed": _speed,
    "work": _work,
    "slack": _slack,
    "matrix": _matrix,
}


def _about(content: Content, quick: bool) -> Figures:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "load": os.getloadavg()[0],
        "provisions": len(content.provisions),
        "questions": len(content.asked),
        "signals": len(content.signals),
        "compared": timing.is_complete(),
    }


def _note(figures: Figures) -> str:
    about = figures["about"]
    kind = "A quick run" if about["quick"] else "A whole run"
    content = f"{about['questions']:,} questions and {about['signals']:,} signals"
    return (
        f"{kind} of `make bench`, {about['at'][:10]}: {content} "
        f"on {about['provisions']} provisions, Python {about['python']}, {about['machine']}."
    )


def _busy(figures: Figures) -> str:
    """A warning where other work had more than a little of the machine as a part began."""
    taken = max((figures.get(f"taken, {part}", 0.0) for part in PARTS if part not in _COUNTS), default=0.0)
    return f" Other work had up to {taken:.0%} of the machine: times are to be taken again." if taken > _QUIET else ""


def _draw(figures: Figures) -> None:
    try:
        from tests.bench.plot import draw  # an extra
    except ImportError:
        print("No plot: matplotlib is not installed (pip install -e '.[bench]').", file=sys.stderr)
        return
    draw(figures, BUILD / "bench.png")


if __name__ == "__main__":
    sys.exit(main())
