"""Faults in a graph of steps: where it leads nowhere, runs in circles, or names what does not exist.

Looks at the file as it was read, not at a valid flowchart, so that wrong fields and wrong edges are told at once.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from knowledge.text import fold
from prompts import blanks

BLANKS = frozenset({"speakers", "consenters", "counterpart", "lead"})
"""What a question can leave open; filled from the earlier answers."""

CONSENT_VALUES = ("ja", "deels", "verschilt", "nee", "niet gevraagd")
"""The choices of a step with input: consent; the record of consents decides which one holds."""

RESERVED = frozenset("terug later stop status waarom help wijzig ? vorige pauze pauzeren stoppen hulp".split())
"""The words that mean the same at every step; no choice can have one of them as its value."""


@dataclass(frozen=True)
class Node:
    """A step as it stands in the file, whatever is wrong with it."""

    id: str
    to: tuple[str, ...]
    choices: tuple[Mapping[str, Any], ...]
    item: Mapping[str, Any]

    @property
    def place(self) -> str:
        """How a fault names this step."""
        return f"stap '{self.id}'"


def graph_faults(content: Mapping[str, Any], provisions: Set[str]) -> Iterator[tuple[str, str]]:
    """Every (place, fault) of a graph."""
    nodes = [_node(item) for item in content["steps"] if isinstance(item, dict) and item.get("id")]
    yield from _edges(nodes, str(content.get("start", "")))
    for node in nodes:
        yield from ((node.place, what) for what in (*_form(node), *_values(node), *_words(node)))
    for item in (*content["steps"], *(content.get("events") or [])):
        yield from _provisions(item, provisions)


def _node(item: Mapping[str, Any]) -> Node:
    listed = item.get("choices")
    choices = tuple(c for c in listed if isinstance(c, dict)) if isinstance(listed, list) else ()
    to = [str(c["to"]) for c in choices if c.get("to")] + ([str(item["next"])] if item.get("next") else [])
    return Node(str(item["id"]), tuple(to), choices, item)


def _edges(nodes: Sequence[Node], start: str) -> Iterator[tuple[str, str]]:
    ids = [node.id for node in nodes]
    steps = ", ".join(ids)
    if start not in ids:
        yield "start", f"stap '{start}' bestaat niet. Stappen: {steps}"
    for node in nodes:
        if ids.count(node.id) > 1:
            yield node.place, "komt twee keer voor; geef elke stap een eigen id"
        for target in node.to:
            if target not in ids:
                yield node.place, f"leidt naar '{target}', en die stap bestaat niet. Stappen: {steps}"
    by_id = {node.id: node for node in nodes}
    if start in ids:
        for id in sorted(set(ids) - reachable({n.id: n.to for n in nodes}, start)):
            yield f"stap '{id}'", "is vanaf het begin niet te bereiken; leid er een keuze heen of verwijder de stap"
    for id in ids:
        if any(id in reachable({n.id: n.to for n in nodes}, to) for to in by_id[id].to if to in by_id):
            yield f"stap '{id}'", "leidt terug naar zichzelf; de weg loopt rond en komt nooit aan"


def reachable(edges: Mapping[str, Sequence[str]], start: str) -> set[str]:
    """The steps one can come to from a step, that step included."""
    found: set[str] = set()
    todo = [start]
    while todo:
        id = todo.pop()
        if id in edges and id not in found:
            found.add(id)
            todo += edges[id]
    return found


def _form(node: Node) -> Iterator[str]:
    outcome, question = node.item.get("outcome"), node.item.get("question")
    if not node.to and not outcome:
        yield "loopt dood: geef choices, next of outcome"
    if node.to and outcome:
        yield "is een einde (outcome) en leidt toch verder; kies één van beide"
    if node.to and not question:
        yield "heeft keuzes maar geen vraag (question)"
    if node.item.get("next") and not node.item.get("input"):
        yield "heeft next zonder input: geef choices, of zeg met input wat er gevraagd wordt"
    if node.item.get("input") not in (None, "", "consent") and not node.item.get("next"):
        yield "heeft input zonder next: zeg met next welke stap volgt"


def _values(node: Node) -> Iterator[str]:
    values = [fold(str(choice.get("value", ""))) for choice in node.choices]
    for value in sorted({v for v in values if values.count(v) > 1}):
        yield f"keuze '{value}' komt twee keer voor"
    for value in sorted(set(values) & RESERVED):
        yield f"keuze '{value}' is een vast woord ({', '.join(sorted(RESERVED))}); kies een ander woord"
    if node.item.get("input") == "consent":
        for value in CONSENT_VALUES:
            if value not in values:
                yield f"keuze '{value}' ontbreekt; een stap met input: consent heeft {', '.join(CONSENT_VALUES)}"


def _words(node: Node) -> Iterator[str]:
    try:
        unknown = blanks(str(node.item.get("question") or "")) - BLANKS
    except ValueError:
        yield "question: een losse { of }; schrijf {speakers}, of laat de accolade weg"
        return
    for blank in sorted(unknown):
        yield f"question: {{{blank}}} is onbekend. Bekend: {', '.join(sorted(BLANKS))}"


def _provisions(item: Any, provisions: Set[str]) -> Iterator[tuple[str, str]]:
    cited = item.get("provisions") if isinstance(item, dict) else None
    for id in cited if isinstance(cited, list) else ():
        if id not in provisions:
            yield f"stap '{item.get('id')}'", f"noemt afspraak '{id}', en die bestaat niet"
