"""The shipped content itself: complete, in its own words, and with questions from enough different people."""

import json
import re
from argparse import Namespace
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from bot.app import App
from bot.commands.catalogue import knowledge_check
from bot.settings import Settings
from knowledge.content import Content, load_content
from knowledge.faults import ContentError
from knowledge.questions import Asked
from knowledge.sources import SHIPPED, Sources
from knowledge.text import words

ROOT = Path(__file__).parent.parent
SOURCES = ROOT.parent / "shared" / "sources"
IDS = Path(__file__).parent / "data" / "provision_ids.txt"
PER_PROVISION = 40
SIGNALS = {"out_of_scope": 600, "danger": 400, "harmless": 300}
FOLLOW_UPS, VOICES = 300, 12
COPIED_FROM_SOURCE, COPIED_FROM_ANSWER = 9, 6  # words in a row
ROOMS = ("bot", "docs", "knowledge", "prompts", "tests", "workflows")
TEXTS = (".jsonl", ".md", ".py", ".toml", ".txt", ".yaml")
NEAR = 0.95  # share of words in common from which two questions are the same


@cache
def content() -> Content:
    return load_content(Sources())


def runs(tokens: Sequence[str], length: int) -> set[tuple[str, ...]]:
    return set(zip(*(tokens[at:] for at in range(length)), strict=False))


def by_provision() -> dict[str, list[Asked]]:
    asked: dict[str, list[Asked]] = defaultdict(list)
    for question in content().asked:
        asked[question.id].append(question)
    return asked


def test_there_are_127_provisions_with_the_ids_of_the_catalogue() -> None:
    ids = [p.id for p in content().provisions]
    assert len(ids) == len(set(ids)) == 127
    assert set(ids) == set(IDS.read_text(encoding="utf-8").split())


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the sources are not beside the project")
def test_the_list_of_ids_is_the_catalogues() -> None:
    catalogue = json.loads((SOURCES / "catalogue.json").read_text(encoding="utf-8"))
    assert [item["id"] for item in catalogue] == IDS.read_text(encoding="utf-8").split()


def test_every_provision_says_all_it_must() -> None:
    lacking = [
        f"{p.id}: {field}"
        for p in content().provisions
        for field in ("title", "theme", "sectors", "answer", "english", "place")
        if not getattr(p, field)
    ]
    assert lacking == []
    assert [p.id for p in content().provisions if not p.roles] == []


def test_titles_are_short_and_differ() -> None:
    titles = Counter(p.title for p in content().provisions)
    assert [title for title, times in titles.items() if times > 1 or len(title) > 60] == []


def test_a_link_between_twins_goes_both_ways() -> None:
    twins = {p.id: p.twins for p in content().provisions}
    assert [f"{a} → {b}" for a in twins for b in twins[a] if a not in twins[b] or a == b] == []


def test_every_provision_has_enough_written_questions() -> None:
    asked = Counter(a.id for a in content().asked)
    assert {p.id: asked[p.id] for p in content().provisions if asked[p.id] < PER_PROVISION} == {}


@pytest.mark.parametrize("kind", SIGNALS)
def test_there_are_enough_messages_that_are_no_question(kind: str) -> None:
    assert sum(s.kind == kind for s in content().signals) >= SIGNALS[kind]


def test_there_are_enough_follow_ups() -> None:
    assert sum(bool(a.history) for a in content().asked) >= FOLLOW_UPS


def test_many_voices_wrote_and_none_wrote_the_half() -> None:
    voices = Counter(a.voice for a in content().asked)
    assert len(voices) >= VOICES
    assert max(voices.values()) < voices.total() / 2
    assert min(len({a.voice for a in asked}) for asked in by_provision().values()) >= VOICES / 2


def test_danger_says_whom_to_call_and_every_number_is_called() -> None:
    calls = Counter(s.first_contact for s in content().signals if s.kind == "danger")
    assert all(calls[number] >= 20 for number in ("112", "113", "veilig-thuis"))


def normal(text: str) -> str:
    return " ".join(words(text))


def test_nothing_is_written_twice() -> None:
    asked = Counter((normal(a.q), tuple(map(normal, a.history))) for a in content().asked)
    asked.update((normal(s.q), ()) for s in content().signals)
    assert [text for text, times in asked.items() if times > 1] == []


def near_copies(asked: Iterable[Asked]) -> Iterator[str]:
    before: list[tuple[frozenset[str], Asked]] = []
    for question in asked:
        own = frozenset(words(question.q))
        for other, earlier in before:
            alike = len(own & other) >= NEAR * len(own | other)
            if alike and question.history == earlier.history:
                yield f"{question.id}: '{question.q}' ({question.voice}) is '{earlier.q}' ({earlier.voice})"
        before.append((own, question))


def test_no_two_questions_to_a_provision_are_near_copies() -> None:
    assert [pair for asked in by_provision().values() for pair in near_copies(asked)] == []


def test_no_question_repeats_the_answer_it_should_find() -> None:
    answers = {p.id: runs(words(p.answer), COPIED_FROM_ANSWER) for p in content().provisions}
    copied = [
        f"{a.id}: '{a.q}' ({a.voice}): {' '.join(sorted(shared)[0])}"
        for a in content().asked
        if (shared := runs(words(a.q), COPIED_FROM_ANSWER) & answers[a.id])
    ]
    assert copied == []


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the sources are not beside the project")
def test_nothing_in_the_project_copies_a_source() -> None:
    there = set[tuple[str, ...]]().union(*(source_runs(file) for file in SOURCES.glob("*.txt")))
    assert there
    texts = [file for room in ROOMS for file in (ROOT / room).rglob("*") if file.suffix in TEXTS]
    assert len(texts) > 500
    copied = [
        f"{file.relative_to(ROOT)}: {' '.join(run)}"
        for file in [*texts, *ROOT.glob("*.md")]
        for run in sorted(source_runs(file) & there)
    ]
    assert copied == []


def source_runs(file: Path) -> set[tuple[str, ...]]:
    """Every run of letters and digits in a file that is too long to be a term."""
    return runs(re.findall(r"[^\W_]+", file.read_text(encoding="utf-8").lower()), COPIED_FROM_SOURCE)


def test_no_question_names_a_person_or_a_number_that_is_personal() -> None:
    typed = [*(a.q for a in content().asked), *(s.q for s in content().signals)]
    assert [q for q in typed if re.search(r"[\w.]+@[\w.]+\.\w+|\b06[- ]?\d{8}\b", q)] == []


def own_folder(folder: Path, piece: str, text: str) -> Sources:
    file = folder / "own" / piece
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return Sources.of(folder / "own", folder)


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    own_folder(tmp_path, "roles.yaml", "7")
    own_folder(tmp_path, "glossary.yaml", "7")
    sources = own_folder(tmp_path, "questions/q.jsonl", "{half\n")
    with pytest.raises(ContentError) as caught:
        load_content(sources)
    assert {fault.file for fault in caught.value.faults} == {"roles.yaml", "glossary.yaml", "q.jsonl"}


def test_a_link_to_a_provision_that_is_not_there_is_told(tmp_path: Path) -> None:
    role = (SHIPPED / "roles.yaml").read_text(encoding="utf-8").replace("provisions: [", "provisions: [X-1, ", 1)
    own_folder(tmp_path, "roles.yaml", role)
    sources = own_folder(tmp_path, "questions/q.jsonl", '{"id": "X-2", "q": "wat", "voice": "wij"}\n')
    with pytest.raises(ContentError) as caught:
        load_content(sources)
    told = str(caught.value)
    assert "noemt afspraak 'X-1', en die bestaat niet" in told
    assert "questions (wij): X-2: deze afspraak bestaat niet: 'wat'" in told


def test_voices_can_be_held_back() -> None:
    without = content().without(["beleidsjurist"])
    assert {a.voice for a in content().asked} - {a.voice for a in without.asked} == {"beleidsjurist"}
    assert without.provisions == content().provisions


def test_faults_in_the_workflows_are_told_with_those_in_the_knowledge(tmp_path: Path) -> None:
    (tmp_path / "roles.yaml").write_text("- {}\n")
    (tmp_path / "consent.yaml").write_text("version: 1\n")
    (tmp_path / "reminders.yaml").write_text("- {}\n")
    (tmp_path / "contacts.csv").write_text("rol,naam\n")
    app = App(Settings.model_validate({"home": tmp_path / "data", "knowledge": tmp_path}))
    with pytest.raises(ContentError) as error:
        knowledge_check(app, Namespace())
    assert {fault.file for fault in error.value.faults} >= {"roles.yaml", "consent.yaml", "reminders.yaml"}
