"""The words of look-ups: how people ask for a number, a person, a day or a meaning; folded as `text.words` does."""

from collections.abc import Iterator, Mapping
from enum import StrEnum


class Tag(StrEnum):
    """What a piece of a message is to a look-up."""

    WHO = "who"
    NUMBER = "number"
    REACH = "reach"
    WHAT = "what"
    PRESENT = "present"
    DEPUTY = "deputy"
    HOST = "host"  # "contactpersoon": only together with a school or a municipality
    ROLE = "role"
    TITLE = "title"
    NATIONAL = "national"
    OUTSIDER = "outsider"
    SCHOOL = "school"
    PLACE = "place"
    ELSEWHERE = "elsewhere"
    PERSON = "person"
    DAY = "day"
    FILLER = "filler"
    UNKNOWN = "unknown"


FORMS: Mapping[Tag, tuple[str, ...]] = {
    Tag.WHO: (
        "wie is", "wie s", "wie zijn", "wie was", "hoe heet", "hoe heten", "who is", "who are", "who s",
        "wie hebben wij als", "wie hebben we als", "wie heb ik als", "wie hoort bij", "wie hoort er bij", "hoort bij",
        "hoort er bij", "wie zit bij", "wie zit er bij", "wie werkt bij", "wie werkt er bij", "naam van",
    ),
    Tag.NUMBER: (
        "telefoonnummer", "telefoonnummers", "telefoonnr", "telnr", "tel nr", "telnummer", "nummer", "nummers", "nr",
        "tel", "telefoon", "telefoon nummer", "06", "06 nummer", "0 6", "nul zes", "mail", "mailadres", "mail adres",
        "email", "e mail", "emailadres", "e mailadres", "e mail adres", "contactgegevens", "contact gegevens",
        "mobiel", "mobiele nummer", "mobiel nummer", "phone", "phone number", "number", "email address",
    ),
    Tag.REACH: (
        "hoe bereik ik", "hoe bereiken we", "hoe bereiken wij", "waar bereik ik", "hoe kan ik", "hoe kunnen we",
        "hoe kunnen wij", "bereiken", "te bereiken", "te pakken krijgen", "bereikbaar", "how do i reach", "reach",
    ),
    Tag.WHAT: (
        "wat doet", "wat doen", "wat is", "wat zijn", "wat s", "wat betekent", "wat betekenen", "wat houdt", "wat kan",
        "waar staat", "waarvoor staat", "wat voor iemand is", "wat voor werk doet", "what does", "what is", "what s",
        "betekenis", "afkorting", "wat wordt bedoeld met", "wat bedoelen ze met", "wat bedoelen jullie met",
    ),
    Tag.PRESENT: (
        "zit", "zitten", "werkt", "werken", "aanwezig", "terecht", "dagen", "werkdagen", "welke dagen", "wanneer",
        "in huis", "op kantoor", "vrij", "is er", "zijn er",
    ),
    Tag.DEPUTY: (
        "wie vervangt", "vervangt", "vervanger", "vervangster", "vervanging", "wie valt in voor", "valt in voor",
        "waarnemer", "wie neemt waar voor", "waarneming", "achtervang", "wie is de vervanger", "who replaces",
    ),
    Tag.HOST: (
        "contactpersoon", "contactpersonen", "contact persoon", "aanspreekpunt", "contact", "wie", "gezicht",
    ),
    Tag.FILLER: (
        "en", "maar", "dus", "dan", "de", "het", "een", "t", "n", "s", "van", "voor", "bij", "op", "in", "te", "aan",
        "is", "zijn", "er", "ik", "heb", "heeft", "hebben", "hebt", "je", "jij", "jullie", "u", "we", "wij", "geef",
        "geeft", "even", "ff", "snel", "graag", "mij", "me", "mn", "mijn", "ons", "onze", "haar", "hun", "nog", "ook",
        "alweer", "ookalweer", "nou", "nu", "dat", "dit", "deze", "die", "wat", "welke", "welk", "weet", "iemand",
        "kan", "kun", "kunt", "mag", "wil", "willen", "zoek", "zoeken", "doen", "hier", "daar", "eigenlijk", "precies",
        "aub", "alsjeblieft", "alstublieft", "svp", "hoi", "hallo", "goedemorgen", "goedemiddag", "uh", "eh", "ehm",
        "school", "schooltje", "vaste", "nieuwe", "huidige", "persoon", "medewerker", "bs", "obs", "rkbs", "pcbs",
        "basisschool", "locatie", "team", "jeugd", "mevrouw", "mevr", "meneer", "dhr", "juf", "meester", "collega",
        "stuur me", "stuur mij", "houdt in", "zo n", "please", "a", "an", "the", "of", "for", "at", "to", "my", "our",
        "do", "does", "you", "your", "have", "can", "get", "nee", "sorry", "bedoel", "bedoelde", "oh",
    ),
    Tag.OUTSIDER: (
        "huisarts", "huisartsen", "huisartsenpost", "jeugdarts", "schoolarts", "jeugdverpleegkundige", "ggd", "jgz",
        "ggz", "politie", "wijkagent", "logopedist", "logopedie", "psycholoog", "orthopedagoog", "fysiotherapeut",
        "tandarts", "kinderarts", "verloskundige", "jeugdbescherming", "jeugdbeschermer", "kinderbescherming",
        "slachtofferhulp", "onderwijsinspectie", "kinderombudsman", "schoolbestuur", "vertrouwensinspecteur",
    ),
}  # fmt: skip
"""Phrases by what they are; the longest one that fits counts."""

TITLES: Mapping[str, str] = {
    "ib": "iber", "iber": "iber", "ibers": "iber", "ibster": "iber", "intern begeleider": "iber",
    "interne begeleider": "iber", "intern begeleidster": "iber", "i b er": "iber",
    "directeur": "directeur", "directie": "directeur", "directrice": "directeur", "schoolleider": "directeur",
    "zorgcoordinator": "zorgcoordinator", "zoco": "zorgcoordinator", "zorg coordinator": "zorgcoordinator",
    "zorgteam": "zorgteam",
}  # fmt: skip
"""Names for one of a school's own contact persons, and how the list has it between brackets (folded)."""

NATIONAL: Mapping[str, str] = {
    "112": "112", "alarmnummer": "112", "noodnummer": "112", "spoednummer": "112",
    "113": "113", "zelfmoordpreventie": "113", "zelfmoordlijn": "113", "suicidepreventie": "113",
    "zelfdodingslijn": "113", "113 zelfmoordpreventie": "113",
    "kindertelefoon": "kindertelefoon", "kinder telefoon": "kindertelefoon", "de kindertelefoon": "kindertelefoon",
}  # fmt: skip
"""Names for a national line; Veilig Thuis is a role (roles.yaml)."""

ELSEWHERE = (
    "amsterdam", "rotterdam", "den haag", "utrecht", "groningen", "tilburg", "breda", "den bosch", "s hertogenbosch",
    "eindhoven", "helmond", "waalre", "valkenswaard", "oirschot", "reusel", "reusel de mierden", "bergeijk",
    "cranendonck", "heeze", "heeze leende", "geldrop", "geldrop mierlo", "mierlo", "nuenen", "son en breugel", "asten",
    "someren", "deurne", "laarbeek", "gemert", "gemert bakel", "bladel", "eersel", "veldhoven", "hilvarenbeek",
    "goirle", "waalwijk", "oisterwijk", "boxtel", "oss", "uden", "weert", "maastricht", "venlo", "roermond", "nijmegen",
    "arnhem", "knegsel", "oerle", "zeelst", "meerveldhoven", "duizel", "steensel", "vessem", "hapert", "hoogeloon",
    "casteren", "netersel", "luyksgestel", "riethoven", "westerhoven", "budel", "leende", "dommelen",
)  # fmt: skip
"""Places near and well known; those that the list serves are found there first."""

TODAY = {"vandaag": 0, "morgen": 1, "overmorgen": 2, "today": 0, "tomorrow": 1}
"""Days named from today, in days ahead."""

ORDINARY = frozenset(
    "kind kinderen leerling leerlingen student ouder ouders moeder vader gezin familie klas groep broer zus mdo "
    "gemeente overleg gesprek verslag hulp zorg zorgen plan dossier casus zaak geval vraag vragen mens mensen iemand "
    "niemand wie hoe waarom wanneer waar afspraken route schema melding advies crisis vakantie ziekte verzuim regie "
    "wachtlijst toestemming privacy avg kosten geld school scholen baas verantwoordelijk aanwezig elkaar niet geen wel "
    "mij moet mogen moeten als om naar zonder met over na tegen door tot vanaf".split()
)
"""Words that are never the name of a school, a place or a person that is missing in the list."""


NAMING = frozenset(
    "van de het een t voor bij heb je u jij geef me mij wat is aub bs obs basisschool school of the for onze ons mijn "
    "mevrouw mevr meneer dhr".split()
)
"""The fillers that can stand beside a name that no list knows; with other words it is no name."""


def forms() -> Iterator[tuple[str, Tag]]:
    """Every phrase with its tag; of a phrase that stands twice the last one counts."""
    for tag, phrases in FORMS.items():
        for phrase in phrases:
            yield phrase, tag
