"""The figures of a running bot, as Prometheus reads them; the one home of its client. Ids of ours and counts only."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.app import App
from bot.pulse import CLOCK, WORKER
from bot.storage.database import HEAD
from bot.storage.letters import State
from bot.watching import Watch

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_COUNTED = {
    "events": ("Messages, presses and commands that were kept.", ("platform",)),
    "posts": ("Tries to place an answer, reminder or alarm.", ("platform", "kind", "outcome")),
    "reminders_late": ("Reminders that went so late that they said so.", ("platform",)),
}
"""What `Counts` holds, by name: what it says, and its labels."""


def figures(app: App, watch: Watch) -> bytes:
    """Everything, in the text format; it looks in the database, so not on the event loop."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(app, watch))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


@dataclass(frozen=True, eq=False)
class Figures(Collector):
    """Collects at the moment it is asked; what cannot be read now, such as a locked database, is left out."""

    app: App
    watch: Watch

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        yield InfoMetricFamily("wegwijzer_build", "What runs.", build())
        yield from self._counted()
        yield from self._health()
        yield from self._model()
        try:
            yield from self._waiting()
        except Exception:
            yield GaugeMetricFamily("wegwijzer_database_up", "Whether the database can be read.", 0)

    def _counted(self) -> Iterator[Metric]:
        for name, (text, labels) in _COUNTED.items():
            family = CounterMetricFamily(f"wegwijzer_{name}", text, labels=labels)
            for values, times in self.app.counts.of(name).items():
                family.add_metric(values, times)
            yield family

    def _health(self) -> Iterator[Metric]:
        complaints = self.watch.complaints()
        yield GaugeMetricFamily("wegwijzer_healthy", "Whether all is well, as /health says.", not complaints)
        up = GaugeMetricFamily("wegwijzer_platform_up", "Whether a platform is heard.", labels=["platform"])
        silent = GaugeMetricFamily(
            "wegwijzer_platform_silent_seconds",
            "Since its last sign of life; 0 where none can be had.",
            labels=["platform"],
        )
        own = GaugeMetricFamily("wegwijzer_platform", "Counts of a platform's own.", labels=["platform", "what"])
        for name, connection in self.watch.connections.items():
            up.add_metric([name], name not in complaints)
            silent.add_metric([name], connection.silence())
            for what, count in connection.figures().items():
                own.add_metric([name, what], count)
        yield from (up, silent, own)
        age = GaugeMetricFamily("wegwijzer_round_age_seconds", "Since the last good round of a part.", labels=["part"])
        for part in (CLOCK, WORKER):
            age.add_metric([part], self.watch.pulse.age(part))
        yield age

    def _model(self) -> Iterator[Metric]:
        family = CounterMetricFamily("wegwijzer_model", "What the language model was asked and gave.", labels=["what"])
        for what, times in (self.app.phraser.counts() if self.app.phraser else {}).items():
            family.add_metric([what], times)
        yield family

    def _waiting(self) -> Iterator[Metric]:
        now = self.app.now()
        waiting, outbox = self.app.inbox.count(), self.app.outbox.counts()
        yield GaugeMetricFamily("wegwijzer_database_up", "Whether the database can be read.", 1)
        yield GaugeMetricFamily("wegwijzer_inbox_waiting", "Messages that are not answered yet.", waiting)
        states = GaugeMetricFamily(
            "wegwijzer_outbox", "Posts by state; look and dead wait for a person.", labels=["state"]
        )
        for state in State:
            states.add_metric([state.value], outbox.get(state, 0))
        yield states
        for name, since in (("inbox", self.app.inbox.oldest()), ("outbox", self.app.outbox.oldest(now))):
            wait = (now - since).total_seconds() if since else 0.0
            yield GaugeMetricFamily(
                f"wegwijzer_{name}_oldest_seconds", f"How long the oldest in the {name} waits.", max(wait, 0.0)
            )


def build() -> dict[str, str]:
    """Which program this is, on what."""
    try:
        ours = version("wegwijzer")
    except PackageNotFoundError:
        ours = "unknown"
    return {"version": ours, "python": platform.python_version(), "tables": HEAD}
