"""`matrix verify`: the emoji of a device that asks to be verified, compared by whoever runs the bot."""

from argparse import Namespace

from bot.app import App
from bot.platforms.matrix import emoji_check
from bot.usage import CommandError
from prompts import render


def verify(app: App, args: Namespace) -> int:
    """Show the emoji, or with an answer say whether they are the same."""
    folder = app.settings.home / "matrix"
    asked = emoji_check.asked(folder)
    if asked is None:
        raise CommandError(render("matrix.verify_nothing"))
    if args.same is None:
        signs = "\n".join(f"{sign}  {name}" for sign, name in asked.emoji)
        print(render("matrix.verify_compare", user=asked.user, device=asked.device, signs=signs))
        return 0
    emoji_check.answer(folder, asked.transaction, args.same)
    print(render("matrix.verify_same" if args.same else "matrix.verify_other"))
    return 0
