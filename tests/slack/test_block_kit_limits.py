"""However long a reply is and however much there is to pick: what goes to Slack is within Slack's limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Attachment, Choice, Reply
from bot.platforms.slack.app_home import Home, Line, to_view
from bot.platforms.slack.blocks import to_message
from bot.platforms.slack.modals import ACT, PLAN, Options, Wanted, form, loading
from bot.platforms.slack.mrkdwn import LONGEST, cut, pieces, to_mrkdwn, to_plain
from bot.platforms.slack.payloads import Kind, Said
from tests.slack.block_kit import message_faults, view_faults

DUTCH = st.text(
    st.sampled_from("aeiou nrst\n\n**_`<>&@#[]()!|:;.,-0123456789é€👍'\"/"), max_size=400
) | st.sampled_from(["zorgen over een leerling, ", "**Bel** 0800-2000. ", "<!channel> ", "<@U024BE7LH> ", "&amp;lt; "])
LONG = st.builds(lambda parts, times: "".join(parts) * times, st.lists(DUTCH, max_size=8), st.integers(1, 60))
CHOICES = st.lists(st.builds(Choice, LONG.map(lambda t: t[:300]), LONG.map(lambda t: t[:2500])), max_size=130)


def faults(reply: Reply) -> list[str]:
    message = to_message(reply, 7)
    return message_faults({"text": message.text, "blocks": list(message.blocks)})


@settings(max_examples=150, deadline=None)
@given(LONG, CHOICES, st.lists(st.builds(Choice, DUTCH, DUTCH), max_size=6))
def test_no_reply_is_too_much(text: str, choices: list[Choice], offers: list[Choice]) -> None:
    assert faults(Reply(text, choices, offers=[offer for offer in offers if offer.value])) == []


def test_sixty_actions_and_a_hundred_and_twenty_contacts_fit() -> None:
    actions = "\n".join(f"- M-2026-0001-{n} · <@U024BE7LH> · uiterlijk vrijdag 27 november 2026" for n in range(60))
    contacts = "\n\n".join(
        f"**Jeugdhulpverlener {n}** van de gemeente Bergeijk, 040-{n:07d}, naam.{n}@gemeente.example, "
        "bereikbaar op maandag, dinsdag en donderdag" for n in range(120)
    )  # fmt: skip
    buttons = [Choice(f"M-2026-0001-{n}", f"/mdo klaar M-2026-0001-{n}") for n in range(60)]
    assert faults(Reply(actions, buttons)) == []
    assert faults(Reply(contacts, [Choice(f"School {n}", f"ik werk op School {n}") for n in range(120)])) == []
    whole = to_message(Reply(contacts))
    assert [file.content.decode() for file in whole.files] == [contacts]
    assert "antwoord.md" in whole.blocks[-1]["text"]["text"]


def test_many_choices_become_a_list_and_a_long_label_can_be_read_whole() -> None:
    many = to_message(Reply("Welke?", [Choice(f"School {n}", f"ik werk op School {n}") for n in range(11)]))
    assert many.blocks[-1]["elements"][0]["type"] == "static_select"
    label = "Een heel lange naam van een afspraak die niet op een knop past, en dus ook in de tekst staat " * 2
    long = to_message(Reply("Welke?", [Choice(label, "x")]))
    assert label.strip() in long.blocks[1]["text"]["text"]


@settings(max_examples=150, deadline=None)
@given(LONG)
def test_nothing_that_was_typed_can_ping_a_channel(text: str) -> None:
    made = to_mrkdwn(text)
    assert "<!" not in made
    assert all(token.startswith(("<@U", "<#", "<tel:", "<http", "<mailto:")) for token in _tokens(made))


def _tokens(text: str) -> list[str]:
    return [f"<{part}" for part in text.split("<")[1:]]


@settings(max_examples=150, deadline=None)
@given(LONG, st.integers(50, 3000))
def test_pieces_hold_the_whole_text_and_cut_no_link(text: str, most: int) -> None:
    made = to_mrkdwn(text)
    found = pieces(made, most)
    assert all(len(piece) <= most for piece in found)
    assert "".join("".join(found).split()) == "".join(made.split())
    assert len(cut(made, most)) <= most
    if most > 300:
        assert all(piece.count("<") == piece.count(">") for piece in found)


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("**Bel eerst de CJG'er**", "*Bel eerst de CJG'er*"),
        ("- een\n- twee", "• een\n• twee"),
        ("1. een", "1. een"),
        ("# Kop", "*Kop*"),
        ("[de gids](https://example.nl/a?b=1)", "<https://example.nl/a?b=1|de gids>"),
        ("`meer` en _klein_", "`meer` en _klein_"),
        ("a < b & c <!channel>", "a &lt; b &amp; c &lt;!channel&gt;"),
        ("<@U024BE7LH|iris> in <#C024BE7LH>", "<@U024BE7LH> in <#C024BE7LH>"),
        ("0800-2000, 040-1234567 en 06-12345678", None),
        ("**112**", "*<tel:112|112>*"),
        ("**Bel nu 113** (gratis)", "*Bel nu <tel:113|113>* (gratis)"),
        ("C-2026-0042 en M-2026-0001-1", "C-2026-0042 en M-2026-0001-1"),
        ("UP-P-ouders-8 op 12-11-2026", "UP-P-ouders-8 op 12-11-2026"),
    ],
)
def test_markdown_becomes_mrkdwn(markdown: str, mrkdwn: str | None) -> None:
    expected = "<tel:08002000|0800-2000>, <tel:0401234567|040-1234567> en <tel:0612345678|06-12345678>"
    assert to_mrkdwn(markdown) == (mrkdwn or expected)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("<@UBOT> wie bel ik?", "wie bel ik?"),
        ("a &lt; b &amp;&amp; c", "a < b && c"),
        ("zie <https://school.nl|school.nl>", "zie https://school.nl"),
        ("zie <https://school.nl/a|de site>", "zie de site (https://school.nl/a)"),
        ("<mailto:ib@school.nl|ib@school.nl> of <tel:0401234567|040-1234567>", "ib@school.nl of 040-1234567"),
        ("<!here> <!subteam^S1|@zorgteam>", "@here @zorgteam"),
        ("vraag het <@U2|iris> in <#C1|mdo>", "vraag het <@U2|iris> in <#C1|mdo>"),
        ("```code```", "code"),
        (":+1:", "👍"),
        (":wave: hallo :smile:", "hallo"),
        (":wave::skin-tone-2:", "🙂"),
        ("om 14:30:00 uur", "om 14:30:00 uur"),
    ],
)
def test_what_was_typed_becomes_words(typed: str, plain: str) -> None:
    assert to_plain(typed, "UBOT") == plain


@settings(max_examples=100, deadline=None)
@given(LONG)
def test_whatever_was_typed_can_be_read(typed: str) -> None:
    assert len(to_plain(typed, "UBOT")) <= LONGEST


SAID = Said(Kind.COMMAND, "T1", "U1", "C1", "/mdo plan", trigger="t")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.builds(Choice, LONG, st.text("abc-123", min_size=1, max_size=40)), min_size=1, max_size=130))
def test_a_form_fits_whatever_there_is_to_pick(choices: list[Choice]) -> None:
    options = Options(choices, choices, choices, choices)
    for asked in (Wanted(PLAN), Wanted(ACT), Wanted(PLAN, choices[-1].value)):
        assert view_faults(loading(asked, SAID)) == []
        assert view_faults(form(asked, SAID, options)) == []
    assert view_faults(form(Wanted(ACT), SAID, Options())) == []
    assert view_faults(form(Wanted(PLAN), SAID, Options(roles=choices))) == []
    assert view_faults(form(Wanted(ACT), SAID, Options(meetings=choices))) == []


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.builds(Line, st.sampled_from(["cases", "actions", "meetings"]), LONG,
             st.lists(st.builds(Choice, DUTCH, st.just("/mdo klaar 1-1")), max_size=2)), max_size=150),
    LONG, st.integers(-1, 9),
)  # fmt: skip
def test_a_home_fits_whatever_is_open(lines: list[Line], team: str, page: int) -> None:
    picture = Attachment("x.png", "image/png", b"", "alt " * 900)
    assert view_faults(to_view(Home(lines, team, picture), page, "F1")) == []


def test_every_page_together_shows_everything_once() -> None:
    lines = [Line(part, f"{part} {n}") for part in ("cases", "actions", "meetings") for n in range(40)]
    pages = [to_view(Home(lines), page) for page in (1, 2, 3, 4)]
    shown = [b["text"]["text"] for page in pages for b in page["blocks"] if b["type"] == "section"]
    assert shown == [line.text for line in lines]
