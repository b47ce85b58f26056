"""From a question to an answer: whom to call first, the route, what comes first, what may not, and where it says so."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge import guard
from knowledge.calling import NOWHERE, Place, as_json, missing, people_for
from knowledge.contacts import Contact, School
from knowledge.danger import Level
from knowledge.library import Library
from knowledge.lookup import Lookup, asks_for_a_sheet, read_lookup
from knowledge.own_search import OwnHit
from knowledge.provisions import Provision
from knowledge.text import words
from knowledge.understanding import Sort, Understood, understand
from knowledge.vocabulary import Side
from prompts import render

NEAR = 0.7  # share of the best score from which another provision is worth naming
TIED = 0.08  # lead, per word, below which two readings are the same to us; asked back when they differ in whom to call
_SHORT = 4  # words: a question this short can mean two things, a longer one says which
_RANKED = 10
SOMETIMES = 0.02  # share of the written questions from which a role besides the owner's is considered
MAY_BE, STEEP = 6, 40.0  # provisions, and how steeply what scores less than the first is less likely to be meant
BARELY_INSIDE = -1.3  # log-odds of being outside above which an own document that clearly fits goes first
OWNER, WHO_ASKED = 0.2, -1.1  # log-odds for the owner's own field, and against nobody when somebody is asked for
UNHEARD = -3.0  # log-odds of a role too rare to have learned


@dataclass(frozen=True)
class Asker:
    """Who asks, as far as known, and today's date."""

    today: date
    side: Side | None = None
    place: Place = NOWHERE
    school_typed: str = ""


@dataclass(frozen=True)
class Answer:
    """What was found; wording makes a text of it. `provisions` are the cited ones, the first carries the answer."""

    kind: str
    asked: Understood
    side: Side
    place: Place = NOWHERE
    provisions: Sequence[Provision] = ()
    also: Sequence[Provision] = ()
    first_contact: str = "none"
    people: Sequence[Contact] = ()
    asks_for: str = ""
    route: Sequence[tuple[str, str]] = ()
    confidence: float = 0.0
    findings: Sequence[guard.Finding] = ()
    topic: str = ""
    notes: Sequence[str] = ()
    schools: Sequence[School] = ()
    own: Sequence[OwnHit] = ()
    text: str = ""

    @property
    def safety(self) -> bool:
        """Whether the reply opens with the line on 112, Veilig Thuis and 113."""
        return self.kind == "crisis" or self.asked.danger.level is not Level.NONE

    def as_json(self, library: Library) -> dict[str, object]:
        """The answer as `ask --json` gives it (contract)."""
        return {
            "kind": self.kind,
            "safety": self.safety,
            "text": self.text,
            "first_contact": self.first_contact,
            "contacts": [as_json(c, library.roles.get(c.role)) for c in self.people],
            "citations": [
                *({"id": p.id, "title": p.title, "source": p.place} for p in self.provisions),
                *({"id": hit.id, "title": hit.section or hit.file, "source": own_source(hit)} for hit in self.own),
            ],
            "route": [{"step": step, "text": text} for step, text in self.route],
            "ranking": [id for id, score in self.asked.ranking[:_RANKED] if score > 0],
            "confidence": round(self.confidence, 3),
        }


def find_answer(library: Library, text: str, asker: Asker, history: Sequence[str] = ()) -> Answer:
    """The answer to a message, without words yet; `history` holds what this person asked before, oldest first."""
    asked = _still_in_danger(library, understand(library, text, history, asker.side), history)
    found = Answer("answer", asked, asked.side, _place(library, text, asker), confidence=_confidence(asked))
    found = replace(found, findings=tuple(dict.fromkeys(f.what for f in guard.find(text, asker.today.year))))
    pries = guard.asks_for_personal_data(text)
    if asked.danger.level is Level.SURE and (asked.danger.spoken or not pries):
        return _crisis(library, found)
    if pries:
        return replace(found, kind="not_found", topic="personal_data", confidence=1.0)
    if lookup := _lookup(library, text, asker, history):
        from knowledge.looking_up import look_up

        return look_up(library, lookup, found)
    match asked.sort:
        case Sort.SMALLTALK:
            return replace(found, kind="smalltalk", topic=smalltalk_topic(text))
        case Sort.COMMAND:
            return replace(found, kind="smalltalk", topic="command")
        case Sort.OUTSIDE:
            return _own_answer(library, found, asker.today) or _not_found(library, found)
    if asked.outside > BARELY_INSIDE and (own := _own_answer(library, found, asker.today)):
        return own
    return ranked_answer(library, found)


def _lookup(library: Library, text: str, asker: Asker, history: Sequence[str]) -> Lookup | None:
    before = history[-1] if history else ""
    return read_lookup(text, library.contacts, tuple(library.roles.values()), asker.today, before)


_ABOUT_PARENTS = frozenset("ouder ouders vader moeder pa ma thuis parents".split())


def _still_in_danger(library: Library, asked: Understood, history: Sequence[str]) -> Understood:
    """A message that goes on from a certain alarm, or asks about the parents, is about the same danger.

    One that asks for who is who, or for the flowchart, is not: it gets what it asks for.
    """
    goes_on = asked.leans or _ABOUT_PARENTS & set(words(asked.text))
    if not history or not goes_on or asked.sort in (Sort.SMALLTALK, Sort.COMMAND) or asks_for_a_sheet(asked.text):
        return asked
    before = understand(library, history[-1]).danger
    return replace(asked, danger=before) if before.level is Level.SURE else asked


def _place(library: Library, text: str, asker: Asker) -> Place:
    schools = library.contacts.mentioned_schools(text) or (
        library.contacts.find_schools(asker.school_typed) if asker.school_typed else ()
    )
    municipality = library.contacts.mentioned_municipality(text)
    return Place(schools[0].name if len(schools) == 1 else asker.place.school, municipality or asker.place.municipality)


def _confidence(asked: Understood) -> float:
    inside = 1 / (1 + math.exp(max(-30.0, min(30.0, asked.outside))))
    return inside * (0.6 + 0.4 * min(1.0, 4 * asked.lead))


def _crisis(library: Library, found: Answer) -> Answer:
    call = found.asked.danger.call or "veilig-thuis"
    ids = ("UP-P-contact-2", "UP-R-toeleiding-2") if call == "veilig-thuis" else ("UP-R-toeleiding-2", "UP-P-contact-2")
    cited = [library.provisions[id] for id in ids if id in library.provisions]
    return replace(found, kind="crisis", first_contact=call, provisions=cited, confidence=1.0)


def _own_answer(library: Library, found: Answer, today: date) -> Answer | None:
    """What the organisation's own documents say, when they clearly say it and the agreements do not."""
    hits = [hit for hit in library.search_own(found.asked.text, today) if hit.confident]
    return replace(found, own=hits[:1], topic="own", confidence=min(1.0, hits[0].score)) if hits else None


def own_source(hit: OwnHit) -> str:
    """Where a passage of an own document stands."""
    return render("answer.own_page", file=hit.file, page=hit.page) if hit.page else hit.file


def _not_found(library: Library, found: Answer) -> Answer:
    near = [library.provisions[id] for id, score in found.asked.ranking[:1] if score > 0]
    people = library.contacts.for_role("school", found.place.school) if found.place.school else ()
    return replace(found, kind="not_found", also=near, people=people[:1], confidence=1 - found.confidence)


def ranked_answer(library: Library, found: Answer) -> Answer:
    """The answer from the provisions as they are ranked, or the question which of two is meant."""
    best, *others = (library.provisions[id] for id, _ in found.asked.ranking[:3])
    if _is_ambiguous(found, best, others):
        return replace(found, kind="clarify", also=(best, others[0]))
    twins = [p for p in others if p.id in best.twins or best.id in p.twins]
    cited = (best, *twins)
    role = first_contact(library, found, best)
    route = library.flowchart.route_to({p.id for p in cited}, found.side)
    return replace(
        found,
        provisions=cited,
        also=[p for p in others if p not in twins and found.asked.closeness(p.id) >= NEAR],
        first_contact=role,
        route=route,
        people=people_for(library.contacts, role, found.place),
        asks_for=missing(library.contacts, role, found.place),
    )


def _is_ambiguous(found: Answer, best: Provision, others: Sequence[Provision]) -> bool:
    """Two readings as good as each other, that send somebody to different people, in a message too short to tell."""
    length = len(words(found.asked.text))
    return (
        bool(others)
        and length <= _SHORT
        and found.asked.lead * length < TIED
        and others[0].id not in best.twins
        and contact_field(others[0], found.side) != contact_field(best, found.side)
    )


def contact_field(provision: Provision, side: Side) -> str:
    """Whom the owner of the content says an asker of this side contacts first."""
    return str(getattr(provision.first_contact, side.value))


def first_contact(library: Library, found: Answer, best: Provision) -> str:
    """Whom to contact first: whom people with such questions are sent to, or nobody when they only want to know."""
    owner = contact_field(best, found.side)
    if not library.contact_habits.get(best.id):
        return owner  # content of one's own without written questions
    habits = _habits(library, found)
    roles = {role for role, share in habits.items() if share >= SOMETIMES} | {owner, "none"}
    if found.side is Side.YOUTH_CARE and owner == "school":
        roles -= {"cjg", "klantmanager"}  # who asks is one of them
    message = " ".join(words(found.asked.text))
    if (asker := _IS_ASKER.search(message)) and roles - {asker[1], "none"}:
        roles -= {asker[1]}  # nobody is sent to themselves
    features = library.reader.features(found.asked.text)
    nobody = WHO_ASKED if _ASKS_WHOM.search(message) else 0.0

    def weight(role: str) -> float:
        """Log-odds, fitted on voices held back in turn."""
        spoken = library.score(f"call-{role}", features, UNHEARD)
        said = 0.31 * spoken + nobody if role == "none" else 0.17 * spoken
        return 0.7 * math.log(habits.get(role, 0.0) + 0.02) + said + (OWNER if role == owner else 0.0)

    role = max(sorted(roles), key=weight)
    return "klantmanager" if role == "cjg" and _lives_elsewhere(library, found) else role


def _habits(library: Library, found: Answer) -> Mapping[str, float]:
    """The share each role has in the written questions of what this may be about, the likeliest provision first."""
    ranking = found.asked.ranking[:MAY_BE]
    likely = [math.exp(STEEP * (score / ranking[0][1] - 1)) for _, score in ranking]
    habits: dict[str, float] = {}
    for (id, _), weight in zip(ranking, likely, strict=True):
        for role, share in library.contact_habits.get(id, {}).items():
            habits[role] = habits.get(role, 0.0) + share * weight / sum(likely)
    return habits


_ASKS_WHOM = re.compile(
    r"\b(?:(?:naar|bij|met|aan) wie|wie (?:bel|moet ik|kan ik|neem ik|schakel|benader)\w*|waar (?:kan|moet) ik|waarheen"
    r"|aankloppen|terecht|who (?:do|should|can) i)\b"
)
_IS_ASKER = re.compile(
    r"\b(?:ik ben|wij zijn|ik werk (?:als|bij|voor)) (?:een |de |het |hier )*(cjg|klantmanager)(?:ers?)?\b"
    r"(?! (?:kwijt|vergeten|zat|niet))"
)
_LIVES = re.compile(r"\b(?:woont|wonen|woonachtig|verhuisd|lives?)\b")
_ELSEWHERE = re.compile(r"\b(?:andere (?:gemeente|plaats|stad)|ander dorp|buurgemeente|buiten de gemeente)\b")


def _lives_elsewhere(library: Library, found: Answer) -> bool:
    """Whether the pupil is said to live in another municipality than the school's (A-contact-2, A-toeleiding-4)."""
    text = " ".join(words(found.asked.text))
    if not _LIVES.search(text):
        return False
    named = library.contacts.mentioned_municipality(text)
    return bool(_ELSEWHERE.search(text)) or bool(named and named != library.contacts.town_of(found.place.school))


_TOPICS = (
    ("thanks", r"\b(dank\w*|bedankt|thanks|thank you|merci|thx|tnx|topper?)\b"),
    (
        "about",
        r"\b(wie ben (jij|je|u)|wat ben (jij|je)|wat kan|wat kun|waarvoor|mens|robot|bot|computer|echt|ai|chatgpt"
        r"|who are|what can|help|hoe werk)\b",
    ),
    ("bye", r"\b(doei|dag dag|tot ziens|houdoe|fijne? (dag|avond|weekend)|bye|ajuus|tot (morgen|straks|volgende))\b"),
    (
        "sorry",
        r"\b(klopt niet|fout|slecht|stom\w*|waardeloos|snap\w* (je|het|er)? ?niet|onzin|kut|verkeerd|niks aan"
        r"|irritant|traag|useless|wrong)\b",
    ),
    ("hello", r"\b(hoi|hallo|hey|he|goede\w*|goeie\w*|dag|morgen|middag|avond|hi|hello|yo|test)\b"),
)


def smalltalk_topic(text: str) -> str:
    """Which small talk a message is: a key of prompts/talk.toml."""
    plain = " ".join(words(text))
    if not plain:
        return "empty"
    return next((topic for topic, pattern in _TOPICS if re.search(pattern, plain)), "about")
