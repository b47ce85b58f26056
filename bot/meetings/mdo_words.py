"""Which subcommand of `/mdo` is meant: abbreviated, in another word, behind the reference, or with a typo."""

from dataclasses import dataclass

from knowledge.text import fold, words

COMMANDS = ("plan", "lijst", "toon", "actie", "klaar", "uitstel", "verslag", "sluit", "overzicht", "help")
_OTHER = {
    "plannen": "plan", "nieuw": "plan", "inplannen": "plan", "verplaats": "uitstel",
    "lijstje": "lijst", "open": "lijst", "acties": "lijst", "mijn": "lijst",
    "bekijk": "toon", "laat": "toon", "status": "toon",
    "actiepunt": "actie", "taak": "actie", "afspraak": "actie",
    "gereed": "klaar", "gedaan": "klaar", "af": "klaar", "afgerond": "klaar", "ok": "klaar",
    "uitstellen": "uitstel", "later": "uitstel", "verzet": "uitstel", "verschuif": "uitstel", "snooze": "uitstel",
    "rapport": "verslag", "notulen": "verslag",
    "sluiten": "sluit", "afsluiten": "sluit", "afgelast": "sluit", "annuleer": "sluit",
    "team": "overzicht", "tijdlijn": "overzicht", "?": "help", "hulp": "help",
}  # fmt: skip
_ANYWHERE = {word: word for word in COMMANDS if word not in ("plan", "actie")} | {
    word: name for word, name in _OTHER.items() if word not in ("mijn", "open", "laat", "af", "ok", "team", "afspraak")
}
_YES = frozenset("ja j jazeker klopt juist goed prima akkoord ok oke yes y klaar".split())
_NO = frozenset("nee n neen nope".split())


@dataclass(frozen=True)
class Said:
    """The subcommand and the words that go with it; `perhaps` is what may have been meant when none was read."""

    name: str
    rest: str
    perhaps: str = ""


def subcommand(text: str) -> Said:
    """Which subcommand a text opens with, ends with or holds."""
    tokens = text.split()
    if not tokens:
        return Said("", "")
    first = _bare(tokens[0])
    name = _OTHER.get(first) or next((c for c in COMMANDS if first and c.startswith(first)), "")
    if name:
        return Said(name, " ".join(tokens[1:]))
    for place in (len(tokens) - 1, *range(1, len(tokens) - 1)):
        if found := _ANYWHERE.get(_bare(tokens[place])):
            return Said(found, " ".join(tokens[:place] + tokens[place + 1 :]))
    return Said("", text, _meant(first))


def says_yes(text: str) -> bool:
    """Whether a reply only agrees: "ja, klopt"."""
    said = words(text)
    return bool(said) and set(said) <= _YES | {"dat", "het", "zo", "is", "graag"} and bool(set(said) & _YES)


def says_no(text: str) -> bool:
    """Whether a reply only refuses."""
    said = words(text)
    return bool(said) and set(said) <= _NO | {"klopt", "niet", "dat", "het"} and bool(set(said) & (_NO | {"niet"}))


def _bare(word: str) -> str:
    return "?" if word == "?" else fold(word).strip(".,:;!\"'“”()")


def _meant(word: str) -> str:
    from rapidfuzz.process import extractOne  # only when nothing matched letter by letter

    found = extractOne(word, COMMANDS, score_cutoff=70)
    return str(found[0]) if found else ""
