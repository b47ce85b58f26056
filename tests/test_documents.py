import os
import zlib
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from bot.app import App
from bot.commands.own_documents import knowledge_add, knowledge_list, knowledge_remove
from bot.settings import Settings
from knowledge import apart, document_files, reading_apart
from knowledge.answering import Asker
from knowledge.document_files import read_document
from knowledge.documents import LONGEST, Block, make_document
from knowledge.faults import ContentError
from knowledge.headings import markdown_blocks, plain_blocks
from knowledge.library import INDEX_NAME
from knowledge.own_search import search_own
from knowledge.shelf import Shelf, in_force
from knowledge.wording import answer
from tests.own_files import DOCUMENTS, add_part, questions, replace_part, write_docx, write_pages, write_pdf

PROTOCOL = "# Protocol\n\n## Melden\nBel de ouders.\n\n## Daarna\nSchrijf het op.\n"


def sections(file: Path) -> list[tuple[str, int | None, str]]:
    return [(p.section, p.page, p.text) for p in read_document(file).passages]


def why(file: Path) -> str:
    with pytest.raises(ContentError) as caught:
        read_document(file)
    assert len(caught.value.faults) == 1
    line = str(caught.value)
    assert line.startswith(f"{file.name}: ")
    assert "\n" not in line
    return line


def test_markdown_is_split_by_headings(tmp_path: Path) -> None:
    file = tmp_path / "protocol.md"
    file.write_text(
        "---\nauteur: x\n---\nTitel\n=====\nVooraf [lees dit](http://a.b) <!-- geheim -->.\n"
        "## Melden\nBel **eerst**\nde ouders.\n\n- een\n- twee\n"
        "### Wie\nDe directeur.\n```\n# geen kop\n```\n## Daarna\nOpschrijven.\n",
        encoding="utf-8",
    )
    assert read_document(file).title == "Titel"
    assert sections(file) == [
        ("", None, "Vooraf lees dit ."),
        ("Melden", None, "Bel eerst de ouders. - een - twee"),
        ("Melden › Wie", None, "De directeur. # geen kop"),
        ("Daarna", None, "Opschrijven."),
    ]


def test_plain_text_has_headings_by_their_shape() -> None:
    text = "REGELING\n\n1. Melden\n\nBel de ouders.\n1. eerst vader\n2. dan moeder\n\nWie belt\n\nDe juf belt.\n12\n"
    blocks = list(plain_blocks((line, None) for line in text.splitlines()))
    assert [(b.text, b.level) for b in blocks] == [
        ("REGELING", 1),
        ("1. Melden", 2),
        ("Bel de ouders. 1. eerst vader 2. dan moeder", 0),
        ("Wie belt", 2),
        ("De juf belt.", 0),
    ]


def test_pdf_passages_know_their_page(tmp_path: Path) -> None:
    file = write_pdf(
        tmp_path / "plan.pdf",
        "VEILIGHEIDSPLAN\n \n1. Toezicht\n \nTwee mensen op het plein.",
        "2. Brand\n \nNaar het veld.",
    )
    found = read_document(file)
    assert found.title == "VEILIGHEIDSPLAN"
    assert sections(file) == [
        ("1. Toezicht", 1, "Twee mensen op het plein."),
        ("2. Brand", 2, "Naar het veld."),
    ]


def test_docx_headings_and_tables(tmp_path: Path) -> None:
    file = write_docx(
        tmp_path / "gids.docx",
        ("Title", "Gids"), ("Heading 1", "Melden"), ("Normal", "Bel de ouders."), ("table", "Ochtend|Eva"),
        ("Heading 2", "Wie"), ("Normal", "De juf."),
    )  # fmt: skip
    assert read_document(file).title == "Gids"
    assert sections(file) == [("Melden", None, "Bel de ouders. Ochtend | Eva"), ("Melden › Wie", None, "De juf.")]


def test_passages_fit_a_screen_and_lose_nothing() -> None:
    sentences = [f"Zin {n} zegt iets over het onderwerp van dit lange hoofdstuk." for n in range(80)]
    long = "".join(f"woord{n}" for n in range(400))
    document = make_document("lang.txt", [Block("Kop", 1), Block(" ".join(sentences)), Block(long), Block("Slot.")])
    assert all(len(p.text) <= LONGEST for p in document.passages)
    assert "".join(p.text for p in document.passages).replace(" ", "") == "".join([*sentences, long, "Slot."]).replace(
        " ", ""
    )


def test_hidden_characters_do_not_come_in() -> None:
    document = make_document("x.md", markdown_blocks("# T\n\nBel\u200b 112\U000e0041 nu\u202e.\x07"))
    assert document.passages[0].text == "Bel 112 nu."


def test_the_same_content_is_the_same_document(tmp_path: Path) -> None:
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    first.write_text(PROTOCOL, encoding="utf-8")
    second.write_bytes(b"\xef\xbb\xbf" + PROTOCOL.replace("\n", "\r\n").encode())
    assert read_document(first).id == read_document(second).id
    assert read_document(first).passages == read_document(second).passages


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_text_in_the_encodings_people_have(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "café.txt"
    file.write_bytes("Eén coördinator regelt het.".encode(encoding))
    assert sections(file)[0][2] == "Eén coördinator regelt het."


def test_files_that_cannot_be_read_give_one_line(tmp_path: Path) -> None:
    def made(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    pdf = write_pdf(tmp_path / "heel.pdf", "Tekst.").read_bytes()
    assert "is er niet" in why(tmp_path / "weg.md")
    assert "dit soort bestand" in why(made("foto.jpg", b"x"))
    assert "bevat geen tekst" in why(made("leeg.txt", b" \n"))
    assert "geen leesbare tekst" in why(made("raar.txt", b"\x00\x01\x02"))
    assert "beschadigd of geen echt PDF" in why(made("nep.pdf", b"dit is geen pdf"))
    assert "beschadigd of geen echt PDF" in why(made("half.pdf", pdf[: len(pdf) // 3]))
    assert "beschadigd of geen echt DOCX" in why(made("nep.docx", b"PK\x03\x04 rommel"))
    assert "scan" in why(write_pdf(tmp_path / "scan.pdf", ""))
    assert "wachtwoord" in why(write_pdf(tmp_path / "dicht.pdf", "Geheim.", password="x"))
    assert "oud of beveiligd Word" in why(made("oud.doc", b"\xd0\xcf\x11\xe0rest"))
    assert "oud of beveiligd Word" in why(made("dicht.docx", b"\xd0\xcf\x11\xe0rest"))
    assert "geen tekst" in why(write_docx(tmp_path / "leeg.docx"))


def test_macros_and_zip_bombs_are_not_unpacked(tmp_path: Path) -> None:
    macro = add_part(write_docx(tmp_path / "m.docx", ("Normal", "Tekst.")), "word/vbaProject.bin", b"x")
    assert "macro's" in why(macro)
    bomb = add_part(write_docx(tmp_path / "bom.docx", ("Normal", "Tekst.")), "word/media/x.xml", bytes(2**26))
    assert bomb.stat().st_size < 2**20
    assert "pakt veel groter uit" in why(bomb)


def test_xml_that_grows_or_looks_elsewhere_is_not_read(tmp_path: Path) -> None:
    """Neither a billion laughs nor a file of the machine comes in, and no half of a document does."""
    laughs = "<!ENTITY a 'ha'>" + "".join(f"<!ENTITY {c} '{f'&{p};' * 10}'>" for p, c in pairwise("abcdefghij"))
    for name, entities in (("lach", laughs), ("elders", "<!ENTITY j SYSTEM 'file:///etc/passwd'>")):
        text = f"<?xml version='1.0'?><!DOCTYPE d [{entities}]><d>Voor &j; na</d>"
        file = replace_part(write_docx(tmp_path / f"{name}.docx", ("Normal", "x")), "word/document.xml", text.encode())
        assert "beschadigd of geen echt DOCX" in why(file)


def test_text_that_is_written_to_be_slow_is_read_like_any_other(tmp_path: Path) -> None:
    """Each took minutes for what now takes a moment: a sign that opens, a hundred thousand times."""
    for opening in ("<!--", "[", "![a](", "<a", "(", "# ", "**", "```\n"):
        file = tmp_path / "traag.md"
        file.write_text(opening * 100_000 + "\n\neinde", encoding="utf-8")
        assert read_document(file).passages


def test_a_pdf_of_endless_pages_is_refused(tmp_path: Path) -> None:
    assert "meer dan 2000 bladzijden" in why(write_pages(tmp_path / "veel.pdf", 2100))
    assert "meer dan 2000 bladzijden" in why(write_pages(tmp_path / "liegt.pdf", 2100, told=1))
    assert "beschadigd of geen echt PDF" in why(write_pages(tmp_path / "rond.pdf", 0, told=3))


def test_a_bomb_in_a_pdf_goes_off_in_no_one_else(tmp_path: Path) -> None:
    packed = zlib.compressobj(9)
    content = b"".join(packed.compress(b"BT (aaaa) Tj ET " * 60_000) for _ in range(200)) + packed.flush()
    bomb = write_pages(tmp_path / "bom.pdf", 1, content=content)
    assert bomb.stat().st_size < 2**20
    assert "pakt veel groter uit" in why(bomb)


def test_pages_that_are_a_picture_are_told_and_kept_in_mind(tmp_path: Path) -> None:
    file = write_pdf(tmp_path / "half.pdf", "Wat er te lezen is.", picture_pages=3)
    assert read_document(file).pictures == (2, 3, 4)
    assert len(read_document(file).passages) == 1
    assert "scan" in why(write_pdf(tmp_path / "scan.pdf", picture_pages=2))


def test_a_name_cannot_play_tricks(tmp_path: Path) -> None:
    """A line break, a colour code of the terminal, a direction mark, a folder, a pipe, a locked file."""
    trick = tmp_path / "plan\n\x1b[31m\u202egoed.md"
    trick.write_text(PROTOCOL, encoding="utf-8")
    assert read_document(trick).file == "plan [31mgoed.md"
    (tmp_path / "map.pdf").mkdir()
    assert "is er niet" in why(tmp_path / "map.pdf")
    os.mkfifo(tmp_path / "pijp.md")
    assert "is er niet" in why(tmp_path / "pijp.md")
    with pytest.raises(ContentError, match=r"^n{120}: bestand: mag of kan ik niet openen"):
        read_document(tmp_path / ("n" * 300 + ".md"))
    assert "is er niet" in why(tmp_path / ".." / "x" / ".." / "weg.md")


def test_a_file_that_is_too_big_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_files, "LARGEST_TEXT", 0)
    file = tmp_path / "groot.txt"
    file.write_text("tekst", encoding="utf-8")
    assert "groter dan 0 MB" in why(file)


def test_a_file_that_takes_too_long_takes_nothing_else_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_SECONDS", 0.01)
    assert "te veel tijd" in why(write_pdf(tmp_path / "traag.pdf", "Tekst."))


def test_a_machine_that_refuses_a_bound_on_memory_keeps_those_on_time_and_core_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resource = pytest.importorskip("resource")
    bounds = {}

    def as_on_macos(kind: int, most: tuple[int, int]) -> None:
        if kind == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")
        bounds[kind] = most

    monkeypatch.setattr(resource, "setrlimit", as_on_macos)
    reading_apart._limit()
    assert bounds == {resource.RLIMIT_CPU: (100, 100), resource.RLIMIT_CORE: (0, 0)}


def test_the_shelf_keeps_one_readable_file_per_document(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.stamp() == ""
    first = make_document("verzuim.md", markdown_blocks(PROTOCOL))
    assert shelf.put(first) == "added"
    assert shelf.put(first) == "unchanged"
    assert '"text": "Bel de ouders."' in shelf.files()[0].read_text(encoding="utf-8")
    stamp = shelf.stamp()
    assert shelf.put(make_document("verzuim.md", markdown_blocks(PROTOCOL + "\nMeer."))) == "replaced"
    assert len(shelf.documents()) == 1
    assert shelf.stamp() != stamp
    shelf.remove("verzuim.md")
    assert (shelf.documents(), shelf.stamp()) == ([], "")
    with pytest.raises(ContentError, match="staat niet in de eigen documenten"):
        shelf.remove("verzuim.md")


def test_a_damaged_document_is_named(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(make_document("a.md", markdown_blocks(PROTOCOL)))
    (shelf.folder / "kapot.json").write_text('{"id": 1', encoding="utf-8")
    with pytest.raises(ContentError, match=r"documents/kapot\.json: bestand: is beschadigd"):
        shelf.documents()


def test_documents_hold_between_their_days() -> None:
    base = make_document("a.md", markdown_blocks(PROTOCOL))
    until = base.model_copy(update={"valid_until": date(2026, 7, 31)})
    since = base.model_copy(update={"valid_from": date(2026, 8, 1)})
    assert in_force([base, until, since], date(2026, 7, 31)) == [base, until]
    assert in_force([base, until, since], date(2026, 8, 1)) == [base, since]


def test_every_question_names_a_section_that_is_there() -> None:
    there = {(file.name, p.section) for file in DOCUMENTS for p in read_document(file).passages}
    assert [q for q in questions() if (q["document"], q["section"]) not in there] == []
    assert len(DOCUMENTS) >= 20


@pytest.fixture(scope="module")
def app(index: Path, tmp_path_factory: pytest.TempPathFactory) -> App:
    home = tmp_path_factory.mktemp("home")
    (home / INDEX_NAME).symlink_to(index)
    return App(settings=Settings(home=home))


def test_add_list_remove(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "medicijnen.md"
    file.write_text("# Medicijnen\n\n## Epipen\nHet noodplan hangt in het lokaal.\n", encoding="utf-8")
    home = app.settings.home
    assert knowledge_add(app, Namespace(files=[str(file)], valid_from="2026-08-01", valid_until=None)) == 0
    assert "Toegevoegd: medicijnen.md, nummer" in capsys.readouterr().out
    assert search_own(home, "waar hangt het noodplan")[0].file == "medicijnen.md"
    assert search_own(home, "waar hangt het noodplan", today=date(2026, 7, 1)) == ()
    assert knowledge_add(app, Namespace(files=[str(file)])) == 0
    assert "Stond er al" in capsys.readouterr().out
    assert knowledge_list(app, Namespace()) == 0
    assert "Medicijnen (passages: 1) · geldig vanaf 01-08-2026\n" in capsys.readouterr().out
    assert knowledge_remove(app, Namespace(ids=["medicijnen.md"])) == 0
    assert search_own(home, "waar hangt het noodplan") == ()
    capsys.readouterr()
    knowledge_list(app, Namespace())
    assert "Nog geen eigen documenten" in capsys.readouterr().out


def test_one_bad_file_keeps_all_out(app: App, tmp_path: Path) -> None:
    good, bad = tmp_path / "goed.md", tmp_path / "fout.pdf"
    good.write_text(PROTOCOL, encoding="utf-8")
    bad.write_bytes(b"niets")
    with pytest.raises(ContentError, match=r"fout\.pdf"):
        knowledge_add(app, Namespace(files=[str(good), str(bad)]))
    assert Shelf(app.settings.home).files() == []
    with pytest.raises(ContentError, match="--van: 'gisteren' is geen datum"):
        knowledge_add(app, Namespace(files=[str(good)], valid_from="gisteren"))
    with pytest.raises(ContentError, match="--tot: de laatste dag ligt vóór de eerste"):
        knowledge_add(app, Namespace(files=[str(good)], valid_from="2026-09-01", valid_until="2026-08-01"))


def test_what_is_no_longer_valid_is_listed_as_such_and_not_quoted(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "fietsen.md"
    file.write_text(
        "# Fietsen\n\n## Stalling\nDe sleutel van de fietsenstalling hangt bij de conciërge.\n", encoding="utf-8"
    )
    question = "waar hangt de sleutel van de fietsenstalling"
    assert knowledge_add(app, Namespace(files=[str(file)], valid_from=None, valid_until="2026-10-31")) == 0
    before, after = (answer(app.library, question, Asker(date(2026, *day))) for day in ((10, 31), (11, 1)))
    assert "Uit uw eigen document" in before.text
    assert "conciërge" not in after.text
    assert after.own == ()
    late = replace(app, clock=lambda: datetime(2026, 11, 1, 9, tzinfo=UTC))
    capsys.readouterr()
    assert knowledge_list(late, Namespace()) == 0
    assert "· geldig tot en met 31-10-2026 · nu niet geldig, wordt niet aangehaald" in capsys.readouterr().out
    knowledge_remove(app, Namespace(ids=["fietsen.md"]))
    assert "conciërge" not in answer(app.library, question, Asker(date(2026, 10, 31))).text


def test_two_files_of_one_name_are_not_mixed_up(app: App, tmp_path: Path) -> None:
    for folder in ("een", "twee"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "protocol.md").write_text(f"# {folder}\n\nTekst.", encoding="utf-8")
    with pytest.raises(ContentError, match="twee verschillende bestanden heten zo"):
        knowledge_add(app, Namespace(files=[str(tmp_path / "een/protocol.md"), str(tmp_path / "twee/protocol.md")]))
