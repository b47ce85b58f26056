"""Who is who as pictures that go along with an answer: a dozen cards each."""

from datetime import date

from bot.messages import Attachment
from knowledge.answering import Answer
from knowledge.library import Library


def card_pictures(library: Library, found: Answer, today: date) -> tuple[Attachment, ...]:
    """The cards of the people of an answer, under the name of its school."""
    from knowledge.cards import describe, draw, pages  # Pillow: only when somebody wants a picture

    school = found.place.school
    return tuple(
        Attachment(
            f"wie-is-wie-{number}.png",
            "image/png",
            draw(page, library.roles, today, school),
            describe(page, library.roles, school),
        )
        for number, page in enumerate(pages(found.people), 1)
    )
