"""Tables of what is found and how it is judged, with what is aimed at."""

from collections.abc import Iterator, Mapping, Sequence

from tests.bench.shares import Figure
from tests.bench.table import Figures, Row, Section, count, interval, met, part, percent

AIMS: Mapping[str, tuple[float, str]] = {
    "hit@1": (0.84, "≥"),
    "hit@3": (0.94, "≥"),
    "mrr": (0.88, "≥"),
    "follow-ups, hit@1": (0.70, "≥"),
    "asked, first contact": (0.80, "≥"),
    "asked, answered": (0.95, "≥"),
    "outside caught": (0.88, "≥"),
    "danger caught": (1.0, "≥"),
    "asked, taken for certain danger": (0.01, "<"),
    "asked, given the safety line": (0.05, "<"),
    "provisions, hit@3 twins, mean": (0.9, "≥"),
    "provisions, hit@3 twins, lowest": (0.6, "≥"),
}


def _aim(name: str, value: float | None) -> str:
    if name not in AIMS:
        return ""
    wanted, sign = AIMS[name]
    text = f"{sign} {wanted:.2f}" if name == "mrr" else f"{sign} {100 * wanted:.0f} %"
    return f"{text} {met(value is not None and (value >= wanted if sign == '≥' else value < wanted))}"


def _line(name: str, figure: Figure | None) -> Row:
    return (name, percent(figure), interval(figure), count(figure), _aim(name, figure["value"] if figure else None))


_SHARES = ("what", "share", "95 %", "n", "aim")
_GROUPS = ("group", "hit@1", "95 %", "n", "hit@3, twins count", "MRR")


def quality(told: Figures) -> Iterator[Section]:
    """How the right provision is found: overall, by group, and where it is found worst."""
    overall = told["overall"]
    rows = [_line(name, figure) for name, figure in overall.items()]
    found = told["provisions"]
    for name in ("mean", "lowest"):
        key = f"provisions, hit@3 twins, {name}"
        rows.append((key, f"{100 * found[name]:.1f} %", "", f"{found['n']}", _aim(key, found[name])))
    yield Section("quality", "Finding the provision; every author held back", _SHARES, rows)
    for group in ("source", "language", "length", "voice"):
        some = told[f"by {group}"]
        yield Section("quality", f"By {group}", _GROUPS, [_group(name, one) for name, one in some.items()])
    worst = [
        (p["id"], _whole(p["hit@1"]), "", str(p["n"]), _whole(p["hit@3 twins"]), ", ".join(p["voices that miss it"]))
        for p in found["worst"]
    ]
    header = ("provision", "hit@1", "", "n", "hit@3, twins count", "missed most by")
    yield Section("quality", "The ten provisions found worst by their own questions", header, worst)


def _whole(value: float) -> str:
    return f"{100 * value:.0f} %"


def _group(name: str, one: Figures) -> Row:
    hit, mrr = one["hit@1"], one["mrr"]
    return (name, percent(hit), interval(hit), count(hit), percent(one["hit@3 twins"]), f"{mrr['value']:.3f}")


def judgement(told: Figures) -> Iterator[Section]:
    """What the whole assistant makes of messages, and what each threshold was chosen on."""
    rows = [_line(name, told[name]) for name, figure in told.items() if _is_figure(figure)]
    rows += [_line(f"follow-ups, {name}", figure) for name, figure in told["follow-ups"].items()]
    yield Section("judgement", "What the whole assistant makes of a message; every author held back", _SHARES, rows)
    by_voice = told["by voice"]
    some = [(what, voice, one) for what, voices in by_voice.items() for voice, one in voices.items()]
    lines = [(f"{what} · {voice}", percent(one), interval(one), count(one)) for what, voice, one in some]
    yield Section("by-voice", "The same by voice", _SHARES[:4], lines)
    became = [
        (f"{label} → {what}", part(value)) for label, some in told["became"].items() for what, value in some.items()
    ]
    yield Section("by-voice", "What signals were taken for", ("kind → taken for", "share"), became)
    yield from _thresholds(told["thresholds"])


_BOUNDS = {
    "possible": "The safety line: share that the floor speaks for or that reaches a bound of the log-odds",
    "certain": "Certain danger: share that reaches a bound of the log-odds, or possible danger with the floor",
    "outside": "Outside the agreements: share above a bound of the log-odds",
    "smalltalk": "Small talk: share above a bound of the judge's log-odds",
    "command": "A wish for a command: share above a bound of the judge's log-odds",
    "carried": "Follow-ups: where the provision comes when the turn before counts for so much",
}


def _thresholds(told: Figures) -> Iterator[Section]:
    for name, title in _BOUNDS.items():
        columns = [key for key in told[name][0] if key not in ("bound", "shipped")]
        rows = [
            (
                f"{row['bound']:g}",
                *(part(row[key]) for key in columns),
                f"← {row['shipped']}" if row["shipped"] else "",
            )
            for row in told[name]
        ]
        yield Section("thresholds", title, ("bound", *columns, "shipped"), rows)


def _is_figure(value: object) -> bool:
    return value is None or (isinstance(value, dict) and "value" in value)


def dev(told: Figures) -> Iterator[Section]:
    """The figures of the set beside the repository."""
    rows = [(name, percent(figure), interval(figure), count(figure)) for name, figure in told.items()]
    yield Section("dev", "The question set kept beside the repository", _SHARES[:4], rows)


def ablation(told: Sequence[Figures]) -> Iterator[Section]:
    """The search with a part less in each row."""
    header = ("what searches", "hit@1", "95 %", "n", "hit@3", "MRR")
    rows = [
        (
            row["name"],
            percent(row["hit@1"]),
            interval(row["hit@1"]),
            count(row["hit@1"]),
            percent(row["hit@3"]),
            f"{row['mrr']['value']:.3f}",
        )
        for row in told
    ]
    yield Section("ablation", "What each part adds; every author held back", header, rows)


_WORDINGS = {"ordinary": "asked in ordinary words", "other": "in words the document does not use"}


def own_documents(told: Sequence[Figures]) -> Iterator[Section]:
    """What is found in a user's own documents."""
    header = ("what searches", "section hit@1", "95 %", "n", "section hit@3", "document hit@1")
    rows = [
        (
            f"{row['name']} · {_WORDINGS.get(row['wording'], row['wording'])}",
            percent(row["hit@1"]),
            interval(row["hit@1"]),
            count(row["hit@1"]),
            percent(row["hit@3"]),
            percent(row["document@1"]),
        )
        for row in told
    ]
    yield Section("own", "Documents of a user's own, without written questions", header, rows)
