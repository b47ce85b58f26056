"""The conversation about a case: what a transcript cannot show (races, old buttons, the audit, what is stored)."""

import logging
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import text as sql

from bot.backup import backup
from bot.messages import Incoming, Person, Role, Room
from bot.storage.cases import Cases, Noted, RacedError
from bot.vault import Vault
from tests import databases
from tests.case_world import CONSENTED, IRIS, NOW, TO_CONSENT, TO_END, World, changed, scripts, shipped_chart
from workflows.case import Case, CaseState, read_reference
from workflows.consent import State, records
from workflows.run import Run, place

pytestmark = pytest.mark.usefixtures("kind")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def the_case(world: World, ref: str = "C-2026-0001") -> Case:
    found = world.cases.find(ref, IRIS.key)
    assert found is not None
    return found


def test_a_reference_is_read_as_people_type_it() -> None:
    assert [read_reference(text, 2026) for text in ("C-2026-0042", "c-2026-42", "42", "2025-7")] == [
        "C-2026-0042", "C-2026-0042", "C-2026-0042", "C-2025-0007",
    ]  # fmt: skip
    assert read_reference("morgen", 2026) == ""


def test_references_count_on_within_a_year_and_are_never_given_twice(world: World) -> None:
    world.walk("/start-case", "stop", "wissen", "/start-case")
    assert [case.ref for case in world.cases.listed(IRIS.key)] == ["C-2026-0002"]
    world.now = world.now.replace(year=2027)
    assert "C-2027-0001" in world.say("/start-case nieuw")


def test_every_step_is_committed_before_it_is_answered(world: World) -> None:
    for text in (*TO_CONSENT, *CONSENTED, *TO_END):
        before = len(the_case(world).run.answers) if world.cases.count() else -1
        world.say(text)
        other = World(world.folder)
        assert len(the_case(other).run.answers) == before + 1
        other.database.close()


def test_a_choice_works_by_number_word_and_button_alike(tmp_path: Path) -> None:
    for name, answers in (("n", ("2", "1")), ("w", ("nee", "basisschool")), ("l", ("Nee", "Basisschool"))):
        (tmp_path / name).mkdir()
        world = World(tmp_path / name)
        world.say("/start-case")
        assert "Alleen onderwijs" in world.walk(*answers)


def test_a_button_of_a_step_that_is_past_does_nothing_and_says_so(world: World) -> None:
    world.say("/start-case")
    old = world.choices[0]
    world.say("nee")
    said = world.say(old)
    assert "stap die voorbij is" in said
    assert "Wie vraagt?" in said
    assert the_case(world).run.values == {"danger": "nee"}


def test_a_button_of_another_case_does_nothing(world: World) -> None:
    world.say("/start-case")
    old = world.choices[1]
    world.say("/start-case nieuw")
    assert "andere zaak" in world.say(old)
    assert the_case(world, "C-2026-0002").run == Run()


def test_a_made_up_button_value_is_no_answer(world: World) -> None:
    world.say("/start-case")
    assert "past niet" in world.say("C-2026-0001/danger=misschien")
    assert the_case(world).run == Run()


def test_the_same_message_delivered_twice_counts_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.say("/start-case")
    incoming = Incoming(IRIS, "nee", world.now + timedelta(seconds=1), Room.DIRECT, "here", id="event-1")
    first = world.assistant.handle(incoming)
    second = world.assistant.handle(incoming)
    assert "Wie vraagt?" in first[0].text
    assert "Wie vraagt?" in second[0].text
    assert the_case(world).run.values == {"danger": "nee"}


def test_two_quick_messages_never_race_through_one_step(world: World) -> None:
    """Both are taken against the same version: one answers the step, the other is told where things stand."""
    world.walk("/start-case", "nee", "basisschool", "nee")
    ready, said = Barrier(2), list[str]()

    def send() -> None:
        ready.wait()
        replies = world.assistant.handle(
            Incoming(IRIS, "C-2026-0001/age=12-15", world.now + timedelta(seconds=1), Room.DIRECT, "here")
        )
        said.append(replies[0].text)

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 2
    assert all("Wie heeft het gezag?" in text for text in said)
    assert the_case(world).run.values == {"danger": "nee", "asker": "po", "scope": "nee", "age": "12-15"}


def test_a_change_based_on_an_old_version_is_refused(world: World) -> None:
    world.say("/start-case")
    old = the_case(world)
    noted = Noted(old.ref, NOW, IRIS.key, "test")
    world.cases.save(old, (), noted)
    with pytest.raises(RacedError):
        world.cases.save(replace(old, misfits=2), (), noted)
    assert the_case(world).misfits == 0


def test_a_case_comes_back_from_the_database_as_it_was(world: World) -> None:
    world.walk(*TO_CONSENT, *CONSENTED, *TO_END)
    world.walk("/start-case anders 1", "wachtlijst", "nog niet", "/start-case intrekken", "ouder 1", "2", "vandaag")
    case = the_case(world)
    world.reopen()
    assert the_case(world) == case
    assert case.withdrawn
    assert case.follow_ups


def test_the_consents_on_record_are_those_of_the_answers_with_what_was_withdrawn(world: World) -> None:
    world.walk(*TO_CONSENT, *CONSENTED, *TO_END)
    world.walk("/start-case intrekken", "ouder 1", "uitnodigen voor een MDO", "gisteren")
    case = the_case(world)
    kept = world.cases.consents(case.ref, IRIS.key)
    assert {(c.who, c.purpose, c.state) for c in kept} == {
        (c.who, c.purpose, c.state) for c in (*records(scripts().table, case.run), *case.withdrawn)
    }
    gone = next(c for c in kept if c.state is State.WITHDRAWN)
    assert (gone.purpose, gone.withdrawn_on, gone.withdrawn_by) == ("mdo", date(2026, 11, 20), IRIS.key)
    assert world.cases.consents(case.ref, "terminal:daan") == []


def test_a_correction_of_consent_replaces_the_record(world: World) -> None:
    world.walk(*TO_CONSENT, *CONSENTED)
    world.walk("wijzig toestemming ouder 1 waarvoor", "nee")
    assert {c.state for c in world.cases.consents("C-2026-0001", IRIS.key)} == {State.REFUSED}


def test_a_case_does_not_exist_for_others(world: World) -> None:
    world.walk(*TO_CONSENT)
    world.person = Person("terminal", "daan", Role.COORDINATOR)
    for command in ("toon", "hervat", "verslag", "intrekken", "anders", "sluit", "schema", "herinner"):
        said = world.say(f"/start-case {command} C-2026-0001")
        assert said == world.say(f"/start-case {command} C-2026-0099").replace("0099", "0001")
    assert "geen zaken" in world.say("/start-case lijst")


@pytest.mark.parametrize("room", [Room.PRIVATE, Room.PUBLIC, Room.SHARED])
def test_where_others_read_along_no_case_is_spoken_of(world: World, room: Room) -> None:
    world.walk(*TO_CONSENT)
    world.room = room
    said = "iemand mee die niet bij onze organisaties hoort" if room is Room.SHARED else "onder vier ogen"
    for text in ("/start-case lijst", "/start-case toon C-2026-0001", "/start-case"):
        assert said in world.say(text)
    assert ("antwoord uit de afspraken" in world.say("voor alles")) is (room is not Room.SHARED)


def test_every_change_of_somebodys_cases_gives_another_stamp(world: World) -> None:
    stamps, others = [world.cases.stamp(IRIS.key)], world.cases.stamp("terminal:daan")
    for text in ("/start-case", "nee", "basisschool", "stop", "wissen"):
        world.say(text)
        stamps.append(world.cases.stamp(IRIS.key))
    assert len(set(stamps[:4])) == 4
    assert stamps[-1] == stamps[0]
    assert world.cases.stamp("terminal:daan") == others


def test_who_did_what_when_is_noted_without_content(world: World) -> None:
    world.walk(*TO_CONSENT, "voor alles", "/start-case toon 1", "/start-case verslag 1")
    kinds = [(noted.kind, noted.step) for noted in world.cases.audit("C-2026-0001")]
    assert kinds[:4] == [("begin", ""), ("show", "danger"), ("answer", "asker"), ("answer", "scope")]
    assert kinds[-2:] == [("read show", ""), ("read report", "")]
    assert {noted.who for noted in world.cases.audit("C-2026-0001")} == {IRIS.key}


def test_erasing_leaves_only_that_it_was_erased(world: World) -> None:
    world.walk(*TO_CONSENT, *CONSENTED, *TO_END[:4], "stop", "wissen")
    with world.database.read() as session:
        for table in ("case_file", "case_answer", "case_consent", "case_follow_up", "case_seat"):
            assert session.execute(sql(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table
    assert world.cases.audit("C-2026-0001")[-1].kind == "erase"


def test_a_follow_up_is_due_on_its_day(world: World) -> None:
    world.walk(*TO_CONSENT, *CONSENTED, *TO_END, "/start-case anders 1", "wachtlijst", "nog niet")
    assert world.cases.due(date(2026, 12, 6)) == []
    assert world.cases.due(date(2026, 12, 7)) == [("C-2026-0001", IRIS.key, "waiting_list", date(2026, 12, 7))]
    world.walk("/start-case sluit", "ja", "ja", "nee")
    assert world.cases.due(date(2030, 1, 1)) == []


def test_danger_in_a_free_text_puts_the_numbers_on_top(world: World) -> None:
    world.walk(*TO_CONSENT, *CONSENTED[:-1])
    said = world.say("zij wil niet meer leven, niet aan opa vertellen")
    assert said.startswith("**Is een kind in gevaar? Bel 112.")


def test_danger_in_between_stops_the_walk_at_every_step(tmp_path: Path) -> None:
    texts = (*TO_CONSENT, *CONSENTED[:3], *CONSENTED[3:4])
    for stop in range(1, len(texts) + 1):
        folder = tmp_path / str(stop)
        folder.mkdir()
        world = World(folder)
        world.walk(*texts[:stop])
        if the_case(world).shown.split("#")[0].endswith(".limits"):
            continue  # free text is kept, with the numbers on top
        said = world.say("hij zegt dat hij zelfmoord wil plegen")
        assert "112" in said
        assert "0800-2000" in said
        assert the_case(world).state is CaseState.PAUSED
        world.database.close()


def test_after_half_a_day_a_question_is_a_question(world: World) -> None:
    world.walk("/start-case", "nee")
    world.now += timedelta(hours=13)
    said = world.say("nummer cjg regenboog")
    assert "antwoord uit de afspraken" in said
    assert "/start-case hervat C-2026-0001" in said
    assert the_case(world).state is CaseState.PAUSED


def test_consent_that_has_run_out_is_told(world: World) -> None:
    world.walk(*TO_CONSENT, "voor alles", "mondeling", "vandaag", "1-12-2026", "geen grenzen", *TO_END)
    world.now += timedelta(days=30)
    assert "de toestemming van ouder 1 liep tot 1-12-2026" in world.say("/start-case toon 1")


def test_a_finished_case_asks_the_step_that_a_new_flowchart_adds(world: World) -> None:
    world.walk(*TO_CONSENT, *CONSENTED, *TO_END)
    world.scripts = changed(shipped_chart(), "weight", question="Hoe zwaar weegt de vraag?")
    world.reopen()
    said = world.say("/start-case hervat 1")
    assert "Het stroomschema is intussen veranderd" in said
    assert "Hoe zwaar weegt de vraag?" in said
    assert "Samenvatting" in world.say("één duidelijke vraag")


@pytest.mark.parametrize("kind", [databases.Kind.SQLITE], indirect=True)  # hundreds of databases; it is about words
def test_every_control_word_answers_sensibly_from_every_step(tmp_path: Path) -> None:
    walked = World(tmp_path)
    for number, text in enumerate((*TO_CONSENT, *CONSENTED, *TO_END)):
        walked.say(text)
        for word in ("terug", "later", "stop", "status", "waarom", "help", "wijzig"):
            world = copied(walked, tmp_path / f"{number}-{word}")
            said = world.say(word)
            assert len(said) > 40, (number, word)
            assert "antwoord uit de afspraken" not in said, (number, word)
            assert place(world.desk.checklist, the_case(world).run).dropped == ()
            world.database.close()


def copied(world: World, folder: Path) -> World:
    """A second world in the same state."""
    folder.mkdir()
    databases.copy(world.folder, folder)
    (folder / "secret.key").write_bytes((world.folder / "secret.key").read_bytes())
    return World(folder)


NAMES = ("Fleurtje Zonderland", "111222333", "06-12345678", "fleur@thuis.example", "Zonderlandstraat 7", "12-03-2017")


@pytest.mark.usefixtures("new_files")
def test_what_is_personal_occurs_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Typed at every step, as answers and as free text: not in a log, a table, an index, the journal or a backup."""
    caplog.set_level(logging.DEBUG)
    for text in (*TO_CONSENT, *CONSENTED[:-1]):
        world.say(text)
        for personal in NAMES[1:]:
            world.say(personal)
    world.say("niet praten over Fleurtje Zonderland")
    world.walk(*TO_END[:-1], "aanduiding Fleurtje Zonderland")
    assert "Fleurtje" in the_case(world).run.values["label"]
    backup(world.database, world.folder / "copy.db")
    written = [file.read_bytes() for file in sorted(world.folder.iterdir()) if file.name != "secret.key"]
    written.append(databases.on_disk(world.database, world.folder))
    assert len(written) >= 2
    for personal in NAMES:
        for part in (personal, *personal.split(" ")[:1]):
            assert part not in caplog.text
            assert not any(part.encode() in content for content in written), part


def test_another_key_cannot_read_a_case(world: World) -> None:
    from bot.vault import VaultError

    world.walk("/start-case", "nee")
    other = Cases(world.database, Vault.open("another key", world.folder / "elsewhere"))
    with pytest.raises(VaultError):
        other.find("C-2026-0001", IRIS.key)


def test_the_report_comes_as_markdown_and_as_a_pdf_of_one_or_two_pages(world: World) -> None:
    world.walk("/start-case", "nee", "voortgezet", "nee", "13", "twee ouders", "ja", "ja", *["voor alles"] * 3)
    world.walk(
        *CONSENTED[1:-1], "niet over de scheiding; " * 15, "zelfde", "zelfde", *TO_END[:2], "zeer complex", "jeugdhulp"
    )
    world.walk("nee", "nog niet", "ja", "Łukasz’ fiets")
    files = world.send("/start-case verslag 1")[0].attachments
    markdown, pdf = files
    text = markdown.content.decode()
    assert (markdown.media_type, pdf.media_type) == ("text/markdown", "application/pdf")
    assert "| ouder 1 | contact tussen school en jeugdhulp | gegeven | mondeling |" in text
    assert "Łukasz’ fiets" in text
    assert "Bewaar dit verslag in uw eigen dossier" in text
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.content.count(b"/Type /Page\n") in (1, 2)


def test_a_case_stands_where_its_answers_lead(world: World) -> None:
    world.walk(*TO_CONSENT)
    assert place(world.desk.checklist, the_case(world).run).step.id == "consent.parent1.scope"


def test_danger_goes_before_where_we_were_after_a_restart(world: World) -> None:
    world.walk("/start-case", "nee", "basisschool")
    world.restart(sitting="2")
    told = world.say("hij heeft een mes bij zich")
    assert "112" in told
    assert "Ik was even weg" not in told


def test_a_day_that_does_not_exist_is_named(world: World) -> None:
    world.walk(*TO_CONSENT, *CONSENTED[:2])
    assert "31 november bestaat niet." in world.say("31 november")


@pytest.mark.parametrize(("platform", "name"), [("slack", "Gast Naam"), ("matrix", "lotte")])
def test_a_case_is_not_handed_to_a_name_that_is_nobodys(world: World, platform: str, name: str) -> None:
    world.person = Person(platform, "U1" if platform == "slack" else "@iris:school.nl")
    world.walk("/start-case", "nee")
    assert "Aan wie draagt u over?" in world.say(f"/start-case overdragen C-2026-0001 {name}")
    assert world.cases.find("C-2026-0001", world.person.key) is not None
