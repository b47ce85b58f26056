"""`evaluate` with and without the language model: the same questions twice, the figures side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.phrasing.phraser import Phraser
from knowledge.answering import Asker
from knowledge.evaluation import Evaluation, Labelled, Tally, count, evaluate
from knowledge.library import Library


@dataclass(frozen=True)
class Comparison:
    """Both runs, and what the model did meanwhile (counts)."""

    without: Evaluation
    with_model: Evaluation
    counts: Mapping[str, int]


def compare(library: Library, questions: Sequence[Labelled], asker: Asker, phraser: Phraser) -> Comparison:
    """Answer every question without and with the model, and count the same things."""
    tally, rows = Tally(), []
    for question in questions:
        reply = phraser.answer(library, question.q, asker, question.history).as_json(library)
        rows.append({"id": question.id, **reply})
        if question.kind:
            count(tally, question, reply)
    return Comparison(evaluate(library, questions, asker), Evaluation(tally.shares(), rows), phraser.counts())


def as_columns(found: Comparison, model: str) -> str:
    """The figures as lines: name, without, with, number of questions; then the counts."""
    lines = [f"{'':44} {'zonder':>8} {model[:24]:>24}"]
    for name, without in found.without.metrics.items():
        model_s = found.with_model.metrics.get(name)
        if isinstance(without, dict) and isinstance(model_s, dict):
            lines.append(f"{name:44} {without['value']:8.3f} {model_s['value']:24.3f}  n={without['n']}")
    return "\n".join([*lines, "", *(f"{name:44} {times}" for name, times in found.counts.items())])
