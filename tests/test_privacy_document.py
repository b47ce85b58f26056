"""What docs/privacy.md tells a privacy officer is what the program does: tables, terms, rights, tests and commands."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from bot import storage
from bot.__main__ import _parser
from bot.commands.rights import as_table
from bot.settings import Settings
from bot.storage.holdings import HOLDINGS, Holding

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
KEPT = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| `")]
"""The rows that open with a name in code: a table of the database, or a file."""


def test_every_table_is_in_it_with_when_it_goes() -> None:
    for module in pkgutil.iter_modules(storage.__path__, f"{storage.__name__}."):
        import_module(module.name)
    told = {name: row[3] for row in KEPT if len(row) == 4 for name in re.findall(r"`(\w+)`", row[0])}
    assert set(told) == set(SQLModel.metadata.tables)
    assert all(told.values())


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if one.locked], ids=lambda one: one.name)
def test_what_is_encrypted_is_said_to_be(holding: Holding) -> None:
    assert next(row[2] for row in KEPT if row[0] == f"`{holding.name}`")


def test_the_terms_are_those_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    told = set(re.findall(r"`(WEGWIJZER_KEEP_\w+)`[^|`]*?\((\d+) dagen\)", TEXT))
    fields = {f"WEGWIJZER_{name.upper()}": name for name in Settings.model_fields if name.startswith("keep_")}
    assert {name for name, _ in told} >= set(fields) - {"WEGWIJZER_KEEP_BACKUPS"}
    assert [(name, days) for name, days in sorted(told) if str(getattr(settings, fields[name])) != days] == []
    assert f"`WEGWIJZER_KEEP_BACKUPS` dagen ({settings.keep_backups})" in TEXT


def test_the_table_of_rights_is_the_programs() -> None:
    shown = TEXT.partition("<!-- rechten -->\n")[2].partition("\n<!-- /rechten -->")[0]
    assert shown == as_table().strip()


def test_every_test_that_it_names_is_there() -> None:
    for file, word in re.findall(r"`(tests/[\w/]+\.\w+)`(?: \(`(\w+)`\))?", TEXT):
        assert re.search(rf"def test_\w*{word}" if word else "", (ROOT / file).read_text(encoding="utf-8")), file


def test_every_setting_that_it_names_is_one() -> None:
    known = {field.alias for field in Settings.model_fields.values()} | {"WEGWIJZER_SECRET_KEY"}
    assert set(re.findall(r"`(WEGWIJZER_\w+)`", TEXT)) <= known


def test_every_command_that_it_names_is_one() -> None:
    found = re.findall(r"`wegwijzer (privacy [^`]+)`", TEXT)
    assert len(found) >= 4
    for command in found:
        assert _parser().parse_args(command.split())
