"""Through a real HTTP server and LangChain's own client: what goes right, and everything that can go wrong."""

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from subprocess import run
from time import monotonic
from typing import Any

import pytest

from bot.phrasing.chat_model import ChatModel
from bot.phrasing.comparing import as_columns, compare
from bot.phrasing.examining import ExaminationError, examine
from bot.phrasing.phraser import Phraser
from knowledge.answering import Answer, Asker
from knowledge.evaluation import Labelled
from knowledge.library import Library
from knowledge.wording import answer, say
from prompts import render
from tests.model.attacks import Attack, attacks
from tests.model.content import provisions, rows
from tests.model.standin import Reply, Standin, as_json, asked_for, running, sentences

ASKER = Asker(date(2026, 11, 20))
QUESTION = "ouders willen niet dat ik met het cjg praat, mag ik toch bellen?"
GOOD = ("U moet akkoord van de ouders hebben voordat school en jeugdhulp elkaar benaderen.", "UP-A-ouders-2.1")
ALSO = ("Dat geldt voor de directeur of IB'er en voor CJG, klantmanager, generalist en specialist.", "UP-A-ouders-2.2")
LABEL = render("model.label")


def good(body: dict[str, Any]) -> Reply:
    match asked_for(body):
        case "phrased":
            return sentences(GOOD, ALSO)
        case "chosen":
            return as_json({"ids": ["UP-A-ouders-2"]})
    return as_json({"question": "mogen ouders weigeren dat ik met het cjg praat"})


@pytest.fixture
def server() -> Iterator[Standin]:
    with running(good) as server:
        yield server


@pytest.fixture
def phraser(server: Standin) -> Phraser:
    return Phraser(ChatModel("openai:mock", server.url, environment={}))


def found(library: Library, id: str = "UP-A-ouders-2") -> Answer:
    """The plain answer to the question, resting on one provision."""
    plain = answer(library, QUESTION, ASKER)
    bare = replace(plain, kind="answer", provisions=(provisions()[id],), also=(), route=())
    return replace(bare, text=say(library, bare, ASKER))


def test_an_answer_is_phrased_and_labelled_and_all_else_is_rendered_by_code(library: Library, phraser: Phraser) -> None:
    plain, phrased = answer(library, QUESTION, ASKER), phraser.answer(library, QUESTION, ASKER)
    assert GOOD[0] in phrased.text
    assert ALSO[0] in phrased.text
    assert phrased.text.endswith(LABEL)
    assert LABEL not in plain.text
    for line in ("**Spreek eerst met de ouders.**", "Bron: Toestemming van ouders (UP-A-ouders-2)", "**Niet:**"):
        assert line in phrased.text
    assert replace(phrased, text="") == replace(plain, text="")


def test_the_request_is_what_a_server_expects(server: Standin, library: Library, phraser: Phraser) -> None:
    phraser.phrase(library, found(library), ASKER, QUESTION)
    (body,) = server.calls
    assert (body["model"], body["stream"], body["temperature"]) == ("mock", True, 0)
    assert body["response_format"]["type"] == "json_schema"
    assert not {"tools", "functions", "user", "metadata", "store"} & body.keys()
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


_FIRST_QUESTION = """
import sys
from bot.phrasing.chat_model import ChatModel
from bot.phrasing.phraser import Chosen, Phraser
phraser = Phraser(ChatModel("openai:mock", sys.argv[1], environment={}))
phraser.warm_up()
before = set(sys.modules)
phraser.model.ask("Kies.", "Tekst.", Chosen)
print(*(name for name in set(sys.modules) - before if name.startswith("openai")))
"""


def test_the_time_of_the_first_question_is_not_spent_on_importing_the_client(server: Standin) -> None:
    server.reply = lambda _: as_json({"ids": []})
    asked = run([sys.executable, "-c", _FIRST_QUESTION, server.url], capture_output=True, text=True, check=True)
    assert (asked.stdout.split(), len(server.calls)) == ([], 1)


FAILURES: dict[str, Reply] = {
    "429": {"status": 429, "headers": {"Retry-After": "30"}},
    "500": {"status": 500},
    "401": {"status": 401},
    "slow": {"stall": 60},
    "dripping": {"delay": 0.3, "content": "x" * 900},
    "broken off": {**sentences(GOOD), "drop": 2},
    "no end": {**sentences(GOOD), "finish": None},
    "cut short": {**sentences(GOOD), "finish": "length"},
    "filtered": {**sentences(GOOD), "finish": "content_filter"},
    "refused": {"refusal": "Daar kan ik niet bij helpen."},
    "half JSON": {"content": str(sentences(GOOD)["content"])[:-9]},
    "no JSON": {"content": "U moet toestemming hebben."},
    "another form": as_json({"answer": "U moet toestemming hebben."}),
    "a field too many": as_json({"sentences": [], "tool": "start_case"}),
    "a fence": {"content": f"```json\n{sentences(GOOD)['content']}\n```"},
    "empty": {"content": ""},
    "empty list": sentences(),
    "null": {"content": "null"},
    "rubbish": {"raw": b"\xff\xfe rommel"},
    "huge": {"content": '{"sentences":[' + "1," * 400_000},
    "many sentences": sentences(*[GOOD] * 500),
    "deep": {"content": '{"sentences":' + "[" * 20_000},
    "lies only": sentences(("Bel 0800-2001.", "UP-A-ouders-2.1")),
    "English": sentences(("You may call the CJG without consent.", "UP-A-ouders-2.1")),
    "another source": sentences((GOOD[0], "UP-A-ouders-3.1")),
    "the wrong sentence": sentences((GOOD[0], "UP-A-ouders-2.2")),
    "no source": sentences((GOOD[0], "")),
}


@pytest.mark.parametrize("name", FAILURES)
def test_whatever_goes_wrong_the_plain_answer_comes_in_time(
    library: Library, server: Standin, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    phraser = Phraser(ChatModel("openai:mock", server.url, 2.0, {}))
    server.script.append(FAILURES[name])
    plain, begun = found(library), monotonic()
    with caplog.at_level(logging.INFO, logger="wegwijzer"):
        assert phraser.phrase(library, plain, ASKER, QUESTION) is plain
    assert monotonic() - begun < 30  # the server that hangs does so for a minute; 2 s were given, the rest is importing
    assert len(server.calls) == 1  # no second try: it would double the wait
    assert "ouders" not in "".join(record.getMessage() for record in caplog.records if record.name == "wegwijzer")
    assert sum(phraser.counts().values()) > 1


def test_a_server_that_is_gone_changes_nothing(library: Library) -> None:
    phraser = Phraser(ChatModel("openai:mock", "http://127.0.0.1:9/v1", 2.0, {}))
    plain = found(library)
    assert phraser.phrase(library, plain, ASKER, QUESTION) is plain
    assert phraser.counts()["phrase.connection"] == 1


def test_a_model_that_fails_rests_and_then_is_asked_again(library: Library, server: Standin) -> None:
    now = [0.0]
    phraser = Phraser(ChatModel("openai:mock", server.url, 2.0, {}), clock=lambda: now[0])
    server.script += [{"status": 500}] * 3
    plain = found(library)
    for _ in range(5):
        assert phraser.phrase(library, plain, ASKER, QUESTION) is plain
    assert (len(server.calls), phraser.counts()["phrase.resting"]) == (3, 2)
    now[0] = 61.0
    assert phraser.phrase(library, plain, ASKER, QUESTION).text.endswith(LABEL)


def test_fifty_lies_through_the_wire_show_nothing(library: Library, server: Standin, phraser: Phraser) -> None:
    assert told_through_the_wire(library, server, phraser, attacks()[::54]) == []
    assert phraser.counts()["phrase.used"] > 25  # the honest sentences beside the lie were shown: the way there is open


def told_through_the_wire(
    library: Library, server: Standin, phraser: Phraser, lies: Sequence[Attack]
) -> Sequence[Attack]:
    """The lies that are shown, each sent beside the provision's own sentences."""
    told = []
    for lie in lies:
        row, plain = rows(lie.id)[0], found(library, lie.id)
        honest = list(zip(row.sent[:2], row.sources, strict=False))
        server.script.append(
            sentences(*honest, *((lie.text, source) for source in ([lie.source] if lie.source else row.sources)))
        )
        text = phraser.phrase(library, plain, ASKER, QUESTION).text
        if (
            (len(lie.text) > 3 and lie.text not in plain.text and lie.text in text)
            or "evil.example" in text
            or "2001" in text
        ):
            told.append(lie)
    return told


@pytest.mark.parametrize(
    "question",
    ["kind ademt niet meer", "hij wil niet meer leven", "nummer cjg regenboog", "hoi", "wat is een mdo?",
     "wat is het bsn van die leerling?", "zet een mdo in de agenda voor morgen"],
)  # fmt: skip
def test_danger_look_ups_and_small_talk_never_go(
    library: Library, server: Standin, phraser: Phraser, question: str
) -> None:
    assert phraser.answer(library, question, ASKER, ("mag ik bellen?",)) == answer(
        library, question, ASKER, ("mag ik bellen?",)
    )
    assert server.calls == []


def test_a_follow_up_is_understood_with_what_was_asked_before(
    library: Library, server: Standin, phraser: Phraser
) -> None:
    before = "mogen ouders weigeren dat ik met het cjg praat?"
    server.reply = lambda body: (
        as_json({"question": "mogen ouders dan nog bellen met het cjg"})
        if asked_for(body) == "standalone"
        else good(body)
    )
    phraser.answer(library, "en dan nog bellen?", ASKER, (before,))
    assert asked_for(server.calls[0]) == "standalone"
    assert before in json.dumps(server.calls[0]["messages"], ensure_ascii=False)
    assert phraser.counts()["rewrite.used"] == 1


@pytest.mark.parametrize(
    "new", ["Bel 0800-2001", "hij heeft een mes", "/start-case", "x", "", "verwijder alle zaken van de ouders"]
)
def test_a_rewritten_question_holds_nothing_new(library: Library, server: Standin, phraser: Phraser, new: str) -> None:
    server.script.append(as_json({"question": new}))
    assert (
        phraser.rewrite(library, "en als ze nee zeggen?", ("moeten ouders toestemming geven?",), 2026)
        == "en als ze nee zeggen?"
    )


def test_only_what_was_offered_can_be_chosen(library: Library, server: Standin, phraser: Phraser) -> None:
    plain = answer(library, QUESTION, ASKER)
    server.reply = lambda _: as_json({"ids": ["UP-X-1", "UP-A-ouders-2"]})
    assert phraser.choose(library, plain, QUESTION, ASKER) is plain
    server.reply = lambda body: as_json({"ids": [plain.also[0].id]})
    chosen = phraser.choose(library, plain, QUESTION, ASKER)
    assert chosen.provisions[0].id in {plain.also[0].id, plain.provisions[0].id}
    assert chosen.kind == "answer"


def test_doctor_tells_whether_it_works_and_where_questions_go(server: Standin) -> None:
    assert examine("", "") == "uit (WEGWIJZER_LLM is leeg)"
    assert server.url in examine("openai:mock", server.url)
    server.script.append({"status": 429})
    with pytest.raises(ExaminationError, match="zonder taalmodel"):
        examine("openai:mock", server.url)
    server.script.append({"stall": 20})
    with pytest.raises(ExaminationError, match="timeout"):
        examine("openai:mock", server.url, seconds=1.0)
    with pytest.raises(ExaminationError, match=r"ontbreekt|zonder taalmodel"):
        examine("nergens:x", "")


def test_what_went_wrong_is_counted_under_its_name_for_the_metrics(
    library: Library, server: Standin, phraser: Phraser
) -> None:
    server.script += [{"status": 429}, {"status": 500}, sentences(GOOD, ALSO, ("Bel 0800-2001.", "UP-A-ouders-2.1"))]
    for _ in range(3):
        phraser.phrase(library, found(library), ASKER, QUESTION)
    counts = phraser.counts()
    assert (counts["phrase.asked"], counts["phrase.rate"], counts["phrase.error"], counts["phrase.used"]) == (
        3,
        1,
        1,
        1,
    )
    assert (counts["sentences.kept"], counts["dropped.numbers"]) == (2, 1)
    assert all(isinstance(times, int) for times in counts.values())


def test_without_a_key_doctor_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ExaminationError, match="OPENAI_API_KEY"):
        examine("openai:gpt-x", "")


def test_tracing_in_the_environment_sends_nothing(
    server: Standin, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
    Phraser(ChatModel("openai:mock", server.url, 2.0, {})).phrase(library, found(library), ASKER, QUESTION)
    assert len(server.calls) == 1


def test_evaluate_shows_both_side_by_side(library: Library, phraser: Phraser) -> None:
    asked = [Labelled("1", QUESTION, (), "answer", ("UP-A-ouders-2",)), Labelled("2", "hoi", (), "smalltalk")]
    comparison = compare(library, asked, ASKER, phraser)
    assert LABEL in str(comparison.with_model.rows[0]["text"])
    assert LABEL not in str(comparison.without.rows[0]["text"])
    assert comparison.with_model.metrics.keys() == comparison.without.metrics.keys()
    table = as_columns(comparison, "openai:mock")
    assert "hit@1" in table
    assert "phrase.used" in table
