"""What can befall the files, in short: power cuts, an old backup, a clock that steps, an index that is harmed."""

from pathlib import Path

import pytest

from tests import databases
from tests.databases import Kind
from tests.faults import clock, powercut, restoring
from tests.faults.index import harm_index, harm_vectors


def test_what_was_confirmed_is_there_after_a_power_cut(tmp_path: Path) -> None:
    if not powercut.can_trace():
        pytest.skip("strace may not be used here")
    assert powercut.play(tmp_path, cuts=40, people=1) == (40, 0)


@pytest.mark.parametrize("by_command", [True, False])
@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_of_an_old_backup_goes_again_by_itself(tmp_path: Path, kind: Kind, by_command: bool) -> None:
    with databases.on(kind):
        placed, again = restoring.play(tmp_path, by_command)
    assert (placed >= 60, again) == (True, 0)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_clock_that_steps_an_hour_doubles_and_loses_nothing(tmp_path: Path, kind: Kind) -> None:
    assert clock.play(tmp_path, kind, 200 if kind is Kind.SQLITE else 50, days=6) in ((200, 0), (50, 0))


def test_harm_to_the_index_of_the_agreements_is_noticed(index_copy: Path) -> None:
    assert harm_index(index_copy, 60)[1] == 0


@pytest.fixture
def index_copy(index: Path, tmp_path: Path) -> Path:
    (tmp_path / index.name).write_bytes(index.read_bytes())
    return tmp_path


def test_harm_to_the_index_of_own_documents_is_noticed_and_mended(tmp_path: Path) -> None:
    assert harm_vectors(tmp_path, 6) == (6, 0)
