"""From an answer to its text: Markdown, Dutch, no longer than a phone screen."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from knowledge.answering import Answer, Asker, find_answer, own_source
from knowledge.calling import NATIONAL_ROLES, people_line, person_line
from knowledge.contacts import Contact
from knowledge.danger import Level
from knowledge.library import Library
from knowledge.own_search import OwnHit
from knowledge.provisions import Provision
from knowledge.text import MAX_CHARACTERS
from knowledge.vocabulary import Kind, Side
from knowledge.wishes import suggest_command
from prompts import render

ROWS, COLUMNS = 30, 40  # lines and characters: a chat on a phone with the keyboard away, room left for the buttons
_OWN_LEAST = 500  # characters of a passage of one long sentence
_OWN_PASSAGES = 3  # of a section, behind "meer"; what is longer is to be read in the document itself

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z'‘])")
_FEWER_STEPS = (5, 4, 3)  # of the route: parents, consent and whom to call are its first three
_EXAMPLES = frozenset({Kind.ELSEWHERE, Kind.MUNICIPALITY})

_LABELS = {
    Kind.RECOMMENDATION: "recommendation",
    Kind.ELSEWHERE: "elsewhere",
    Kind.BENCHMARK: "benchmark",
    Kind.MUNICIPALITY: "municipality",
}


def answer(library: Library, text: str, asker: Asker, history: Sequence[str] = ()) -> Answer:
    """The answer to a message, with its text."""
    found = find_answer(library, text, asker, history)
    return replace(found, text=say(library, found, asker))


def say(library: Library, found: Answer, asker: Asker) -> str:
    """The text of an answer."""
    opening = _opening(found)
    room = ROWS - sum(rows(part) + 1 for part in opening)
    return "\n\n".join([*opening, *filter(None, _body(library, found, asker, room))])


def rows(text: str) -> int:
    """How many lines a text takes on a phone, words kept whole; marks are not seen."""
    return sum(map(_wraps, text.replace("**", "").replace("`", "").split("\n")))


def _wraps(line: str) -> int:
    count, at = 1, 0
    for word in line.split(" "):
        at += len(word) + (at > 0)
        if at > COLUMNS:
            count, at = count + 1, len(word)
    return count


def _opening(found: Answer) -> list[str]:
    """What goes above any answer: the line for danger, and what was wrong with the message."""
    opening = [render("answer.safety")] if found.asked.danger.level is Level.POSSIBLE and found.kind != "crisis" else []
    if len(found.asked.text) > MAX_CHARACTERS:
        opening.append(render("talk.too_long"))
    if found.findings:
        opening.append(render("answer.personal_data", what=" en ".join(f.value for f in found.findings)))
    if found.kind == "answer" and not found.topic and found.asked.lacks:
        opening.append(render("answer.lacks", what=found.asked.lacks))
    return opening


def _body(library: Library, found: Answer, asker: Asker, room: int) -> Iterable[str]:
    match found.kind:
        case "crisis":
            return _crisis(found)
        case "smalltalk":
            return [_smalltalk(found)]
        case "not_found":
            return _not_found(found, asker.today)
        case "clarify":
            meant = [f"{n}. {p.title}: {_sentence(p.answer)}" for n, p in enumerate(found.also, 1)]
            return [render("answer.clarify"), *meant]
    if found.own:
        return _own(found, room)
    if found.topic:
        return _lookup(library, found, asker.today, room)
    return _fitting(_from_agreements(library, found, asker), room)


def _fitting(forms: Iterable[Sequence[str]], room: int) -> Sequence[str]:
    """The first form that fits the room, else the last."""
    parts: Sequence[str] = ()
    for parts in forms:
        if rows("\n\n".join(filter(None, parts))) <= room:
            break
    return parts


def _from_agreements(library: Library, found: Answer, asker: Asker) -> Iterator[Sequence[str]]:
    """The answer in full, and shorter and shorter: what goes is behind "route" and "meer"."""
    best = found.provisions[0]
    call = [_unknown_school(library, asker), _call(library, found, asker.today)]
    label = render("answer." + _LABELS[best.kind]) if _needs_label(best) else ""
    never = render("answer.never", text=best.never) if best.never else ""
    text, first = f"{best.answer} {label}".strip(), _first(found, best)
    beside = found.also[0] if found.also else None
    also = render("answer.also", text=f"{_sentence(beside.answer)} ({beside.id})") if beside else ""
    named = render("answer.also", text=_source(beside)) if beside else ""
    english = render("answer.english", text=best.english) if found.asked.is_english else ""
    offer = render("answer.offer" if found.route else "answer.offer_without_route")
    end = [render("answer.sources", sources="; ".join(_source(p) for p in found.provisions)), english, offer]
    sources = render("answer.sources", sources="; ".join(p.id for p in found.provisions))
    short = [english, f"{sources}\n{offer}"]
    if found.route:
        opened = call if len(found.route) > 1 else [*call, first]  # more than one step begins with the parents itself
        fewer = [_route(found.route[:steps]) for steps in _FEWER_STEPS]
        yield [*opened, text, never, fewer[0], also, *end]
        yield from ([*opened, text, never, some, named, *end] for some in fewer)
        yield from ([*opened, text, never, some, *end] for some in fewer)
    yield [*call, first, text, never, also, *end]
    yield [*call, first, text, never, named, *end]
    yield [*call, first, text, never, *end]
    yield [*call, first, text, never, *short]
    if best.kind in _EXAMPLES:  # of what is agreed no half is shown
        for part in _ever_less(best.answer):
            yield [*call, first, f"{part} … {label}".strip(), never, *short]


def _ever_less(text: str) -> Iterator[str]:
    """The text with a sentence less each time, down to its first."""
    sentences = _SENTENCE_END.split(text)
    for count in range(len(sentences) - 1, 0, -1):
        yield " ".join(sentences[:count])


def _first(found: Answer, best: Provision) -> str:
    """What must happen first: the provision's own words, and the parents before any call (P-contact-1)."""
    own = render("answer.first", text=best.first) if best.first else ""
    calls = found.first_contact not in ("none", "ouders", *NATIONAL_ROLES)
    parents = render("answer.parents_first") if calls and "ouder" not in own else ""
    return "\n".join(filter(None, (parents, own)))


def _own(found: Answer, room: int) -> Sequence[str]:
    """What an own document says, with as much of the passage as fits."""
    (hit,) = found.own
    head, source = render("answer.own", section=hit.section or hit.file), _own_source(hit)
    parts = [hit.text, *(f"{part} …" for part in _ever_less(hit.text)), f"{hit.text[:_OWN_LEAST]} …"]
    return _fitting(([head, part, source, render("answer.offer_own")] for part in parts), room)


def _own_source(hit: OwnHit) -> str:
    return render("answer.own_source", source=own_source(hit))


def own_section(library: Library, id: str, today: date) -> str:
    """The section of an own document around a passage, as shown on "meer"."""
    hits = library.own_section(id, today)
    if not hits:
        return render("answer.own_gone")
    more = [render("answer.own_more", file=hits[0].file)] if len(hits) > _OWN_PASSAGES else []
    head = render("answer.own", section=hits[0].section or hits[0].file)
    texts = [hit.text for hit in hits[:_OWN_PASSAGES]]
    return "\n\n".join([head, *texts, *more, _own_source(hits[0])])


def _needs_label(provision: Provision) -> bool:
    """Whether the answer does not say by itself what kind of source it is."""
    told = {
        "Aanbeveling",
        "aanbeveling",
        "advies",
        "Advies",
        "IJkpunt",
        "Elders",
        "elders",
        "december 2021",
        "memo",
        "voorbeeld",
    }
    return provision.kind in _LABELS and not any(word in provision.answer for word in told)


def _call(library: Library, found: Answer, today: date) -> str:
    role = found.first_contact
    if role == "none":
        return ""
    if role == "ouders":
        return render("answer.talk_parents")
    the = library.roles[role].the if role in library.roles else role
    if role in NATIONAL_ROLES:
        return render("answer.call_person", the=the, people=NATIONAL_ROLES[role])
    if found.people:
        return render("answer.call_person", the=the, people=people_line(found.people, today))
    if found.asks_for:
        theirs = "_youth_care" if found.asks_for == "school" and found.side is Side.YOUTH_CARE else ""
        return render(f"answer.call_unknown_{found.asks_for}{theirs}", the=the)
    place = found.place.school or found.place.municipality
    return render("answer.call_not_listed", the=the, place=f" voor {place}" if place else "")


def _unknown_school(library: Library, asker: Asker) -> str:
    if asker.school_typed and not library.contacts.find_schools(asker.school_typed):
        return render("answer.unknown_school", school=asker.school_typed)
    return ""


def _route(route: Sequence[tuple[str, str]]) -> str:
    if not route:
        return ""
    return "\n".join([render("answer.route"), *(f"{n}. {text}" for n, (_, text) in enumerate(route, 1))])


def _source(provision: Provision) -> str:
    return render("answer.source", title=provision.title, id=provision.id)


def _sentence(text: str) -> str:
    """The first sentence of a text."""
    end = text.find(". ")
    return text if end < 0 else text[: end + 1]


def _crisis(found: Answer) -> Iterator[str]:
    call = found.first_contact
    yield render(f"answer.crisis_{call.replace('-', '_')}")
    if call == "112":
        yield render("answer.crisis_also_veilig_thuis")
        yield render("answer.crisis_missing")
    if call == "113":
        yield render("answer.crisis_also_home")
    if call == "veilig-thuis":
        yield render("answer.crisis_also_113")
    yield render("answer.crisis_parents")
    yield render("answer.crisis_school")
    yield render("answer.crisis_agreements")


def _smalltalk(found: Answer) -> str:
    if found.topic == "command":
        return render("talk.offer_command", command=suggest_command(found.asked.text))
    return render(f"talk.{found.topic}")


def _not_found(found: Answer, today: date) -> Iterator[str]:
    if found.topic == "personal_data":
        yield render("answer.no_personal_data")
        return
    yield render("answer.not_found")
    if found.people:
        person = people_line(found.people, today)
        yield render("answer.not_found_ask", the="de contactpersoon van uw school", people=f": {person}")
    else:
        yield render("answer.not_found_own")
    if found.also:
        yield render("answer.not_found_near", title=found.also[0].title, id=found.also[0].id)


def _lookup(library: Library, found: Answer, today: date, room: int) -> Iterable[str]:
    """What the contact list says: as many people as fit, and how many there are more."""
    line, name = (_in_short, "roles") if found.topic == "everybody" else (_person, "places")
    people = [line(library, contact, today) for contact in found.people]
    sources = [_source(p) for p in found.provisions[:3]]
    closing = render("answer.sources", sources="; ".join(sources)) if sources else ""

    def with_so_many(shown: int) -> list[str]:
        left = len(people) - shown
        more = render(f"lookup.more_{name}", count=left) if left else ""
        return [*found.notes, "\n".join(people[:shown]), more, closing]

    return _fitting(map(with_so_many, range(len(people), -1, -1)), room)


def _in_short(library: Library, contact: Contact, today: date) -> str:
    role = library.roles[contact.role].name if contact.role in library.roles else contact.role
    return render("lookup.in_short", role=role, person=person_line(contact, today))


def _person(library: Library, contact: Contact, today: date) -> str:
    role = library.roles[contact.role].name if contact.role in library.roles else contact.role
    places = ", ".join((*contact.schools, *contact.municipalities))
    days = f"; {', '.join(d[:2] for d in contact.days)}" if contact.days else ""
    days += f"; {render('lookup.deputy', deputy=contact.deputy)}" if contact.deputy else ""
    stale = f" {render('answer.stale')}" if contact.is_stale(today) else ""
    reach = ", ".join(filter(None, (contact.phone, contact.email)))
    return render(
        "lookup.person",
        name=contact.name,
        role=role,
        places=f", {places}" if places else "",
        reach=reach,
        days=days + stale,
    )


def full_provision(library: Library, id: str) -> str:
    """A whole provision, as shown on "meer"."""
    provision = library.provisions[id]
    label = render(f"answer.{_LABELS[provision.kind]}") if _needs_label(provision) else ""
    lines = [
        render("asking.provision", title=provision.title, id=id),
        f"{provision.answer} {label}".strip(),
        render("answer.first", text=provision.first) if provision.first else "",
        render("answer.never", text=provision.never) if provision.never else "",
        render("asking.place", place=provision.place),
        render("asking.twins", twins=", ".join(provision.twins)) if provision.twins else "",
    ]
    return "\n\n".join(filter(None, lines))


def whole_route(library: Library, side: Side) -> str:
    """The whole route of the flowchart for one side."""
    return _route(library.flowchart.whole_route(side))
