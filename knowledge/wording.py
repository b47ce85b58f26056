"""From an answer to its text: Markdown, Dutch, no longer than a phone screen."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from knowledge.answering import Answer, Asker, find_answer, own_source
from knowledge.calling import NATIONAL_ROLES, people_line
from knowledge.contacts import Contact
from knowledge.danger import Level
from knowledge.library import Library
from knowledge.provisions import Provision
from knowledge.text import MAX_CHARACTERS
from knowledge.vocabulary import Kind, Side
from knowledge.wishes import suggest_command
from prompts import render

SCREEN = 1200  # characters: about thirty lines of forty on a phone
_PEOPLE = 6
_OWN_SHOWN = 700  # characters of an own document

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
    match found.kind:
        case "crisis":
            parts = list(_crisis(found))
        case "smalltalk":
            parts = [_smalltalk(found)]
        case "not_found":
            parts = list(_not_found(found, asker.today))
        case "clarify":
            parts = [
                render("answer.clarify"),
                *(f"{n}. {p.title}: {_sentence(p.answer)}" for n, p in enumerate(found.also, 1)),
            ]
        case _ if found.own:
            parts = list(_own(found))
        case _:
            parts = list(_lookup(library, found, asker.today) if found.topic else _parts(library, found, asker))
    opening = [render("answer.safety")] if found.asked.danger.level is Level.POSSIBLE and found.kind != "crisis" else []
    if len(found.asked.text) > MAX_CHARACTERS:
        opening.append(render("talk.too_long"))
    if found.findings:
        opening.append(render("answer.personal_data", what=" en ".join(f.value for f in found.findings)))
    return "\n\n".join([*opening, *filter(None, parts)])


def _parts(library: Library, found: Answer, asker: Asker) -> Iterator[str]:
    best = found.provisions[0]
    fixed = [
        _unknown_school(library, asker),
        _call(library, found, asker.today),
        f"{best.answer} {render('answer.' + _LABELS[best.kind]) if _needs_label(best) else ''}".strip(),
        render("answer.never", text=best.never) if best.never else "",
    ]
    first = "" if found.route else _first(found, best)
    route = _route(found.route)
    english = render("answer.english", text=best.english) if found.asked.is_english else ""
    closing = [render("answer.sources", sources="; ".join(_source(p) for p in found.provisions)), english]
    closing.append(render("answer.offer" if found.route else "answer.offer_without_route"))
    also = render("answer.also", text=f"{_sentence(found.also[0].answer)} ({found.also[0].id})") if found.also else ""
    used = sum(map(len, fixed + closing))
    for optional in (first, also, route):
        used += len(optional)
    # What does not fit the screen goes behind "route" and "meer"; the route goes first, it has a word of its own.
    if used > SCREEN:
        route, used = "", used - len(route)
        first = _first(found, best)  # what the route said first must not go with it
    if used > SCREEN:
        also = ""
    yield from (*fixed[:2], first, *fixed[2:], route, also, *closing)


def _first(found: Answer, best: Provision) -> str:
    """What must happen first: the provision's own words, or else the parents before any call (P-contact-1)."""
    if best.first:
        return render("answer.first", text=best.first)
    return render("answer.parents_first") if found.first_contact not in ("none", "ouders", *NATIONAL_ROLES) else ""


def _own(found: Answer) -> Iterator[str]:
    for hit in found.own:
        yield render("answer.own", section=hit.section or hit.file)
        yield hit.text if len(hit.text) <= _OWN_SHOWN else f"{hit.text[:_OWN_SHOWN].rsplit(' ', 1)[0]} …"
        yield render("answer.own_source", source=own_source(hit))


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


def _lookup(library: Library, found: Answer, today: date) -> Iterator[str]:
    yield from found.notes
    shown = found.people[:_PEOPLE]
    if shown:
        yield "\n".join(_person(library, contact, today) for contact in shown)
    if len(found.people) > len(shown) or found.asks_for == "place":
        yield (
            render("lookup.more_people", count=max(0, len(found.people) - len(shown)))
            if len(found.people) > len(shown)
            else render("answer.which_place")
        )
    if found.provisions:
        yield render("answer.sources", sources="; ".join(_source(p) for p in found.provisions[:3]))


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
