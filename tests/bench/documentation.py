"""Puts the measured tables into docs/retrieval.md, between marks that name their block."""

import re
from collections.abc import Iterable
from pathlib import Path

from tests.bench.table import Section, as_markdown

_BLOCK = re.compile(r"(<!-- bench:(?P<name>[\w-]+) -->\n).*?(<!-- /bench -->)", re.DOTALL)


def fill(file: Path, sections: Iterable[Section], note: str) -> None:
    """Replace every marked block there are figures for; the rest of the file stays as it is."""
    blocks: dict[str, list[str]] = {}
    for section in sections:
        blocks.setdefault(section.block, []).append(as_markdown(section))

    def filled(mark: re.Match[str]) -> str:
        tables = blocks.get(mark["name"])
        return "\n\n".join([f"{mark[1]}{note}", *tables, mark[3]]) if tables else mark[0]

    file.write_text(_BLOCK.sub(filled, file.read_text(encoding="utf-8")), encoding="utf-8")
