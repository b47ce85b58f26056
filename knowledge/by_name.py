"""An agreement called by its name: "IJ-3", "wat zegt UP-A-ouders-2?", "ijkpunt 3"."""

from collections.abc import Iterable, Iterator, Mapping

from knowledge.provisions import Provision
from knowledge.text import fold


def names_of(provisions: Iterable[Provision]) -> dict[str, str]:
    """What each provision is called, folded, with its id: the id itself, and the names the owner gave."""
    return {fold(name): p.id for p in provisions for name in (p.id, *p.called)}


def named(text: str, names: Mapping[str, str]) -> tuple[str, str]:
    """The one provision that a message calls by name and what is left without it; no id when there is none, or more."""
    folded = " ".join(fold(text).split())
    found = {name: names[name] for name in names if name in folded and any(_apart(name, folded))}
    if len(set(found.values())) != 1:
        return "", text
    for name in found:
        folded = " ".join(folded.replace(name, " ").split())
    return next(iter(found.values())), folded


def _apart(name: str, text: str) -> Iterator[bool]:
    """For each place where a name stands: whether it stands alone, so that "ijkpunt 1" is not read in "ijkpunt 12"."""
    at = text.find(name)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        yield not any(c.isalnum() or c == "-" for c in around)
        at = text.find(name, at + 1)
