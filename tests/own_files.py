"""Files as users have them and as they should not be: PDF and DOCX made here, and the fictitious documents."""

import json
import zipfile
from pathlib import Path

import docx
from fpdf import FPDF
from PIL import Image

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data"
DOCUMENTS = sorted((DATA / "own_documents").iterdir())


def questions() -> list[dict[str, str]]:
    """Questions to the fictitious documents; `wording` other: in words the document does not use."""
    return [json.loads(line) for line in (DATA / "own_questions.jsonl").read_text(encoding="utf-8").splitlines()]


def write_pdf(file: Path, *pages: str, password: str = "", picture_pages: int = 0) -> Path:
    """A PDF of pages with text, and pages that are only a picture, as a scanner makes them."""
    pdf = FPDF()
    if password:
        pdf.set_encryption(owner_password=password + "!", user_password=password)
    for text in pages:
        pdf.add_page()
        pdf.set_font("helvetica", size=12)
        pdf.rect(10, 10, 20, 20)
        for line in filter(None, text.split("\n")):
            pdf.cell(text=line, new_x="LMARGIN", new_y="NEXT")
    for _ in range(picture_pages):
        pdf.add_page()
        pdf.image(Image.new("L", (60, 80), 200), 10, 10)
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


_FONT = b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R" + _FONT + b">>"


def write_pages(file: Path, count: int, told: int | None = None, content: bytes = b"") -> Path:
    """A PDF of so many empty pages that says it has `told`; with 0 its tree of pages is a circle. Written by hand."""
    kids = " ".join(f"{4 + n} 0 R" for n in range(count)) or "2 0 R"
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n" % len(content) + content + b"\nendstream"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {count if told is None else told}/Kids[{kids}]>>".encode(),
        stream,
        *[_PAGE] * count,
    ]
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, at = len(objects) + 1, len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % size + table
    made += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, at)
    file.write_bytes(made)
    return file


def replace_part(file: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(file) as opened:
        parts = {part: opened.read(part) for part in opened.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for part, was in parts.items():
            made.writestr(part, content if part == name else was)
    return file


def add_part(file: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, content)
    return file
