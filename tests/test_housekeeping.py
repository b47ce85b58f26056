"""What happens every night, and what an old backup cannot bring back."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.__main__
import bot.housekeeping
from bot.app import App
from bot.backup_list import BackupList
from bot.graves import FILE, Graves
from bot.housekeeping import NIGHT, keep_house, keep_house_nightly, next_night
from bot.messages import Incoming, Person
from bot.settings import Settings
from bot.storage.inbox import Arrived
from bot.storage.people import Profile, Turn
from tests.case_world import NOW, ZONE


def test_housekeeping_erases_what_had_its_time(app: App) -> None:
    long_ago = app.now() - timedelta(days=20)
    app.people.keep_turn("slack:D1", Turn("wie bel ik"), long_ago)
    event = Arrived(("slack/T/Ev1",), Incoming(Person("slack", "U1"), "hoi", long_ago, conversation="slack:D1"))
    app.inbox.keep([event])
    assert app.inbox.keep([event]) == 0
    keep_house(app)
    assert app.people.last_turn("slack:D1", long_ago) == Turn()
    assert app.inbox.keep([event]) == 1


async def test_a_bot_keeps_house_at_the_start_and_each_night_as_the_command_does(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [NOW]
    app = App(Settings(home=home), clock=lambda: clock[0])
    terms: list[datetime] = []

    def kept(app: App) -> dict[str, int]:
        terms.append(app.now())
        if len(terms) == 2:
            raise OSError("a disk that is full tonight")
        return keep_house(app)

    async def sleep(_: float) -> None:
        await real_sleep(0)
        clock[0] += timedelta(minutes=10)
        if len(terms) == 4:
            raise asyncio.CancelledError

    real_sleep = asyncio.sleep
    monkeypatch.setattr(bot.housekeeping, "keep_house", kept)
    monkeypatch.setattr("bot.housekeeping.asyncio.sleep", sleep)
    app.people.keep_turn("slack:D1", Turn("wie bel ik"), NOW)
    with pytest.raises(asyncio.CancelledError):
        await keep_house_nightly(app)
    nights = [next_night(NOW) + timedelta(days=day) for day in range(3)]
    assert [term - night < timedelta(minutes=10) for term, night in zip(terms, [NOW, *nights], strict=True)] == [
        True
    ] * 4
    assert sum(keep_house(app, dry=True).values()) == 0
    app.database.close()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)))
def test_every_night_comes_once_whatever_the_clock_does(wall: datetime) -> None:
    now = wall.replace(tzinfo=ZONE)
    night = next_night(now)
    assert night > now
    assert night.time() == NIGHT
    assert night.date() - now.date() <= timedelta(days=1)


def test_a_backup_expires_where_it_was_put_and_nothing_else_does(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path), clock=lambda: NOW)
    app.people.remember("slack:U1", Profile(school="De Regenboog"))
    mine, other, moved = tmp_path / "a.db", tmp_path / "b.db", tmp_path / "c.db"
    listed = BackupList(tmp_path)
    for file in (mine, other, moved):
        file.write_bytes(b"SQLite format 3\x00 and more")
        listed.add(file, NOW - timedelta(days=31))
    other.write_text("something of mine now")
    moved.unlink()
    fresh = tmp_path / "d.db"
    fresh.write_bytes(b"SQLite format 3\x00")
    listed.add(fresh, NOW - timedelta(days=29))
    assert keep_house(app, dry=True)["backup"] == 2
    assert mine.exists()
    assert keep_house(app)["backup"] == 1
    assert [file.exists() for file in (mine, other, fresh)] == [False, True, True]
    assert keep_house(app)["backup"] == 0
    app.database.close()


def test_a_backup_that_cannot_be_deleted_stays_listed_and_is_told_as_a_number(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = tmp_path / "a.db"
    made.write_bytes(b"SQLite format 3\x00 and more")
    listed = BackupList(tmp_path)
    with made.open("rb") as opened:
        here = Path(f"/dev/fd/{opened.fileno()}")  # can be read there, and deleted by nobody, also not by root
        listed.add(here, NOW - timedelta(days=31))
        for gone in (tmp_path / "b.db", made / "c.db", tmp_path):
            listed.add(gone, NOW - timedelta(days=31))
        assert listed.expire(NOW) == 0
        assert listed.expire(NOW, dry=True) == 1
        assert listed.expire(NOW) == 0
    assert [record.getMessage() for record in caplog.records] == [
        "1 backups had their time and cannot be deleted here"
    ] * 2
    assert made.exists()


def test_a_mark_tells_nothing_and_goes_when_no_backup_is_left(tmp_path: Path) -> None:
    graves = Graves(tmp_path)
    assert graves.among(["C-2026-0001"]) == []
    graves.add("slack:U024BE7LH", NOW)
    graves.add("C-2026-0007", NOW)
    assert b"U024BE7LH" not in (tmp_path / FILE).read_bytes()
    assert Graves(tmp_path).among(["slack:U1", "slack:U024BE7LH", "C-2026-0001", "C-2026-0007"]) == [
        "slack:U024BE7LH",
        "C-2026-0007",
    ]
    graves.expire(NOW + timedelta(days=1))
    assert graves.among(["slack:U024BE7LH"]) == []


def test_an_old_backup_brings_back_nothing_that_was_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WEGWIJZER_HOME", str(tmp_path))

    def run(*args: str) -> str:
        assert bot.__main__.main(args) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    app = App(Settings(home=tmp_path))
    app.people.remember("slack:U1234567", Profile(school="De Regenboog"))
    app.people.remember("slack:U7654321", Profile(school="De Wilgen"))
    app.database.close()
    until = app.now().date() + timedelta(days=30)
    assert f"vervalt op {until:%d-%m-%Y}" in run("db", "backup", str(tmp_path / "oud.db"))
    run("privacy", "forget", "slack:U1234567", "--zeker")
    assert "Opnieuw gewist, want dat was al gebeurd: 1" in run("db", "restore", str(tmp_path / "oud.db"))
    app = App(Settings(home=tmp_path))
    assert app.people.profile("slack:U1234567") == Profile()
    assert app.people.profile("slack:U7654321") == Profile(school="De Wilgen")
    app.database.close()
    assert str(tmp_path / "wegwijzer.db.voor-herstel") in (tmp_path / "backups.json").read_text()
