"""What people type to plan a meeting, in any order: when, where, who comes, which case, who leads. Never guessed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from knowledge.text import words
from workflows.case import read_reference
from workflows.dates import When, no_such_moment, parse, parse_moment
from workflows.tokens import clean, tokenise

_LABELS = {
    "when": ("wanneer", "datum", "dag", "tijd", "tijdstip"),
    "place": ("waar", "plek", "plaats", "locatie", "link", "adres"),
    "who": ("wie", "uitnodigen", "genodigden", "aanwezig", "deelnemers"),
    "leader": ("regie", "leiding", "voorzitter", "regisseur"),
    "reporter": ("verslag", "notulist", "notulen", "verslaglegging"),
}
_LABEL_OF = {word: label for label, listed in _LABELS.items() for word in listed}
_NAMES = "|".join(sorted(_LABEL_OF, key=len, reverse=True))
_LABELLED = re.compile(rf"^({_NAMES})\b\s*[:=]?\s*(?:(?:is|door|bij|heeft|doet)\b)?\s*(.*)$", re.IGNORECASE)
_PREPOSITIONS = ("in", "op", "bij", "via", "te", "vanuit")
_CUT = re.compile(
    rf"\s*[,;\n]\s*|\s+(?:en\s+)?(?=(?:{_NAMES})\b)|\s+(?=(?:{'|'.join(_PREPOSITIONS)}|met|zonder)\b)", re.IGNORECASE
)
_CASE = re.compile(
    r"(?:\b(?:voor|over|bij) )?(?:de )?(?:\b(?:zaak|casus)\s*:?\s*((?:c-?)?\d[\d-]*)|\b(c-?\d[\d-]*))\b", re.IGNORECASE
)
_CHANNEL = re.compile(
    r"(?:\b(?:in|naar) )?(?:het )?(?:kanaal:? ?)?(<#\w+(?:\|[^>]*)?>|(?<!\S)#[\w:.-]+)", re.IGNORECASE
)
_LINK = re.compile(r"(?:\b(?:via|op|link:?|waar:?) )?(https?://\S+[^\s,;.])", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:(?:op|om|vanaf) )?(?:(?:volgende|deze) week|komende|aanstaande|vandaag|morgen|overmorgen|half [a-z\d]+"
    r"|kwart (?:voor|over)|(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:ma|di|wo|do|vr|za|zo)\.? (?=\d)"
    r"|\d{1,2}[-/]\d{1,2}\b|\d{1,2}[:.]\d{2}\b|\d{1,2} ?(?:u|uur)\b"
    r"|\d{1,2} (?:jan|feb|m(?:aa)?rt|apr|mei|jun|jul|aug|sep|okt|nov|dec)[a-z]*)",
    re.IGNORECASE,
)
"""Where a day or a time begins that stands behind other words: "in het gemeentehuis dinsdag 14:00"."""

_ONLINE = frozenset(("online", "teams", "videobellen", "beeldbellen", "digitaal", "telefonisch"))
_SMALL = frozenset("de het een en ook erbij graag plus of t mdo overleg plan plannen afspraak dat is".split())
_DATED = re.compile(r"MO|WD\d|U[a-z]")
_CLOSE_BY = {
    "ouders": "ouders ouder vader moeder verzorgers verzorger voogd pleegouders pleegouder gezin",
    "leerling": "leerling jongere kind student jeugdige",
    "school": "mentor leerkracht docent leraar lerares juf meester teamleider zorgteam",
    "jeugdhulp": "jeugdhulp hulpverlener hulpverlening jeugdhulpverlener aanbieder",
}
"""Words for who sits at the table besides what roles.yaml lists (IJ-3)."""

Lexicon = Mapping[str, Sequence[str]]
"""The folded words for each role that can be invited."""


@dataclass
class Wishes:
    """What was understood; `unread` holds what was not. `unclear_day`: a day was named, and it is not clear which.

    `no_such`: the words of a day or an hour that does not exist.
    """

    day: date | None = None
    at: time | None = None
    unclear_day: bool = False
    no_such: str = ""
    place: str = ""
    case: str = ""
    channel: str = ""
    invited: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    leader: str = ""
    reporter: str = ""
    unread: list[str] = field(default_factory=list)


def read_plan(text: str, now: datetime, lexicon: Lexicon) -> Wishes:
    """Everything that a text says about a meeting."""
    found, moments = Wishes(), list[str]()
    for chunk in _chunks(_lifted(clean(text), found, now)):
        _read(chunk, found, moments, now, lexicon)
    if moments:
        when = parse_moment(" ".join(moments), now)
        found.day, found.at = when.day, when.at
        found.unclear_day = when.day is None and any(map(_speaks_of_days, moments))
        found.no_such = no_such_moment(" ".join(moments), now)
    return found


def _lifted(text: str, found: Wishes, now: datetime) -> str:
    """The text without what has a form of its own: the channel, the case, a link."""
    if channel := _CHANNEL.search(text):
        found.channel = channel[1]
        text = _CHANNEL.sub(", ", text)
    if link := _LINK.search(text):
        found.place = link[1]
        text = _LINK.sub(", ", text)
    case = _CASE.search(text)
    if case and (ref := read_reference(case[1] or case[2], now.year)):
        found.case = ref
        text = f"{text[: case.start()]}, {text[case.end() :]}"
    return text


def channel_in(text: str) -> str:
    """The channel named in a text (#mdo, <#C1|mdo>), empty when none is."""
    found = _CHANNEL.search(text)
    return found[1] if found else ""


def lexicon_of(roles: Mapping[str, Sequence[str]]) -> Lexicon:
    """The words for each role: those of the role list, and those for who is close to the child."""
    made = {role: [*words] for role, words in roles.items()}
    for role, more in _CLOSE_BY.items():
        made.setdefault(role, []).extend(more.split())
    return made


def _chunks(text: str) -> Iterator[str]:
    label = ""
    for part in _CUT.split(text):
        piece = f"{label} {part or ''}".strip()
        bare = _LABELLED.fullmatch(piece)
        label = piece if bare and not bare[2] else ""
        if piece and not label:
            yield from _dated(piece)
    if label:
        yield label


def _dated(piece: str) -> Iterator[str]:
    """A piece, cut where a day or time begins behind words that are about something else."""
    begin = _DATE.search(piece)
    head = piece[: begin.start()].strip() if begin else ""
    label = _LABELLED.fullmatch(head)
    loose = set(words(head)) <= _SMALL | set(_PREPOSITIONS) | {"om", "over"} or (label and not label[2])
    if begin is None or loose or _speaks_of_days(head):
        yield piece
    else:
        yield from (head, piece[begin.start() :])


def _read(chunk: str, found: Wishes, moments: list[str], now: datetime, lexicon: Lexicon) -> None:
    if labelled := _LABELLED.match(chunk):
        _labelled(_LABEL_OF[labelled[1].lower()], labelled[2], found, moments, lexicon)
    elif chunk.lower().startswith("zonder "):
        found.without, _ = roles_in(chunk[7:], lexicon)
    elif _when(chunk, now):
        _moment(chunk, found, moments, now, lexicon)
    else:
        _other(chunk, found, lexicon)


def _labelled(label: str, value: str, found: Wishes, moments: list[str], lexicon: Lexicon) -> None:
    match label:
        case "when":
            moments.append(value)
        case "place":
            found.place = _bare_place(value)
        case "leader":
            found.leader = value
        case "reporter":
            found.reporter = value
        case "who":
            found.invited += roles_in(value, lexicon)[0]


def _moment(chunk: str, found: Wishes, moments: list[str], now: datetime, lexicon: Lexicon) -> None:
    """A day or a time, with perhaps more: "1 dec 14:00 ouders cjg"."""
    moments.append(chunk)
    left = parse(chunk, now)
    _, more = roles_in(" ".join(filter(None, (left.owner, left.action))), lexicon)
    found.invited += roles_in(chunk, lexicon)[0]
    if more:
        found.unread.append(" ".join(more))


def _other(chunk: str, found: Wishes, lexicon: Lexicon) -> None:
    first, _, rest = chunk.partition(" ")
    if first.lower() in _PREPOSITIONS and rest and not _speaks_of_days(rest):
        found.place = _bare_place(chunk)
        return
    roles, more = roles_in(rest if first.lower() == "met" else chunk, lexicon)
    if set(words(chunk)) & _ONLINE and not roles:
        found.place = chunk
    elif more:
        found.unread.append(chunk)
    found.invited += roles if not more or first.lower() == "met" else []


def _when(chunk: str, now: datetime) -> bool:
    when: When = parse_moment(chunk, now)
    return when.day is not None or when.at is not None


def _speaks_of_days(text: str) -> bool:
    return any(_DATED.match(tag) for token in tokenise(clean(text)) for tag in token.tags)


def _bare_place(text: str) -> str:
    return re.sub(r"^(?:in|te) (?:de |het )?|^via ", "", text.strip(), flags=re.IGNORECASE)


def roles_in(text: str, lexicon: Lexicon) -> tuple[list[str], list[str]]:
    """The roles named in a text, in order, and the words that name none."""
    known = {tuple(name.split()): role for role, names in lexicon.items() for name in names}
    longest = max(map(len, known), default=1)
    said, found, left, i = words(text), list[str](), list[str](), 0
    while i < len(said):
        size = next((n for n in range(longest, 0, -1) if tuple(said[i : i + n]) in known), 0)
        if size:
            found.append(known[tuple(said[i : i + size])])
        elif said[i] not in _SMALL:
            left.append(said[i])
        i += size or 1
    return list(dict.fromkeys(found)), left
