"""No reply ever shows a number that is neither in the contact list nor one of the national constants."""

import csv
import json
import re
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.app import App
from bot.commands.contact_list import contacts_import
from bot.settings import Settings
from knowledge.answering import Asker
from knowledge.calling import Place
from knowledge.contact_files import read_contacts, write_contacts
from knowledge.contacts import Contact, digits
from knowledge.library import Library
from knowledge.national import NATIONAL_NUMBERS
from knowledge.sources import SHIPPED
from knowledge.vocabulary import Side
from knowledge.wording import answer, full_provision, whole_route

TODAY = date(2026, 11, 20)
_DATA = Path(__file__).parent / "data"
_RUN = re.compile(r"(?<![\w-])\+?\d(?:[ -]?\d){2,}")
_YEAR_OR_RANGE = re.compile(r"(?:19|20)\d\d|\d{1,2}[ -]\d{1,2}")
_NATIONAL = frozenset(map(digits, NATIONAL_NUMBERS))
_TYPED = ("", " bel me op 06 12345678", " bsn 111222333", " mijn nummer is +31 40 123 45 67", " sinds 12-03-2015")
_PLACES = ("", "De Regenboog", "OBS De Klimboom", "Meridiaan College", "De Vuurtoren", "ROC De Brug", "De Olifant")


def phones(text: str) -> set[str]:
    """Every run of three or more digits in a text that is no year or range, as digits."""
    return {digits(run) for run in _RUN.findall(text) if not _YEAR_OR_RANGE.fullmatch(run)}


@cache
def questions() -> Sequence[str]:
    """Everything people have asked: the written questions and the look-ups."""
    written = sorted((SHIPPED / "questions").glob("*.jsonl"))
    files = [*written, _DATA / "lookups.jsonl", _DATA / "no_lookups.jsonl"]
    return [json.loads(line)["q"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def lookups() -> Sequence[str]:
    """The look-ups alone, which show most numbers."""
    return [json.loads(line)["q"] for line in (_DATA / "lookups.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("040 000 11 01 (ma, di)", {"0400001101"}),
        ("**Bel nu 113**, of 0800-0113", {"113", "08000113"}),
        ("schooljaar 2021/2022, 13 december 2018", set()),
        ("UP-A-ouders-2, van 0-23 jaar", set()),
        ("bel +31 40 123 45 67", {"0401234567"}),
    ],
)
def test_a_number_is_recognised(text: str, found: set[str]) -> None:
    assert phones(text) == found


@settings(max_examples=350, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.one_of(st.sampled_from(questions()), st.sampled_from(lookups())),
    typed=st.sampled_from(_TYPED),
    school=st.sampled_from(_PLACES),
    municipality=st.sampled_from(["", "Veldhoven", "Eersel", "Bladel", "Tilburg"]),
    side=st.sampled_from([None, *Side]),
)
def test_every_number_in_an_answer_is_in_the_list_or_a_constant(
    library: Library, question: str, typed: str, school: str, municipality: str, side: Side | None
) -> None:
    asker = Asker(TODAY, side, Place(school, municipality), school_typed=school)
    found = answer(library, question + typed, asker)
    known = library.contacts.numbers() | _NATIONAL
    assert phones(found.text) <= known
    assert {digits(contact.phone) for contact in found.people} <= known


def test_no_provision_or_route_holds_another_number(library: Library) -> None:
    texts = [full_provision(library, id) for id in library.ids] + [whole_route(library, side) for side in Side]
    assert {number for text in texts for number in phones(text)} <= _NATIONAL


@pytest.fixture
def open_app(home: Path) -> Callable[[], App]:
    """Opens the app anew on one home, as every command does, with the index that is built already."""
    return lambda: App(settings=Settings(home=home))


def _own(contact: Contact) -> Contact:
    """The same person at another, equally fictitious number."""
    return replace(contact, phone=contact.phone.replace("040 000", "040 555"), email="")


def _csv(file: Path, contacts: Sequence[Contact]) -> Path:
    write_contacts(file, contacts)
    return file


def _xlsx(file: Path, contacts: Sequence[Contact]) -> Path:
    rows = _csv(file.with_suffix(".csv"), contacts).read_text(encoding="utf-8")
    book = Workbook()
    assert book.active is not None
    for row in csv.reader(rows.splitlines()):
        book.active.append(row)
    book.save(file)
    return file


@pytest.mark.parametrize(("name", "write"), [("eigen.csv", _csv), ("eigen.xlsx", _xlsx)])
def test_an_imported_list_changes_every_answer_at_once(
    open_app: Callable[[], App],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    write: Callable[[Path, Sequence[Contact]], Path],
) -> None:
    old = read_contacts(SHIPPED / "contacts.csv")
    file = write(tmp_path / name, [_own(contact) for contact in old])
    before = {q: _shown(open_app(), q) for q in ("nummer cjg regenboog", "klantmanager eersel")}
    assert contacts_import(open_app(), Namespace(file=str(file), dry_run=False)) == 0
    app = open_app()
    shown = {number for question in [*lookups(), *questions()[::60]] for number in _shown(app, question)}
    assert before == {"nummer cjg regenboog": {"0400001101"}, "klantmanager eersel": {"0400001203"}}
    assert _shown(app, "nummer cjg regenboog") == {"0405551101"}
    assert not shown & {digits(contact.phone) for contact in old}
    assert shown <= {digits(_own(contact).phone) for contact in old} | _NATIONAL
    assert len(shown) > 20
    assert "gewijzigd: Iris Voorbeeld" in capsys.readouterr().out


def _shown(app: App, question: str) -> set[str]:
    """The numbers in an answer for somebody of De Regenboog."""
    return phones(answer(app.library, question, Asker(TODAY, place=Place("De Regenboog", "Veldhoven"))).text)
