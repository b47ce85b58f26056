"""What goes wrong with a database, told in Dutch with what to do. Nothing of its address but the place is ever told."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

from prompts import ToldError

_BUSY = "De database is bezet; probeer het zo opnieuw."


class StorageError(ToldError):
    """The database cannot be used; the message says what to do, in Dutch."""


class BusyError(StorageError):
    """Another process holds on to the database; the same work later will do."""

    def __init__(self) -> None:
        super().__init__(_BUSY)


class CollisionError(StorageError):
    """Two processes were in each other's way and this one gave way: the same work again will do."""


_FULL = "De schijf is vol; maak ruimte vrij. Er is nu niets bewaard."
_NO_DISK = (
    "De schijf kan nu niet lezen of schrijven; maak ruimte vrij of laat de schijf nakijken. Er is nu niets bewaard."
)
_DAMAGED = "De database is beschadigd. Zet een back-up terug: wegwijzer db restore BESTAND"

# PostgreSQL's own codes (SQLSTATE); a code of two characters stands for its whole class.
_CODES: Mapping[str, str] = {
    "25006": "PostgreSQL neemt nu alleen leesopdrachten aan; laat WEGWIJZER_DATABASE_URL naar de hoofdserver wijzen.",
    "28": "PostgreSQL weigert de naam of het wachtwoord in WEGWIJZER_DATABASE_URL.",
    "42501": "De gebruiker van de database mag te weinig; geef hem rechten: GRANT ALL ON SCHEMA public TO gebruiker.",
    "53100": _FULL,
    "53300": "PostgreSQL heeft geen verbinding meer vrij; verhoog max_connections of draai minder kopieën.",
    "55P03": _BUSY,
    "57014": _BUSY,
    "XX": _DAMAGED,
}
_GAVE_WAY = ("40001", "40P01")
_AT_THE_DOOR = {  # before there is a connection PostgreSQL gives no code
    "authentication": _CODES["28"],
    "does not exist": "De database of de gebruiker in WEGWIJZER_DATABASE_URL bestaat niet op de server; maak die aan.",
    "too many": _CODES["53300"],
}


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn what a database says into a StorageError; `place` is where it is, without name or password."""
    try:
        yield
    except DBAPIError as error:
        if (told := _told(error, place)) is None:
            raise
        raise told from error


def _told(error: DBAPIError, place: str) -> StorageError | None:
    """The error in Dutch; None when it is a mistake of ours, such as a value that does not fit."""
    said = str(error.orig)
    if (code := getattr(error.orig, "sqlstate", None)) is not None:
        return _by_code(str(code), place)
    if type(error.orig).__module__.startswith("psycopg"):
        sentence = next((told for word, told in _AT_THE_DOOR.items() if word in said), _unreachable(place))
        return StorageError(sentence)
    if isinstance(error, OperationalError):
        return StorageError(_of_sqlite(said, place))
    return StorageError(_DAMAGED) if "malformed" in said or "not a database" in said else None


def _by_code(code: str, place: str) -> StorageError | None:
    if code in _GAVE_WAY:
        return CollisionError(_BUSY)
    if (sentence := _CODES.get(code) or _CODES.get(code[:2])) is not None:
        return StorageError(sentence)
    # Out of resources, stopped by hand, a connection that was ended: the server is there, but not for us now.
    return StorageError(_unreachable(place)) if code[:2] in ("08", "25", "53", "57", "58") else None


def _of_sqlite(reason: str, place: str) -> str:
    if "full" in reason:
        return _FULL
    if "disk I/O" in reason:
        return _NO_DISK
    if "readonly" in reason or "read-only" in reason:
        return "De datamap is alleen-lezen; geef Wegwijzer schrijfrechten op WEGWIJZER_HOME."
    if "locked" in reason:
        return _BUSY
    first = reason.splitlines()[0]
    return f"De database is niet bereikbaar ({first}: {place}). Controleer WEGWIJZER_DATABASE_URL en WEGWIJZER_HOME."


def _unreachable(place: str) -> str:
    return f"PostgreSQL is niet bereikbaar ({place}). Draait hij, en klopt WEGWIJZER_DATABASE_URL?"
