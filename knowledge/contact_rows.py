"""The rows of a contact list: its columns, the contact in a row, and every fault with its column and remedy."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from knowledge.contacts import DAYS, Contact, digits
from knowledge.faults import Fault
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


def read_row(values: Mapping[str, str], today: date | None) -> tuple[Contact, list[str]]:
    """The contact in a row, and what is wrong with it: the column and what to do; no confirmation is after `today`."""
    wrong: list[str] = []
    made: dict[str, object] = {name: _parts(value) if name in _LISTS else value for name, value in values.items()}
    role = fold(values["role"]).strip()
    made["role"] = ROLE_WORDS.get(role, role)
    made["days"] = read_days(values.get("days", ""))
    made["confirmed"] = None
    if values.get("confirmed"):
        try:
            made["confirmed"] = day = _date(values["confirmed"])
            if today and day > today:
                wrong.append("bevestigd op: ligt in de toekomst; vul de dag in waarop het is nagekeken")
        except ValueError:
            wrong.append(f"bevestigd op: '{values['confirmed']}' is geen datum; schrijf 2026-11-30")
    contact = Contact(**made)  # type: ignore[arg-type]  # the fields come from COLUMNS, which names Contact's
    return contact, [*wrong, *_wrong(contact)]


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;|]", value) if part.strip())


def _date(text: str) -> date:
    if match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text.strip()):
        day, month, year = map(int, match.groups())
        return date(year, month, day)
    return date.fromisoformat(text.strip()[:10])


def read_days(text: str) -> tuple[str, ...]:
    """Days as people write them: "maandag; dinsdag", "ma, di en do", "ma t/m do"; what is no day stays as it is."""
    found: list[str] = []
    ranges = re.sub(r"(?i)t/m|\btot\s+en\s+met\b", " tot ", text)
    for part in re.split(r"[;,|/&+]|\ben\b", ranges):
        first, _, last = re.sub(r"\btot\b|[-–]", "~", part, count=1).partition("~")
        begin, end = _day(first), _day(last)
        if begin and end and begin < end:
            found += DAYS[begin - 1 : end]
        elif part.strip():
            found.append(DAYS[begin - 1] if begin and not last.strip() else part.strip())
    return tuple(dict.fromkeys(found))


def _day(word: str) -> int:
    """Which day of the week a word names, 1 to 7; 0 when it is none."""
    said = fold(word).strip(" .")
    return next((number for number, day in enumerate(DAYS, 1) if said in (day, day[:2])), 0)


def _wrong(contact: Contact) -> Iterable[str]:
    if contact.role not in LIST_ROLES:
        yield f"rol: '{contact.role}' bestaat niet. Rollen: {', '.join(sorted(LIST_ROLES))}"
    if not contact.name:
        yield "naam: ontbreekt; vul een naam of een balie in"
    if contact.name.startswith(("=", "@", "+")):
        yield f"naam: '{contact.name}' is een formule; vul de naam zelf in"
    if not contact.phone and not contact.email:
        yield "telefoon: vul een telefoonnummer of een e-mailadres in"
    if contact.phone and digits(contact.phone) in {digits(n) for n in NATIONAL_NUMBERS}:
        yield f"telefoon: {contact.phone} is een landelijk nummer; dat staat al vast in het programma"
    elif contact.phone and not re.fullmatch(
        r"0[1-8]\d{8}|0800\d{4,7}|14\d{3,4}|000\d{7}|0[1-9]\d0{7}", digits(contact.phone)
    ):
        yield (
            f"telefoon: '{contact.phone}' is geen Nederlands nummer van tien cijfers; "
            "vul er één in, zoals 040 123 45 67"
        )
    if contact.email and not _EMAIL.fullmatch(contact.email):
        yield f"email: '{contact.email}' is geen e-mailadres; vul er één in, zoals naam@school.nl"
    if contact.role == "school" and not contact.schools:
        yield "scholen: ontbreekt; een rij met rol school noemt de school"
    if contact.sector and contact.sector not in SECTORS:
        yield f"sector: '{contact.sector}' bestaat niet. Kies {', '.join(SECTORS)}"
    for day in contact.days:
        if fold(day) not in DAYS:
            yield f"dagen: '{day}' is geen dag. Schrijf maandag; dinsdag"


def check_contacts(contacts: Sequence[Contact], file: str, places: Sequence[str] = ()) -> Iterable[Fault]:
    """Faults between rows: somebody twice, a school with two towns, without a row or without CJG'er."""
    where = dict(zip(range(len(contacts)), places, strict=False))

    def fault(at: int, what: str) -> Fault:
        return Fault(file, where.get(at, f"{contacts[at].role} {contacts[at].name}"), what)

    seen: dict[tuple[object, ...], int] = {}
    homes: dict[str, str] = {}
    for at, contact in enumerate(contacts):
        first = seen.setdefault((contact.role, fold(contact.name), contact.schools, contact.municipalities), at)
        if first != at:
            yield fault(at, f"naam: '{contact.name}' staat al in {where.get(first, 'de lijst')}; verwijder er één")
        for school in contact.schools if contact.role == "school" else ():
            town = homes.setdefault(fold(school), contact.town)
            if town != contact.town:
                yield fault(at, f"plaats: '{school}' staat er twee keer in met een andere plaats; maak er één van")
    served = {fold(school) for contact in contacts if contact.role == "cjg" for school in contact.schools}
    for at, contact in enumerate(contacts):
        for school in contact.schools:
            if fold(school) not in homes:
                yield fault(at, f"scholen: '{school}' heeft geen eigen rij met rol school{_commas(school)}")
            elif contact.role == "school" and contact.sector in ("", "po", "so") and fold(school) not in served:
                yield fault(at, f"scholen: '{school}' heeft geen CJG'er; noem de school in een rij met rol cjg")


def _commas(school: str) -> str:
    return "; zet een puntkomma tussen twee scholen" if "," in school else "; voeg die rij toe of verbeter de naam"
