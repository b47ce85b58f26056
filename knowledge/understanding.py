"""What a message is, before it is answered: its danger, its kind, its side, and the provisions that fit, best first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.by_name import named
from knowledge.danger import Danger, Level
from knowledge.library import Library
from knowledge.signs import Signs, outside_odds
from knowledge.text import is_english, words
from knowledge.vocabulary import Side

CARRIED = 0.4  # how much of the previous turn counts; the same for short and long follow-ups (docs/retrieval.md)
SMALLTALK_SURE, COMMAND_SURE, OUTSIDE_SURE = -0.5, -0.3, 0.8  # log-odds; docs/retrieval.md has the figures
CLEARLY = 1.0  # log-odds more for what may be danger: "mijn neefje stuurde: zeg mama sorry, doei"
NAMED = 2.0  # how many times as high as the best other one a provision called by its name stands
SURELY_INSIDE = -5.0  # log-odds of being outside of what names an agreement
YIELDS = 0.1  # how much of its being outside small talk or a command must outweigh
YOUTH_CARE_SURE = 0.6  # most who ask work at a school
FOLLOWS = 1.5  # log-odds by which a follow-up is more likely to be about the agreements than a first question

_FEW = 4  # words: "wat zegt ... precies" is nothing to judge danger by
_OPENERS = frozenset("en maar dus nee ja oke ok of want and but so".split())
_POINTERS = frozenset(
    "die dat dan daar daarvan daarna dit deze er ze hij zij hem haar het wel ook that then it they".split()
)


_ASK_ABOUT = frozenset(
    "wie waarom moet moeten mag mogen krijgt krijgen hoort horen binnen hoeveel who why must".split()
)
"""Words that open a question about who does what or what is allowed: never a wish for a command."""


_SMALL = frozenset(
    "hoi hallo hey hee he hi hello yo dag goede goeie goedemorgen goeiemorgen goedemiddag goeiemiddag goedenavond "
    "morgen middag avond dank danku dankje dankjewel bedankt thanks thank you thx tnx merci top topper super fijn "
    "fijne "
    "mooi prima oke ok okay okee duidelijk helder doei houdoe ajuus bye ciao tot ziens straks weekend test testen haha "
    "hahaha lol hihi help ben jij je u er nog bot robot wegwijzer allemaal iedereen weer wel hoor voor de het hulp jou "
    "goed gaat hoe wie wat kan kun kunt echt mens heel erg veel weet ik".split()
)
"""Words of which a whole message is made when people only greet, thank or try."""

_SMALL_LONGEST = 5  # words


def is_small(text: str) -> bool:
    """Whether a message is nothing but a greeting, thanks or a try."""
    said = words(text)
    return 0 < len(said) <= _SMALL_LONGEST and _SMALL.issuperset(said)


class Sort(StrEnum):
    """What a message is."""

    QUESTION = "question"
    SMALLTALK = "smalltalk"
    COMMAND = "command"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Understood:
    """A message as it was read; `ranking` pairs provision ids with scores, best first.

    `lacks` is a sentence on what it asks for and the best provision does not tell.
    """

    text: str
    sort: Sort
    danger: Danger
    ranking: Sequence[tuple[str, float]]
    side: Side
    is_english: bool
    outside: float
    lacks: str = ""

    @property
    def lead(self) -> float:
        """How far the best provision is ahead of the second: 0 is a tie, 1 is alone."""
        if len(self.ranking) < 2:
            return 1.0
        (_, best), (_, second) = self.ranking[:2]
        return (best - second) / best if best else 0.0

    @property
    def leans(self) -> bool:
        """Whether the message cannot stand alone."""
        return leans_on_history(self.text)

    def closeness(self, id: str) -> float:
        """A provision's score as a share of the best one's."""
        best = self.ranking[0][1] if self.ranking else 0.0
        return next((score / best for other, score in self.ranking if other == id), 0.0) if best else 0.0


def understand(library: Library, text: str, history: Sequence[str] = (), side: Side | None = None) -> Understood:
    """Read a message with what was said before it in this conversation."""
    called, rest = named(text, library.names)
    if called:
        return _called_by_name(library, text, called, understand(library, rest, history, side))
    features = library.reader.features(text)
    scores = library.search.scores(features)
    signs = Signs.of(features, scores, library.search)
    judged = library.verdicts(features)
    danger = library.watch.look((text, library.reader.repaired(text)), features, judged, signs)
    if history and danger.level is Level.POSSIBLE and not danger.spoken and leans_on_history(text):
        danger = _danger_in_context(library, f"{history[-1]} {text}")
    if history:
        scores = with_history(library, features, history[-1], scores)
    ranking = sorted(zip(library.ids, scores, strict=True), key=lambda pair: -pair[1])
    english = is_english(text)
    # Agreements of one's own that nobody wrote questions for: what they have no word of is outside, nothing else.
    lacks = _lacks(library, text, ranking)
    outside = outside_odds(judged, signs, english, bool(lacks)) if library.has_judge("asked") else 0.0
    sort = _sort(library, text, features, danger, outside, FOLLOWS if history else 0.0, ranking)
    if sort is Sort.SMALLTALK and danger.level is Level.POSSIBLE and not danger.spoken:
        danger = Danger(Level.NONE)  # "hoi" looks like no question at all, which is half of what danger looks like
    return Understood(text, sort, danger, ranking, side or _side(library, text, features), english, outside, lacks)


def _lacks(library: Library, text: str, ranking: Sequence[tuple[str, float]]) -> str:
    """What a message asks for and the best provision, with its twins, does not tell."""
    best = library.provisions[ranking[0][0]]
    return library.details.lacking(text, (best.id, *best.twins))


def _called_by_name(library: Library, text: str, id: str, rest: Understood) -> Understood:
    """A message that calls a provision by name is about it, whatever the rest says; only danger goes before it."""
    highest = rest.ranking[0][1] if rest.ranking else 0.0
    ranking = [(id, NAMED * max(highest, 1.0)), *(pair for pair in rest.ranking if pair[0] != id)]
    says_little = len(words(rest.text)) <= _FEW and rest.danger.level is Level.POSSIBLE and not rest.danger.spoken
    danger = Danger(Level.NONE) if says_little else rest.danger
    lacks = _lacks(library, text, ranking)
    return replace(
        rest, text=text, sort=Sort.QUESTION, danger=danger, ranking=ranking, outside=SURELY_INSIDE, lacks=lacks
    )


def _danger_in_context(library: Library, text: str) -> Danger:
    """The danger of a message that cannot stand alone, read together with what it leans on: "en als ze nee zeggen?"."""
    features = library.reader.features(text)
    signs = Signs.of(features, library.search.scores(features), library.search)
    return library.watch.look((text, library.reader.repaired(text)), features, library.verdicts(features), signs)


def with_history(
    library: Library, features: Sequence[str], before: str, scores: Sequence[float], share: float = CARRIED
) -> list[float]:
    """The scores and a share of those of what the previous turn says and the new one leaves open."""
    new = set(features)
    called, _ = named(before, library.names)
    if called:
        before = library.provisions[called].title
    carried = library.search.scores(f for f in library.reader.features(before) if f not in new)
    return [score + share * more for score, more in zip(scores, carried, strict=True)]


def leans_on_history(text: str) -> bool:
    """Whether a message cannot stand alone: short, opening with "en", or pointing back."""
    tokens = words(text)
    return len(tokens) <= 4 or tokens[0] in _OPENERS or (len(tokens) <= 10 and len(_POINTERS & set(tokens)) >= 2)


def _sort(
    library: Library,
    text: str,
    features: Sequence[str],
    danger: Danger,
    outside: float,
    follows: float,
    ranking: Sequence[tuple[str, float]],
) -> Sort:
    smalltalk, command = (library.score(name, features) for name in ("smalltalk", "command"))
    # After a question a reply is more likely to go on about it than to be small talk.
    against = YIELDS * max(0.0, outside) + follows
    if danger.level is Level.SURE:
        return Sort.QUESTION
    if danger.level is Level.POSSIBLE and len(words(text)) > 3:
        against += CLEARLY
    if is_small(text) or (smalltalk > command and smalltalk > SMALLTALK_SURE + against) or not features:
        return Sort.SMALLTALK
    if command > COMMAND_SURE + against and len(words(text)) > 2 and words(text)[0] not in _ASK_ABOUT:
        return Sort.COMMAND
    if outside - follows > OUTSIDE_SURE or not ranking or ranking[0][1] <= 0:
        return Sort.OUTSIDE
    return Sort.QUESTION


_SAYS_YOUTH_CARE = re.compile(
    r"\b(?:ik ben|wij zijn|ik werk als|ik werk bij|ik werk voor|ik werk op) (?:een |de |het )?(?:cjg\w*|klantmanager\w*"
    r"|generalist\w*|specialist\w*|(?:jeugd|gezins)?hulpverlener\w*|jeugdhulpverlener\w*|gezinscoach\w*"
    r"|jeugdconsulent\w*|jeugdhulp\w*|mkd)\b"
)


_SAYS_SCHOOL = re.compile(
    r"\b(?:(?:wij|we) als school|als school (?:mogen|kunnen|moeten) (?:wij|we)"
    r"|(?:ik ben|wij zijn|ik werk als) (?:een |de )?(?:leerkracht|leraar|lerares|juf|meester|docent|mentor|ib|ib'?er"
    r"|intern begeleider|zorgco\w*|directeur|teamleider)"
    r"|in (?:mijn|m'n|mn|onze) (?:klas|groep)|onze (?:school|klas))\b"
)


def _side(library: Library, text: str, features: Sequence[str]) -> Side:
    said = " ".join(words(text))
    if _SAYS_YOUTH_CARE.search(said):
        return Side.YOUTH_CARE
    if _SAYS_SCHOOL.search(said):
        return Side.EDUCATION
    return Side.YOUTH_CARE if library.score("youth_care", features) > YOUTH_CARE_SURE else Side.EDUCATION
