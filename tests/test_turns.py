"""Whose turn it is to write: the urgent first, processes in order, and the dead hold nothing."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bot.storage.trouble import BusyError
from bot.storage.turns import Turn

HOLDER = """
import sys, time
from pathlib import Path
import pytest

from bot.storage.turns import Turn
with Turn(Path(sys.argv[1])).take():
    print("held", flush=True)
    time.sleep(60)
"""


def test_what_is_urgent_goes_before_what_waited_longer(tmp_path: Path) -> None:
    turn, order = Turn(tmp_path / "w.db"), list[str]()
    began, all_wait = threading.Event(), threading.Event()

    def write(name: str, urgent: bool) -> None:
        with turn.take(urgent):
            order.append(name)

    def hold() -> None:
        with turn.take():
            began.set()
            all_wait.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    began.wait()
    waiting = [threading.Thread(target=write, args=(name, name == "urgent")) for name in ("a", "b", "urgent")]
    for thread in waiting:
        thread.start()
        time.sleep(0.1)
    all_wait.set()
    for thread in (holder, *waiting):
        thread.join()
    assert order[0] == "urgent"
    assert sorted(order[1:]) == ["a", "b"]


def test_another_process_waits_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "w.db"
    other = subprocess.Popen([sys.executable, "-c", HOLDER, str(file)], stdout=subprocess.PIPE, text=True)
    assert other.stdout
    assert other.stdout.readline() == "held\n"
    taken = threading.Event()

    def write() -> None:
        with Turn(file).take():
            taken.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert not taken.wait(0.2)
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    other.stdout.close()
    assert taken.wait(10)
    thread.join()


def test_who_waits_goes_before_who_just_had_it(tmp_path: Path) -> None:
    """Two processes that write without end: neither waits for more than a few turns of the other."""
    file, order = tmp_path / "w.db", list[str]()
    turns = {name: Turn(file) for name in "ab"}  # two open files, as two processes have
    both = threading.Barrier(2)

    def write(name: str) -> None:
        both.wait()
        for _ in range(40):
            with turns[name].take():
                order.append(name)
                time.sleep(0.003)

    threads = [threading.Thread(target=write, args=(name,)) for name in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runs = [len(run) for run in re.findall("a+|b+", "".join(order)[:60])]
    assert max(runs) <= 5


def test_a_pen_that_is_held_on_to_is_not_waited_for_without_end(tmp_path: Path) -> None:
    with Turn(tmp_path / "w.db").take(), pytest.raises(BusyError), Turn(tmp_path / "w.db", patience=0.1).take():
        pass


def test_where_nothing_may_be_written_there_is_no_turn_to_wait_for(tmp_path: Path) -> None:
    with Turn(tmp_path / "absent" / "w.db").take(), Turn().take():
        pass
