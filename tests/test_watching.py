"""The watchdog: what lasts is told once, what passes is not, and what is wrong inside counts too."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.delivery import Delivery
from bot.platforms.screen import Screen
from bot.pulse import CLOCK, WORKER, Pulse
from bot.storage.database import StorageError
from bot.watching import CALM, LASTS, SILENT, STILL, Watch

START = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


@dataclass
class Line:
    """A platform with what a test says of it."""

    said: str = ""
    quiet: float = 0.0
    delivery: Delivery = field(default_factory=lambda: Screen(print))

    async def listen(self) -> None:
        """Nothing comes."""

    def trouble(self) -> str:
        return self.said

    def advice(self) -> str:
        return ""

    def silence(self) -> float:
        return self.quiet

    def figures(self) -> dict[str, int]:
        return {}


@dataclass
class Scene:
    """A watch over one platform, with a hand on the clock."""

    line: Line = field(default_factory=Line)
    passed: float = 0.0
    posts: list[tuple[str, str]] = field(default_factory=list)
    full: bool = False

    def __post_init__(self) -> None:
        self.pulse = Pulse(lambda: self.passed)
        self.watch = Watch({"slack": self.line}, self.pulse, lambda: START + timedelta(seconds=self.passed), self._post)

    def _post(self, key: str, text: str) -> None:
        if self.full:
            raise StorageError("De schijf is vol.")
        self.posts.append((key, text))

    def spend(self, span: timedelta, alive: bool = True) -> None:
        """Let time pass with a look every ten seconds; the parts inside do their rounds when `alive`."""
        for _ in range(int(span.total_seconds() / 10)):
            self.passed += 10
            if alive:
                self.pulse.beat(CLOCK)
                self.pulse.beat(WORKER)
            self.watch.note()


def test_when_all_is_well_nothing_is_said() -> None:
    scene = Scene()
    scene.spend(timedelta(hours=3))
    assert (scene.watch.complaints(), scene.posts) == ({}, [])


def test_trouble_that_lasts_is_told_once_and_its_end_too() -> None:
    scene = Scene(Line("Slack is weg."))
    scene.spend(LASTS)
    assert scene.posts == []
    scene.spend(timedelta(hours=5))
    ((_, told),) = scene.posts
    assert told.startswith("**Slack werkt niet goed sinds 14:02 uur.** Slack is weg. ")
    scene.line.said = ""
    scene.spend(timedelta(hours=5))
    assert len(scene.posts) == 2
    assert scene.posts[1][1].startswith("Slack werkt weer sinds 19:04 uur.")


def test_trouble_that_passes_is_shown_and_not_told() -> None:
    scene = Scene()
    for _ in range(50):
        scene.line.said = "Slack is weg."
        scene.spend(LASTS - timedelta(seconds=20))
        assert scene.watch.complaints() == {"slack": "Slack is weg."}
        scene.line.said = ""
        scene.spend(CALM + timedelta(seconds=10))
    assert scene.posts == []


def test_trouble_that_comes_and_goes_is_one_spell() -> None:
    scene = Scene()
    for n in range(60):
        scene.line.said = "Slack is weg." if n % 2 else ""
        scene.spend(timedelta(seconds=30))
    assert len(scene.posts) == 1


def test_a_platform_that_is_silent_without_a_complaint_is_told_within_five_minutes() -> None:
    scene = Scene()
    took = 0
    while not scene.posts:
        took += 10
        scene.line.quiet = float(took)
        scene.spend(timedelta(seconds=10))
    assert took <= 300
    assert "Van Slack kwam" in scene.posts[0][1]
    assert f"{SILENT.total_seconds():.0f}" not in scene.posts[0][1]  # how long it is by then, not the bound


def test_a_clock_or_worker_that_stands_still_is_told() -> None:
    scene = Scene()
    scene.spend(STILL, alive=False)
    assert set(scene.watch.complaints()) == {CLOCK, WORKER}
    scene.spend(timedelta(minutes=10), alive=False)
    assert sorted(key.split("/")[1] for key, _ in scene.posts) == [CLOCK, WORKER]
    assert "De klok werkt niet goed" in " ".join(text for _, text in scene.posts)


def test_a_fault_is_told_in_our_words_or_by_its_kind_alone() -> None:
    scene = Scene()
    scene.pulse.fault(CLOCK, StorageError("De schijf is vol; maak ruimte vrij."))
    scene.pulse.fault(WORKER, ValueError("Jan de Vries uit groep 6"))
    complaints = scene.watch.complaints()
    assert "De schijf is vol" in complaints[CLOCK]
    assert complaints[WORKER].endswith("ValueError")
    scene.pulse.beat(CLOCK)
    assert set(scene.watch.complaints()) == {WORKER}


def test_a_part_that_fails_still_moves_and_one_that_hangs_does_not() -> None:
    scene = Scene()
    scene.passed = STILL.total_seconds()
    assert scene.pulse.stillness() >= STILL.total_seconds()
    scene.pulse.fault(CLOCK, StorageError("De schijf is vol."))
    scene.pulse.fault(WORKER, StorageError("De schijf is vol."))
    assert scene.pulse.stillness() == 0
    assert set(scene.watch.complaints()) == {CLOCK, WORKER}


def test_what_cannot_be_kept_is_told_when_it_can() -> None:
    scene = Scene(Line("Slack is weg."), full=True)
    scene.spend(timedelta(minutes=10))
    assert scene.posts == []
    scene.full = False
    scene.spend(timedelta(minutes=10))
    assert len(scene.posts) == 1


def test_the_same_part_is_not_told_again_within_the_hour() -> None:
    scene = Scene()
    for said in ("Slack is weg.", "", "Slack is weg.", ""):
        scene.line.said = said
        scene.spend(timedelta(minutes=10))
    assert [key.endswith("/over") for key, _ in scene.posts] == [False, True]
    scene.spend(timedelta(minutes=40))
    scene.line.said = "Slack is weg."
    scene.spend(timedelta(minutes=10))
    assert len(scene.posts) == 3
