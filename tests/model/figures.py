"""`python -m tests.model.figures`: what each check catches and wrongly drops, and what leaves.

`rows` is for the fault table.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.phrasing.chat_model import ChatModel
from bot.phrasing.phraser import Phraser
from knowledge.library import Library
from knowledge.phrasing.keeping import CHECKS, Said, keep
from knowledge.sources import Sources
from tests.faults.delivery import Row
from tests.model.attacks import Attack, attacks, is_told
from tests.model.content import Good, by_hand, composed, heldout, is_shown
from tests.model.content import rows as rows_of
from tests.model.injections import questions
from tests.model.standin import running
from tests.model.test_leaving import escaped, misled, obedient, share_stopped
from tests.model.test_wire import good, told_through_the_wire


def main() -> None:
    """Print every figure of docs/model.md."""
    _print_heldout()
    lies, answers = attacks(), [*by_hand(), *composed()]
    print(f"{len(lies)} lies; {len(answers)} good answers: {len(by_hand())} by hand, {len(composed())} composed\n")
    print(f"{'check alone':12} {'lies caught':>12} {'only by it':>11} {'good answers hit':>17}")
    caught = [_caught(lie) for lie in lies]
    for name in ("source", *CHECKS):
        alone = sum(found - {"anchor"} in ({name}, set()) and name in found for found in caught)
        hit = 0 if name == "source" else sum(_is_hit(answer, name) for answer in answers)
        print(f"{name:12} {sum(name in found for found in caught):12} {alone:11} {hit:8} ({hit / len(answers):5.1%})")
    print(f"\nall together: {sum(map(is_told, lies))} of {len(lies)} lies shown")
    for kind, times in Counter(lie.check for lie in lies).items():
        print(f"  {kind:12} {times:5} lies, {sum(is_told(lie) for lie in lies if lie.check == kind)} shown")
    for name, said in (("by hand", by_hand()), ("composed", composed())):
        _print_good(name, said)
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Sources(), Path(folder))
        for lower, name in ((False, "with a capital"), (True, "all in lower case")):
            print(f"questions with a child's name that do not leave, {name}: {share_stopped(library, lower):.1%}")


def _print_heldout() -> None:
    lies = [is_shown(text, id) for number, id, text in heldout() if not number]
    good = [_is_kept(text, id, number) for number, id, text in heldout() if number]
    print("HELD OUT (written before the checks, measured once)")
    print(f"  {sum(lies)} of {len(lies)} lies are shown")
    print(f"  {len(good) - sum(good)} of {len(good)} good sentences are dropped\n")
    print("LOOKED AT WHILE THE WORD LISTS GREW")


def _is_kept(text: str, id: str, number: int) -> bool:
    """The file numbers "Zeggen ouders nee? Dan ..." as two sentences, so any of the provision's will do."""
    return bool(number) and is_shown(text, id)


def _caught(lie: Attack) -> set[str]:
    """The checks that stop a lie for every sentence it may name."""
    sources = [lie.source] if lie.source else list(rows_of(lie.id)[0].sources)
    if not set(sources) & rows_of(lie.id)[0].sources.keys():
        return {"source"}
    return {name for name, check in CHECKS.items() if not _passes(lie, sources, name)}


def _passes(lie: Attack, sources: Sequence[str], name: str) -> bool:
    return any(keep([Said(lie.text, source)], rows_of(lie.id), {name: CHECKS[name]}).kept for source in sources)


def _is_hit(answer: Good, name: str) -> bool:
    return bool(keep(answer.said(), rows_of(answer.id), {name: CHECKS[name]}).dropped)


def _print_good(name: str, answers: Sequence[Good]) -> None:
    kept = [keep(answer.said(), rows_of(answer.id)) for answer in answers]
    said = sum(len(answer.sentences) for answer in answers)
    dropped, hit = sum(len(k.dropped) for k in kept), sum(bool(k.dropped) for k in kept)
    print(
        f"good, {name}: {dropped} of {said} sentences dropped, in {hit} of {len(answers)} answers;"
        f" {sum(not k.text for k in kept)} fall back to the plain answer"
    )


def rows(quick: bool = False) -> Iterator[Row]:
    """The language model's rows of the fault table; the long run sends every lie through a real server."""
    lies = attacks()[::10] if quick else attacks()
    asked = questions()[::10] if quick else questions()
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Sources(), Path(folder))
        with running(good) as server:
            phraser = Phraser(ChatModel("openai:mock", server.url, 8.0, {}))
            told = told_through_the_wire(library, server, phraser, lies)
        how = "a server on loopback; digits, roles, negations, order, conditions, links, sources, shapes"
        yield Row("a language model lies", how, "no unsupported fact shown", len(lies), len(told))
        unseen = [(id, text) for number, id, text in heldout() if not number]
        shown = sum(is_shown(text, id) for id, text in unseen)
        yield Row(
            "a language model lies in the provision's words", "by hand, held out", "none shown", len(unseen), shown
        )
        with running(obedient) as server:
            phraser = Phraser(ChatModel("openai:mock", server.url, 8.0, {}))
            wrong = misled(library, server, phraser, asked)
            promised = "no order, link, number, prompt or other room shown"
            yield Row("a question tells the model what to do", "it obeys", promised, len(asked), len(wrong))
            out = escaped(library, server, phraser, share=8 if quick else 1)
            promised = "no number, address, contact or BSN sent"
            yield Row("questions with all that is personal", "all that was sent", promised, len(server.calls), len(out))


if __name__ == "__main__":
    main()
