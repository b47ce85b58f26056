"""What is kept of a person or a case: shown whole, erased without a trace, and gone when it had its time."""

import asyncio
import getpass
import io
import json
import pkgutil
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

import bot.__main__
from bot import storage
from bot.app import App
from bot.graves import Graves
from bot.messages import Incoming, Person
from bot.platforms.console import SAVED, Console
from bot.settings import Settings
from bot.storage.erasing import OF_A_CASE
from bot.storage.holdings import HOLDINGS
from bot.storage.inbox import Arrived
from bot.storage.people import Profile, Turn
from bot.storage.privacy_store import Records
from bot.storage.retention import Terms, purge
from tests import databases
from tests.case_world import CONSENTED, NOW, TO_CONSENT, TO_END
from tests.databases import Kind
from tests.mdo_world import COORDINATOR, PLAN, MdoWorld

pytestmark = pytest.mark.usefixtures("kind")

SECRET = "blauwe-fiets-747"
IRIS, BOB = "terminal:iris", "terminal:bob"


@pytest.fixture
def world(tmp_path: Path) -> MdoWorld:
    """Iris has a case with a label of her own and an action; Bob has a case too."""
    world = MdoWorld(tmp_path)
    world.walk(*TO_CONSENT, *CONSENTED, *TO_END[:-1], SECRET)
    world.walk(PLAN, "ja", f'/mdo actie "ik bel over {SECRET} uiterlijk 1 december"', "ja")
    world.person = Person("terminal", "bob")
    world.walk("/start-case", "nee")
    return world


def records(world: MdoWorld) -> Records:
    return Records(world.database, world.vault)


def files(world: MdoWorld) -> bytes:
    return databases.on_disk(world.database, world.folder)


def test_every_table_is_named_or_holds_nobody() -> None:
    holds_nobody = {
        "case_counter", "meeting_counter", "heartbeat", "cursor", "inbox_key", "open_question", "question_count",
        "inbox", "lease", "key_proof",
        *(str(table.__tablename__) for table in OF_A_CASE),
    }  # fmt: skip
    for module in pkgutil.iter_modules(storage.__path__, f"{storage.__name__}."):
        import_module(module.name)
    named = {str(holding.table.__tablename__) for holding in HOLDINGS}
    assert set(SQLModel.metadata.tables) == named | holds_nobody


def test_postgresql_keeps_no_samples_of_columns_that_name_somebody(world: MdoWorld, kind: Kind) -> None:
    if kind is Kind.SQLITE:
        pytest.skip("SQLite keeps none")
    sampled = (
        "SELECT relname || '.' || attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
        "WHERE relkind = 'r' AND attnum > 0 AND attstattarget IS DISTINCT FROM 0"
    )
    with world.database.read() as session:
        found = set(session.execute(text(sampled)).scalars())
    people = {f"{holding.name}.{column}" for holding in HOLDINGS for column in holding.people}
    assert people & found == set()


def test_an_export_shows_everything_readable(world: MdoWorld) -> None:
    found = records(world).of_person(IRIS)
    assert {row["ref"] for row in found["case_file"]} == {"C-2026-0001"}
    assert SECRET in json.dumps(found["case_answer"], ensure_ascii=False)
    assert SECRET in json.dumps(found["meeting_action"], ensure_ascii=False)
    assert {"case_consent", "case_audit", "meeting", "reminder"} <= set(found)
    assert "C-2026-0002" not in json.dumps(found)
    of_case = records(world).of_case("C-2026-0001")["case_answer"]
    assert {row["step"] for row in of_case} == {row["step"] for row in found["case_answer"]}
    assert records(world).of_case("C-2026-0009") == {}


@pytest.mark.usefixtures("new_files")
def test_who_is_forgotten_is_in_no_table_and_the_others_stay(world: MdoWorld, tmp_path: Path) -> None:
    databases.sample(world.database)
    assert records(world).forget_person(IRIS, NOW) > 10
    assert records(world).of_person(IRIS) == {}
    assert IRIS.encode() not in files(world)
    assert [case.ref for case in world.cases.listed(BOB)] == ["C-2026-0002"]
    meeting = world.meetings.find("M-2026-0001")
    assert meeting is not None
    assert meeting.planner == "vergeten"
    assert len(meeting.actions) == 1


def test_a_forgotten_case_leaves_no_row_and_its_reference_is_never_given_again(world: MdoWorld, tmp_path: Path) -> None:
    assert records(world).forget_case("C-2026-0001", NOW) > 10
    assert records(world).of_case("C-2026-0001") == {}
    assert world.cases.follow_ups("C-2026-0001") == ("", [])
    world.say("/start-case nieuw")
    assert world.cases.listed(BOB)[0].ref == "C-2026-0003"


def test_what_was_erased_is_erased_again_when_an_old_backup_brings_it_back(world: MdoWorld, tmp_path: Path) -> None:
    graves = Graves(tmp_path)
    graves.add("C-2026-0001", NOW)
    graves.add(BOB, NOW)
    assert records(world).forget_again(graves, NOW) == 2
    assert (records(world).of_case("C-2026-0001"), records(world).of_person(BOB)) == ({}, {})
    assert records(world).forget_again(graves, NOW) == 0


def test_what_had_its_time_goes_and_a_dry_run_only_counts(world: MdoWorld) -> None:
    world.walk("/start-case sluit C-2026-0002", *["nee"] * 20)
    closed = world.cases.find("C-2026-0002", BOB)
    assert closed is not None
    assert closed.closed is not None
    soon, later = NOW + timedelta(days=80), NOW + timedelta(days=100)
    assert purge(world.database, soon, Terms())["case"] == 0
    assert purge(world.database, later, Terms(), dry=True)["case"] == 1
    assert world.cases.find("C-2026-0002", BOB) is not None
    assert purge(world.database, later, Terms())["case"] == 1
    assert world.cases.find("C-2026-0002", BOB) is None
    assert world.cases.audit("C-2026-0002") != []
    assert purge(world.database, later + timedelta(days=731), Terms())["case_audit"] > 0
    assert world.cases.audit("C-2026-0002") == []
    assert world.cases.find("C-2026-0001", IRIS) is not None


def test_the_commands_ask_twice_and_say_what_they_did(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = App(Settings(home=home))
    app.people.remember("slack:U1234567", Profile(school="De Regenboog"))
    app.people.keep_turn("slack:U1234567", Turn("wie bel ik"), app.now())
    app.inbox.keep([Arrived(("a",), Incoming(Person("slack", "U1234567"), "hoi", app.now(), conversation="slack:D1"))])
    app.database.close()
    monkeypatch.setenv("WEGWIJZER_HOME", str(home))

    def run(*args: str) -> tuple[int, str]:
        status = bot.__main__.main(args)
        said = capsys.readouterr()
        return status, said.out + said.err

    assert run("privacy", "export", "niemand")[0] == 1
    status, said = run("privacy", "export", "U1234567")
    assert status == 0
    assert "De Regenboog" in said
    assert "wie bel ik" in said
    status, said = run("privacy", "forget", "U1234567")
    assert status == 1
    assert "--zeker" in said
    assert run("privacy", "forget", "U1234567", "--zeker")[1].startswith("Gewist: 4 regels van U1234567")
    (left,) = json.loads(run("privacy", "export", "U1234567", "--json")[1])["outbox"]
    assert left["kind"] == "sweep"  # what was said in Slack is still to be taken away
    assert "Niets gewist" in run("privacy", "purge", "--dry-run")[1]
    assert sys.exc_info() == (None, None, None)


def test_what_chat_saved_of_a_case_goes_with_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WEGWIJZER_HOME", str(home))
    app = App(Settings(home=home))
    one, other = (f"C-{app.now().year}-000{number}" for number in (1, 2))
    typed = ("/start-case", "/start-case nieuw", f"/start-case schema {one}", f"/start-case schema {other}")
    me = Person("terminal", getpass.getuser())
    console = Console(me, app.now, home, "", io.StringIO("\n".join(typed)), io.StringIO())
    asyncio.run(console.run(app.handle))
    app.database.close()
    assert len(list((home / SAVED).iterdir())) == 2
    assert bot.__main__.main(["privacy", "forget", one, "--zeker"]) == 0
    assert (
        f"Ook weg uit `bestanden`, waar `wegwijzer chat` het bewaarde: stroomschema-{one}.png."
        in capsys.readouterr().out
    )
    (left,) = (home / SAVED).iterdir()
    assert other in left.name
    assert bot.__main__.main(["privacy", "forget", me.key, "--zeker"]) == 0
    assert "staan nog bestanden" in capsys.readouterr().out


@pytest.mark.usefixtures("new_files")
def test_who_handed_a_case_over_is_forgotten_in_it_too(world: MdoWorld, tmp_path: Path) -> None:
    world.person = COORDINATOR
    world.say("/start-case overdragen C-2026-0001 fatima")
    records(world).forget_person(IRIS, NOW)
    assert IRIS.encode() not in files(world)
    assert SECRET in json.dumps(records(world).of_case("C-2026-0001"), ensure_ascii=False)
