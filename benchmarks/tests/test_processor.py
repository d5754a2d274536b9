"""Processor time: the sums by hand, and one real child that works for a known time."""

import os
import subprocess
import sys
import time

import pytest

from benchmarks import processor
from benchmarks.processor import Process, Reading, read, tree_ticks, used

# 10 has the child 11, which has 12; 20 is somebody else's, 13 is a child of theirs.
BEFORE = {10: Process(1, 100), 11: Process(10, 50), 12: Process(11, 5), 20: Process(1, 900), 13: Process(20, 7)}
AFTER = {10: Process(1, 130), 11: Process(10, 60), 14: Process(11, 8), 20: Process(1, 950), 13: Process(20, 7)}


def test_a_tree_is_the_roots_and_all_below_them():
    assert tree_ticks(BEFORE, [10]) == 155
    assert tree_ticks(BEFORE, [11, 20]) == 962
    assert tree_ticks(BEFORE, [99]) == 0


def test_others_are_what_the_machine_did_beside_all_of_ours():
    # In two seconds: the machine 120 ticks, all of ours (10 and below) 43 of them, 13 of these the measured 11.
    spent = used(Reading(5.0, 1000, BEFORE), Reading(7.0, 1120, AFTER), measured=[11], ours=10)
    assert (spent.seconds, spent.cpu, spent.others) == (2.0, 0.13, 0.385)


def test_others_are_never_less_than_nobody():
    assert used(Reading(0.0, 0, BEFORE), Reading(1.0, 10, AFTER), measured=[], ours=10).others == 0.0


def test_a_child_that_works_is_counted_and_stays_counted_when_it_has_ended():
    before = read()
    work = "import time\nwhile time.process_time() < 0.6: pass"
    child = subprocess.Popen([sys.executable, "-c", work])
    time.sleep(0.2)
    assert child.pid in read().processes
    child.wait()
    spent = used(before, read(), measured=[os.getpid()], ours=os.getpid())
    assert spent.cpu == pytest.approx(0.7, abs=0.25)  # start-up of an interpreter and our own waiting included


def test_names_with_brackets_and_spaces_are_read(tmp_path):
    folder = tmp_path / "4242"
    folder.mkdir()
    (folder / "stat").write_text("4242 (a (b) c) S 17 1 1 0 -1 4 1 2 3 4 30 12 5 1 20 0 1 0 99\n")
    assert processor._process(folder) == Process(parent=17, ticks=48)
    assert processor._process(tmp_path / "4243") is None
