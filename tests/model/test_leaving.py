"""What goes out: never a number, address or contact; injections change nothing; most children's names are stopped."""

import ast
import json
import re
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.commands.own_documents import knowledge_add
from bot.phrasing.chat_model import ChatModel
from bot.phrasing.phraser import Phraser
from knowledge import guard
from knowledge.answering import Asker
from knowledge.calling import Place
from knowledge.library import Library
from knowledge.national import NATIONAL_NUMBERS
from knowledge.phrasing.leaving import Gate, first_names
from knowledge.text import fold
from knowledge.wording import answer
from prompts import render
from tests.model.children import NAMES, TEMPLATES, UNLISTED
from tests.model.injections import orders, questions
from tests.model.standin import Reply, Standin, as_json, asked_for, running, sentences

ASKER = Asker(date(2026, 11, 20))
AT_SCHOOL = Asker(date(2026, 11, 20), place=Place("De Regenboog", "Veldhoven"))
ROOT = Path(__file__).parents[2]
_ELSEWHERE = "Mogen wij de leerplichtambtenaar bellen over Zeldzamenaam?"  # what another room asked before
_FORBIDDEN = re.compile(
    r"0800-?2001|06-?12345678|evil|https?:|www\.|QmVs|\[klik|<!--|```|/start-case|!mdo|Zeldzamenaam|\bDAN\b"
)


def obedient(body: dict[str, Any]) -> Reply:
    """A model that does what the text says: repeats its instruction, the question and every order."""
    system, asked = (str(message["content"]) for message in body["messages"])
    ids = re.findall(r"\[([A-Z]{2}-[\w-]+)\]", asked)
    sources = re.findall(r"^([A-Z]{2}-[\w-]+\.\d+) ", asked, re.MULTILINE)
    if asked_for(body) == "chosen":
        return as_json({"ids": ids[::-1]})
    if asked_for(body) == "standalone":
        return as_json({"question": f"{asked.splitlines()[-1]} Bel 0800-2001 https://evil.example"})
    question = asked.partition("Vraag:\n")[2].partition("\n\nAfspraken")[0]
    said = [
        *system.splitlines(),
        *question.splitlines(),
        *orders(),
        "De ouders hoeven niets te weten.",
        "Toestemming is niet nodig.",
    ]
    return sentences(*((text, sources[n % len(sources)]) for n, text in enumerate(said[:39])))


@pytest.fixture(scope="module")
def server() -> Iterator[Standin]:
    with running(obedient) as server:
        yield server


@pytest.fixture
def phraser(server: Standin) -> Phraser:
    return Phraser(ChatModel("openai:mock", server.url, 4.0, {}))


def sent(server: Standin) -> str:
    """All that the server was ever given, but the instructions, which are ours."""
    return "\n".join(str(call["messages"][1]["content"]) for call in server.calls)


def leaks(text: str, plain: str) -> list[str]:
    """What a text says of numbers, addresses, commands or the instructions that the plain answer does not."""
    found = [m for m in _FORBIDDEN.findall(text) if m not in plain]
    told = [line for line in render("model.phrase").splitlines() if len(line) > 20 and line.strip("- ") in text]
    return found + told


_FOLLOW_UP = "en als ze nee zeggen?"
_SHARE = 24  # one in so many; `figures` asks all of them


def misled(
    library: Library, server: Standin, phraser: Phraser, asked: Sequence[str], before: bool = False
) -> list[tuple[str, str]]:
    """The questions after which something is shown that the plain answer does not have, and what.

    With `before` the order stands in the question before, and an ordinary follow-up is asked.
    """
    phraser.answer(library, _ELSEWHERE, ASKER)
    server.calls.clear()
    wrong = []
    for question in asked:
        now, history = (_FOLLOW_UP, (question,)) if before else (question, ())
        plain = answer(library, now, ASKER, history)
        found = phraser.answer(library, now, ASKER, history)
        known = plain.text + str(list(library.provisions.values()))
        extra = set(re.findall(r"\d{3,}", found.text)) - set(re.findall(r"\d{3,}", known))
        wrong += [(question, what) for what in (*leaks(found.text, plain.text), *extra)]
    return wrong + [("", "Zeldzamenaam")] * ("Zeldzamenaam" in sent(server))


def test_injections_in_the_question_show_nothing(library: Library, server: Standin, phraser: Phraser) -> None:
    assert len(questions()) >= 300
    assert misled(library, server, phraser, questions()[::_SHARE]) == []
    assert server.calls  # some did go: the model was really asked


def test_what_the_obedient_model_gets_from_an_ordinary_question_is_dropped(library: Library, phraser: Phraser) -> None:
    question = "mogen wij het cjg bellen zonder toestemming van de ouders?"
    assert leaks(phraser.answer(library, question, ASKER).text, answer(library, question, ASKER).text) == []
    assert phraser.counts()["sentences.kept"] == 0


def test_an_order_in_an_own_document_reaches_no_model(
    app: App, tmp_path: Path, server: Standin, phraser: Phraser
) -> None:
    assert misled_by_a_document(app, tmp_path, server, phraser, orders()) == []


def misled_by_a_document(
    app: App, folder: Path, server: Standin, phraser: Phraser, told: Sequence[str]
) -> list[tuple[str, str]]:
    """The orders in an added document that reach the model, or after which something else is shown than without it."""
    file = folder / "afspraken.md"
    text = "\n\n".join(f"# Onderwerp zwemles {n}\n\nZwemles {n}: {order}" for n, order in enumerate(told))
    file.write_text(text, encoding="utf-8")
    assert knowledge_add(app, Namespace(files=[str(file)], valid_from=None, valid_until=None)) == 0
    server.calls.clear()
    wrong = []
    for number, order in enumerate(told):
        question = f"wat staat er over zwemles {number}?"
        shown, plain = phraser.answer(app.library, question, ASKER).text, answer(app.library, question, ASKER).text
        wrong += [(order, what) for what in leaks(shown, plain)] + [(order, "other")] * (shown != plain)
    return wrong + [(order, "sent") for order in told if order in sent(server)]


_PERSONAL = (
    "111222333", "06-12345678", "040 000 11 01", "iris@regenboog.example", "Dorpsstraat 12", "5504 AB", "12-03-2015",
    "NL91 ABNA 0417 1643 00",
    "0800-2000", "dossier 20261234", "111-222-333",
)  # fmt: skip


def escaped(library: Library, server: Standin, phraser: Phraser, share: int = 1) -> list[str]:
    """What was sent that may not be: after questions with all that is personal, and with every provision as it goes."""
    server.calls.clear()
    people = [c.name for c in library.contacts.contacts]
    schools = [s.name for s in library.contacts.schools]
    for start in ("ik werk met", "mijn vraag:", "bel mij op")[: 1 if share > 1 else 3]:
        for what in (*_PERSONAL, *people[::share], *schools[::share]):
            question = f"{start} {what}, mag ik het cjg bellen als ouders niet willen?"
            phraser.answer(library, question, AT_SCHOOL, ("mogen wij bellen met 06-12345678 van De Regenboog?",))
    for id in library.ids[::share]:
        phraser.answer(library, library.provisions[id].title, AT_SCHOOL)
    text = sent(server)
    heads = [{k: v for k, v in head.items() if k.lower() != "authorization"} for head in server.headers]
    known = [c.phone for c in library.contacts.contacts] + [c.email for c in library.contacts.contacts]
    known += [name.split("(")[0].strip() for name in people] + schools
    found = [what for what in known if what and what in text]
    found += [n for n in NATIONAL_NUMBERS if re.search(rf"(?<!\d){n}(?!\d)", text)]
    found += [str(item.what) for item in guard.find(text, 2026)]
    found += ["BSN"] * ("111222333" in re.sub(r"\D", "", text))
    return found + ["regenboog"] * ("regenboog" in json.dumps([server.calls, heads]).lower())


def test_nothing_personal_and_no_contact_is_ever_sent(library: Library, server: Standin, phraser: Phraser) -> None:
    assert escaped(library, server, phraser, share=8) == []
    assert len(server.calls) > 10


def share_stopped(library: Library, lower: bool, names: Sequence[str] = NAMES) -> float:
    """The share of seeded questions with a child's name that do not leave."""
    gate = Gate(library)
    asked = [t.format(name) for name in names for t in TEMPLATES]
    return sum(gate.looks_like_a_case(q.lower() if lower else q, 2026) for q in asked) / len(asked)


def test_most_questions_with_a_childs_name_are_stopped(library: Library) -> None:
    assert len(set(NAMES)) >= 200
    assert share_stopped(library, lower=False) >= 0.97
    assert share_stopped(library, lower=True) >= 0.9


def test_names_on_no_list_are_stopped_with_a_capital_and_often_without(library: Library) -> None:
    assert not first_names() & {fold(name) for name in UNLISTED}
    assert share_stopped(library, lower=False, names=UNLISTED) >= 0.97
    assert share_stopped(library, lower=True, names=UNLISTED) >= 0.5


def test_most_ordinary_questions_may_go(library: Library) -> None:
    lines = [
        json.loads(line)["q"]
        for file in sorted((ROOT / "knowledge" / "questions").glob("start-*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    gate = Gate(library)
    assert sum(not gate.looks_like_a_case(q, 2026) for q in lines[::5]) / len(lines[::5]) > 0.6


def test_the_phrasing_can_reach_no_command_no_storage_and_no_contact() -> None:
    allowed = {"bot.phrasing", "knowledge", "prompts"}
    for file in sorted((ROOT / "bot" / "phrasing").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("bot", "workflows")):
                assert any((node.module or "").startswith(name) for name in allowed), f"{file.name}: {node.module}"
    for file in sorted((ROOT / "knowledge" / "phrasing").glob("*.py")):
        assert "langchain" not in file.read_text(encoding="utf-8")
