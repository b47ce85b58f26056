"""Everybody tries everything: each command, by each part and role, in each kind of room, on each platform.

What is shown and what is changed is held against the one table (bot/permits.py). Every try is rolled back.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import text as sql

from bot.messages import Incoming, Person, Reply, Role, Room
from bot.permits import Deed, allows
from bot.platforms.slack.app_home import look
from tests.case_world import CONSENTED, TO_CONSENT, TO_END
from tests.mdo_world import MdoWorld
from workflows.due import parts_in
from workflows.parts import Part

LABEL, PLACE, WORDS, NAME = "blauwefiets747", "Kasteel Zonnedauw", "stokroos", "Karlijn"
CASE, MEETING, ACTION, GONE = "C-2026-0003", "M-2026-0001", "M-2026-0001-1", "C-2026-0999"
DETAILS = (PLACE, WORDS, "vuurwerk", NAME)
CONSENTS = ("ouder 1: ", "toestemmingen om uit te nodigen zijn er allemaal", "ontbreekt toestemming om")
_ROWS = ("case_file", "case_answer", "case_consent", "case_follow_up", "meeting", "meeting_action", "reminder")

PEOPLE = {
    "slack": {n: f"U{n.upper():0<8}" for n in ("iris", "lea", "rolf", "fatima", "bob")},
    "matrix": {n: f"@{n}:school.nl" for n in ("iris", "lea", "rolf", "fatima", "bob")},
    "terminal": {n: n for n in ("iris", "lea", "rolf", "fatima", "bob")},
}
"""Iris has the case and planned the meeting, Lea leads, Rolf reports, Fatima has an action, Bob has no part in it."""

CASE_DEEDS = {
    "toon": Deed.SEE_CASE, "verslag": Deed.SEE_CASE, "schema": Deed.SEE_CASE, "hervat": Deed.CHANGE_CASE,
    "anders": Deed.CHANGE_CASE, "intrekken": Deed.CHANGE_CASE, "herinner": Deed.CHANGE_CASE,
    "sluit": Deed.CHANGE_CASE, "overdragen": Deed.HAND_OVER_CASE,
}  # fmt: skip
MEETING_DEEDS = {
    "toon {m}": Deed.SEE_MEETINGS, "toon {m} in #elders": Deed.MOVE_MEETING, "verslag {m}": Deed.REPORT_MEETING,
    "verslag {m} verstuurd": Deed.SAY_REPORT_SENT, "sluit {m}": Deed.CLOSE_MEETING,
    "uitstel {m} 8 december 15:00": Deed.MOVE_MEETING, "klaar {a}": Deed.END_ACTION,
    "uitstel {a} een week": Deed.END_ACTION, "lijst": Deed.SEE_MEETINGS, "overzicht": Deed.SEE_MEETINGS,
    "actie {m} ik bel morgen": Deed.ADD_ACTION, "klaar": Deed.END_ACTION, "klaar stokroos": Deed.END_ACTION,
    "verslag": Deed.REPORT_MEETING, "toon": Deed.SEE_MEETINGS, "sluit": Deed.CLOSE_MEETING, "actie": Deed.ADD_ACTION,
    "plan dinsdag 14:00 met ouders voor {c}": Deed.PLAN_MEETING, "": Deed.SEE_MEETINGS, "help": Deed.SEE_MEETINGS,
    "7-9 xyz": Deed.SEE_MEETINGS,
}  # fmt: skip
CLICKS = ("klaar", "later", "later 1 week", "niet", "overslaan", "toon")
WORDS_ALONE = (
    "status", "waarom", "terug", "later", "stop", "help", "wijzig", "ja", "nee", "1", "wissen", "lijst",
    f"{CASE}/label={LABEL[::-1]}", f"{CASE}/danger=ja", "mdo:close:held:00000000=ja", "/start-case",
    "/start-case lijst",
    "/start-case help", "/start-case nieuw", "/zaak lijst", "!startcase lijst", "/mdo help", "wie bel ik?",
)  # fmt: skip


class UndoError(Exception):
    """Ends a unit of work so that nothing of it is kept."""


@dataclass(frozen=True)
class Try:
    """One try: who, with which role, where, and what is typed; `deed` is what it comes down to, if it is one thing."""

    platform: str
    name: str
    role: Role
    room: Room
    text: str
    deed: Deed | None = None
    about: str = ""

    def __str__(self) -> str:
        return f"{self.platform} {self.name} as {self.role} in {self.room}: {self.text!r}"


@dataclass
class Walk:
    """One platform's world, seeded, in which everybody tries everything."""

    folder: Path
    platform: str
    world: MdoWorld = field(init=False)
    leaks: list[str] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    """What was shown to whom and rightly so: that the walk can see at all."""

    def __post_init__(self) -> None:
        self.world = MdoWorld(self.folder)
        say = self.world.walk
        self._as("bob")
        say("/start-case", "nee", "later", "/start-case nieuw", "nee")
        self._as("iris")
        say(*TO_CONSENT, *CONSENTED, *TO_END[:-1], LABEL)
        say(f"/start-case herinner {CASE}")
        lea, rolf = self._mention("lea"), self._mention("rolf")
        people = f"met ouders, school, regie: {lea}, verslag: {rolf}"
        say(f"/mdo plan 1 december 14:00, {people}, waar: {PLACE}, zaak {CASE}, in #team", "ja")
        say(f"/mdo actie {MEETING} {self._mention('fatima')} belt over de {WORDS} uiterlijk 1 december", "ja")
        say(f"/mdo actie {MEETING} {NAME} mailt het vuurwerk uiterlijk 3 december", "ja")
        say("/start-case nieuw", "nee")
        planned = self.world.reminders.planned(self.world.now + timedelta(days=90))
        chosen = [next(r for r in planned if r.about == about) for about in ("mdo", "action", "case")]
        self.reminders = {r.id: self.world.subject(r.about, r.subject) for r in chosen}
        meeting = self.world.meetings.find(MEETING)
        assert meeting is not None
        assert (meeting.place, meeting.case, meeting.channel) == (PLACE, CASE, f"{self.platform}:#team")
        assert [a.owner.key for a in meeting.actions] == [self._key("fatima"), ""]
        self.meeting, self.before = meeting, self._rows()

    def _as(self, name: str) -> None:
        self.world.person, self.world.conversation = Person(self.platform, self._id(name)), self._alone(name)

    def _id(self, name: str) -> str:
        return PEOPLE[self.platform][name]

    def _key(self, name: str) -> str:
        return f"{self.platform}:{self._id(name)}"

    def _alone(self, name: str) -> str:
        return f"{self.platform}:dm-{name}"

    def _mention(self, name: str) -> str:
        return f"<@{self._id(name)}>" if self.platform == "slack" else f"@{self._id(name).lstrip('@')}"

    def _rows(self) -> list[Any]:
        with self.world.database.read() as session:
            return [session.execute(sql(f"SELECT * FROM {table}")).all() for table in _ROWS]

    def tries(self) -> Iterator[Try]:
        """Every try on this platform."""
        for name, role, room in itertools.product(PEOPLE[self.platform], Role, Room):
            for typed, deed, about in self._typed():
                yield Try(self.platform, name, role, room, typed, deed, about)

    def _typed(self) -> Iterator[tuple[str, Deed | None, str]]:
        for word, deed in CASE_DEEDS.items():
            more = f" {self._mention('bob')}" if word == "overdragen" else ""
            yield f"/start-case {word} {CASE}{more}", deed, "case"
            yield f"/start-case {word}{more}", None, ""
        for words, deed in MEETING_DEEDS.items():
            yield f"/mdo {words.format(m=MEETING, a=ACTION, c=CASE)}", deed, "action" if "{a}" in words else "meeting"
        for id, click in itertools.product([*self.reminders, 9999], CLICKS):
            subject = self.reminders.get(id)
            settle = Deed.SETTLE_CASE_REMINDER if subject and subject.about == "case" else Deed.SETTLE_REMINDER
            yield f"/herinnering {id} {click}", settle if subject else None, f"reminder {id}"
        yield from ((typed, None, "") for typed in WORDS_ALONE)

    def incoming(self, one: Try, text: str = "") -> Incoming:
        """The try as a message."""
        where = self._alone(one.name) if one.room is Room.DIRECT else f"{self.platform}:#team"
        person = Person(self.platform, self._id(one.name), one.role)
        return Incoming(person, text or one.text, self.world.now + timedelta(minutes=1), one.room, where)

    def answer(self, one: Try, text: str = "") -> tuple[Sequence[Reply], bool]:
        """What is said, and whether anything was changed; nothing of it is kept."""
        replies: Sequence[Reply] = ()
        changed = False
        try:
            with self.world.database.unit():
                replies = self.world.assistant.handle(self.incoming(one, text))
                changed = self._rows() != self.before
                _undo()
        except UndoError:
            pass
        return replies, changed

    def check(self, one: Try) -> None:
        """Try it, and write down what should not have been shown or done."""
        replies, changed = self.answer(one)
        for reply in replies:
            self._look(one, reply)
        if one.deed and changed and not self._may(one):
            self.leaks.append(f"{one}: changed")
        if one.deed and changed:
            self.seen.add((one.name, one.deed))
        if one.deed and not self._may(one) and (gone := self._gone(one)):
            same, _ = self.answer(one, gone)
            if [_told(r) for r in same] != [_told(r).replace(CASE, GONE) for r in replies]:
                self.leaks.append(f"{one}: answered otherwise than a number that does not exist")

    @staticmethod
    def _gone(one: Try) -> str:
        """The same about something that never was; empty when it is no secret that there is such a thing."""
        if one.about == "case":
            return one.text.replace(CASE, GONE)
        number = one.about.partition(" ")[2]
        return one.text.replace(number, "9999") if one.deed is Deed.SETTLE_CASE_REMINDER else ""

    def _may(self, one: Try) -> bool:
        assert one.deed is not None
        return allows(one.deed, self.incoming(one), self._parts(one))

    def _parts(self, one: Try) -> set[Part]:
        """What somebody is to what a try is about."""
        key = self._key(one.name)
        present = {Part.PRESENT} if one.room is not Room.DIRECT else set()
        if one.about == "case":
            return {Part.OWNER} if one.name == "iris" else {Part.OTHER}
        if one.about.startswith("reminder"):
            subject = self.reminders[int(one.about.split()[1])]
            assert subject is not None
            return {*parts_in(subject, key), *present}
        if one.about == "action" or one.deed is Deed.END_ACTION:
            return {part for action in self.meeting.actions for part in self.meeting.parts_in(action, key)} | present
        return {*self.meeting.parts(key), *present}

    @cached_property
    def _meeting_parts(self) -> dict[str, frozenset[Part]]:
        return {name: self.meeting.parts(self._key(name)) for name in PEOPLE[self.platform]}

    def _look(self, one: Try, reply: Reply) -> None:
        """Hold what a reply shows against what may be shown where it goes."""
        room = Room.DIRECT if reply.direct and one.room is not Room.SHARED else one.room
        there = Incoming(Person(self.platform, "x", one.role), "", self.world.now, room)
        told, owner = _told(reply), one.name == "iris"
        kinds = {
            "case": ((LABEL,), allows(Deed.SEE_CASE, there, {Part.OWNER} if owner else {Part.OTHER})),
            "consents": (CONSENTS, allows(Deed.SEE_CONSENTS, there, {Part.OWNER} if owner else {Part.OTHER})),
            "details": (DETAILS, allows(Deed.SEE_DETAILS, there, self._meeting_parts[one.name])),
            "case number": ((CASE,), allows(Deed.KNOW_CASE, there, self._meeting_parts[one.name])),
        }
        for kind, (signs, allowed) in kinds.items():
            found = [sign for sign in signs if sign.lower() in told.lower() and sign not in one.text]
            if found and not allowed:
                self.leaks.append(f"{one}: {kind} {found}")
            elif found:
                self.seen.add((one.name, kind))

    def homes(self) -> int:
        """App Home of everybody, with every role; returns how many were looked at."""
        count = 0
        for name, role in itertools.product(PEOPLE[self.platform], Role):
            person = Person(self.platform, self._id(name), role)
            home = look(self.world.office, self.world.cases, person, self.world.now)
            told = "\n".join([*(line.text for line in home.lines), home.team, home.picture.alt if home.picture else ""])
            inside = role is Role.COORDINATOR or name != "bob"
            wrong = [LABEL, CASE] if name != "iris" else []
            wrong += [] if inside else list(DETAILS)
            self.leaks += [f"home of {name} as {role}: {sign}" for sign in wrong if sign.lower() in told.lower()]
            count += 1
        return count


def _undo() -> None:
    raise UndoError


def _told(reply: Reply) -> str:
    """All that a reply shows: words, labels, and files as far as they are text."""
    files = [f"{f.name} {f.alt} {f.content.decode('utf-8', 'ignore')}" for f in reply.attachments]
    picks = [choice.label for choice in (*reply.choices, *reply.offers)]
    return "\n".join([reply.text, *picks, *files, str(reply.private)])
