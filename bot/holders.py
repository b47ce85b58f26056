"""The names under which processes hold what they are sending: host, process, number."""

import os
import socket


def owner_name(number: int) -> str:
    """The name of one sender of this process."""
    return f"{socket.gethostname()}/{os.getpid()}/{number}"


def is_dead(owner: str) -> bool:
    """Whether the process of that name is surely no more: it was on this host, and no other process has its number.

    For a process that has only just begun: what bears its own number is left from one before it.
    """
    host, _, rest = owner.partition("/")
    number = rest.partition("/")[0]
    if host != socket.gethostname() or not number.isdecimal():
        return False
    return int(number) == os.getpid() or not _lives(int(number))


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
