"""The Dutch words for days, months, numbers, units and times, folded, with the tag each one stands for.

Tags: WD0-6 weekday, MO1-12 month, N number, O ordinal in figures, W in words, U unit, P part of the day, V school
holiday, F feast day, REC repetition. One with ~ holds only beside a word that bears it out (`neighbours`).
"""

_WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_SHORT_WEEKDAYS = (
    "ma", "di din dins", "wo woe woens", "do don dond", "vr vrij vrijd", "za zat zater", "zo zon",
)  # fmt: skip
USUAL_DAYS = frozenset("ma di wo do vr za".split())
MONTHS: dict[str, int] = {
    "januari": 1, "februari": 2, "maart": 3, "april": 4, "mei": 5, "juni": 6, "juli": 7, "augustus": 8,
    "september": 9, "oktober": 10, "november": 11, "december": 12,
    "jan": 1, "feb": 2, "febr": 2, "mrt": 3, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9,
    "okt": 10, "oct": 10, "october": 10, "nov": 11, "dec": 12, "dez": 12, "juny": 6, "july": 7, "january": 1,
    "febuari": 2, "februarie": 2, "januarie": 1, "augst": 8,
}  # fmt: skip
_SURE_MONTHS = frozenset(
    "januari februari april juni juli augustus september oktober november december maart mei october febuari".split()
)
_NUMBERS = (
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
    "achttien negentien twintig"
).split()
_TENS = {20: "twintig", 30: "dertig", 40: "veertig", 50: "vijftig"}
_ORDINALS = {
    1: "eerste",
    3: "derde",
    8: "achtste",
    2: "tweede",
    **{n: f"{_NUMBERS[n]}de" for n in range(4, 20) if n != 8},
}
ORDINAL_ENDINGS = frozenset(("e", "ste", "de", "ste", "en"))
_UNITS = {
    "dag": "dag dagen dgn dagje dagjes dage",
    "week": "week weken wk wkn weekje weekjes weeken weke wek wekn wken weekn weeke",
    "maand": "maand maanden mnd mnden maandje maande", "jaar": "jaar jaren jr jaartje",
    "kwartaal": "kwartaal kwartalen", "uur": "uur u h uren uurtje ure", "kwartier": "kwartier kwartiertje",
    "minuut": "minuut minuten min minuutjes minuutje", "werkdag": "werkdag werkdagen werkdage",
    "schooldag": "schooldag schooldagen lesdag lesdagen", "halfjaar": "halfjaar",
}  # fmt: skip
PARTS = {
    "voormiddag": "ochtend", "namiddag": "middag", "vroeg": "ochtend", "ochtend": "ochtend", "morgen": "ochtend",
    "middag": "middag", "avond": "avond", "nacht": "nacht", "ochtends": "ochtend", "morgens": "ochtend",
    "middags": "middag", "avonds": "avond", "nachts": "nacht",
    "ochtent": "ochtend", "ogtend": "ochtend", "middach": "middag", "midag": "middag",
    "ochent": "ochtend", "avont": "avond",
}  # fmt: skip
NEAR_DAYS = frozenset(("vandaag", "morgen", "overmorgen", "gisteren", "eergisteren"))
_HOLIDAYS = {
    "kerst": "kerst", "herfst": "herfst", "voorjaars": "voorjaar", "krokus": "voorjaar", "mei": "mei", "zomer": "zomer",
    "carnavals": "carnaval", "carnaval": "carnaval", "lente": "voorjaar", "winter": "kerst",
}  # fmt: skip
_FEASTS = {
    "nieuwjaarsdag": "nieuwjaarsdag", "nieuwjaar": "nieuwjaarsdag", "koningsdag": "koningsdag",
    "hemelvaartsdag": "hemelvaartsdag", "hemelvaart": "hemelvaartsdag", "hemelvaartdag": "hemelvaartsdag",
    "paasmaandag": "tweede-paasdag", "pinkstermaandag": "tweede-pinksterdag", "paasdag": "paasdag",
    "pinksterdag": "pinksterdag", "kerstdag": "kerstdag", "bevrijdingsdag": "bevrijdingsdag",
    "sinterklaas": "sinterklaas", "pakjesavond": "sinterklaas", "oudejaarsdag": "oudejaarsdag",
    "oudejaarsavond": "oudejaarsdag",
    "kerst": "onbekend", "kerstmis": "onbekend", "pasen": "onbekend", "pinksteren": "onbekend", "carnaval": "onbekend",
    "aswoensdag": "onbekend", "prinsjesdag": "onbekend", "kerstavond": "kerstavond",
}  # fmt: skip
_LOOSE = {
    "half": "half", "halve": "half", "anderhalf": "anderhalf", "anderhalve": "anderhalf",
    "middernacht": "middernacht", "weekend": "weekend", "weekeinde": "weekend", "wknd": "weekend",
    "vanochtend": "vandaag Pochtend", "vanmorgen": "vandaag Pochtend", "vanmiddag": "vandaag Pmiddag",
    "vannamiddag": "vandaag Pmiddag", "vanavond": "vandaag Pavond", "vanaaf": "vandaag Pavond", "vannacht": "vannacht",
    "gister": "gisteren", "vndg": "vandaag", "vandg": "vandaag", "heden": "vandaag", "mrgn": "morgen", "mgn": "morgen",
    "a.s": "as", "aanst": "aanstaande", "a.s.": "as", "eerstkomende": "eerstvolgende", "komend": "komende",
    "eerstvolgend": "eerstvolgende", "aanstaand": "aanstaande", "volgend": "volgende", "volg": "volgende",
    "einde": "eind", "twe": "N2", "vakantie": "Vonbekend", "schoolvakantie": "Vonbekend", "vakanties": "Vonbekend",
    "oudennieuw": "Fonbekend",
    "ochtend": "Pochtend", "voormiddag": "Pochtend", "middag": "Pmiddag", "namiddag": "Pmiddag", "avond": "Pavond",
    "nacht": "Pnacht", "sochtends": "Pochtend", "ochtends": "Pochtend", "smorgens": "Pochtend", "morgens": "Pochtend",
    "savonds": "Pavond", "avonds": "Pavond", "smiddags": "Pmiddag", "middags": "Pmiddag", "snachts": "Pnacht",
    "nachts": "Pnacht", "snamiddags": "Pmiddag", "namiddags": "Pmiddag", "voormiddags": "Pochtend",
    "svoormiddags": "Pochtend", "wekelijks": "REC", "wekelijkse": "REC", "maandelijks": "REC", "maandelijkse": "REC",
    "dagelijks": "REC", "dagelijkse": "REC", "jaarlijks": "REC", "jaarlijkse": "REC", "tweewekelijks": "REC",
    "telkens": "REC", "steeds": "REC",
    "zsm": "zsm", "asap": "zsm", "binnenkort": "zsm", "spoedig": "zsm", "tzt": "zsm", "eerdaags": "zsm",
    "vrydag": "WD4", "vridag": "WD4", "vreidag": "WD4", "goensdag": "WD2",
}  # fmt: skip


def _weekday_words() -> dict[str, str]:
    words: dict[str, str] = {}
    for number, full in enumerate(_WEEKDAYS):
        words |= dict.fromkeys(_SHORT_WEEKDAYS[number].split(), f"~WD{number}")
        words |= {full: f"WD{number}", f"{full}en": "REC", f"{full}s": "REC"}
    return words


def _number_words() -> dict[str, str]:
    words = {word: f"N{n}" for n, word in enumerate(_NUMBERS) if word != "een"}
    words |= {word: f"N{n}" for n, word in _TENS.items()}
    for tens, word in _TENS.items():
        words |= {f"{_NUMBERS[n]}en{word}": f"N{tens + n}" for n in range(1, 10)}
    words |= {word: f"W{n}" for n, word in _ORDINALS.items()}
    ends = {n: w for w, n in ((w, int(t[1:])) for w, t in words.items() if t[0] == "N") if n >= 20}
    return words | {f"{word}ste": f"W{n}" for n, word in ends.items()}


def _all_words() -> dict[str, str]:
    words = _weekday_words() | _number_words() | _LOOSE
    words |= {word: f"{'' if word in _SURE_MONTHS else '~'}MO{n}" for word, n in MONTHS.items()}
    words |= {word: f"U{unit}" for unit, listed in _UNITS.items() for word in listed.split()}
    words |= {f"{stem}vakantie": f"V{name}" for stem, name in _HOLIDAYS.items()}
    words |= {f"{stem}vak": f"V{name}" for stem, name in _HOLIDAYS.items()}
    return words | {word: f"F{name}" for word, name in _FEASTS.items()}


WORDS: dict[str, str] = _all_words()
DOTTED = frozenset(
    word for word, tag in WORDS.items() if tag.lstrip("~")[:2] in ("WD", "MO") and len(word) <= 5 and word != "april"
) | frozenset(("as", "wk", "mnd", "dgn", "u", "min", "aanst", "volg"))  # fmt: skip

# Words that are forgiven a slip: one wrong letter, from seven letters on two; and words that only look like one.
FORGIVEN_DAYS = frozenset((*_WEEKDAYS, "vandaag", "morgen", "overmorgen"))
FORGIVEN = FORGIVEN_DAYS | frozenset((
    "gisteren", "eergisteren", "volgende", "komende", "aanstaande", "eerstvolgende", "uiterlijk",
    "januari", "februari", "april", "augustus", "september", "oktober", "november", "december",
    "kerstvakantie", "herfstvakantie", "voorjaarsvakantie", "meivakantie", "zomervakantie", "carnavalsvakantie",
    "binnenkort", "werkdagen", "schooldagen", "weekend",
))  # fmt: skip
FORGIVEN_UNITS = frozenset(("dagen", "weken", "maanden", "werkdagen", "minuten"))
NO_SLIPS = frozenset(
    """
    mogen zorgen borgen morgens vandaan maanden maandje maandelijks vrijdagse zaterdagse zondagse maandagse dinsdagse
    woensdagse donderdagse mamadag papadag dansdag zorgdag maaldag overwogen overwegen overtogen volgens
    volgden volgde volgend volgen komen komend kopende kosten kwamen binnenkomt vrijden weken werken weekends
    weekenden gesteren kinderdag vierdag middag studiedag verlofdag schooldag vakantiedag werkdag
    wegen vragen dragen lagen zaken weten daden dames mandaten
    """.split()
)

# Neighbours that settle a short word: "vóór zo" is Sunday, "mijn ma" is not Monday; "groep 7" counts nothing.
BEFORE_DAY = frozenset(
    """
    voor uiterlijk tegen komende aanstaande as eerstvolgende volgende deze week vanaf tot tm tem na per op elke iedere
    """.split()
)
NEVER_BEFORE_DAY = frozenset("mijn haar jouw onze je hun to het".split())
BEFORE_DATE = frozenset("op uiterlijk voor tegen per datum deadline vanaf tot tm tem van en of".split())
AFTER_DATE = frozenset(
    """
    de het een om met bij door of en van tot tm te aan voor naar na uiterlijk moet gaat zal kan wil belt stuurt maakt
    levert regelt plant wordt is komt half kwart ik wij we hij ze zij school half vanaf rond a via as aanstaande op in
    """.split()
)
BEFORE_MONTH = frozenset("in begin eind half midden medio van voor na tot vanaf halverwege ultimo".split())
MONEY = frozenset(("euro", "eur", "%", "procent", "€"))
SELDOM_BEFORE_DAY = frozenset("is ben bent zijn was het hoe niet heeft de een".split())
OPEN_ENDED = frozenset("zo zon zat".split())
COUNTED = frozenset(
    """
    groep groepen klas klassen leerjaar lokaal kamer lokalen punt artikel art paragraaf hoofdstuk versie bladzijde blz
    pagina nummer nr niveau fase stap bijlage casus leerling dossier € bus lijn kerndoel tel telefoon schaal deel unit
    """.split()
)
