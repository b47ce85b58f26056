"""`ask`, `chat`, `evaluate`: the assistant on the command line."""

import asyncio
import getpass
import json
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.app import App
from bot.bars import counting
from knowledge.answering import Asker
from knowledge.vocabulary import Side
from prompts import render

if TYPE_CHECKING:
    from bot.phrasing.phraser import Phraser


def ask(app: App, args: Namespace) -> int:
    """One answer, as text or as JSON."""
    asker = Asker(app.now().date(), Side(args.asker) if args.asker else None, school_typed=args.school or "")
    found = app.answering(app.library, args.question, asker)
    print(json.dumps(found.as_json(app.library), ensure_ascii=False) if args.json else found.text)
    return 0


def chat(app: App, args: Namespace) -> int:  # noqa: ARG001 - every command takes the arguments
    """The assistant in the terminal, or over a pipe with one message a line."""
    from bot.messages import Person
    from bot.platforms.console import Console
    from bot.platforms.screen import Screen

    user = getpass.getuser()
    app = replace(app, stays=True, sitting=str(uuid4()))
    person = Person("terminal", user, app.role_of(f"terminal:{user}"))
    console = Console(person, app.now, app.settings.home, render("talk.greeting"))
    app.library.search.knows("")  # built now, with progress, rather than at the first question
    asyncio.run(console.run(app.handle, app.waking([Screen(console.show)], only=person.key)))
    return 0


def evaluate(app: App, args: Namespace) -> int:
    """The figures of a question set."""
    from knowledge.evaluation import as_table, evaluate, read_set

    if app.phraser:
        return _evaluate_both(app, app.phraser, args)
    library, questions = app.library, read_set(Path(args.file))
    with counting(render("talk.evaluating"), len(questions)) as bar:
        found = evaluate(library, bar.over(questions), Asker(app.now().date()))
    if args.json:
        json.dump({"metrics": found.metrics, "rows": found.rows}, sys.stdout, ensure_ascii=False)
        print()
    else:
        print(as_table(found.metrics))
    return 0


def _evaluate_both(app: App, phraser: "Phraser", args: Namespace) -> int:
    """The figures without and with the language model, side by side."""
    from bot.phrasing.comparing import as_columns, compare
    from knowledge.evaluation import read_set

    both = compare(app.library, read_set(Path(args.file)), Asker(app.now().date()), phraser)
    if args.json:
        json.dump({"metrics": both.with_model.metrics, "rows": both.with_model.rows}, sys.stdout, ensure_ascii=False)
        print()
    else:
        print(as_columns(both, app.settings.llm))
    return 0
