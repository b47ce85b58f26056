"""Bars on standard error while something takes long: rich, only where somebody looks, and gone when it is done."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from prompts import render

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

Thing = TypeVar("Thing")


@dataclass
class BuildBar:
    """The bar while the index is built; says beforehand that it takes half a minute, also to a log."""

    say: Callable[[str], None]
    _shown: "RichProgress | None" = field(default=None, repr=False)

    def __call__(self, what: str, share: float) -> None:
        """Show how far it is: a share of 1 is done."""
        if self._shown is None:
            self.say(render("talk.building"))
            self._shown = _rich()
            self._shown.add_task("", total=1.0)
            self._shown.start()
        self._shown.update(self._shown.task_ids[0], completed=share, description=what)
        if share >= 1:
            self._shown.stop()
            self._shown = None


@dataclass(frozen=True)
class CountBar:
    """A bar that moves one on at a time."""

    shown: "RichProgress"

    def on(self, _: str = "", __: float = 0.0) -> None:
        """One more done."""
        self.shown.advance(self.shown.task_ids[0])

    def over(self, things: Iterable[Thing]) -> Iterator[Thing]:
        """The things, each counted when the next is asked for."""
        for thing in things:
            yield thing
            self.on()


@contextmanager
def counting(what: str, total: int) -> Iterator[CountBar]:
    """A bar for so many things, gone afterwards."""
    with _rich() as shown:
        shown.add_task(what, total=total)
        yield CountBar(shown)


def _rich() -> "RichProgress":
    from rich.console import Console  # 0.1 s; only when something takes long
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
