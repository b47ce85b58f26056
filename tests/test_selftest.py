"""A new index takes the place of the old one only when it finds what it was made with."""

from array import array
from pathlib import Path

import pytest

from knowledge.faults import ContentError
from knowledge.frozen import Frozen, freeze
from knowledge.library import Library
from knowledge.questions import load_questions
from knowledge.selftest import QUESTIONS, find_known
from knowledge.sources import SHIPPED


def test_the_shipped_index_finds_known_questions_and_a_shuffled_one_does_not(library: Library) -> None:
    asked, _ = load_questions(SHIPPED / "questions")
    find_known(library.frozen, library.ids, asked, library.reader.features)
    shuffled = [*library.ids[60:], *library.ids[:60]]
    with pytest.raises(ContentError, match=r"zelftest: vindt \d+ van \d+ bekende vragen niet terug; bouw opnieuw met"):
        find_known(library.frozen, shuffled, asked[:: len(asked) // QUESTIONS], library.reader.features)


def test_what_does_not_pass_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "index"
    freeze(path, {"naam": "oud"}, {"a.keys": array("I", [1])})

    def refuse(made: Frozen) -> None:
        assert made.meta["naam"] == "nieuw"
        raise ContentError([])

    with pytest.raises(ContentError):
        freeze(path, {"naam": "nieuw"}, {}, refuse)
    assert Frozen(path).meta["naam"] == "oud"
    assert list(tmp_path.iterdir()) == [path]
