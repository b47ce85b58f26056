"""The contact list: who, in which role, for which schools or municipalities. Rows in, people and schools out.

One table: a row with role `school` is a school's own contact person and brings the school itself into the list.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

from knowledge.faults import ContentError, Fault
from knowledge.national import NATIONAL_NUMBERS
from knowledge.text import fold, words
from knowledge.vocabulary import CONTACT_ROLES, SECTORS

STALE_AFTER_DAYS = 182  # six months, the rhythm of the reminder to confirm the list


@dataclass(frozen=True)
class Contact:
    """A person (or desk) one can call. Lists are tuples; `confirmed` is None when never confirmed."""

    role: str
    name: str
    phone: str = ""
    email: str = ""
    schools: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()
    sector: str = ""
    town: str = ""
    municipalities: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    purpose: str = ""
    deputy: str = ""
    confirmed: date | None = None

    def is_stale(self, today: date) -> bool:
        """Whether the entry was not confirmed in the last six months."""
        return self.confirmed is None or (today - self.confirmed).days > STALE_AFTER_DAYS


@dataclass(frozen=True)
class School:
    """A school as the list knows it."""

    name: str
    nicknames: tuple[str, ...]
    sector: str
    town: str


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
EXPECTED_ROLES = frozenset({"school", "cjg", "klantmanager", "swv", "leerplicht", "beleidsambtenaar"})
"""The roles that the agreements send people to; a list without one of them is not wrong, but worth saying."""

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

_LISTS = {"schools", "nicknames", "municipalities", "days"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NO_DIGITS = re.compile(r"[^0-9+]")


def digits(phone: str) -> str:
    """A number without spaces and dashes, +31 as 0."""
    bare = _NO_DIGITS.sub("", phone)
    return "0" + bare[3:] if bare.startswith("+31") else bare


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


@dataclass(frozen=True)
class ContactList:
    """The contacts with the questions one asks of them."""

    contacts: tuple[Contact, ...]

    @property
    def schools(self) -> tuple[School, ...]:
        """The schools, in the order of the list."""
        seen: dict[str, School] = {}
        for contact in self.contacts:
            for name in contact.schools if contact.role == "school" else ():
                seen.setdefault(fold(name), School(name, contact.nicknames, contact.sector, contact.town))
        return tuple(seen.values())

    @property
    def municipalities(self) -> tuple[str, ...]:
        """The home municipalities that somebody in the list serves."""
        return tuple(dict.fromkeys(m for contact in self.contacts for m in contact.municipalities))

    def town_of(self, school: str) -> str:
        """The town of a school; without one, the town where most schools of the list stand."""
        towns = [s.town for s in self.schools if not school or fold(s.name) == fold(school)]
        return max(towns, key=towns.count) if towns else ""

    def for_role(self, role: str, school: str = "", municipality: str = "") -> tuple[Contact, ...]:
        """Who has the role for this school or home municipality; people for everyone when no place is given."""
        people = [c for c in self.contacts if c.role == role]
        if school and any(c.schools for c in people):
            people = [c for c in people if not c.schools or fold(school) in map(fold, c.schools)]
        if municipality and any(c.municipalities for c in people):
            people = [c for c in people if not c.municipalities or fold(municipality) in map(fold, c.municipalities)]
        return tuple(people)

    def needs_school(self, role: str) -> bool:
        """Whether it depends on the school who has the role."""
        return any(c.role == role and c.schools for c in self.contacts)

    def needs_municipality(self, role: str) -> bool:
        """Whether it depends on the home municipality who has the role."""
        return any(c.role == role and c.municipalities for c in self.contacts)

    def find_schools(self, text: str) -> tuple[School, ...]:
        """The schools that a text (half a name, a nickname, a typo) may mean; the best ones only."""
        wanted = _bare(text)
        if not wanted:
            return ()
        names = {school: [_bare(n) for n in (school.name, *school.nicknames)] for school in self.schools}
        exact = tuple(s for s, known in names.items() if wanted in known)
        partial = tuple(s for s, known in names.items() if any(set(wanted.split()) <= set(n.split()) for n in known))
        return exact or partial or _fuzzy(wanted, names)

    def mentioned_schools(self, question: str) -> tuple[School, ...]:
        """The schools whose name or nickname stands in a question, as words in a row."""
        asked = f" {' '.join(words(question))} "
        return tuple(
            school
            for school in self.schools
            if any(len(n) > 2 and f" {n} " in asked for n in map(_bare, (school.name, *school.nicknames)))
        )

    def mentioned_municipality(self, question: str) -> str:
        """The home municipality of the list that stands in a question, or nothing."""
        asked = set(words(question))
        return next((m for m in self.municipalities if set(words(m)) <= asked), "")

    def numbers(self) -> frozenset[str]:
        """Every number in the list, as digits."""
        return frozenset(digits(c.phone) for c in self.contacts if c.phone)


_SCHOOL_WORDS = frozenset(
    "basisschool bs obs rkbs pcbs school de het een t college lyceum kindcentrum ikc van op onze mijn".split()
)


def _bare(name: str) -> str:
    tokens = words(name)
    return " ".join(t for t in tokens if t not in _SCHOOL_WORDS) or " ".join(tokens)


def _fuzzy(wanted: str, names: Mapping[School, Sequence[str]]) -> tuple[School, ...]:
    from rapidfuzz.fuzz import partial_ratio, ratio  # only when nothing matched letter by letter

    def closeness(known: Sequence[str]) -> float:
        return max(max(ratio(wanted, n), partial_ratio(wanted, n) - 8 if len(wanted) > 4 else 0.0) for n in known)

    scored = sorted(((closeness(known), school) for school, known in names.items()), key=lambda pair: -pair[0])
    best = scored[0][0] if scored else 0.0
    return tuple(school for score, school in scored if score >= 76 and score >= best - 6)


def changes(old: Sequence[Contact], new: Sequence[Contact]) -> dict[str, list[Contact]]:
    """What an import would change: new, changed and gone, by role and name."""
    before = {(c.role, fold(c.name), c.schools): c for c in old}
    after = {(c.role, fold(c.name), c.schools): c for c in new}
    return {
        "new": [c for key, c in after.items() if key not in before],
        "changed": [c for key, c in after.items() if key in before and before[key] != c],
        "gone": [c for key, c in before.items() if key not in after],
    }
