"""The composition root: the one file that knows every concrete class and puts them together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.assistant import Assistant
from bot.settings import Settings
from knowledge.library import Library, Progress
from knowledge.sources import Sources


@dataclass(frozen=True)
class App:
    """The assembled product; parts are made when first used, so that a command pays only for what it needs."""

    settings: Settings
    progress: Progress = lambda _: None

    def now(self) -> datetime:
        """The moment, in the zone of the settings."""
        return datetime.now(self.settings.zone)

    @cached_property
    def sources(self) -> Sources:
        """The content files in force."""
        return Sources.of(self.settings.knowledge, self.settings.home)

    @cached_property
    def library(self) -> Library:
        """The opened index and contact list."""
        return Library.open(self.sources, self.settings.home, self.progress)

    @cached_property
    def assistant(self) -> Assistant:
        """Everything a person can talk to."""
        from bot.remembering import assemble  # the database; `ask` and `evaluate` do without

        return assemble(self.settings, self.library)


Clock = Callable[[], datetime]
