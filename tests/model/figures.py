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
from tests.model.children import NAMES, UNLISTED
from tests.model.content import LOOKED_AT, UNSEEN, Good, by_hand, composed, hand, heldout, is_shown
from tests.model.content import rows as rows_of
from tests.model.injections import questions
from tests.model.standin import running
from tests.model.test_leaving import escaped, misled, obedient, share_stopped
from tests.model.test_wire import good, told_through_the_wire


def main() -> None:
    """Print every figure of docs/model.md."""
    _print_hands()
    lies, answers = attacks(), [*by_hand(), *composed()]
    print(f"\n{len(lies)} lies; {len(answers)} good answers: {len(by_hand())} by hand, {len(composed())} composed\n")
    print(f"{'check alone':12} {'lies caught':>12} {'only by it':>11} {'good answers hit':>17}")
    caught = [_caught(lie) for lie in lies]
    for name in ("source", *CHECKS):
        alone = sum(found == {name} for found in caught)
        hit = 0 if name == "source" else sum(_is_hit(answer, name) for answer in answers)
        print(f"{name:12} {sum(name in found for found in caught):12} {alone:11} {hit:8} ({hit / len(answers):5.1%})")
    print(f"\nall together: {sum(map(is_told, lies))} of {len(lies)} lies shown")
    for kind, times in Counter(lie.check for lie in lies).items():
        print(f"  {kind:12} {times:5} lies, {sum(is_told(lie) for lie in lies if lie.check == kind)} shown")
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Sources(), Path(folder))
        for names, name in ((NAMES, "seeded"), (UNLISTED, "on no list")):
            for lower, how in ((False, "with a capital"), (True, "all in lower case")):
                share = share_stopped(library, lower, names)
                print(f"questions with a child's name that do not leave, {name}, {how}: {share:.1%}")


def _print_hands() -> None:
    print(
        f"{'good answers by':34} {'sentences':>9} {'dropped':>15} {'answers':>8} {'with one dropped':>17}"
        f" {'plain':>6}  lies shown"
    )
    for name in UNSEEN:
        _print_good(f"{name} (unseen)", hand(name).good, hand(name).lies)
        _print_good(f"{name} (unseen), loose", hand(name).loose)
    old = [(id, text) for number, id, text in heldout() if not number]
    said = [Good(id, ((number, text),)) for number, id, text in heldout() if number]
    _print_good("an earlier hand", said, old)
    for name in LOOKED_AT:
        _print_good(f"{name} (looked at)", hand(name).good, hand(name).lies)
    _print_good("the first hand (looked at)", by_hand())
    _print_good("composed (looked at)", composed())


def _print_good(name: str, answers: Sequence[Good], lies: Sequence[tuple[str, str]] = ()) -> None:
    """One line: sentences dropped, answers with a sentence dropped, answers that fall back, lies shown."""
    kept = [keep(answer.said(), rows_of(answer.id)) for answer in answers]
    said, dropped = sum(len(answer.sentences) for answer in answers), sum(len(k.dropped) for k in kept)
    hit, plain = sum(bool(k.dropped) for k in kept), sum(not k.text for k in kept)
    shown = f"{sum(is_shown(text, id) for id, text in lies)} of {len(lies)}" if lies else ""
    print(
        f"{name:34} {said:9} {dropped:6} ({dropped / said:5.1%}) {len(answers):8} {hit:8} ({hit / len(answers):5.1%})"
        f" {plain:6}  {shown}"
    )


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
