"""The words that mean the same at every step, and how a question in between is told from an answer."""

from collections.abc import Mapping, Sequence

from knowledge.text import words

_CONTROLS: Mapping[str, frozenset[str]] = {
    "back": frozenset({"terug", "vorige", "ga terug", "stap terug", "een terug"}),
    "later": frozenset({"later", "pauze", "pauzeren", "even pauze", "ik ga later verder"}),
    "stop": frozenset({"stop", "stoppen", "stop maar", "ik wil stoppen"}),
    "status": frozenset({"status", "waar ben ik"}),
    "why": frozenset({"waarom", "waarom vraag je dit", "waarom vraagt u dit", "waarom is dat"}),
    "new": frozenset({"nieuw", "nieuwe zaak", "nieuwe zaak beginnen"}),
    "on": frozenset({"verder", "ga verder", "verdergaan", "hervat"}),
    "chart": frozenset({"schema", "toon schema", "toon het schema", "stroomschema", "toon het stroomschema"}),
    "help": frozenset({"help", "hulp", "hoe werkt dit"}),
}
_CHANGE = frozenset({"wijzig", "wijzigen", "verbeter", "corrigeer", "correctie", "aanpassen"})
_ASKING = frozenset(
    "wie wat waar wanneer hoe waarom welke hoelang hoeveel mag mogen moet moeten kan kun kunnen is zijn heb heeft wil "
    "geldt what who how can may should do does is where when".split()
)
_ALWAYS = frozenset({"meer", "route"})  # ask for more of the answer given just now
_LONG = 7  # words: nobody answers a choice with a story


def control(text: str) -> tuple[str, str]:
    """The control word in a message and what follows it; empty when it is none."""
    if text.strip() == "?":
        return "help", ""
    tokens = words(text)
    plain = " ".join(tokens)
    for name, known in _CONTROLS.items():
        if plain in known:
            return name, ""
    if tokens and tokens[0] in _CHANGE:
        return "change", " ".join(tokens[1:])
    return "", ""


def is_question(text: str, free: bool) -> bool:
    """Whether a message asks something; at a step with free text only a question mark tells."""
    tokens = words(text)
    if text.rstrip().endswith("?") and len(tokens) > 1:
        return True
    if free or not tokens:
        return False
    return (tokens[0] in _ASKING and len(tokens) > 2) or len(tokens) >= _LONG or " ".join(tokens) in _ALWAYS


def named(text: str, titles: Mapping[str, str]) -> Sequence[str]:
    """The steps (id to title) that a name means: all its words occur in the title, or it nearly is the title."""
    asked = set(words(text)) - {"de", "het", "een", "mijn"}
    if not asked:
        return ()
    found = [id for id, title in titles.items() if asked <= set(words(title)) | {id}]
    if found:
        return found
    from rapidfuzz.fuzz import partial_ratio  # only when nothing matched letter by letter

    plain = " ".join(sorted(asked))
    return [id for id, title in titles.items() if len(plain) > 3 and partial_ratio(plain, title.lower()) >= 85]
