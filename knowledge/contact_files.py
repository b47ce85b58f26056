"""Reading and writing a contact list: CSV or XLSX in, people out, every fault told with its row and remedy."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from pathlib import Path

from knowledge.apart import begins_with, read_apart, refusal
from knowledge.contact_rows import COLUMNS, check_contacts, read_row
from knowledge.contacts import Contact
from knowledge.document_files import decoded
from knowledge.documents import clean
from knowledge.faults import ContentError, Fault
from knowledge.text import fold
from knowledge.whole_file import write_whole

LARGEST_LIST = 5  # MB of CSV


def read_contacts(file: Path, today: date | None = None) -> list[Contact]:
    """The list in a CSV (comma, semicolon or tab) or XLSX file. Raises ContentError with all faults, row by row.

    With `today` a confirmation in the future is a fault too.
    """
    header, *body = _rows(file) or [[]]
    names = _columns(header, file.name)
    contacts: list[Contact] = []
    places: list[str] = []
    faults: list[Fault] = []
    for number, row in enumerate(body, 2):
        if any(cell.strip() for cell in row):
            values = {name: clean(row[at]) if at < len(row) else "" for at, name in names.items()}
            contact, wrong = read_row(values, today)
            contacts.append(contact)
            places.append(f"rij {number}")
            faults += [Fault(file.name, places[-1], what) for what in wrong]
    faults += check_contacts(contacts, file.name, places)
    if not contacts:
        faults.append(Fault(file.name, "bestand", "er staat niemand in; voeg rijen toe onder de kopregel"))
    if faults:
        raise ContentError(faults)
    return contacts


def _rows(file: Path) -> list[list[str]]:
    suffix = file.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        return _csv_rows(file)
    begins_with(file)
    if suffix == ".xlsm":
        raise refusal(file, "macros", kind="xlsx")
    if suffix != ".xlsx":
        raise refusal(file, "no_list")
    rows: list[list[str]] = read_apart(file)["rows"]
    return rows


def write_contacts(file: Path, contacts: Sequence[Contact]) -> None:
    """The list as CSV, whole or not at all."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings[0] for headings in COLUMNS.values())
    for contact in contacts:
        writer.writerow("; ".join(v) if isinstance(v, tuple) else str(v or "") for v in astuple(contact))
    write_whole(file, out.getvalue())


def _csv_rows(file: Path) -> list[list[str]]:
    begins_with(file, LARGEST_LIST)
    try:
        text = decoded(file.read_bytes())
    except ValueError:
        raise refusal(file, "not_text") from None
    first, _, rest = text.partition("\n")
    if named := re.fullmatch(r"sep=(.)\s*", first, re.IGNORECASE):  # Excel's own first line
        text, first = rest, named[1]
    separator = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise ContentError([Fault(file.name, "bestand", f"geen geldige CSV ({error}); bewaar het opnieuw")]) from error


def _columns(header: Sequence[str], file: str) -> dict[int, str]:
    known = {fold(heading): name for name, headings in COLUMNS.items() for heading in headings}
    found = {at: known[fold(cell).strip()] for at, cell in enumerate(header) if fold(cell).strip() in known}
    faults = [
        Fault(file, "rij 1", f"kolom '{cell}' is onbekend. Kolommen: {', '.join(h[0] for h in COLUMNS.values())}")
        for at, cell in enumerate(header)
        if at not in found and cell.strip()
    ]
    faults += [
        Fault(file, "rij 1", f"kolom '{COLUMNS[name][0]}' ontbreekt; voeg hem toe")
        for name in ("role", "name")
        if name not in found.values()
    ]
    for name in dict.fromkeys(found.values()):
        twice = [f"'{header[at].strip()}'" for at, column in found.items() if column == name]
        if len(twice) > 1:  # whichever were taken, a number in the other would be lost without a word
            what = f"kolom {COLUMNS[name][0]} staat er meer dan eens: {' en '.join(twice)}"
            faults.append(Fault(file, "rij 1", what))
    if faults:
        raise ContentError(faults)
    return found
