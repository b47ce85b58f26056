"""The table of who may what, in words, as Markdown; docs/privacy.md holds the same."""

from collections.abc import Iterator

from bot.messages import Role, Room
from bot.permits import TABLE, Deed, Rule
from prompts import render
from workflows.parts import Part


def as_table() -> str:
    """Every deed with who may do it and where, and before it who is heard at all."""
    heads = [render(f"permits.head_{name}") for name in ("deed", "who", "where")]
    rows = [f"| {' | '.join(heads)} |", "| --- | --- | --- |", *(_row(deed, TABLE[deed]) for deed in Deed)]
    return "\n".join([render("permits.welcome"), "", *rows])


def _row(deed: Deed, rule: Rule) -> str:
    what = render(f"permits.deed_{deed.replace(' ', '_')}")
    where = ", ".join(render(f"permits.room_{room}") for room in Room if room in rule.rooms)
    return f"| {what} | {', '.join(_who(rule))} | {where} |"


def _who(rule: Rule) -> Iterator[str]:
    if rule.parts == frozenset(Part):
        yield render("permits.anybody")
        return
    yield from (render(f"permits.part_{part}") for part in Part if part in rule.parts)
    yield from (render(f"permits.role_{role}") for role in Role if role in rule.roles)
