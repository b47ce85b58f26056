"""Questions and answers in a conversation: what was asked before, whose school it is, and the words after an answer."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from bot.card_pictures import card_pictures
from bot.chart_pictures import ChartPictures
from bot.messages import Attachment, Choice, Incoming, Reply
from bot.permits import Deed, allows
from bot.rating import Rating, thumbs, to_keep
from bot.storage.open_questions import OpenQuestions
from bot.storage.people import People, Turn
from knowledge.answering import Answer, Asker
from knowledge.calling import Place
from knowledge.content import own_documents
from knowledge.guard import mask
from knowledge.library import Library
from knowledge.text import fold, words
from knowledge.vocabulary import Side
from knowledge.wording import answer, full_provision, own_section, whole_route
from prompts import render

_MORE, _ROUTE, _CHART = "meer", "route", "toon schema"
_SOURCE = ("bron", "bronnen", "waar staat dat", "wat is de bron", "waar komt dat vandaan")
_SHOW = re.compile(r"toon ([A-Z]{2}-[\w-]+)")
_MY_SCHOOL = re.compile(
    r"^(?:ik werk (?:op|bij)|wij zijn|ik ben van|ik zit op|mijn school is|onze school is)\b(.*)", re.IGNORECASE
)


def _names_a_school(words_after: str) -> bool:
    """Whether what follows "ik werk op" is a name and not a role or the beginning of a question."""
    named = words(words_after)
    return 0 < len(named) <= _NAME and "," not in words_after and not set(named) & _NO_SCHOOL


_NAME = 6  # words: the longest name of a school with its article
_NO_SCHOOL = frozenset("cjg mkd gemeente jeugdhulp swv samenwerkingsverband school scholen basisschool".split())


class Asking:
    """Answers questions with the library, remembering a person's school and the last turn."""

    def __init__(
        self,
        library: Library,
        people: People,
        open_questions: OpenQuestions,
        answering: Callable[..., Answer] = answer,
    ) -> None:
        self._library, self._people, self._open, self._answering = library, people, open_questions, answering
        self._pictures = ChartPictures(library.flowchart)
        self.rating = Rating(people, open_questions)

    def __call__(self, incoming: Incoming) -> Sequence[Reply]:
        """The replies to one message."""
        turn = self._people.last_turn(incoming.talk, incoming.at)
        said = fold(incoming.text).strip(" .!?")
        if turn.provisions and said in (_MORE, *_SOURCE):
            return [Reply("\n\n".join(self._in_full(id, incoming.at.date()) for id in turn.provisions))]
        if (reply := self.rating.take(incoming, turn)) is not None:
            return [reply]
        if shown := _SHOW.fullmatch(incoming.text.strip()):
            return [self._show(shown[1], incoming, turn)]
        if said == _ROUTE:
            return [Reply(whole_route(self._library, self._profile_side(incoming)))]
        if school := self._school_told(incoming, turn):
            return self._remember_school(school, incoming, turn)
        return [self._answer(incoming, turn)]

    def _in_full(self, id: str, today: date) -> str:
        """What was shown, whole: an agreement, or the section of an own document."""
        known = id in self._library.provisions
        return full_provision(self._library, id) if known else own_section(self._library, id, today)

    def _profile_side(self, incoming: Incoming) -> Side:
        return Side(self._people.profile(incoming.person.key).side or Side.EDUCATION)

    def _show(self, id: str, incoming: Incoming, turn: Turn) -> Reply:
        if id not in self._library.provisions:
            return Reply(render("asking.unknown_provision", id=id))
        self._people.keep_turn(incoming.talk, replace(turn, provisions=(id,), pending=""), incoming.at)
        return Reply(full_provision(self._library, id))

    def _school_told(self, incoming: Incoming, turn: Turn) -> str:
        """The school that a person says to work at, or answers when asked for it."""
        told = _MY_SCHOOL.match(incoming.text.strip())
        if told and _names_a_school(told[1]):
            return told[1].strip()
        short = len(words(incoming.text)) <= 5 and turn.pending == "school"
        return incoming.text if short and self._library.contacts.find_schools(incoming.text) else ""

    def _remember_school(self, typed: str, incoming: Incoming, turn: Turn) -> Sequence[Reply]:
        found = self._library.contacts.find_schools(typed)
        if not found:
            return [Reply(render("answer.unknown_school", school=mask(typed, incoming.at.year)))]
        if len(found) > 1:
            return [Reply(render("answer.which_school"), [Choice(s.name, f"ik werk op {s.name}") for s in found])]
        if turn.pending == "school" and turn.question and self._is_of_youth_care(incoming, turn):
            return [self._answer(replace(incoming, text=turn.question), _NOTHING_ASKED, Place(found[0].name))]
        profile = replace(self._people.profile(incoming.person.key), school=found[0].name)
        self._people.remember(incoming.person.key, profile)
        replies = [Reply(render("answer.school_remembered", school=found[0].name))]
        if turn.pending == "school" and turn.question:
            again = replace(incoming, text=turn.question)
            replies.append(self._answer(again, replace(turn, question="", pending="")))
        return replies

    def _is_of_youth_care(self, incoming: Incoming, turn: Turn) -> bool:
        """Whether the question was youth care's: the school it is about is then not where the asker works."""
        return answer(self._library, turn.question, self._asker(incoming)).side is Side.YOUTH_CARE

    def _asker(self, incoming: Incoming, place: Place | None = None) -> Asker:
        profile = self._people.profile(incoming.person.key)
        return Asker(incoming.at.date(), Side(profile.side) if profile.side else None, place or Place(profile.school))

    def _answer(self, incoming: Incoming, turn: Turn, place: Place | None = None) -> Reply:
        home = self._library.contacts.mentioned_municipality(incoming.text)
        short = len(words(incoming.text)) <= _NAME
        if turn.pending == "municipality" and home and short and turn.question:
            school = self._people.profile(incoming.person.key).school
            return self._answer(replace(incoming, text=turn.question), _NOTHING_ASKED, Place(school, home))
        found = self._answering(
            self._library, incoming.text, self._asker(incoming, place), (turn.question,) if turn.question else ()
        )
        if turn.pending == "school" and short and found.kind == "not_found":
            return Reply(render("answer.unknown_school", school=mask(incoming.text.strip(), incoming.at.year)))
        if found.topic == "flowchart" and not _holds(_documents(self._library), "stroomschema"):
            return self._chart(incoming, turn, found)
        self._keep_turn(incoming, turn, found)
        return self._reply(incoming, found)

    def _chart(self, incoming: Incoming, turn: Turn, found: Answer) -> Reply:
        """The flowchart with the place of the answer before; what is said next is still about that answer."""
        if not turn.provisions:
            self._keep_turn(incoming, turn, found)
        place, picture = self._pictures.with_place(turn.provisions)
        return Reply(f"{place}\n\n{found.text}".strip(), attachments=(picture,), offers=self._offers(found))

    def _keep_turn(self, incoming: Incoming, turn: Turn, found: Answer) -> None:
        if found.kind == "smalltalk":
            return
        asked = mask(incoming.text, incoming.at.year)
        if found.topic != "lookup" and found.asked.leans and turn.question:
            asked = f"{turn.question} {asked}"[-_LONGEST:]
        near = tuple(p.id for p in found.also)
        noted = self._open.add(incoming.at, "not_found", near) if found.kind == "not_found" else 0
        shown = (*(p.id for p in found.provisions), *(hit.id for hit in found.own))
        kept = Turn(asked, shown, found.asks_for, incoming.person.key, noted)
        self._people.keep_turn(incoming.talk, kept, incoming.at)
        self._open.count(incoming.at.date(), found.kind)

    def _reply(self, incoming: Incoming, found: Answer) -> Reply:
        choices: list[Choice] = []
        if found.kind in ("clarify", "not_found"):
            choices = [Choice(p.title, f"toon {p.id}") for p in found.also]
        elif found.topic == "schools":
            choices = [Choice(s.name, f"ik werk op {s.name}") for s in found.schools]
        files = self._files(incoming, found) if allows(Deed.GET_DOCUMENTS, incoming) else ()
        return Reply(found.text, choices, files, self._offers(found))

    def _offers(self, found: Answer) -> Sequence[Choice]:
        """What can be said next: of an answer whether it was good, of a question without one that it may be kept."""
        match found.kind:
            case "answer":
                words = [Choice("Meer", _MORE), Choice("Route", _ROUTE), *self._to_chart(found)]
                return [*words, *thumbs(found.provisions)]
            case "crisis":
                return thumbs(found.provisions)
            case "not_found":
                return [to_keep()]
        return ()

    def _to_chart(self, found: Answer) -> Sequence[Choice]:
        placed = self._library.flowchart.place_of([p.id for p in found.provisions]) and found.topic not in _ON_PAPER
        return [Choice(render("asking.chart"), _CHART)] if placed else []

    def _files(self, incoming: Incoming, found: Answer) -> tuple[Attachment, ...]:
        """What goes along in private: the organisation's own papers, or the cards of who is who."""
        if found.topic in _ON_PAPER:
            return _documents(self._library)
        return card_pictures(self._library, found, incoming.at.date()) if found.topic == "everybody" else ()


_NOTHING_ASKED = Turn()
_ON_PAPER = ("flowchart", "placemat")
_LONGEST = 500  # characters of what was asked that a follow-up can lean on


def _documents(library: Library) -> tuple[Attachment, ...]:
    kinds = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
    return tuple(
        Attachment(file.name, kinds[file.suffix.lower()], file.read_bytes(), file.stem)
        for file in own_documents(library.sources)
    )


def _holds(files: Sequence[Attachment], name: str) -> bool:
    return any(file.name.lower().startswith(name) for file in files)
