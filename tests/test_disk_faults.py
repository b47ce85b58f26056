"""A full disk, no right to write, somebody who holds the database: at every step of a case, in a process of its own."""

import pytest

from tests.databases import Kind
from tests.faults.disk import apart, possible


@pytest.mark.parametrize(
    ("kind", "fault"), [(kind, fault) for kind in Kind for fault in ("full", "read-only", "locked")]
)
def test_it_is_told_nothing_is_half_and_it_goes_on_without_a_restart(kind: Kind, fault: str) -> None:
    if fault not in possible(kind):
        pytest.skip("a process here cannot have a disk of its own")
    tally = apart(kind, fault, people=1)
    assert tally.failures == 0
    assert tally.refused > 0
