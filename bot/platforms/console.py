"""The terminal: the first platform. Colours and history for a person, plain lines for a pipe."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.messages import Choice, Incoming, Person, Reply
from bot.platforms import Handler
from bot.rating import UP
from prompts import render

if TYPE_CHECKING:
    from bot.waking import Waking

SAVED = "bestanden"
"""Where in the data folder the files of replies are saved."""

_WIDTH = 88


class Console:
    """A conversation in a terminal or through a pipe; a file that comes with a reply is saved in SAVED."""

    name = "terminal"

    def __init__(
        self,
        person: Person,
        now: Callable[[], datetime],
        home: Path,
        greeting: str,
        source: TextIO = sys.stdin,
        sink: TextIO = sys.stdout,
    ) -> None:
        self._person, self._now, self._home, self._greeting = person, now, home, greeting
        self._source, self._sink = source, sink
        self._choices: Sequence[Choice] = ()

    async def run(self, handle: Handler, waking: "Waking | None" = None) -> None:
        """Read a line, answer it, until the end of input; show what falls due meanwhile."""
        interactive = self._source.isatty() and self._sink.isatty()
        if not interactive:
            await self._pipe(handle, waking)
            return
        beside = asyncio.create_task(waking.run()) if waking else None
        try:
            await self._talk(handle)
        finally:
            if beside:
                beside.cancel()

    def show(self, reply: Reply) -> None:
        """Show what nobody asked for. Its choices get no numbers: those belong to the question that stands open."""
        lines = [reply.text, *(f"- {choice.label}: typ `{choice.value}`" for choice in reply.choices)]
        if self._sink.isatty():
            from rich.console import Console as Screen
            from rich.markdown import Markdown

            Screen(file=self._sink).print(Markdown("\n".join(lines)))
        else:
            print("\n".join(lines), end="\n\n", file=self._sink, flush=True)

    async def _pipe(self, handle: Handler, waking: "Waking | None") -> None:
        for line in self._source:
            if line.strip():
                for reply in handle(self.to_incoming(line)):
                    print(self.to_text(reply), end="\n\n", file=self._sink, flush=True)
            if waking:
                await waking.once()

    async def _talk(self, handle: Handler) -> None:
        from prompt_toolkit import PromptSession  # a pipe needs neither of these, and they take 0.3 s
        from prompt_toolkit.history import InMemoryHistory
        from prompt_toolkit.patch_stdout import patch_stdout
        from rich.console import Console as Screen
        from rich.markdown import Markdown

        screen = Screen(file=self._sink, width=min(_WIDTH, Screen(file=self._sink).width))
        screen.print(Markdown(self._greeting))
        # What people type is about children: the history lasts as long as the session and is in no file.
        session: PromptSession[str] = PromptSession("\n> ", history=InMemoryHistory())
        told = False
        while True:
            try:
                with patch_stdout(raw=True):
                    line = await session.prompt_async()
            except (EOFError, KeyboardInterrupt):
                return
            if line.strip():
                with screen.status("…"):
                    replies = handle(self.to_incoming(line))
                for reply in replies:
                    screen.print(Markdown(self.to_text(reply)))
                if not told and any(offer.label == UP for reply in replies for offer in reply.offers):
                    told = True  # once: there are no buttons here
                    screen.print(Markdown(render("talk.rate")))

    def to_incoming(self, line: str) -> Incoming:
        """A typed line as a message; a number picks from the choices shown last."""
        text = line.strip()
        if text.isdecimal() and 1 <= int(text) <= len(self._choices):
            text = self._choices[int(text) - 1].value
        return Incoming(self._person, text, self._now(), conversation=f"terminal:{self._person.id}")

    def to_text(self, reply: Reply) -> str:
        """A reply as Markdown with numbered choices; remembers them, and saves what is attached."""
        self._choices = reply.choices
        lines = [reply.text]
        if reply.choices:
            lines.append("\n".join(f"{n}. {choice.label}" for n, choice in enumerate(reply.choices, 1)))
        lines += [f"Bestand: {self._save(a.name, a.content)}" for a in reply.attachments]
        return "\n\n".join(lines)

    def _save(self, name: str, content: bytes) -> Path:
        folder = self._home / SAVED
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / Path(name).name
        path.write_bytes(content)
        return path
