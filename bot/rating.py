"""Whether an answer was good: thumbs, the reason when it was not, and keeping the question when its asker agrees."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.messages import Choice, Incoming, Reply, Room
from bot.permits import Deed, allows
from bot.storage.open_questions import OpenQuestions
from bot.storage.people import People, Turn
from knowledge.provisions import Provision
from knowledge.text import fold
from prompts import render
from workflows.parts import Part

UP, DOWN, KEEP = "👍", "👎", "bewaar"
REASONS = {"verkeerd": "wrong", "onjuist": "false", "onduidelijk": "unclear"}
"""The reasons for a thumb down, as they are typed and kept, with the sentence that is on the button."""

_UPS = frozenset((UP, "duim omhoog", "goed antwoord", "goed"))
_DOWNS = frozenset((DOWN, "duim omlaag", "slecht antwoord", "fout", "fout antwoord"))
_PRESSED = re.compile(rf"(?P<thumb>{UP}|{DOWN})(?P<shown>(?: [A-Z]{{2}}-[\w-]+)+)")
_PRESSED_REASON = re.compile(rf"reden (?P<id>\d+) (?P<reason>{'|'.join(REASONS)})")
_TONE = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
_TO_KEEP = re.compile(rf"{KEEP}(?: (?P<id>\d+))?")


def thumbs(shown: Iterable[Provision]) -> list[Choice]:
    """The thumbs under an answer; each tells which agreements it is about, so that an old one means the old answer."""
    about = "".join(f" {provision.id}" for provision in shown)
    return [Choice(thumb, f"{thumb}{about}") for thumb in (UP, DOWN)]


def to_keep(id: int = 0) -> Choice:
    """The offer to keep a question; `id` is its number when it has one."""
    return Choice(render("asking.offer_keep"), f"{KEEP} {id}" if id else KEEP)


def _typed_reason(said: str) -> str:
    """The reason in words, as it is kept: its own word, or the sentence on its button; else nothing."""
    return next((word for word, name in REASONS.items() if said in (word, fold(render(f"asking.reason_{name}")))), "")


@dataclass(frozen=True)
class Rating:
    """Takes the words and buttons that say whether an answer was good."""

    people: People
    questions: OpenQuestions

    def take(self, incoming: Incoming, turn: Turn) -> Reply | None:
        """What to say to a rating, a reason or an agreement to keep; None when the message is none of these."""
        text = _TONE.sub("", incoming.text.strip())
        said = fold(text).strip(" .!?")
        if pressed := _PRESSED.fullmatch(text):
            shown = tuple(pressed["shown"].split())
            return self._up(incoming) if pressed["thumb"] == UP else self._down(incoming, turn, shown)
        if turn.question and (said in _UPS or text == UP):
            return self._up(incoming)
        if turn.question and (said in _DOWNS or text == DOWN):
            return self._down(incoming, turn, turn.provisions)
        if pressed := _PRESSED_REASON.fullmatch(said):
            return self._explain(incoming, turn, int(pressed["id"]), pressed["reason"])
        if turn.noted and (reason := _typed_reason(said)):
            return self._explain(incoming, turn, turn.noted, reason)
        if agreed := _TO_KEEP.fullmatch(said):
            return self._keep(incoming, turn, int(agreed["id"] or turn.noted))
        return None

    def _up(self, incoming: Incoming) -> Reply:
        self.questions.count(incoming.at.date(), "thumbs_up")
        return Reply(render("asking.thumbs_up"))

    def _down(self, incoming: Incoming, turn: Turn, shown: tuple[str, ...]) -> Reply:
        """Note it once, whoever presses how often; the reason is asked."""
        is_last = bool(turn.question) and shown == turn.provisions
        id = turn.noted if is_last else 0
        if not id:
            id = self.questions.add(incoming.at, "thumbs_down", shown)
            self.questions.count(incoming.at.date(), "thumbs_down")
            if is_last:
                self.people.keep_turn(incoming.talk, replace(turn, noted=id), incoming.at)
        choices = [Choice(render(f"asking.reason_{name}"), f"reden {id} {word}") for word, name in REASONS.items()]
        return Reply(render("asking.thumbs_down"), choices)

    def _explain(self, incoming: Incoming, turn: Turn, id: int, reason: str) -> Reply:
        self.questions.explain(id, reason)
        if id == turn.noted and allows(Deed.KEEP_QUESTION, incoming, self._parts(incoming, turn)):
            return Reply(render("asking.may_keep"), offers=[to_keep(id)])
        return Reply(render("asking.thanks"))

    def _keep(self, incoming: Incoming, turn: Turn, id: int) -> Reply:
        """The asker, and nobody else, agrees that the question is kept; it was masked when it came in."""
        if not turn.question or (id and id != turn.noted):
            return Reply(render("asking.nothing_to_keep"))
        if not allows(Deed.KEEP_QUESTION, incoming, self._parts(incoming, turn)):
            return Reply(render("asking.not_yours"))
        number = id or self.questions.add(incoming.at, "kept", turn.provisions)
        self.people.keep_turn(incoming.talk, replace(turn, noted=number), incoming.at)
        self.questions.keep_text(number, turn.question)
        # Where others read along the question is not said once more.
        shown = render("asking.kept_words", question=turn.question) if incoming.room is Room.DIRECT else ""
        return Reply(" ".join(filter(None, [render("asking.kept"), shown])))

    @staticmethod
    def _parts(incoming: Incoming, turn: Turn) -> tuple[Part]:
        """Whether it is the question of who speaks."""
        return (Part.OWNER if turn.question and turn.person in ("", incoming.person.key) else Part.OTHER,)
