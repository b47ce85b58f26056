from argparse import Namespace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.app import App
from bot.commands.contact_list import contacts_import
from knowledge.contact_files import read_contacts, write_contacts
from knowledge.contact_rows import check_contacts, read_days
from knowledge.contacts import DAYS, Contact, ContactList, changes, digits
from knowledge.documents import clean
from knowledge.faults import ContentError
from knowledge.sources import SHIPPED
from knowledge.text import fold
from knowledge.vocabulary import SECTORS
from tests.own_files import add_part

HEADER = "rol,naam,telefoon,scholen,plaats,dagen,bevestigd op"
SCHOOL = "IB'er,Iris,040 123 45 67,De Regenboog,Veldhoven,maandag; dinsdag,1-9-2026"
CJG = "CJG'er,Sanne,06-12345678,De Regenboog,,vrijdag,2026-09-01"

REGENBOOG = Contact("school", "Iris", "0401234567", schools=("De Regenboog",), nicknames=("de boog",), town="Veldhoven")
KLIMBOOM = Contact("school", "Lotte", "0401234568", schools=("OBS De Klimboom",), town="Veldhoven")
ZONNESTEEN = Contact("school", "Sem", "0401234569", schools=("Basisschool De Zonnesteen",), town="Veldhoven")
ZONNEWIJZER = Contact("school", "Pim", "0401234560", schools=("BS De Zonnewijzer",), town="Eersel")
SCHOOLS = ContactList((REGENBOOG, KLIMBOOM, ZONNESTEEN, ZONNEWIJZER))


def csv_file(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    file = folder / "contacten.csv"
    file.write_text("\n".join(lines) + "\n", encoding=encoding)
    return file


def faults(file: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_contacts(file)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("more", "told"),
    [("Telefoonnummer", "kolom telefoon staat er meer dan eens: 'telefoon' en 'Telefoonnummer'"),
     ("naam", "kolom naam staat er meer dan eens: 'naam' en 'naam'")],
)  # fmt: skip
def test_two_columns_for_one_thing_are_refused(tmp_path: Path, more: str, told: str) -> None:
    file = csv_file(tmp_path, f"{HEADER},{more}", f"{SCHOOL},")
    assert faults(file) == [f"contacten.csv: rij 1: {told}"]


def names(contacts: ContactList, typed: str) -> list[str]:
    return sorted(school.name for school in contacts.find_schools(typed))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_with_any_separator_and_with_a_bom(tmp_path: Path, separator: str, encoding: str) -> None:
    lines = [line.replace("; ", "|").replace(",", separator) for line in (HEADER, SCHOOL, CJG)]
    iris, sanne = read_contacts(csv_file(tmp_path, *lines, encoding=encoding))
    assert iris == Contact(
        "school",
        "Iris",
        "040 123 45 67",
        schools=("De Regenboog",),
        town="Veldhoven",
        days=("maandag", "dinsdag"),
        confirmed=date(2026, 9, 1),
    )
    assert (sanne.role, sanne.name, sanne.confirmed) == ("cjg", "Sanne", date(2026, 9, 1))


def test_headings_may_have_other_names_and_any_case(tmp_path: Path) -> None:
    file = csv_file(tmp_path, "Functie;CONTACTPERSOON;E-mail;Gemeente", "klantmanager jeugd;Fatima;f@x.nl;Eersel")
    (fatima,) = read_contacts(file)
    assert (fatima.role, fatima.name, fatima.email) == ("klantmanager", "Fatima", "f@x.nl")
    assert fatima.municipalities == ("Eersel",)


def test_a_workbook_is_read_with_its_dates_and_numbers(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["rol", "naam", "telefoon", "scholen", "plaats", "bevestigd op", None])
    sheet.append(["school", "Iris", "040 123 45 67", "De Regenboog", "Veldhoven", datetime(2026, 9, 1), None])
    sheet.append([None] * 7)
    sheet.append(["cjg", "Sanne", 14040, "De Regenboog", None, "1-9-2026", None])
    book.save(tmp_path / "lijst.XLSX")
    iris, sanne = read_contacts(tmp_path / "lijst.XLSX")
    assert (iris.name, iris.schools, iris.confirmed) == ("Iris", ("De Regenboog",), date(2026, 9, 1))
    assert (sanne.phone, sanne.confirmed) == ("14040", date(2026, 9, 1))


def test_every_fault_is_told_at_once_with_file_row_and_remedy(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path,
        "rol,naam,telefoon,email,scholen,sector,plaats,dagen,bevestigd op",
        "bakker,Piet,0401234567,,,,,,",
        ",,,,,,,,",
        "cjg,,12345,geen mail,,hbo,,woensdagmiddag,31-31-2026",
        "school,Iris,,,,po,Veldhoven,,",
        "smw,Lina,0800-2000,,De Vuurtoren,,,,",
    )
    told = faults(file)
    wanted = [
        "rij 2: rol: 'bakker' bestaat niet. Rollen: ",
        "rij 4: naam: ontbreekt; vul een naam of een balie in",
        "rij 4: telefoon: '12345' is geen Nederlands nummer van tien cijfers; vul er één in, zoals ",
        "rij 4: email: 'geen mail' is geen e-mailadres; vul er één in, zoals ",
        "rij 4: sector: 'hbo' bestaat niet. Kies ",
        "rij 4: dagen: 'woensdagmiddag' is geen dag. Schrijf maandag; dinsdag",
        "rij 4: bevestigd op: '31-31-2026' is geen datum; schrijf 2026-11-30",
        "rij 5: telefoon: vul een telefoonnummer of een e-mailadres in",
        "rij 5: scholen: ontbreekt; een rij met rol school noemt de school",
        "rij 6: telefoon: 0800-2000 is een landelijk nummer; dat staat al vast in het programma",
        "rij 6: scholen: 'De Vuurtoren' heeft geen eigen rij met rol school; voeg die rij toe",
    ]
    assert [want for want in wanted if not any(line.startswith(f"contacten.csv: {want}") for line in told)] == []
    assert len(told) == len(wanted)


def test_unknown_and_missing_columns_are_told_with_the_known_ones(tmp_path: Path) -> None:
    told = faults(csv_file(tmp_path, "rol,schoenmaat", "cjg,43"))
    assert any(
        line.startswith("contacten.csv: rij 1: kolom 'schoenmaat' is onbekend. Kolommen: rol, naam") for line in told
    )
    assert "contacten.csv: rij 1: kolom 'naam' ontbreekt; voeg hem toe" in told


def test_a_row_that_is_too_short_is_a_fault_of_that_row(tmp_path: Path) -> None:
    told = faults(csv_file(tmp_path, "telefoon,rol,naam", "0401234567"))
    assert "contacten.csv: rij 2: naam: ontbreekt; vul een naam of een balie in" in told


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "kolom 'rol' ontbreekt"),
        (b"rol,naam\n", "er staat niemand in"),
        (b"rol,naam\0", "is geen leesbare tekst"),
        (b'rol,naam\ncjg,"open', "geen geldige CSV"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, what: str) -> None:
    file = tmp_path / "contacten.csv"
    file.write_bytes(content)
    assert any(line.startswith("contacten.csv: ") and what in line for line in faults(file))


def test_a_missing_file_and_a_workbook_that_is_none_are_told(tmp_path: Path) -> None:
    assert faults(tmp_path / "weg.csv")[0].startswith("weg.csv: bestand: is er niet")
    (tmp_path / "x.xlsx").write_text("rol,naam")
    assert faults(tmp_path / "x.xlsx")[0].startswith("x.xlsx: bestand: is beschadigd of geen echt XLSX-bestand")


def test_a_primary_school_needs_a_cjger_and_one_town() -> None:
    elsewhere = Contact("school", "Daan", "0401234567", schools=("de regenboog",), town="Eersel")
    told = [fault.what for fault in check_contacts([REGENBOOG, elsewhere], "c.csv")]
    assert any("twee keer in met een andere plaats" in what for what in told)
    assert any("heeft geen CJG'er" in what for what in told)
    cjg = Contact("cjg", "Sanne", "0401234567", schools=("De Regenboog",))
    assert list(check_contacts([REGENBOOG, cjg], "c.csv")) == []


def test_a_secondary_school_needs_no_cjger() -> None:
    college = Contact("school", "Noor", "0401234567", schools=("Meridiaan",), sector="vo")
    assert list(check_contacts([college], "c.csv")) == []


@pytest.mark.parametrize(
    ("typed", "school"),
    [
        ("De Regenboog", "De Regenboog"),
        ("basisschool de regenboog", "De Regenboog"),
        ("de boog", "De Regenboog"),
        ("regenbog", "De Regenboog"),
        ("KLIMBOOM", "OBS De Klimboom"),
        ("kliboom", "OBS De Klimboom"),
        ("zonnesteen", "Basisschool De Zonnesteen"),
    ],
)
def test_a_school_is_found_by_name_nickname_half_a_name_or_a_typo(typed: str, school: str) -> None:
    assert names(SCHOOLS, typed) == [school]


def test_a_school_of_two_words_is_found_by_one_of_them() -> None:
    two = ContactList((Contact("school", "a", "1", schools=("Gouden Zonnestraal",)), REGENBOOG))
    assert names(two, "zonnestraal") == ["Gouden Zonnestraal"]


def test_a_whole_word_of_a_name_goes_before_what_is_only_like_it() -> None:
    found = ContactList((Contact("school", "a", "1", schools=("De Gouden Zon",)), ZONNESTEEN))
    assert names(found, "zon") == ["De Gouden Zon"]


def test_a_typo_that_is_as_near_to_two_names_gives_both() -> None:
    both = ContactList(tuple(Contact("school", "a", "1", schools=(n,)) for n in ("Kastanje", "Kastanjes", "Beuk")))
    assert names(both, "kastanja") == ["Kastanje", "Kastanjes"]


def test_half_a_name_that_two_schools_share_gives_both() -> None:
    assert names(SCHOOLS, "de zonne") == ["BS De Zonnewijzer", "Basisschool De Zonnesteen"]


@pytest.mark.parametrize("typed", ["", "???", "xylofoon", "mijn school"])
def test_what_is_like_no_school_finds_none(typed: str) -> None:
    assert names(SCHOOLS, typed) == []


def test_a_school_is_listed_once_however_many_people_it_has() -> None:
    second = Contact("school", "Daan", "0401234567", schools=("de regenboog",))
    assert [s.name for s in ContactList((REGENBOOG, second)).schools] == ["De Regenboog"]


def test_a_school_counts_as_mentioned_only_with_its_whole_name() -> None:
    assert [s.name for s in SCHOOLS.mentioned_schools("wie bel ik voor de klimboom?")] == ["OBS De Klimboom"]
    assert SCHOOLS.mentioned_schools("de regen en een boom") == ()


def test_people_are_chosen_by_role_school_and_home_municipality() -> None:
    a = Contact("klantmanager", "A", municipalities=("Veldhoven",))
    b = Contact("klantmanager", "B", municipalities=("Eersel", "Bladel"))
    c = Contact("cjg", "C", schools=("De Regenboog",))
    found = ContactList((REGENBOOG, a, b, c))
    assert found.for_role("klantmanager", municipality="bladel") == (b,)
    assert found.for_role("klantmanager") == (a, b)
    assert found.for_role("klantmanager", municipality="Utrecht") == ()
    assert found.for_role("cjg", school="de regenboog") == (c,)
    assert found.for_role("cjg", school="OBS De Klimboom") == ()
    assert found.mentioned_municipality("kind woont in Bladel") == "Bladel"
    assert (found.needs_school("cjg"), found.needs_school("klantmanager")) == (True, False)
    assert (found.needs_municipality("cjg"), found.needs_municipality("klantmanager")) == (False, True)


def test_an_entry_is_stale_after_half_a_year_or_when_never_confirmed() -> None:
    entry = Contact("cjg", "Sanne", confirmed=date(2026, 6, 1))
    assert not entry.is_stale(date(2026, 11, 30))
    assert entry.is_stale(date(2026, 12, 1))
    assert Contact("cjg", "Sanne").is_stale(date(2026, 6, 1))


def test_a_preview_tells_who_is_new_changed_and_gone() -> None:
    moved = Contact("cjg", "Sanne", "0401234567")
    before = [REGENBOOG, moved, KLIMBOOM]
    after = [REGENBOOG, Contact("cjg", "SANNE", "0407654321"), ZONNESTEEN]
    assert [(change.kind, change.contact.name, change.fields) for change in changes(before, after)] == [
        ("changed", "SANNE", (("name", "Sanne", "SANNE"), ("phone", "0401234567", "0407654321"))),
        ("new", "Sem", ()),
        ("gone", "Lotte", ()),
    ]
    assert changes(before, before) == []


def test_who_gets_another_school_has_changed_and_is_not_somebody_new() -> None:
    before, after = (Contact("cjg", "Sanne", "0401234567", schools=(school,)) for school in ("De Regenboog", "De Brug"))
    (change,) = changes([before], [after])
    assert (change.kind, change.fields) == ("changed", (("schools", "De Regenboog", "De Brug"),))
    twice = [before, Contact("cjg", "Sanne", "0401234567", schools=("De Vuurtoren",))]
    assert [change.kind for change in changes(twice, [after])] == ["new", "gone", "gone"]


def test_one_person_in_two_rows_for_two_municipalities_is_known_again() -> None:
    rows = [Contact("klantmanager", "Fatima", number, municipalities=(place,)) for number, place in _DESKS]
    assert changes(rows, rows) == []
    moved = [rows[0], Contact("klantmanager", "Fatima", _DESKS[1][0], municipalities=("Bergeijk",))]
    (change,) = changes(rows, moved)
    assert (change.kind, change.fields) == ("changed", (("municipalities", "Eersel", "Bergeijk"),))


_DESKS = (("0401234567", "Veldhoven"), ("0401234568", "Eersel"))


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("maandag; dinsdag", ("maandag", "dinsdag")),
        ("ma, di en do", ("maandag", "dinsdag", "donderdag")),
        ("Ma t/m Wo", ("maandag", "dinsdag", "woensdag")),
        ("maandag tot en met woensdag en vr", ("maandag", "dinsdag", "woensdag", "vrijdag")),
        ("di-do/vr", ("dinsdag", "woensdag", "donderdag", "vrijdag")),
        ("woensdagochtend", ("woensdagochtend",)),
        ("vr-ma", ("vr-ma",)),
        ("", ()),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, days: tuple[str, ...]) -> None:
    assert read_days(typed) == days


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_csv_as_excel_saves_it_here_is_read(tmp_path: Path, encoding: str) -> None:
    lines = ("sep=;", "rol;naam;telefoon", "swv;Renée Fictief;040 123 45 67")
    (contact,) = read_contacts(csv_file(tmp_path, *lines, encoding=encoding))
    assert contact.name == "Renée Fictief"


def test_a_number_that_lost_its_nought_in_excel_gets_it_back(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (["rol", "naam", "telefoon"], ["swv", "Koen", 401234567], ["swv", "Cora", 612345678.0]):
        book.active.append(row)
    book.save(tmp_path / "lijst.xlsx")
    assert [contact.phone for contact in read_contacts(tmp_path / "lijst.xlsx")] == ["0401234567", "0612345678"]


def test_twice_the_same_and_a_day_to_come_and_a_formula_are_faults(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path,
        "rol,naam,telefoon,bevestigd op",
        "swv,Koen,0401234567,2026-09-01",
        "swv,koen,0401234568,2026-12-01",
        "swv,=HYPERLINK(1),0401234569,",
    )
    with pytest.raises(ContentError) as caught:
        read_contacts(file, date(2026, 11, 20))
    assert str(caught.value).splitlines() == [
        "contacten.csv: rij 3: bevestigd op: ligt in de toekomst; vul de dag in waarop het is nagekeken",
        "contacten.csv: rij 3: naam: 'koen' staat al in rij 2; verwijder er één",
        "contacten.csv: rij 4: naam: '=HYPERLINK(1)' is een formule; vul de naam zelf in",
    ]


def test_hostile_workbooks_give_one_line(tmp_path: Path) -> None:
    book = Workbook()
    book.save(tmp_path / "goed.xlsx")
    whole = (tmp_path / "goed.xlsx").read_bytes()

    def told(name: str, content: bytes, part: str = "", data: bytes = b"") -> str:
        (tmp_path / name).write_bytes(content)
        if part:
            add_part(tmp_path / name, part, data)
        (line,) = faults(tmp_path / name)
        return line

    laughs = b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><l>&b;</l>"
    assert "macro's" in told("m.xlsx", whole, "xl/vbaProject.bin", b"x")
    assert "macro's" in told("m.xlsm", whole)
    assert "pakt veel groter uit" in told("bom.xlsx", whole, "xl/media/x.xml", bytes(2**26))
    assert "beschadigd of geen echt XLSX" in told("lach.xlsx", whole, "xl/lach.xml", laughs)
    assert "geen contactlijst" in told("oud.xls", b"\xd0\xcf\x11\xe0")
    assert "beschadigd of geen echt XLSX" in told("dicht.xlsx", b"\xd0\xcf\x11\xe0")
    book.active.cell(30_000, 1, "x")  # type: ignore[union-attr]
    book.active.cell(1, 1, "rol")  # type: ignore[union-attr]
    book.save(tmp_path / "ver.xlsx")
    assert "kolom 'naam' ontbreekt" in faults(tmp_path / "ver.xlsx")[0]


def test_a_number_is_compared_without_spaces_and_country_code() -> None:
    assert digits("+31 40 123 45 67") == digits("040-1234567") == "0401234567"


def test_the_shipped_list_is_in_order() -> None:
    assert ContactList(tuple(read_contacts(SHIPPED / "contacts.csv"))).schools


LETTER = st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters=";|=+@")
WORD = st.text(LETTER, min_size=1).filter(lambda word: clean(word) == word)
WORDS = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
PEOPLE = st.builds(
    Contact,
    role=st.sampled_from(["klantmanager", "leerplicht", "swv"]),
    name=WORDS,
    phone=st.sampled_from(["040 123 45 67", "+31 6 12345678", "14040", "0800-1234"]),
    nicknames=st.lists(WORDS, max_size=3).map(tuple),
    sector=st.sampled_from(["", *SECTORS]),
    town=st.one_of(st.just(""), WORDS),
    municipalities=st.lists(WORDS, max_size=3).map(tuple),
    days=st.lists(st.sampled_from(DAYS), max_size=3, unique=True).map(tuple),
    purpose=st.one_of(st.just(""), WORDS),
    confirmed=st.one_of(st.none(), st.dates(date(1000, 1, 1))),
)


@given(st.lists(PEOPLE, min_size=1, max_size=5, unique_by=lambda contact: fold(contact.name)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_list_that_is_written_reads_back_the_same(tmp_path: Path, contacts: list[Contact]) -> None:
    write_contacts(tmp_path / "contacts.csv", contacts)
    assert read_contacts(tmp_path / "contacts.csv") == contacts


def test_writing_leaves_one_file_and_makes_the_folder(tmp_path: Path) -> None:
    write_contacts(tmp_path / "knowledge" / "contacts.csv", [REGENBOOG])
    write_contacts(tmp_path / "knowledge" / "contacts.csv", [KLIMBOOM])
    assert [file.name for file in (tmp_path / "knowledge").iterdir()] == ["contacts.csv"]


def test_an_import_can_be_looked_at_first_keeps_the_list_before_and_mends_a_broken_one(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = csv_file(tmp_path, HEADER, SCHOOL, CJG)
    own = app.settings.home / "knowledge" / "contacts.csv"

    def taken(dry_run: bool = False) -> str:
        assert contacts_import(App(settings=app.settings), Namespace(file=str(file), dry_run=dry_run)) == 0
        return capsys.readouterr().out

    assert "Er is niets ingelezen (2 nieuw, 0 gewijzigd, 19 weg)" in taken(dry_run=True)
    assert not own.exists()
    assert "Ingelezen: 2 contacten (2 nieuw, 0 gewijzigd, 19 weg)." in taken()
    file = csv_file(tmp_path, HEADER, SCHOOL, CJG.replace("12345678", "87654321"))
    told = taken()
    assert "gewijzigd: Sanne (telefoon: 06-12345678 → 06-87654321)" in told
    assert "weg: niemand" in told
    assert f"De vorige lijst staat in {own.with_name('contacts.vorige.csv')}" in told
    assert "06-12345678" in own.with_name("contacts.vorige.csv").read_text(encoding="utf-8")
    own.write_text("rommel", encoding="utf-8")
    assert "is beschadigd; iedereen telt als nieuw" in taken()
    assert [contact.name for contact in read_contacts(own)] == ["Iris", "Sanne"]
