"""The command line in Dutch: what was typed wrong, and what could not be done. Exit statuses are the caller's."""

import argparse
import errno
import re
import sys
from collections.abc import Mapping
from typing import NoReturn

from prompts import ToldError, render

_TYPED_WRONG: Mapping[str, re.Pattern[str]] = {  # what argparse says, in English whatever the language of the machine
    "lacks": re.compile(r"the following arguments are required: (?P<what>.*)"),
    "strange": re.compile(r"unrecognized arguments: (?P<what>.*)"),
    "choose": re.compile(r"argument (?P<what>\S+): invalid choice: '(?P<typed>.*?)' \(choose from (?P<choices>.*)\)"),
    "no_value": re.compile(r"argument (?P<what>\S+): expected .*"),
    "no_number": re.compile(r"argument (?P<what>\S+): invalid int value: '(?P<typed>.*)'"),
}
_SYSTEM: Mapping[int, str] = {
    errno.ENOENT: "missing",
    errno.EACCES: "no_access",
    errno.EPERM: "no_access",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read_only",
    errno.EISDIR: "folder",
    errno.ENOTDIR: "no_folder",
}


class CommandError(ToldError):
    """A command that cannot be done as it was given."""


class Parser(argparse.ArgumentParser):
    """Reads the arguments, and says in Dutch what is wrong with them."""

    def error(self, message: str) -> NoReturn:
        """Tell it on one line and end with status 2."""
        print(f"{in_dutch(message)} {render('command.help', command=self.prog)}", file=sys.stderr)
        raise SystemExit(2)


def in_dutch(message: str) -> str:
    """What argparse found wrong."""
    for key, form in _TYPED_WRONG.items():
        if found := form.fullmatch(message):
            return render(f"command.{key}", **{name: said.replace("'", "") for name, said in found.groupdict().items()})
    return render("command.wrong")


def told(error: Exception) -> str:
    """What went wrong with a file or inside, where the error does not say so itself in Dutch."""
    if isinstance(error, OSError) and (key := _SYSTEM.get(error.errno or 0)):
        return render(f"command.{key}", name=error.filename or render("command.somewhere"))
    why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return render("command.failed", why=why)
