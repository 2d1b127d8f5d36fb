# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where an image is perceived: in the executor's thread only while there is time for it."""

import threading

import pytest
from waiting import PATIENCE

from fer_perception.nodes.image_pace import MOST_S, ImagePace
from fer_perception.nodes.worker import NewestWorker


def pace(between: float, took: float, images: int = 40) -> ImagePace:
    one = ImagePace()
    for number in range(images):
        one.arrived(number * between)
        one.took(took)
    return one


@pytest.mark.parametrize(
    ("between", "took", "leisurely"),
    [
        (1 / 30, 0.006, True),
        (1 / 150, 0.006, False),
        (1 / 30, 0.020, False),
        (1.0, 0.020, False),
        (0.020, 0.011, False),
        (0.024, 0.011, True),
    ],
)
def test_in_the_executor_only_what_is_quick_and_leaves_it_half_of_its_time(
    between: float, took: float, leisurely: bool
) -> None:
    assert pace(between, took).leisurely is leisurely


def test_nothing_known_is_no_leisure() -> None:
    one = ImagePace()
    assert not one.leisurely
    one.took(0.001)
    one.arrived(0.0)
    assert not one.leisurely, "one image says nothing of the time between two"


def test_a_scene_that_fills_goes_to_the_worker_within_some_images() -> None:
    one, images = pace(1 / 30, 0.006), 0
    while one.leisurely:
        one.took(2 * MOST_S)
        images += 1
    assert images <= 3


def test_a_clock_that_goes_back_counts_as_no_time() -> None:
    one = pace(1 / 30, 0.006)
    for _ in range(60):
        one.arrived(-1.0)
    assert not one.leisurely


def test_a_worker_is_idle_again_after_its_work() -> None:
    begun, go, done = threading.Event(), threading.Event(), threading.Event()

    def work(_item: int) -> None:
        begun.set()
        assert go.wait(PATIENCE)
        done.set()

    worker = NewestWorker(work, "test")
    assert worker.idle
    worker.offer(1)
    assert begun.wait(PATIENCE)
    assert not worker.idle
    go.set()
    assert done.wait(PATIENCE)
    worker.close()
    assert worker.idle
