"""Files as users have them and as they should not be: PDF and DOCX made here, and the fictitious documents."""

import json
import zipfile
from pathlib import Path

import docx
from fpdf import FPDF

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data"
DOCUMENTS = sorted((DATA / "own_documents").iterdir())


def questions() -> list[dict[str, str]]:
    """Questions to the fictitious documents; `wording` other: in words the document does not use."""
    return [json.loads(line) for line in (DATA / "own_questions.jsonl").read_text(encoding="utf-8").splitlines()]


def write_pdf(file: Path, *pages: str, password: str = "") -> Path:
    pdf = FPDF()
    if password:
        pdf.set_encryption(owner_password=password + "!", user_password=password)
    for text in pages:
        pdf.add_page()
        pdf.set_font("helvetica", size=12)
        pdf.rect(10, 10, 20, 20)
        for line in filter(None, text.split("\n")):
            pdf.cell(text=line, new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(file))
    return file


def write_docx(file: Path, *paragraphs: tuple[str, str]) -> Path:
    """Paragraphs as (style, text); the style "table" makes a table of one row, cells between |."""
    made = docx.Document()
    for style, text in paragraphs:
        if style == "table":
            cells = text.split("|")
            row = made.add_table(rows=1, cols=len(cells)).rows[0]
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
        else:
            made.add_paragraph(text, style=style)
    made.save(str(file))
    return file


def add_part(file: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, content)
    return file
