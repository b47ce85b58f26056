"""The one place that decides who answers: a command, a dialog that is under way, or the agreements."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.door import turned_away
from bot.messages import Incoming, Reply
from bot.permits import Deed, fits
from prompts import render

Answerer = Callable[[Incoming], Sequence[Reply]]

_MARKS = ("/", "!")  # Slack and the terminal write /mdo, Matrix !mdo


class Dialog(Protocol):
    """A conversation with steps of its own, such as the checklist."""

    commands: frozenset[str]
    """The words (without mark) that open it."""

    def command(self, incoming: Incoming, words: str) -> Sequence[Reply]:
        """Answer `/command words`."""
        ...

    def take(self, incoming: Incoming, answer: Answerer) -> Sequence[Reply] | None:
        """Answer a message when it belongs to a step under way, else None; `answer` answers a question in between."""
        ...


@dataclass(frozen=True)
class Assistant:
    """Everything a person can talk to, behind one door."""

    answer: Answerer
    dialogs: Sequence[Dialog]
    forget: Callable[[Incoming], None] = lambda _: None

    def handle(self, incoming: Incoming) -> Sequence[Reply]:
        """What to say to one message; a message that was taken away is forgotten, and a file is not read."""
        if incoming.withdrawn:
            self.forget(incoming)
            return []
        if not fits(Deed.ASK, incoming.room):
            return _elsewhere(incoming)
        if incoming.files and not incoming.text.strip():
            return [Reply(render("talk.no_files"))]
        replies = self._replies(incoming)
        return [Reply(render("talk.files_unread")), *replies] if incoming.files else replies

    def _replies(self, incoming: Incoming) -> Sequence[Reply]:
        name, words = split_command(incoming.text)
        for dialog in self.dialogs:
            if name in dialog.commands:
                return dialog.command(incoming, words)
        for dialog in self.dialogs:
            replies = dialog.take(incoming, self.answer)
            if replies is not None:
                return replies
        return self.answer(incoming)

    @property
    def commands(self) -> Mapping[str, Dialog]:
        """Every command with the dialog behind it."""
        return {name: dialog for dialog in self.dialogs for name in sorted(dialog.commands)}


def _elsewhere(incoming: Incoming) -> Sequence[Reply]:
    """Where people of another organisation read along nothing is answered, but whom to call in danger."""
    return [Reply(turned_away(incoming.text, render("talk.shared_room")))]


def split_command(text: str) -> tuple[str, str]:
    """The command word and the rest of a message; an empty word when it is no command."""
    text = text.strip()
    if not text.startswith(_MARKS):
        return "", text
    name, _, rest = text[1:].partition(" ")
    return name.lower(), rest.strip()
