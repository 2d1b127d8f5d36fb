# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whatever a bag's clocks do: each image counts once, time never goes back, and shards tile the bag."""

import itertools
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rosbags.rosbag2 import StoragePlugin, Writer

import fer_color.settings
from fer_evaluation.answers.replay import Cores, plan, replay
from fer_evaluation.answers.series import join
from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.log_times import LogTimes
from fer_evaluation.bags.messages import COMPRESSED, IMAGE, typestore
from fer_evaluation.make_bag import image_message
from fer_evaluation.scores.flash import travel
from fer_perception import Settings

START = 1_700_000_000_000_000_000
CORES = Cores(Settings(detector="haar"), fer_color.settings.Settings(lights=("none",)))
GREY = np.full((60, 80, 3), 128, np.uint8)

log_times = st.lists(st.integers(0, 20_000_000_000), min_size=1, max_size=12)
stamps = st.one_of(st.just(0), st.integers(1, 40_000_000_000), st.integers(1, 2**31 * 10**9 - 1))


def write(path, logs, images, storage):
    """Grey images, recorded at `logs`, stamped `images`; a stamp of 0 is none."""
    with Writer(path, version=8, storage_plugin=storage) as writer:
        connection = writer.add_connection("/image", IMAGE, typestore=typestore())
        for log_ns, stamp in zip(logs, images):
            data = typestore().serialize_cdr(image_message(GREY, stamp, None), IMAGE)
            writer.write(connection, START + log_ns, data)


@settings(max_examples=25)
@given(log_times, st.lists(stamps, min_size=12, max_size=12), st.floats(0.5, 30), st.sampled_from(list(StoragePlugin)))
def test_each_image_counts_once_and_time_never_goes_back(logs, images, shard, storage):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bag"
        write(path, logs, images, storage)
        with open_bag(path) as bag:
            parts = plan(bag, "/image", shard=shard)
        series = join([replay(part, CORES) for part in parts])
    assert len(series.frames.t) == len(logs)
    assert np.all(np.diff(series.frames.t) >= 0)
    expected = (np.sort(logs) - min(logs)) / 1e9
    np.testing.assert_allclose(series.frames.t, expected, atol=1e-9)
    given_stamps = sorted(stamp or START + log for log, stamp in zip(logs, images))
    assert sorted(series.frames.stamp_ns.tolist()) == given_stamps
    assert travel([series.light]).kept


class Stretch:
    """As much of a bag as `plan` looks at."""

    path = Path("bag")

    def __init__(self, duration):
        self.duration = duration
        self.times = LogTimes(((START, START + round(duration * 1e9)),))

    def stretches(self, least_gap):
        return list(self.times.stretches)


@given(st.floats(0, 10_000), st.floats(0.001, 5_000), st.floats(0, 1), st.one_of(st.none(), st.floats(0.001, 20_000)))
def test_shards_tile_what_is_asked_for(length, shard, share, duration):
    shard = max(shard, length / 200)
    start = length * share
    parts = plan(Stretch(length), "/image", shard=shard, start=start, duration=duration)
    assert [part.index for part in parts] == list(range(len(parts)))
    assert all(a.stop_ns == b.start_ns for a, b in itertools.pairwise(parts))
    assert all(part.start_ns < part.stop_ns for part in parts)
    assert parts[0].start_ns == START + round(start * 1e9)
    end = START + round(length * 1e9) + 1
    assert parts[-1].stop_ns == (end if duration is None else min(end, parts[0].start_ns + round(duration * 1e9)))
    # Inner edges are whole multiples of the shard from the bag's start, wherever the stretch begins.
    assert all((part.start_ns - START) % round(shard * 1e9) == 0 for part in parts[1:])


@pytest.mark.parametrize("storage", list(StoragePlugin))
def test_hours_without_a_message_are_no_thousands_of_shards(tmp_path, storage):
    """A pause, or a clock that was set by less than a day."""
    logs = [0, 10**8, 72_000 * 10**9, 72_000 * 10**9 + 1, 72_010 * 10**9]
    write(tmp_path / "bag", logs, [START + log for log in logs], storage)
    with open_bag(tmp_path / "bag") as bag:
        fine, coarse = (plan(bag, "/image", shard=shard) for shard in (0.01, 600))
        later = plan(bag, "/image", shard=600, start=100.0, duration=500.0)
    assert [part.index for part in fine] == [0, 10, 7_200_000, 7_201_000]
    assert [part.index for part in coarse] == [0, 120]
    assert [(part.index, part.stop_ns - part.start_ns) for part in later] == [(0, 500 * 10**9)]
    assert len(join([replay(part, CORES) for part in fine]).frames.t) == len(logs)


@pytest.mark.parametrize("back", [0.5, 5.0])
def test_stamps_that_go_back_are_told(tmp_path, back):
    images = [(10 + k / 10) * 1e9 for k in range(5)] + [(10.5 - back + k / 10) * 1e9 for k in range(5)]
    write(tmp_path / "bag", [k * 10**8 for k in range(10)], [int(stamp) for stamp in images], StoragePlugin.MCAP)
    with open_bag(tmp_path / "bag") as bag:
        (part,) = plan(bag, "/image", shard=600)
    series = replay(part, CORES)
    assert sum("stamp went back" in line for line in series.notices) == 1


def test_the_same_shard_alone_is_the_same(short_bag):
    """What came before a shard leaves no trace in it."""
    with open_bag(short_bag) as bag:
        parts = plan(bag, "/camera/compressed", shard=8)
    cores = Cores(Settings(), fer_color.settings.Settings(lights=("none",)))
    in_order = [replay(part, cores) for part in parts]
    alone = replay(parts[1], cores)
    assert alone.frames.probabilities.tobytes() == in_order[1].frames.probabilities.tobytes()
    assert alone.light.rgb.tobytes() == in_order[1].light.rgb.tobytes()
    assert alone.faces.face_id.tolist() == in_order[1].faces.face_id.tolist()


WRONG = {
    "constant": lambda log: START,
    "microseconds for nanoseconds": lambda log: START // 10**9 * 10**9 + (log - START) // 1000,
    "one nanosecond apart": lambda log: START + (log - START) // 1_000_000,
    "microseconds in nanosec": lambda log: log // 10**9 * 10**9 + log % 10**9 // 1000,
    "none": lambda log: 0,
    "seconds for milliseconds": lambda log: (log - START) * 1000 + START // 1000,
    "sixty times as fast": lambda log: (log - START) * 60 + START // 1000,
}


def stamped(path, images, stamp_of):
    """The answers to images that a clock has stamped by their log times, in a bag there."""
    with Writer(path, version=8, storage_plugin=StoragePlugin.MCAP) as writer:
        connection = writer.add_connection("/image", COMPRESSED, typestore=typestore())
        for image, at in images:
            log = START + round(at * 1e9)
            message = image_message(image, stamp_of(log), 90)
            writer.write(connection, log, typestore().serialize_cdr(message, COMPRESSED))
    with open_bag(path) as bag:
        (part,) = plan(bag, "/image", shard=600)
    return replay(part, Cores(Settings(), CORES.color))


@pytest.fixture(scope="module")
def good(every_sixth, tmp_path_factory):
    """The answers where the stamps are right."""
    return stamped(tmp_path_factory.mktemp("good") / "bag", every_sixth[:40], lambda log: log)


@pytest.mark.parametrize("stamp", WRONG.values(), ids=WRONG)
def test_a_clock_that_is_none(good, every_sixth, tmp_path, stamp):
    """The answers are those of good stamps: the filter goes by log time, and the report says so."""
    wrong = stamped(tmp_path / "bag", every_sixth[:40], stamp)
    tops = [np.nan_to_num(one.frames.probabilities).argmax(axis=1) for one in (good, wrong)]
    assert len(set(tops[0].tolist())) > 1, "the clip shows more than one emotion"
    assert (tops[0] != tops[1]).sum() <= 1
    assert sum("arrival counts instead" in line for line in wrong.notices) == 1
    assert not any("arrival" in line for line in good.notices)
