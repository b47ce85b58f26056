"""Reading and writing a contact list: CSV or XLSX in, people out, every fault told with its row and remedy."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from pathlib import Path

from knowledge.contacts import DAYS, Contact, digits
from knowledge.faults import ContentError, Fault
from knowledge.national import NATIONAL_NUMBERS
from knowledge.text import fold
from knowledge.vocabulary import CONTACT_ROLES, SECTORS

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "role": ("rol", "role", "functie"),
    "name": ("naam", "name", "contactpersoon"),
    "phone": ("telefoon", "phone", "telefoonnummer", "tel", "nummer"),
    "email": ("email", "e-mail", "mail", "mailadres"),
    "schools": ("scholen", "school", "schools"),
    "nicknames": ("bijnamen", "ook bekend als", "nicknames", "afkorting"),
    "sector": ("sector", "onderwijssoort"),
    "town": ("plaats", "town", "stad"),
    "municipalities": ("woongemeenten", "woongemeente", "gemeente", "gemeenten", "municipalities", "municipality"),
    "days": ("dagen", "werkdagen", "days", "aanwezig"),
    "purpose": ("waarvoor", "for", "onderwerp"),
    "deputy": ("vervanger", "vervanging", "deputy"),
    "confirmed": ("bevestigd op", "bevestigd", "confirmed on", "confirmed", "bevestigd_op", "confirmed_on"),
}
"""Each field with the headings under which a list may have it; the first is the one we write."""

ROLE_WORDS: Mapping[str, str] = {
    "iber": "school", "intern begeleider": "school", "directeur": "school", "zorgcoordinator": "school",
    "klantmanager jeugd": "klantmanager", "cjger": "cjg", "leerplichtambtenaar": "leerplicht",
    "samenwerkingsverband": "swv", "beleidsambtenaar jeugd": "beleidsambtenaar", "mkd": "voorschoolse-voorziening",
    "schoolmaatschappelijk werker": "smw", "smwer": "smw",
}  # fmt: skip
"""Other names for a role in a list."""

LIST_ROLES = (frozenset(CONTACT_ROLES) - {"none", "112", "113", "veilig-thuis", "ouders"}) | {
    "generalist",
    "specialist",
}
_LISTS = {"schools", "nicknames", "municipalities", "days"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def read_contacts(file: Path) -> list[Contact]:
    """The list in a CSV (comma, semicolon or tab) or XLSX file. Raises ContentError with all faults, row by row."""
    rows = _xlsx_rows(file) if file.suffix.lower() == ".xlsx" else _csv_rows(file)
    header, *body = rows or [[]]
    names = _columns(header, file.name)
    contacts: list[Contact] = []
    faults: list[Fault] = []
    for number, row in enumerate(body, 2):
        if any(cell.strip() for cell in row):
            values = {name: row[at].strip() if at < len(row) else "" for at, name in names.items()}
            contact, found = _contact(values, file.name, f"rij {number}")
            contacts.append(contact)
            faults += found
    faults += check_contacts(contacts, file.name)
    if not contacts:
        faults.append(Fault(file.name, "bestand", "er staat niemand in; voeg rijen toe onder de kopregel"))
    if faults:
        raise ContentError(faults)
    return contacts


def write_contacts(file: Path, contacts: Sequence[Contact]) -> None:
    """The list as CSV, whole or not at all."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings[0] for headings in COLUMNS.values())
    for contact in contacts:
        writer.writerow("; ".join(v) if isinstance(v, tuple) else str(v or "") for v in astuple(contact))
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=file.parent, prefix=file.name, delete=False
    ) as temporary:
        temporary.write(out.getvalue())
    Path(temporary.name).replace(file)


def _csv_rows(file: Path) -> list[list[str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ContentError([Fault(file.name, "bestand", f"niet te lezen: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise ContentError([Fault(file.name, "bestand", "is geen UTF-8; bewaar het als 'CSV UTF-8'")]) from error
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise ContentError([Fault(file.name, "bestand", f"geen geldige CSV ({error})")]) from error


def _xlsx_rows(file: Path) -> list[list[str]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook  # 0.3 s; only needed when somebody imports a workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True)
        rows = [[_cell(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
    except (OSError, BadZipFile, KeyError, ValueError, TypeError) as error:
        raise ContentError([Fault(file.name, "bestand", f"geen leesbaar Excel-bestand ({error})")]) from error
    return rows


def _cell(value: object) -> str:
    if value is None:
        return ""
    if hasattr(value, "date"):  # Excel keeps dates as moments
        return str(value.date())
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


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
    if faults:
        raise ContentError(faults)
    return found


def _contact(values: Mapping[str, str], file: str, row: str) -> tuple[Contact, list[Fault]]:
    faults: list[Fault] = []
    made: dict[str, object] = {
        name: tuple(part.strip() for part in re.split(r"[;|]", value) if part.strip()) if name in _LISTS else value
        for name, value in values.items()
    }
    role = fold(values["role"]).strip()
    made["role"] = ROLE_WORDS.get(role, role)
    made["confirmed"] = None
    if values.get("confirmed"):
        try:
            made["confirmed"] = _date(values["confirmed"])
        except ValueError:
            faults.append(Fault(file, row, f"bevestigd op: '{values['confirmed']}' is geen datum; schrijf 2026-11-30"))
    contact = Contact(**made)  # type: ignore[arg-type]  # the fields come from COLUMNS, which names Contact's
    return contact, faults + [Fault(file, row, what) for what in _wrong(contact)]


def _date(text: str) -> date:
    if match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text.strip()):
        day, month, year = map(int, match.groups())
        return date(year, month, day)
    return date.fromisoformat(text.strip()[:10])


def _wrong(contact: Contact) -> Iterable[str]:
    if contact.role not in LIST_ROLES:
        yield f"rol: '{contact.role}' bestaat niet. Rollen: {', '.join(sorted(LIST_ROLES))}"
    if not contact.name:
        yield "naam: ontbreekt; vul een naam of een balie in"
    if not contact.phone and not contact.email:
        yield "telefoon: vul een telefoonnummer of een e-mailadres in"
    if contact.phone and digits(contact.phone) in {digits(n) for n in NATIONAL_NUMBERS}:
        yield f"telefoon: {contact.phone} is een landelijk nummer; dat staat al vast in het programma"
    elif contact.phone and not re.fullmatch(
        r"0[1-8]\d{8}|0800\d{4,7}|14\d{3,4}|000\d{7}|0[1-9]\d0{7}", digits(contact.phone)
    ):
        yield f"telefoon: '{contact.phone}' is geen Nederlands nummer van tien cijfers"
    if contact.email and not _EMAIL.fullmatch(contact.email):
        yield f"email: '{contact.email}' is geen e-mailadres"
    if contact.role == "school" and not contact.schools:
        yield "scholen: ontbreekt; een rij met rol school noemt de school"
    if contact.sector and contact.sector not in SECTORS:
        yield f"sector: '{contact.sector}' bestaat niet. Kies {', '.join(SECTORS)}"
    for day in contact.days:
        if fold(day) not in DAYS:
            yield f"dagen: '{day}' is geen dag. Schrijf maandag; dinsdag"


def check_contacts(contacts: Sequence[Contact], file: str) -> Iterable[Fault]:
    """Faults between rows: schools named twice, or named for a person but not in the list; a school without CJG'er."""
    homes: dict[str, str] = {}
    for contact in contacts:
        for school in contact.schools if contact.role == "school" else ():
            town = homes.setdefault(fold(school), contact.town)
            if town != contact.town:
                yield Fault(file, school, "deze school staat er twee keer in met een andere plaats; maak er één van")
    for contact in contacts:
        for school in contact.schools:
            if fold(school) not in homes:
                yield Fault(
                    file, f"{contact.role} {contact.name}", f"scholen: '{school}' heeft geen eigen rij met rol school"
                )
    served = {fold(school) for contact in contacts if contact.role == "cjg" for school in contact.schools}
    for contact in contacts:
        for school in contact.schools if contact.role == "school" and contact.sector in ("", "po", "so") else ():
            if fold(school) not in served:
                yield Fault(file, school, "heeft geen CJG'er; noem de school in een rij met rol cjg")
