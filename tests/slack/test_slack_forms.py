"""The forms of `/mdo`, and App Home: opened at once, filled after, errors at the field, and the same as in words."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.meetings.office import Office
from bot.messages import Incoming, Person
from bot.platforms.slack import home_keeper
from bot.platforms.slack.app_home import Home, look
from bot.platforms.slack.form_desk import FormDesk
from bot.storage.cases import Cases
from bot.storage.database import StorageError
from tests.slack.deliveries import command, home_opened, labels, press_home, room_of, submission
from tests.slack.house import House, open_house, text_of, until
from tests.slack.standin import Standin
from tests.slack.workspace import CORA, FATIMA, GUEST, IRIS, OPEN, ROBOT, Body
from workflows.dates import parse
from workflows.planning import read_plan

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture(params=["sockets", "http"])
async def house(standin: Standin, index: Path, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    began = time.monotonic()
    clock = lambda: NOW + timedelta(seconds=time.monotonic() - began)  # noqa: E731 - one line
    async with open_house(standin, tmp_path, index, request.param == "http", now=clock) as opened:
        yield opened


async def opened(house: House, text: str, channel: str = "") -> Body:
    """The form that a command opens, once it is filled."""
    before = set(house.standin.space.views)
    ack = await house.deliver("slash_commands", command(house.standin.space, text, channel=channel))
    assert not ack.payload
    await until(lambda: bool(set(house.standin.space.views) - before))
    view = house.standin.space.views[(set(house.standin.space.views) - before).pop()]
    await until(lambda: "Een ogenblik" not in text_of([view]))
    return view


async def plan(house: House) -> Body:
    """A meeting that is planned with the form; returns the one message about it, which was updated."""
    view = await opened(house, "/mdo plan")
    filled = submission(
        house.standin.space, view, date="2026-12-01", time="14:30", place="Gemeentehuis, kamer 2", leader=IRIS,
        reporter=FATIMA, invited=["ouders", "school", "cjg", "leerling"],
    )  # fmt: skip
    ack = await house.deliver("interactive", filled)
    assert not ack.payload
    await house.settled()
    (shown,) = house.said(room_of(IRIS))
    await house.press(shown, "Ja, klopt")
    updated = house.said(room_of(IRIS))[0]
    assert updated["ts"] == shown["ts"]
    return updated


async def test_a_form_for_a_meeting_becomes_the_words_that_plan_it(house: House) -> None:
    made = await plan(house)
    assert "*M-2026-0001* staat: dinsdag 1 december 2026, 14:30" in text_of([made])
    meeting = house.app.office.meetings.find("M-2026-0001")
    assert meeting
    assert (meeting.place, meeting.leader.key, meeting.reporter.key) == (
        "Gemeentehuis – kamer 2", f"slack:{IRIS}", f"slack:{FATIMA}",
    )  # fmt: skip
    assert set(meeting.invited) == {"ouders", "school", "cjg", "leerling"}
    assert any(m.get("files", [{}])[0].get("name", "").endswith(".ics") for m in house.said(room_of(IRIS)))


async def test_a_form_for_an_action_becomes_the_words_that_add_it(house: House) -> None:
    await plan(house)
    view = await opened(house, "/mdo actie")
    filled = submission(
        house.standin.space, view, meeting="M-2026-0001", words="Verslag sturen,\nook naar de ouders", owner=FATIMA,
        due="2026-12-08", due_time="10:00",
    )  # fmt: skip
    await house.deliver("interactive", filled)
    await house.settled()
    shown = house.said(room_of(IRIS))[-1]
    assert f"Wie: <@{FATIMA}>" in text_of([shown])
    assert "dinsdag 8 december 2026, 10:00" in text_of([shown])
    await house.press(shown, "Ja, klopt")
    meeting = house.app.office.meetings.find("M-2026-0001")
    assert meeting
    assert [(a.owner.key, a.words) for a in meeting.actions] == [
        (f"slack:{FATIMA}", "Verslag sturen, ook naar de ouders")
    ]


async def test_what_is_wrong_stands_at_the_field_and_nothing_is_kept(house: House) -> None:
    view = await opened(house, "/mdo plan")
    late = submission(house.standin.space, view, date="2026-11-01", time="14:30", invited=["ouders"])
    ack = await house.deliver("interactive", late)
    assert ack.payload == {"response_action": "errors", "errors": {"date": "Die dag is al voorbij."}}
    hour = submission(house.standin.space, view, date="2026-11-16", time="08:00", invited=["ouders"])
    assert set((await house.deliver("interactive", hour)).payload["errors"]) == {"time"}
    await plan(house)
    view = await opened(house, "/mdo actie")
    wrong = submission(house.standin.space, view, words="bel Jan, BSN 111222333", due="2026-12-01")
    errors = (await house.deliver("interactive", wrong)).payload["errors"]
    assert set(errors) == {"words", "owner"}
    both = submission(house.standin.space, view, words="bellen", due="2026-12-01", owner=IRIS, owner_role="school")
    assert set((await house.deliver("interactive", both)).payload["errors"]) == {"owner"}
    for stranger in (GUEST, ROBOT):
        asked = submission(house.standin.space, view, words="bellen", due="2026-12-01", owner=stranger)
        errors = (await house.deliver("interactive", asked)).payload["errors"]
        assert errors == {"owner": "Kies een collega: dit is een gast, een bot of een oud-collega."}
    assert house.app.inbox.count() == 0


async def test_a_form_in_a_channel_is_answered_there(house: House) -> None:
    view = await opened(house, "/mdo plan", channel=OPEN)
    filled = submission(house.standin.space, view, date="2026-12-01", time="14:30", invited=["ouders", "school"])
    await house.deliver("interactive", filled)
    await house.settled()
    assert "dinsdag 1 december 2026, 14:30" in text_of(house.said(OPEN))
    assert house.said(room_of(IRIS)) == []


async def test_with_words_no_form_opens_and_too_late_is_asked_step_by_step(house: House) -> None:
    (shown,) = await house.command("/mdo plan dinsdag over een week 14:00 met ouders, school")
    assert "Klopt dit?" in text_of([shown])
    assert house.standin.space.views == {}
    await house.tell("stop")
    late = command(house.standin.space, "/mdo plan")
    house.standin.space.triggers[late["trigger_id"]] -= 4
    await house.deliver("slash_commands", late)
    await until(lambda: "Welke dag?" in text_of(house.said(room_of(IRIS))))


async def test_a_form_that_cannot_be_filled_is_asked_step_by_step(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> NoReturn:
        raise StorageError("De database is niet bereikbaar.")

    monkeypatch.setattr(house.app.case_dialog.desk.cases, "listed", broken)
    await house.deliver("slash_commands", command(house.standin.space, "/mdo plan"))
    await until(lambda: "Welke dag?" in text_of(house.said(room_of(IRIS))))
    monkeypatch.setattr(house.app.inbox, "keep", broken)
    await house.deliver("slash_commands", command(house.standin.space, "/mdo plan"))
    await until(lambda: "niet bewaren" in str(house.standin.responses))


async def test_every_role_in_the_form_is_a_word_that_is_understood(house: House) -> None:
    office, now = house.app.office, house.app.now()
    desk = FormDesk(AsyncWebClient(), house.app.services(lambda: None))
    for role in office.lexicon:
        assert read_plan(f"1 december 2026 14:30, wie: {role}", now, office.lexicon).invited == [role]
        word = desk.word_of(role)
        found = parse(f"{word}: het verslag sturen, uiterlijk 8 december 2026", now)
        assert (found.owner, found.action) == (word, "het verslag sturen")


async def test_home_shows_what_is_open_and_a_button_ends_it(house: House) -> None:
    await plan(house)
    await house.command("/start-case")
    await house.tell(f"/mdo actie <@{IRIS}> belt de ouders vrijdag")
    await house.tell("ja")
    await house.deliver("events_api", home_opened())
    space = house.standin.space
    await until(lambda: IRIS in space.homes)
    shown = text_of([space.homes[IRIS]])
    assert "*C-2026-0001*" in shown
    assert "M-2026-0001-1" in shown
    assert "belt de ouders" in shown
    assert "M-2026-0001 · dinsdag 1 december 2026" in shown
    assert "Uitstellen" in labels(space.homes[IRIS]["blocks"])
    await house.deliver("interactive", press_home(space, "Klaar"))
    await house.settled()
    assert "*M-2026-0001-1* is klaar" in text_of(house.said(room_of(IRIS))[-1:])
    await until(lambda: "belt de ouders" not in text_of([space.homes[IRIS]]))


async def test_home_is_made_anew_only_when_something_changed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = list[str]()

    def counted(office: Office, cases: Cases, person: Person, now: datetime) -> Home:
        looks.append(person.id)
        return look(office, cases, person, now)

    monkeypatch.setattr(home_keeper, "look", counted)
    for user in (FATIMA, CORA):
        await house.deliver("events_api", home_opened(user))
        await until(lambda user=user: user in house.standin.space.homes)  # type: ignore[misc]
    await house.tell("wie bel ik bij zorgen over een leerling?", FATIMA)
    await asyncio.sleep(2.5)
    assert looks == [FATIMA, CORA]
    await house.command("/start-case", FATIMA)
    await until(lambda: looks == [FATIMA, CORA, FATIMA])  # her case is hers alone
    await plan(house)
    await until(lambda: looks[3:].count(CORA) > 0)


async def test_a_coordinator_sees_the_team_with_its_picture(house: House) -> None:
    await plan(house)
    await house.deliver("events_api", home_opened(CORA))
    space = house.standin.space
    await until(lambda: CORA in space.homes)
    (picture,) = [b for b in space.homes[CORA]["blocks"] if b["type"] == "image"]
    assert space.uploads[picture["slack_file"]["id"]]["data"].startswith(b"\x89PNG")
    await house.deliver("events_api", home_opened(IRIS))
    await until(lambda: IRIS in space.homes)
    assert [b for b in space.homes[IRIS]["blocks"] if b["type"] == "image"] == []


async def test_home_is_paged(house: House) -> None:
    for _ in range(33):
        case = house.app.case_dialog.command(_incoming(house), "nieuw")
        assert case
    await house.deliver("events_api", home_opened())
    space = house.standin.space
    await until(lambda: IRIS in space.homes)
    assert "Bladzijde 1 van 2" in text_of([space.homes[IRIS]])
    await house.deliver("interactive", press_home(space, "Volgende ›"))
    await until(lambda: "Bladzijde 2 van 2" in text_of([space.homes[IRIS]]))


def _incoming(house: House) -> Incoming:
    return Incoming(Person("slack", IRIS), "", house.app.now(), conversation=f"slack:{IRIS}")


async def test_an_outsider_sees_nothing_at_home(house: House) -> None:
    await house.deliver("events_api", home_opened(GUEST))
    space = house.standin.space
    await until(lambda: GUEST in space.homes)
    assert text_of([space.homes[GUEST]]) == "Wegwijzer is er alleen voor medewerkers van deze organisatie."
