"""A wish for one of the bot's own commands, in plain words: which command it is about. It is offered, never started."""

from knowledge.text import fold

# Pieces of words, first hit wins.
_MDO = (
    ("verslag", "verslag"), ("notul", "verslag"), ("uitstel", "uitstel"), ("verschui", "uitstel"),
    ("verzet", "uitstel"), ("overzicht", "overzicht"), ("open", "lijst"), ("lijst", "lijst"), ("welke acties", "lijst"),
    ("klaar", "klaar"), ("afvink", "klaar"), ("gedaan", "klaar"), ("afgerond", "klaar"), ("plan", "plan"),
    ("afspraak", "plan"), ("uitnodig", "plan"), ("agenda", "plan"), ("herinner", "actie"), ("actie", "actie"),
    ("noteer", "actie"),
)  # fmt: skip
_CASE = ("checklist", "zaak", "casus", "case", "hervat", "formulier", "dossier")
_CHART = ("schema", "flowchart", "placemat")


def suggest_command(text: str) -> str:
    """The command that a wish is about, as one would type it."""
    plain = fold(text)
    if any(piece in plain for piece in _CHART):
        return "toon stroomschema"
    if any(piece in plain for piece in _CASE):
        return "/start-case hervat" if "hervat" in plain or "verder" in plain else "/start-case"
    return f"/mdo {next((command for piece, command in _MDO if piece in plain), 'plan')}"
