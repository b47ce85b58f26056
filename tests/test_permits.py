"""Who may what: the table is whole, closed where it should be, and what the code does is what it says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.meetings.clicks import Clicks
from bot.meetings.office import Office
from bot.messages import Role, Room
from bot.permits import TABLE, WELCOME, Deed, Origin, Welcome, fits, may
from bot.storage.cases import Cases
from tests.permits_walk import Walk


def test_the_table_names_every_deed_and_closes_every_shared_room() -> None:
    assert set(TABLE) == set(Deed)
    assert [deed for deed in Deed if fits(deed, Room.SHARED)] == []
    assert {origin for origin in Origin if WELCOME[origin] is Welcome.LET_IN} == {Origin.COLLEAGUE}


def test_a_case_is_its_owners_alone_and_alone() -> None:
    for deed in (Deed.SEE_CASE, Deed.CHANGE_CASE, Deed.SEE_CONSENTS):
        assert TABLE[deed].roles == frozenset()
        assert TABLE[deed].rooms == {Room.DIRECT}
        assert not any(may(deed, role) for role in Role)


def test_an_administrator_may_what_anybody_may_and_hand_a_case_over() -> None:
    more = {deed for deed in Deed if may(deed, Role.ADMINISTRATOR) and not may(deed, Role.PROFESSIONAL)}
    assert more == {Deed.HAND_OVER_CASE}


@pytest.mark.parametrize("platform", ["slack", "matrix", "terminal"])
def test_everybody_tries_everything_and_nothing_leaks(platform: str, tmp_path: Path) -> None:
    walk = Walk(tmp_path, platform)
    for number, one in enumerate(walk.tries()):
        if number % 15 == ("slack", "matrix", "terminal").index(platform):  # all of them in `make faults`
            walk.check(one)
    walk.homes()
    assert walk.leaks == []


BROKEN: dict[str, tuple[type, str, Callable[..., Any]]] = {
    "details are shown in every room": (Office, "sees_words", lambda *_: True),
    "every name is said in every room": (Office, "safely", lambda _, who: who.name),
    "nobody is refused at a meeting": (Office, "may", lambda *_: True),
    "a reminder about a case is nobody's secret": (Clicks, "_is_hidden", lambda *_: False),
    "a case is found by whoever knows its number": (Cases, "find", lambda cases, ref, _: cases.of_iris(ref)),
}
"""What would break a promise of the table, each of which the walk must notice."""


@pytest.mark.parametrize("what", BROKEN)
def test_the_walk_notices_what_is_broken(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walk, find = Walk(tmp_path, "slack"), Cases.find
    monkeypatch.setattr(Cases, "of_iris", lambda cases, ref: find(cases, ref, "slack:UIRIS0000"), raising=False)
    monkeypatch.setattr(*BROKEN[what])
    for one in walk.tries():
        if one.name == "bob" and one.role is Role.PROFESSIONAL and one.room is not Room.SHARED:
            walk.check(one)
        if walk.leaks:
            break
    assert walk.leaks
