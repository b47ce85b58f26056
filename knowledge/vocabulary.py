"""The fixed words of the content: roles, sides, kinds, sectors. One place, so that every checker agrees."""

from enum import StrEnum


class Side(StrEnum):
    """From which side somebody looks at a child."""

    EDUCATION = "onderwijs"
    YOUTH_CARE = "jeugdhulp"

    @property
    def other(self) -> "Side":
        """The side one calls."""
        return Side.YOUTH_CARE if self is Side.EDUCATION else Side.EDUCATION


class Kind(StrEnum):
    """How binding a provision is."""

    AGREEMENT = "agreement"
    PRACTICE = "practice"
    RECOMMENDATION = "recommendation"
    BENCHMARK = "benchmark"
    ELSEWHERE = "elsewhere"
    MUNICIPALITY = "municipality"


CONTACT_ROLES = (
    "cjg", "klantmanager", "school", "swv", "leerplicht", "veilig-thuis", "beleidsambtenaar",
    "voorschoolse-voorziening", "smw", "ouders", "112", "113", "onderwijsconsulent", "wijkteam",
    "mbo-team", "vo-team", "none",
)  # fmt: skip
"""Whom an answer can send somebody to."""

PARTIES = frozenset(CONTACT_ROLES) - {"none"} | {
    "generalist", "specialist", "leerling", "gemeente", "huisarts", "jeugdhulp", "jgz",
}  # fmt: skip
"""Whom a provision can concern."""

SECTORS = ("voorschools", "po", "so", "vo", "vso", "mbo")
