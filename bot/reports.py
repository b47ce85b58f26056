"""Reports as Markdown and as a PDF that prints on one or two A4; fpdf2 has its one home here."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.pictures import FONTS
from workflows.summary import Section

_SIZE, _HEAD, _TITLE, _CELL = 9.5, 11.5, 15.0, 7.5  # points
_WIDTHS = (17, 44, 22, 19, 20, 20, 28)  # parts of a row with seven columns, as the consent table has
_MARGIN = 16  # mm


@dataclass(frozen=True)
class Report:
    """A title, sections in order, and notes at the foot."""

    title: str
    sections: Sequence[Section]
    notes: Sequence[str] = ()


def to_markdown(report: Report) -> str:
    """The report as Markdown."""
    parts = [f"# {report.title}"]
    for section in report.sections:
        parts.append(f"## {section.title}")
        if section.lines:
            parts.append("\n".join(f"- {line}" for line in section.lines))
        if section.table:
            parts.append(_markdown_table(section.table))
    return "\n\n".join([*parts, "---", *report.notes]) + "\n"


def _markdown_table(rows: Sequence[Sequence[str]]) -> str:
    cells = [[cell.replace("|", "/").replace("\n", " ") for cell in row] for row in rows]
    head, *body = (f"| {' | '.join(row)} |" for row in cells)
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body])


def to_pdf(report: Report) -> bytes:
    """The report as a PDF of A4 pages."""
    from fpdf import FPDF  # half a second; only when somebody wants a report
    from fpdf.fonts import FontFace

    page = FPDF(format="A4")
    page.set_margin(_MARGIN)
    for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        page.add_font("body", style, FONTS / name)
    page.set_title(report.title)
    page.set_lang("nl")
    page.add_page()

    def say(text: str, size: float, style: str = "", after: float = 0) -> None:
        page.set_font("body", style, size)
        page.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")
        page.ln(after)

    say(report.title, _TITLE, "B", 2)
    for section in report.sections:
        say(section.title, _HEAD, "B", 0.5)
        for line in section.lines:
            say(f"•  {_plain(line)}", _SIZE)
        if section.table:
            page.set_font("body", "", _CELL)
            widths = _WIDTHS if len(section.table[0]) == len(_WIDTHS) else None
            heading = FontFace(emphasis="BOLD", fill_color=(230, 236, 245))
            with page.table(
                section.table, col_widths=widths, headings_style=heading, text_align="LEFT", line_height=_CELL * 0.5
            ):
                pass
        page.ln(2)
    for note in report.notes:
        say(_plain(note), _CELL)
    return bytes(page.output())


def _plain(markdown: str) -> str:
    return markdown.replace("**", "").replace("`", "")
