"""`python -m tests.pictures`: draws what the product draws into docs/pictures, where the guides show it.

tests/test_pictures.py holds them to what is drawn now; after a change that is meant, draw them anew and look.
"""

import io
from datetime import date
from pathlib import Path

from PIL import Image, ImageChops

from bot import timeline
from bot.timeline import Mark
from knowledge import cards, drawing
from knowledge.contact_files import read_contacts
from knowledge.contacts import ContactList
from knowledge.roles import load_roles
from knowledge.sources import SHIPPED
from tests.case_world import shipped_chart

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
TODAY = date(2026, 11, 18)
WAY = ("danger", "asker", "scope", "age", "parents_concern", "parents_contact")
MARKS = (
    Mark(date(2026, 11, 10), "7-2 @fatima"),
    Mark(date(2026, 11, 24), "M-2026-0007", is_meeting=True),
    Mark(date(2026, 11, 27), "7-3 IB'er van De Regenboog"),
    Mark(date(2026, 12, 8), "8-1 Jan-Willem van der Voorbeeldenstraat"),
    Mark(date(2026, 12, 22), "M-2026-0008", is_meeting=True),
)
_SMALLER, _DIFFERENT = 4, 48  # times; of 255
_ALLOWED = 0.0005  # share of the points: letters are smoothed a little differently by another FreeType


def drawn() -> dict[str, bytes]:
    """Every picture by the name of its file."""
    chart = shipped_chart()
    people = ContactList(tuple(read_contacts(SHIPPED / "contacts.csv"))).around("De Regenboog")
    roles = {role.id: role for role in load_roles(SHIPPED / "roles.yaml")}
    return {
        "stroomschema.png": drawing.draw(chart),
        "stroomschema-zaak.png": drawing.draw(chart, WAY, "consent"),
        "tijdlijn.png": timeline.draw(MARKS, TODAY),
        "wie-is-wie.png": cards.draw(people[:4], roles, TODAY, "De Regenboog"),
    }


def opened(png: bytes) -> Image.Image:
    """A picture to look into."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def differs(one: bytes, other: bytes) -> bool:
    """Whether somebody would see a difference; how letters are smoothed is none."""
    first, second = opened(one), opened(other)
    if first.size != second.size:
        return True
    small = (first.width // _SMALLER, first.height // _SMALLER)
    apart = ImageChops.difference(first.resize(small, Image.Resampling.BOX), second.resize(small, Image.Resampling.BOX))
    seen = sum(apart.convert("L").histogram()[_DIFFERENT:])
    return seen > _ALLOWED * small[0] * small[1]


if __name__ == "__main__":
    for name, png in drawn().items():
        (FOLDER / name).write_bytes(png)
        print(FOLDER / name)
