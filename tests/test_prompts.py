"""The sentences: each is used, each use fits. A name put together in code stands in BUILT with all that it can be."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from knowledge.answering import _TOPICS
from knowledge.vocabulary import Kind
from knowledge.wording import _LABELS
from prompts import blanks, render

ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "knowledge", "workflows")


def _rules_without_own_words() -> set[str]:
    rules = yaml.safe_load((ROOT / "workflows" / "reminders.yaml").read_text(encoding="utf-8"))["rules"]
    needy = {f"{rule['id']}_without" for rule in rules if rule.get("needs") and not rule.get("say_without")}
    return {rule["id"] for rule in rules if not rule.get("say")} | needy


BUILT = {
    "talk.{}": {*(topic for topic, _ in _TOPICS), "empty"},
    "answer.{}": set(_LABELS.values()),
    "lookup.{}": {"stroomschema", "placemat"},
    "reminders.{}": _rules_without_own_words(),
    "answer.crisis_{}": {"112", "113", "veilig_thuis"},
    "answer.call_unknown_{}": {"school", "municipality"},
}
"""Names of which the code fills in a part: {} stands for that part, the set for all that it can be."""

NAMED_ELSEWHERE = {"case.{}", "command.{}", "documents.{}"}
"""Names of which a helper gets the key as a literal from its callers: any such literal in code counts as use."""


@cache
def sentences() -> dict[str, str]:
    return {
        f"{file.stem}.{key}": str(value)
        for file in sorted((ROOT / "prompts").glob("*.toml"))
        for key, value in tomllib.loads(file.read_text(encoding="utf-8")).items()
    }


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    return tuple((str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))) for file in files)


@cache
def literals() -> set[str]:
    return {
        node.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def calls() -> Iterator[tuple[str, str, set[str | None]]]:
    """Every rendering: its place, the name (with {} for what is filled in), and what it fills the blanks with."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "render":
                first = node.args[0]
                for one in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                    yield f"{name}:{node.lineno}", shape(one), {keyword.arg for keyword in node.keywords}


def shape(node: ast.expr) -> str:
    """The name with {} for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(shape, parts))
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return shape(left) + shape(right)
    return "{}"


@cache
def built() -> dict[str, str]:
    """Every name with a filled-in part, with a place where it is rendered."""
    return {name: place for place, name, _ in calls() if "{}" in name and name != "{}"}


def spelled() -> set[str]:
    return {name.replace("{}", part) for name, parts in BUILT.items() for part in parts}


def is_used(name: str) -> bool:
    if name in literals() or name in spelled():
        return True
    if any(matches(pattern, name) for pattern in NAMED_ELSEWHERE) and name.partition(".")[2] in literals():
        return True
    # A name with a fixed beginning after its topic ("reminders.click_{}") stands for all that begin so.
    return any(matches(p, name) for p in built() if not p.endswith(".{}") and p not in BUILT)


def matches(pattern: str, name: str) -> bool:
    return re.fullmatch(pattern.replace("{}", r"\w+"), name) is not None


def test_every_sentence_is_said_somewhere() -> None:
    assert [name for name in sentences() if not is_used(name)] == []


def test_every_name_put_together_in_code_is_known_here() -> None:
    whole = {name: place for name, place in built().items() if name.endswith(".{}")}
    assert {name: place for name, place in whole.items() if name not in {*BUILT, *NAMED_ELSEWHERE}} == {}


def test_every_part_that_is_filled_in_gives_a_sentence() -> None:
    assert spelled() - sentences().keys() == set()
    assert set(_LABELS) <= set(Kind)


def test_every_literal_name_exists_and_gets_exactly_its_blanks() -> None:
    wrong = []
    for place, name, given in calls():
        if "{}" not in name and name not in sentences():
            wrong.append(f"{place}: no sentence {name}")
        elif "{}" not in name and None not in given and given != (has := blanks(sentences()[name])):
            wrong.append(f"{place}: {name} has {sorted(has)}, gets {sorted(map(str, given))}")
    assert wrong == []


def test_a_blank_too_many_or_too_few_is_refused_with_the_names() -> None:
    with pytest.raises(KeyError, match=r"'call_person' has blanks \['people', 'the'\], got \['the'\]"):
        render("answer.call_person", the="de IB'er")
    with pytest.raises(KeyError, match=r"got \['x'\]"):
        render("answer.clarify", x=1)


def test_an_unknown_sentence_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"prompts/answer\.toml: no sentence 'onzin'. Sentences: also, "):
        render("answer.onzin")


def test_a_sentence_is_filled_in() -> None:
    assert render("answer.call_person", the="de IB'er", people="Iris {x}") == "**Bel eerst de IB'er**: Iris {x}"
