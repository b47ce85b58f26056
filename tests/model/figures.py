"""`python -m tests.model.figures`: what each check catches and wrongly drops, and what leaves."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from knowledge.library import Library
from knowledge.phrasing.keeping import CHECKS, Said, keep
from knowledge.sources import Sources
from tests.model.attacks import Attack, every_lie, from_written_ways, is_told
from tests.model.children import NAMES, UNLISTED
from tests.model.content import LOOKED_AT, OWN_WAY, UNSEEN, Good, by_hand, composed, hand, heldout, is_shown
from tests.model.content import rows as rows_of
from tests.model.test_leaving import share_stopped


def main() -> None:
    """Print every figure of docs/model.md."""
    _print_hands()
    lies = every_lie()
    _print_checks(lies)
    made = list(from_written_ways())
    print(f"\nmade of the written ways: {sum(map(is_told, made))} of {len(made)} lies shown")
    print(f"all together: {sum(map(is_told, lies))} of {len(lies)} lies shown")
    for kind, times in Counter(lie.check for lie in lies).items():
        print(f"  {kind:12} {times:5} lies, {sum(is_told(lie) for lie in lies if lie.check == kind)} shown")
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Sources(), Path(folder))
        for names, name in ((NAMES, "seeded"), (UNLISTED, "on no list")):
            for lower, how in ((False, "with a capital"), (True, "all in lower case")):
                share = share_stopped(library, lower, names)
                print(f"questions with a child's name that do not leave, {name}, {how}: {share:.1%}")


def _print_checks(lies: Sequence[Attack]) -> None:
    """What each check catches alone, and in what share of the good answers it drops a sentence."""
    looked_at = [*by_hand(), *composed(), *(answer for name in LOOKED_AT for answer in hand(name).good)]
    sets = [("looked at", looked_at), *((name, hand(name).good) for name in UNSEEN)]
    heads = "".join(f"{f'{name}, {len(answers)}':>16}" for name, answers in sets)
    print(f"\n{'check alone':12} {f'of {len(lies)} lies':>14} {'only by it':>11}   good answers hit: {heads}")
    caught = [_caught(lie) for lie in lies]
    for name in ("source", *CHECKS):
        hits = [0.0 if name == "source" else _share_hit(answers, name) for _, answers in sets]
        alone = sum(found == {name} for found in caught)
        told = "".join(f"{hit:16.1%}" for hit in hits)
        print(f"{name:12} {sum(name in found for found in caught):14} {alone:11} {'':21}{told}")


def _print_hands() -> None:
    print(
        f"{'good answers by':34} {'sentences':>9} {'dropped':>15} {'answers':>8} {'with one dropped':>17}"
        f" {'plain':>6}  lies shown"
    )
    for name in UNSEEN:
        _print_good(f"{name} (unseen)", hand(name).good, hand(name).lies)
        if hand(name).loose:
            _print_good(f"{name} (unseen), loose", hand(name).loose)
    _print_good(f"{OWN_WAY} (half in its own words)", hand(OWN_WAY).good)
    _print_earlier()
    for name in LOOKED_AT:
        _print_good(f"{name} (looked at)", hand(name).good, hand(name).lies)
    _print_good("the first hand (looked at)", by_hand())
    _print_good("composed (looked at)", composed())


def _print_earlier() -> None:
    """The hand of an earlier version; it counts "Zeggen ouders nee? Dan ..." as two sentences: any number will do."""
    lies = sum(is_shown(text, id) for number, id, text in heldout() if not number)
    good = [is_shown(text, id) for number, id, text in heldout() if number]
    dropped = len(good) - sum(good)
    print(
        f"{'an earlier hand':34} {len(good):9} {dropped:6} ({dropped / len(good):5.1%}) {'':36}"
        f"{lies} of {len(heldout()) - len(good)}"
    )


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


def _share_hit(answers: Sequence[Good], name: str) -> float:
    check = {name: CHECKS[name]}
    return sum(bool(keep(answer.said(), rows_of(answer.id), check).dropped) for answer in answers) / len(answers)


if __name__ == "__main__":
    main()
