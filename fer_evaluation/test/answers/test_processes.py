# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One part in two processes: to the last digit what one process finds, and no process is left behind.

In a program of its own: this one may have threads, and ROS.
"""

import subprocess
import sys

import cv2
import pytest

from fer_evaluation.make_bag import Form, write_bag

pytestmark = pytest.mark.timeout(120)  # a busy machine takes its time
BEGIN = """
import multiprocessing, os, sys
from pathlib import Path
import numpy as np
import fer_color.settings
from fer_evaluation.answers import jobs, processes
from fer_evaluation.beside import helper
from fer_evaluation.answers.replay import Cores, plan, replay
from fer_evaluation.bags.bag import open_bag
from fer_evaluation.errors import EvaluationError
from fer_perception import Settings

cores = Cores(Settings(), fer_color.settings.Settings(lights=("none",)))
with open_bag(Path(sys.argv[1])) as bag:
    (part,) = plan(bag, bag.topics[0].name, shard=600)
"""
SAME = """
assert jobs.may_fork(cores)
counted = []
(several,) = jobs.replay_here([part], cores, jobs=2, progress=counted.append).values()
one = replay(part, cores)
for group in ("frames", "faces", "light"):
    for name, value in vars(getattr(one, group)).items():
        np.testing.assert_array_equal(value, getattr(getattr(several, group), name))
assert len(one.frames.t) == sum(counted) - one.refused > 0
assert (one.frames.faces > 0).any()
assert (one.refused, one.notices, one.bag, one.duration) == (
    several.refused, several.notices, several.bag, several.duration)
assert not multiprocessing.active_children()
"""
BOUND = """
take = processes._Feeder._take
def watched(self):
    take(self)
    assert len(self.found) <= processes.BEHIND

processes._Feeder._take, processes.BEHIND = watched, 2
"""
ENDED = """
def broken(channel, *given):
    os._exit(1)

processes._read_and_answer = broken
try:
    processes.replay_in_processes(part, cores, lambda count: None)
except EvaluationError as error:
    assert str(error) == helper.ENDED
else:
    raise AssertionError("nothing was said")
assert not multiprocessing.active_children()
"""


def run(program, *arguments):
    done = subprocess.run([sys.executable, "-c", BEGIN + program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("form", [Form(), Form(jpeg=90)], ids=["raw", "jpeg"])
def test_two_processes_find_what_one_finds(every_sixth, tmp_path, form):
    images = [(cv2.resize(every_sixth[20 + k // 2][0], (1280, 720)), k / 30) for k in range(40)]  # still now and then
    write_bag(tmp_path / "bag", images, form)
    run(SAME, str(tmp_path / "bag"))


def test_a_helper_that_is_ended_is_one_line(grey_bag):
    run(ENDED, str(grey_bag(20)))


def test_answers_are_never_far_behind(every_sixth, tmp_path):
    images = [(image, k / 30) for k, (image, _) in enumerate(every_sixth[20:40])]
    write_bag(tmp_path / "bag", images, Form())
    run(BOUND + SAME, str(tmp_path / "bag"))


def test_images_too_large_for_a_slot_go_through_the_pipe(every_sixth, tmp_path):
    write_bag(tmp_path / "bag", ((image, k / 30) for k, (image, _) in enumerate(every_sixth[20:40])), Form())
    run("processes.SLOT_BYTES = 1000" + SAME, str(tmp_path / "bag"))
