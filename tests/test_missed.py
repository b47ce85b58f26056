"""The questions no one could answer: for whom they are listed, what is kept of them, and how they are mended."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bot.__main__
from bot.app import App
from bot.messages import Incoming, Person, Reply, Room
from bot.settings import Settings
from bot.storage.letters import State
from knowledge.sources import SHIPPED
from tests.case_world import NOW

UNANSWERED = "hoeveel dagen mag een schorsing duren?"
IRIS, BOB = Person("slack", "UIRIS0001"), Person("slack", "UBOB00002")


class Talk:
    """Somebody asks, in a channel or alone."""

    def __init__(self, app: App) -> None:
        self.app = app

    def say(self, text: str, person: Person = IRIS, room: Room = Room.DIRECT, where: str = "") -> Reply:
        conversation = where or (person.key if room is Room.DIRECT else "slack:C1")
        (reply,) = self.app.handle(Incoming(person, text, self.app.now(), room, conversation, thread="1"))
        return reply


@pytest.fixture
def app(home: Path) -> Iterator[App]:
    opened = App(Settings(home=home), clock=lambda: NOW)
    yield opened
    opened.database.close()


@pytest.fixture
def talk(app: App) -> Talk:
    return Talk(app)


def test_a_question_without_answer_is_counted_and_its_words_only_kept_when_the_asker_agrees(talk: Talk) -> None:
    reply = talk.say(UNANSWERED)
    assert [offer.value for offer in reply.offers] == ["bewaar"]
    (noted,) = talk.app.open_questions.list()
    assert (noted.cause, noted.text) == ("not_found", "")
    assert UNANSWERED in talk.say("bewaar").text
    (noted,) = talk.app.open_questions.list()
    assert (noted.cause, noted.text) == ("not_found", UNANSWERED)


def test_nobody_else_can_have_it_kept(talk: Talk) -> None:
    talk.say(UNANSWERED, room=Room.PUBLIC)
    assert "Alleen wie de vraag stelde" in talk.say("bewaar", BOB, Room.PUBLIC).text
    assert talk.app.open_questions.list()[0].text == ""
    assert UNANSWERED not in talk.say("bewaar", IRIS, Room.PUBLIC).text
    assert talk.app.open_questions.list()[0].text == UNANSWERED


def test_what_is_personal_is_out_of_it(talk: Talk) -> None:
    talk.say("hoeveel dagen schorsing voor mijn leerling met bsn 111222333?")
    talk.say("bewaar")
    assert "111222333" not in talk.app.open_questions.list()[0].text


def test_a_thumb_down_is_one_question_with_what_was_shown_and_why(talk: Talk) -> None:
    answer = talk.say("wie bel ik bij wachtlijsten?")
    up, down = (offer for offer in answer.offers if offer.label in "👍👎")
    assert down.value.startswith("👎 UP-")
    asked = talk.say(down.value)
    assert talk.say("👎").choices == asked.choices
    assert [choice.label for choice in asked.choices] == [
        "niet wat ik bedoelde",
        "klopt niet",
        "te lang of onduidelijk",
    ]
    agreed = talk.say(asked.choices[1].value)
    talk.say(agreed.offers[0].value)
    (noted,) = talk.app.open_questions.list()
    assert (noted.cause, noted.reason, noted.text) == ("thumbs_down", "onjuist", "wie bel ik bij wachtlijsten?")
    assert noted.shown == tuple(down.value.split()[1:])
    assert "Fijn" in talk.say(up.value).text
    counts = talk.app.open_questions.counts(NOW.date())
    assert (counts["answer"], counts["thumbs_down"], counts["thumbs_up"]) == (1, 1, 1)


@pytest.mark.parametrize("words", ["onjuist", "klopt niet", "Klopt niet!"])
def test_the_reason_may_be_typed_and_is_no_new_question(talk: Talk, words: str) -> None:
    talk.say("wie bel ik bij wachtlijsten?")
    talk.say("👎")
    assert "Mag ik uw vraag bewaren" in talk.say(words).text
    talk.say("bewaar")
    (noted,) = talk.app.open_questions.list()
    assert (noted.reason, noted.text) == ("onjuist", "wie bel ik bij wachtlijsten?")


def test_a_thumb_under_an_older_answer_is_about_that_one(talk: Talk) -> None:
    first = talk.say("wie bel ik bij wachtlijsten?")
    down = next(offer.value for offer in first.offers if offer.label == "👎")
    talk.say("wie heeft de regie?")
    reason = talk.say(down).choices[0].value
    assert talk.say(reason).offers == ()
    (noted,) = talk.app.open_questions.list()
    assert noted.shown == tuple(down.split()[1:])
    assert "Ik heb geen vraag om te bewaren" in talk.say(f"bewaar {noted.id}").text


def test_under_a_look_up_and_in_danger_there_are_thumbs_too(talk: Talk) -> None:
    for question in ("nummer cjg regenboog", "kind met brandplekjes op zijn arm, papa doet dat"):
        reply = talk.say(question)
        assert {"👍", "👎"} <= {offer.label for offer in reply.offers}
        assert "Wat was er mis?" in talk.say(next(o.value for o in reply.offers if o.label == "👎")).text


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    status = bot.__main__.main(args)
    said = capsys.readouterr()
    return status, said.out + said.err


def test_the_overview_tells_all_and_gives_the_commands(
    talk: Talk, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WEGWIJZER_HOME", str(home))
    assert "Er zijn geen vragen" in run(capsys, "questions")[1]
    talk.say(UNANSWERED)
    talk.say("bewaar")
    talk.say("wie bel ik bij wachtlijsten?")
    talk.say(talk.say("👎").choices[0].value)
    said = run(capsys, "questions")[1]
    assert f'"{UNANSWERED}"' in said
    assert 'wegwijzer questions answer 1 "' in said
    assert "1 keer 👎, verkeerd; getoond: " in said
    assert "wie bel ik bij wachtlijsten" not in said
    assert run(capsys, "questions", "answer", "2", "Vijf dagen.")[0] == 1
    status, said = run(capsys, "questions", "answer", "1", "Een schorsing duurt hooguit vijf dagen.")
    assert (status, "Nagevraagd: het staat nu in het antwoord." in said) == (0, True)
    assert "hooguit vijf dagen" in talk.say(UNANSWERED, BOB).text
    assert run(capsys, "questions", "drop", "2") == (0, "Vraag 2 is van de lijst.\n")
    assert run(capsys, "questions", "drop", "2")[0] == 1
    assert "Er zijn geen vragen" in run(capsys, "questions")[1]


def test_a_contact_is_added_with_one_command(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WEGWIJZER_HOME", str(home))
    more = ("contacts", "add", "leerplicht", "Ayse Verzonnen", "--telefoon", "040 000 77 01", "--gemeente", "Reusel")
    status, said = run(capsys, *more)
    assert (status, "nog het meegeleverde voorbeeld" in said) == (1, True)
    (home / "knowledge").mkdir()
    shutil.copy(SHIPPED / "contacts.csv", home / "knowledge")
    assert "Toegevoegd: Ayse Verzonnen (leerplicht)" in run(capsys, *more)[1]
    assert "Ayse Verzonnen" in run(capsys, "contacts", "list")[1]
    status, said = run(capsys, "contacts", "add", "tovenaar", "Merlijn", "--telefoon", "112")
    assert status == 1
    assert "rol: 'tovenaar' bestaat niet" in said
    assert "Merlijn" not in (home / "knowledge" / "contacts.csv").read_text()


def test_the_coordinators_get_a_count_each_week_and_nothing_more(home: Path) -> None:
    settings = Settings(home=home, coordinators=("UCORA0003",), coordinators_channel="C0TEAM001")
    app = App(settings, clock=lambda: NOW)
    talk = Talk(app)
    nothing = app.facts.one("team", "questions", NOW)
    assert nothing is not None
    assert nothing.met == {"nothing_asked"}
    talk.say(UNANSWERED)
    talk.say("bewaar")
    talk.say("👎")
    app.clock_of_reminders.tick(NOW)
    planned = [r for r in app.reminders.planned(NOW + timedelta(days=5)) if r.rule == "open_questions"]
    assert [(f"{r.wall:%a %H:%M}", r.dest) for r in planned] == [("Mon 08:45", "slack:C0TEAM001")]
    app.reminders.fire(planned[0].due_at)
    letter = next(letter for letter in app.outbox.letters([State.PENDING]) if letter.dest == "slack:C0TEAM001")
    reply = app.composer(letter)
    assert reply is not None
    assert "1, waarvan 1 zonder antwoord; 0 keer 👎" in reply.text
    assert "schorsing" not in reply.text
    app.database.close()
