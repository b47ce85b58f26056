"""`questions learn`: one command that turns a missed question into content, and shows what it changes."""

from argparse import Namespace

from bot.app import App
from bot.commands.missed import done, question_text
from bot.usage import CommandError
from knowledge.answering import Asker
from knowledge.content import load_content
from knowledge.guard import find
from knowledge.learning import OUTSIDE, append, effect, lesson
from knowledge.wording import answer


def learn(app: App, args: Namespace) -> int:
    """Add a question to a provision, or to what is not in the agreements; a number names a kept question."""
    question = question_text(app, args.question)
    content = load_content(app.sources)
    if args.provision != OUTSIDE and args.provision not in {p.id for p in content.provisions}:
        raise CommandError(
            f"De afspraak '{args.provision}' bestaat niet. Zie `wegwijzer knowledge list`, of typ {OUTSIDE}."
        )
    if found := find(question, app.now().year):
        raise CommandError(f"In de vraag staat {found[0].what.value}; haal dat er eerst uit.")
    line = lesson(question, args.provision)
    changed = effect(content, line)
    print(f"Gevonden zonder eigen auteur: {changed.before:.2%} → {changed.after:.2%}")
    for asked in changed.lost:
        print(f"  verloren: {asked.id}: {asked.q}")
    for asked in changed.won:
        print(f"  gewonnen: {asked.id}: {asked.q}")
    if not changed.is_harmless and not args.force:
        print("Er wordt meer verloren dan gewonnen; niet toegevoegd. Voeg --toch toe om het toch te doen.")
        return 1
    file = append(app.sources.writable, line)
    print(f"Toegevoegd aan {file}.")
    now = answer(app.library, question, Asker(app.now().date()))
    print(f"Nu is het antwoord: {now.kind} {', '.join(p.id for p in now.provisions)}")
    done(app, args.question)
    return 0
