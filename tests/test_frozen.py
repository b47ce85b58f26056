import errno
import json
import os
from array import array
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import library as opening
from knowledge.frozen import FORMAT, Frozen, FrozenError, freeze

ARRAYS: dict[str, "array[Any]"] = {
    "a.keys": array("I", [1, 2, 3]),
    "a.weights": array("f", [0.5]),
    "b.keys": array("I"),
}


def frozen_file(folder: Path) -> Path:
    path = folder / "index.wgz"
    freeze(path, {"naam": "één", "format": FORMAT, "stamp": "s"}, ARRAYS)
    return path


def test_what_is_frozen_is_read_back(tmp_path: Path) -> None:
    frozen = Frozen(frozen_file(tmp_path))
    assert frozen.meta["naam"] == "één"
    assert frozen.numbers("a.keys").tolist() == [1, 2, 3]
    assert frozen.numbers("a.weights").tolist() == [0.5]
    assert frozen.numbers("b.keys").tolist() == []
    assert frozen.names("keys") == ("a", "b")
    assert frozen.names("weights") == ("a",)


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damaged_byte_is_noticed(tmp_path: Path, data: st.DataObject) -> None:
    path = frozen_file(tmp_path)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with pytest.raises(FrozenError, match="damaged"):
        Frozen(path)


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    path = frozen_file(tmp_path)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(FrozenError, match=r"index\.wgz"):
            Frozen(path)


def test_another_kind_of_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "index.wgz"
    path.write_text(json.dumps({"meta": {}, "sections": {}}) * 3)
    with pytest.raises(FrozenError, match=r"index\.wgz is damaged or of another version"):
        Frozen(path)


def test_an_index_of_another_version_or_other_content_is_not_used(tmp_path: Path) -> None:
    path = frozen_file(tmp_path)
    assert opening._current(path, "s") is not None
    assert opening._current(path, "other content") is None
    freeze(path, {"format": FORMAT + 1, "stamp": "s"}, ARRAYS)
    assert opening._current(path, "s") is None
    assert opening._current(tmp_path / "missing.wgz", "s") is None


def test_a_write_that_breaks_off_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = frozen_file(tmp_path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        freeze(path, {"naam": "nieuw"}, {})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_open_index_stays_readable_while_a_new_one_takes_its_place(tmp_path: Path) -> None:
    path = frozen_file(tmp_path)
    old = Frozen(path)
    freeze(path, {"naam": "nieuw"}, {"a.keys": array("I", [9])})
    assert old.numbers("a.keys").tolist() == [1, 2, 3]
    assert Frozen(path).numbers("a.keys").tolist() == [9]
