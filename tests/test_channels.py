"""Where others read along only a reference, a role or a mention, and a date are said: whatever was typed, and where.

CHANNEL_EXAMPLES raises the number of walks (see `make faults`).
"""

import os
import re
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.messages import Attachment, Person, Reply, Role, Room
from bot.storage.letters import State
from tests.case_world import CONSENTED, TO_CONSENT, TO_END
from tests.mdo_world import MdoWorld

EXAMPLES = int(os.environ.get("CHANNEL_EXAMPLES", "8"))
TEAM = "terminal:#team"
LABEL, PLACES, NAMES = "zqlabel", ("Zqwatermolen", "Zqstraat bij oma"), ("Karlijn", "Wubbo", "Sietske")
TASKS = ("belt over de zqfiets", "regelt de zqtaxi", "mailt het zqverslag")
SECRETS = (LABEL, *PLACES, *NAMES, "zqfiets", "zqtaxi", "zqverslag", "zqreden")
PEOPLE = (
    Person("terminal", "iris"), Person("terminal", "fatima"), Person("terminal", "bob"),
    Person("terminal", "cora", Role.COORDINATOR), Person("terminal", "ada", Role.ADMINISTRATOR),
)  # fmt: skip
PLAN = "/mdo plan dinsdag over een week 14:00, met ouders, school"

FIXED = """
ja|ja|ja|1|nee|terug|later|stop|status|waarom|vervalt|klaar|zqreden|Karlijn|wie: Wubbo|waar: Zqwatermolen
wat: mailt het zqverslag|/mdo|/mdo lijst|/mdo overzicht|/mdo toon 1|/mdo toon 2|/mdo toon 1 in #team|/mdo actie
/mdo plan|/mdo zqreden|/mdo Karlijn zqreden|/mdo klaar|/mdo klaar 1-1|/mdo klaar zqfiets|/mdo uitstel 1-1 een week
/mdo uitstel 1-2|/mdo uitstel M-2026-0001 8 december 15:00|/mdo verslag 1|/mdo verslag 1 verstuurd|/mdo sluit 1
/mdo sluit 2|/start-case|/start-case lijst|/start-case toon C-2026-0001|/start-case verslag C-2026-0001
/herinnering 1 toon|/herinnering 3 klaar|/herinnering 2 niet
"""

TYPED = st.one_of(
    st.builds(
        lambda place, more: f"{PLAN}, waar: {place}, {more}",
        st.sampled_from(PLACES),
        st.sampled_from(("zaak C-2026-0001, in #team", "verslag: @fatima, in #team", *(f"regie: {n}" for n in NAMES))),
    ),
    st.builds(
        lambda opening, who, task: f"{opening}{who} {task} vóór vrijdag",
        st.sampled_from(("", "/mdo actie ")),
        st.sampled_from((*NAMES, "@fatima", "CJG", "ik")),
        st.sampled_from(TASKS),
    ),
    st.sampled_from(FIXED.strip().replace("\n", "|").split("|")),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from((Room.DIRECT, Room.PRIVATE, Room.PUBLIC)), TYPED),
    min_size=8,
    max_size=30,
)


def shown(reply: Reply) -> str:
    """All that others can read of a reply: words, buttons, names and descriptions of files, files that are text."""
    files = [f"{file.name} {file.alt} {_words(file)}" for file in reply.attachments]
    return "\n".join([reply.text, *(c.label for c in (*reply.choices, *reply.offers)), *files])


def _words(file: Attachment) -> str:
    return file.content.decode("utf-8", "ignore") if file.media_type.startswith("text") else ""


def secrets_in(text: str) -> list[str]:
    """What should not be read there; the examples in an instruction are no secrets."""
    plain = re.sub(r"`[^`]*`", "", text)
    return [secret for secret in SECRETS if secret.lower() in plain.lower()]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_no_reply_and_no_reminder_in_a_channel_says_more(steps: list[tuple[Person, Room, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = MdoWorld(Path(folder))
        world.walk(*TO_CONSENT, *CONSENTED, *TO_END[:-1], LABEL)
        world.walk(
            f"{PLAN}, waar: {PLACES[0]}, zaak C-2026-0001, in #team",
            "ja",
            f"/mdo actie Karlijn {TASKS[0]}, 1 dec",
            "ja",
        )
        world.assistant = replace(world.assistant, answer=lambda _: [Reply("een antwoord")])
        for person, room, typed in steps:
            world.person, world.room = person, room
            world.conversation = "" if room is Room.DIRECT else TEAM
            for reply in world.send(typed):
                if room is not Room.DIRECT and not reply.direct:
                    assert secrets_in(shown(reply)) == [], (person.id, room, typed, reply.text)
        _watch_reminders(world)
        world.database.close()


def _watch_reminders(world: MdoWorld) -> None:
    """Everything that falls due in the coming months, put into words as it is sent."""
    for _ in range(12):
        world.now += timedelta(days=7)
        world.reminders.fire(world.now)
        for letter in world.outbox.letters([State.PENDING]):
            reply = world.composer(letter)
            world.outbox.sent(letter, "posted")
            if reply and not letter.dest.startswith(tuple(p.key for p in PEOPLE)):
                assert secrets_in(shown(reply)) == [], (letter.dest, reply.text)


def test_what_is_watched_for_can_be_seen_at_all(tmp_path: Path) -> None:
    world = MdoWorld(tmp_path)
    world.walk(f"{PLAN}, waar: {PLACES[0]}, in #team", "ja", f"/mdo actie Karlijn {TASKS[0]}, 1 dec", "ja")
    assert set(secrets_in("\n".join(map(shown, world.send("/mdo toon 1"))))) == {PLACES[0], "Karlijn", "zqfiets"}
    world.room, world.conversation = Room.PUBLIC, TEAM
    here, apart = world.send("/mdo toon 1")
    assert secrets_in(shown(here)) == []
    assert apart.direct
    assert "zqfiets" in secrets_in(shown(apart))
