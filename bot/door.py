"""The one broad error boundary: whatever goes wrong inside, a person gets a Dutch sentence and the log gets no text."""

import logging
from collections.abc import Callable, Sequence

from bot.logs import place
from bot.messages import Incoming, Reply
from bot.storage.database import StorageError
from bot.vault import VaultError
from knowledge.danger import perhaps
from prompts import render

log = logging.getLogger("wegwijzer")


def guarded(handle: Callable[[Incoming], Sequence[Reply]]) -> Callable[[Incoming], Sequence[Reply]]:
    """`handle` with every failure told kindly; whom to call in danger is told even when all else is broken."""

    def safe(incoming: Incoming) -> Sequence[Reply]:
        try:
            return handle(incoming)
        except (StorageError, VaultError) as error:
            if incoming.person.platform == "terminal":  # who types here is who can mend it
                return _broken(incoming, str(error))
            log.error("cannot keep or read: %s: %s", type(error).__name__, error)  # noqa: TRY400 - a traceback can hold text
            return _broken(incoming, render("talk.no_storage"))
        except Exception as error:  # the door: see the module's first line
            frame = place(error.__traceback__)  # no message: that may hold what a person typed
            log.error("unexpected %s at %s", type(error).__name__, frame)  # noqa: TRY400 - as above
            return _broken(incoming, render("talk.broken", code=frame))

    return safe


def first_aid(incoming: Incoming) -> Sequence[Reply]:
    """What to answer at once when nothing can be kept: whom to call in danger, and that the rest must be said again."""
    return _broken(incoming, render("talk.not_kept"))


def turned_away(text: str, refusal: str) -> str:
    """What is said to somebody who is not let in: the refusal, and when they may speak of danger whom to call."""
    return f"{render('answer.safety')}\n\n{refusal}" if _may_be_danger(text) else refusal


def _broken(incoming: Incoming, told: str) -> list[Reply]:
    """What went wrong. Nothing can be judged now, so the numbers are there in any case: in front, or at the end."""
    if _may_be_danger(incoming.text):
        return [Reply(render("answer.safety")), Reply(told)]
    return [Reply(f"{told} {render('talk.in_danger')}")]


def _may_be_danger(text: str) -> bool:
    try:
        return perhaps(text)
    except Exception:  # even the list of words is gone
        return True
