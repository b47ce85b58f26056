"""The command line: reads the arguments, opens the app, and gives one clear line when something cannot be done."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from bot.settings import load_settings
from bot.usage import Parser, told
from prompts import ToldError, render

_CONTACTS = "bot.commands.contact_list"
_ASKING, _CONTENT, _SERVICE = "bot.commands.conversation", "bot.commands.catalogue", "bot.commands.service"
_DOCUMENTS, _MDO, _DUE = "bot.commands.own_documents", "bot.commands.mdo", "bot.commands.schedule"
_MISSED = "bot.commands.missed"
_RUN, _PRIVACY = "bot.commands.running:run", "bot.commands.privacy"
_SLACK, _MATRIX = "bot.commands.slack", "bot.commands.matrix"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 done, 1 could not be done, 2 wrong usage."""
    args = _parser().parse_args(argv)
    os.umask(0o077)  # what is kept is for whoever runs this alone
    try:
        return _run(args)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # the door of the command line: no traceback reaches a user
        print(_explain(error), file=sys.stderr)
        if _may_be_danger(args):
            print(render("talk.in_danger"))
        return 1


def _run(args: argparse.Namespace) -> int:
    # Imported per command: answering a question needs no database, and start-up counts.
    from bot.app import App
    from bot.bars import BuildBar

    module, _, name = args.run.rpartition(":")
    app = App(settings=load_settings(), progress=BuildBar(_aside))
    status: int = getattr(import_module(module), name)(app, args)
    return status


def _may_be_danger(args: argparse.Namespace) -> bool:
    """Whether somebody would be left with an error alone who typed, or was going to type, about danger."""
    from knowledge.danger import perhaps  # needs neither index nor database

    if args.run == f"{_ASKING}:ask":
        return not args.json and perhaps(args.question)
    return bool(args.run == f"{_ASKING}:chat")


def _aside(text: str) -> None:
    print(text, file=sys.stderr)


def _explain(error: Exception) -> str:
    return str(error) if isinstance(error, ToldError) else told(error)


def _parser() -> Parser:
    parser = Parser(prog="wegwijzer", description="Wie bel ik, en wat is de route?")
    commands = parser.add_subparsers(required=True, metavar="OPDRACHT")
    _add(commands, "chat", f"{_ASKING}:chat", "de assistent in de terminal")
    ask = _add(commands, "ask", f"{_ASKING}:ask", "één antwoord")
    ask.add_argument("question", metavar="VRAAG")
    ask.add_argument("--json", action="store_true")
    ask.add_argument("--school", metavar="NAAM")
    ask.add_argument("--asker", choices=("onderwijs", "jeugdhulp"))
    run = _add(commands, "run", _RUN, "de bot op Slack, Matrix of allebei")
    run.add_argument("platforms", nargs="*", metavar="slack|matrix")
    run.add_argument("--http", type=int, metavar="PORT")
    evaluate = _add(commands, "evaluate", f"{_ASKING}:evaluate", "een vragenset beantwoorden en tellen")
    evaluate.add_argument("file", metavar="BESTAND.jsonl")
    evaluate.add_argument("--json", action="store_true")
    questions = _add(commands, "questions", f"{_MISSED}:questions", "wat niet beantwoord kon worden")
    questions.add_argument("--json", action="store_true")
    mending = questions.add_subparsers(metavar="OPDRACHT")
    answer = _add(mending, "answer", f"{_MISSED}:answer", "beantwoordt een vraag met een eigen afspraak")
    answer.add_argument("question", metavar="VRAAG|NUMMER")
    answer.add_argument("text", metavar="TEKST")
    _add(mending, "drop", f"{_MISSED}:drop", "haalt een vraag van de lijst").add_argument(
        "number", metavar="NUMMER", type=int
    )
    learn = _add(mending, "learn", "bot.commands.teaching:learn", "maakt van een vraag inhoud")
    learn.add_argument("question", metavar="VRAAG|NUMMER")
    learn.add_argument("provision", metavar="AFSPRAAK|buiten")
    learn.add_argument("--toch", action="store_true", dest="force")
    _add(commands, "doctor", "bot.commands.doctor:doctor", "controleert de installatie en de instellingen")
    _add_groups(commands)
    return parser


def _add_groups(commands: "argparse._SubParsersAction[Parser]") -> None:
    knowledge = _group(commands, "knowledge", "de afspraken en de index")
    _add(knowledge, "check", f"{_CONTENT}:knowledge_check", "zoekt alle fouten in de inhoud")
    _add(knowledge, "build", f"{_CONTENT}:knowledge_build", "bouwt de index")
    _add(knowledge, "list", f"{_DOCUMENTS}:knowledge_list", "toont alle afspraken en eigen documenten")
    add = _add(knowledge, "add", f"{_DOCUMENTS}:knowledge_add", "leest eigen documenten: PDF, DOCX, Markdown, tekst")
    add.add_argument("files", nargs="+", metavar="BESTAND")
    add.add_argument("--van", dest="valid_from", metavar="DATUM")
    add.add_argument("--tot", dest="valid_until", metavar="DATUM")
    remove = _add(knowledge, "remove", f"{_DOCUMENTS}:knowledge_remove", "haalt eigen documenten weg")
    remove.add_argument("ids", nargs="+", metavar="ID")
    contacts = _group(commands, "contacts", "de contactlijst")
    _add(contacts, "check", f"{_CONTACTS}:contacts_check", "zoekt alle fouten in de contactlijst")
    taken = _add(contacts, "import", f"{_CONTACTS}:contacts_import", "leest een CSV of XLSX in")
    taken.add_argument("file", metavar="BESTAND")
    taken.add_argument("--dry-run", action="store_true", help="alleen tonen wat er verandert")
    _add(contacts, "list", f"{_CONTACTS}:contacts_list", "toont iedereen")
    person = _add(contacts, "add", f"{_CONTACTS}:contacts_add", "voegt iemand toe")
    person.add_argument("role", metavar="ROL")
    person.add_argument("name", metavar="NAAM")
    person.add_argument("--telefoon", dest="phone", metavar="NUMMER")
    person.add_argument("--email", metavar="ADRES")
    person.add_argument("--school", action="append", metavar="NAAM")
    person.add_argument("--gemeente", action="append", dest="municipality", metavar="NAAM")
    person.add_argument("--voor", dest="purpose", metavar="WAARVOOR")
    cards = _add(contacts, "draw", f"{_CONTACTS}:contacts_draw", "tekent wie wie is, op kaartjes")
    cards.add_argument("--school", metavar="NAAM")
    cards.add_argument("--out", required=True, metavar="BESTAND.png")
    db = _group(commands, "db", "de database")
    _add(db, "upgrade", f"{_SERVICE}:db_upgrade", "werkt de database bij")
    _add(db, "backup", f"{_SERVICE}:db_backup", "maakt een kopie, ook terwijl de bot draait").add_argument("file")
    _add(db, "restore", f"{_SERVICE}:db_restore", "zet een kopie terug").add_argument("file")
    _add(db, "rekey", f"{_SERVICE}:db_rekey", "versleutelt alles opnieuw met de nieuwste sleutel")
    parse = _add(
        _group(commands, "mdo", "overleggen en acties"), "parse", f"{_MDO}:parse", "hoe een zin begrepen wordt"
    )
    parse.add_argument("text", metavar="TEKST")
    parse.add_argument("--now", metavar="MOMENT")
    parse.add_argument("--json", action="store_true")
    privacy = _group(commands, "privacy", "wat bewaard wordt van een persoon of een zaak")
    shown = _add(privacy, "export", f"{_PRIVACY}:export", "toont alles wat bewaard wordt")
    shown.add_argument("who", metavar="PERSOON|ZAAK")
    shown.add_argument("--json", action="store_true")
    forget = _add(privacy, "forget", f"{_PRIVACY}:forget", "wist het")
    forget.add_argument("who", metavar="PERSOON|ZAAK")
    forget.add_argument("--zeker", action="store_true", dest="sure")
    _add(privacy, "rechten", f"{_PRIVACY}:rights", "toont wie wat mag")
    purge = _add(privacy, "purge", f"{_PRIVACY}:purge", "wist wat zijn tijd heeft gehad")
    purge.add_argument("--dry-run", action="store_true")
    reminders = _group(commands, "reminders", "de herinneringen")
    due = _add(reminders, "list", f"{_DUE}:list_reminders", "wat komt, wat ging en wat vastzit")
    due.add_argument("--until", metavar="DATUM")
    due.add_argument("--json", action="store_true")
    retry = _add(reminders, "retry", f"{_DUE}:retry_post", "stuurt een vastgelopen bericht alsnog")
    retry.add_argument("number", type=int, metavar="ID")
    manifest = _add(
        _group(commands, "slack", "de app op Slack"), "manifest", f"{_SLACK}:slack_manifest", "het manifest"
    )
    manifest.add_argument("--http", dest="url", metavar="ADRES", help="https://…/slack/events; zonder: Socket Mode")
    manifest.add_argument("--volg", dest="follow_ups", action="store_true", help="verder praten in een draad zonder @")
    verify = _add(
        _group(commands, "matrix", "het apparaat op Matrix"), "verify", f"{_MATRIX}:verify", "vergelijkt emoji"
    )
    word = verify.add_mutually_exclusive_group()
    word.add_argument("--gelijk", action="store_const", const=True, dest="same")
    word.add_argument("--anders", action="store_const", const=False, dest="same")
    flowchart = _group(commands, "flowchart", "het stroomschema")
    draw = _add(flowchart, "draw", f"{_SERVICE}:flowchart_draw", "tekent het stroomschema")
    draw.add_argument("--at", metavar="STAP")
    draw.add_argument("--out", required=True, metavar="BESTAND.png")


def _group(
    commands: "argparse._SubParsersAction[Parser]", name: str, help: str
) -> "argparse._SubParsersAction[Parser]":
    return commands.add_parser(name, help=help).add_subparsers(required=True, metavar="OPDRACHT")


def _add(commands: "argparse._SubParsersAction[Parser]", name: str, run: str, help: str) -> Parser:
    parser = commands.add_parser(name, help=help)
    parser.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
