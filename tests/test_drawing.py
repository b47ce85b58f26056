"""The flowchart as a picture: readable on a phone, with the case's way marked, for every graph."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFont

from knowledge.drawing import describe, draw, spine
from knowledge.flowchart import Edge, Flowchart, Step
from knowledge.pictures import FONTS, TEXT, WIDTH
from tests.case_world import shipped_chart

CHART = shipped_chart()
WAY = ("danger", "asker", "scope", "age")
BLUE, YELLOW = (0, 114, 178), (240, 228, 66)


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def share(image: Image.Image, colour: tuple[int, int, int]) -> int:
    """How many pixels have a colour, or nearly so."""
    near = [
        band.point([255 if abs(v - wanted) < 12 else 0 for v in range(256)])
        for band, wanted in zip(image.split(), colour, strict=True)
    ]
    all_near = ImageChops.darker(ImageChops.darker(near[0], near[1]), near[2])
    return all_near.histogram()[255]


def test_the_picture_is_as_wide_as_a_phone_and_its_text_is_large_enough() -> None:
    image = picture(draw(CHART))
    assert image.width == WIDTH == 1080
    assert TEXT >= 38
    assert image.height < 8000


def test_every_dutch_character_of_the_flowchart_has_a_glyph() -> None:
    used = {c for step in CHART.steps for text in (step.title, *(e.label for e in step.choices)) for c in text}
    for file in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        font = ImageFont.truetype(FONTS / file, 38)
        missing = font.getmask("\U0010ffff").getbbox(), bytes(font.getmask("\U0010ffff"))
        for character in (used | set("éëïöüçàĳŁşğ€–—’•→✓")) - {" "}:
            assert (font.getmask(character).getbbox(), bytes(font.getmask(character))) != missing, character


def test_without_a_case_nothing_is_marked() -> None:
    assert share(picture(draw(CHART)), BLUE) == 0


def test_the_way_of_a_case_and_where_it_is_are_marked() -> None:
    image = picture(draw(CHART, WAY, "parents_concern"))
    assert share(image, BLUE) > 5000
    assert share(image, YELLOW) > 5000


def test_the_way_is_not_marked_by_colour_alone() -> None:
    """In shades of grey the marked picture still differs: thicker borders and arrows, and ticks."""
    plain, marked = (
        picture(draw(CHART, *given)).convert("L").point(lambda v: 255 if v > 150 else 0) for given in ((), (WAY,))
    )
    assert sum(marked.histogram()[:100]) > sum(plain.histogram()[:100]) + 2000


def test_the_same_flowchart_gives_the_same_picture() -> None:
    assert draw(CHART, WAY, "scope") == draw(CHART, WAY, "scope")


def test_the_alternative_text_names_the_steps_and_the_way() -> None:
    assert describe(CHART, WAY, "parents_concern") == (
        "Het stroomschema: Gevaar? → Wie vraagt? → Alleen onderwijs? → Leeftijd → Wie heeft het gezag? → "
        "Zorg besproken? → Contact besproken? → Toestemming? → Woongemeente → School → Hoe zwaar? → "
        "Waar ligt de nadruk? → Wie heeft de regie? → Vooraf afstemmen → MDO nodig? → Uw eigen aanduiding → "
        "Samenvatting. Uw weg: Gevaar? → Wie vraagt? → Alleen onderwijs? → Leeftijd → Zorg besproken?."
    )
    assert "Uw weg" not in describe(CHART)


def test_an_answer_belongs_to_the_step_of_the_route_that_its_first_provision_is_behind() -> None:
    place = CHART.place_of(["UP-A-ouders-2", "UP-A-contact-2"])
    assert place
    assert place.id == "consent"  # "age" asks for this provision too, but says nothing in the route
    elsewhere = CHART.place_of(["UP-Z-nergens-1", "IJ-7"])
    assert elsewhere
    assert elsewhere.id == "label"
    assert CHART.place_of(["UP-Z-nergens-1"]) is None


def test_the_column_is_the_longest_way() -> None:
    assert spine(CHART)[0] == "danger"
    assert spine(CHART)[-1] == "summary"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("abcdefghij ZÉ", min_size=1, max_size=120), min_size=2, max_size=8), st.data())
def test_any_graph_can_be_drawn(titles: list[str], data: st.DataObject) -> None:
    """Long words, side ways of several steps, ends beside and below."""
    steps = []
    for n, title in enumerate(titles):
        later = list(range(n + 1, len(titles)))
        to = data.draw(st.lists(st.sampled_from(later), min_size=1, max_size=3)) if later else []
        edges = [Edge(value=f"v{i}", label=titles[t].strip() or "x", to=f"s{t}") for i, t in enumerate(to)]
        outcome = "" if edges else "summary"
        steps.append(
            Step(id=f"s{n}", title=title.strip() or "x", provisions=["X"], question="?", choices=edges, outcome=outcome)
        )
    assert picture(draw(Flowchart(version=1, start="s0", steps=steps), ["s0"], "s1")).width == WIDTH
