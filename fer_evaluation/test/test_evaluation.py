# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The acceptance: the sample clip as a bag, evaluated; a short one, evaluated twice and by other storages."""

import csv
import json
import subprocess
import sys

import pytest

from fer_evaluation.evaluate_bag import main
from fer_evaluation.make_bag import Form, write_bag
from fer_evaluation.make_bag import main as make_bag

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("blank_pictures")]  # a busy machine takes its time


def evaluate(*arguments):
    assert main([str(argument) for argument in arguments]) == 0
    folder = arguments[arguments.index("--output") + 1]
    return json.loads((folder / "metrics.json").read_text())


def without_timing(content):
    return {name: value for name, value in content.items() if name != "timing"}


@pytest.fixture(scope="module")
def short(short_bag, blank_pictures, tmp_path_factory):
    """The short bag's evaluation: metrics.json and its folder."""
    folder = tmp_path_factory.mktemp("short") / "out"
    return evaluate(short_bag, "--labels", short_bag.with_name("short.labels.csv"), "--output", folder), folder


def test_the_clip_is_read_rightly(clip, short_bag, tmp_path):
    bag = tmp_path / "clip"
    assert make_bag([str(clip), str(bag)]) == 0
    content = evaluate(bag, "--labels", short_bag.with_name("short.labels.csv"), "--output", tmp_path / "out")
    assert content["frames"] == 472
    assert content["frames_with_face"] >= 0.99 * 472
    assert content["accuracy"] > 0.7
    assert content["flash"]["kept"]
    assert sum(map(sum, content["confusion"])) == content["samples"]


@pytest.mark.parametrize(("storage", "compression"), [("mcap", "storage"), ("sqlite3", "message")])
def test_by_another_storage_it_is_the_same_to_the_last_digit(
    short, short_bag, every_sixth, tmp_path, storage, compression
):
    write_bag(tmp_path / "short", every_sixth, Form(storage, compression, jpeg=90, topic="/camera"))
    labels = short_bag.with_name("short.labels.csv")
    other = evaluate(tmp_path / "short", "--labels", labels, "--output", tmp_path / "out")
    assert without_timing(short[0]) == without_timing(other)
    assert short[0]["timing"] != other["timing"]


def test_two_runs_on_one_bag_write_the_same_tables(short, short_bag, tmp_path):
    one, folder = short
    labels = short_bag.with_name("short.labels.csv")
    other = evaluate(short_bag, "--labels", labels, "--output", tmp_path / "other")
    assert without_timing(one) == without_timing(other)
    for name in ("frames.csv", "faces.csv"):
        assert (folder / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    rows = list(csv.DictReader((folder / "frames.csv").open()))
    assert len(rows) == one["frames"] == 79
    assert sum(row["label"] != "" for row in rows) == one["samples"]


def test_shards_are_cut_at_the_same_places_for_any_start(short_bag, tmp_path):
    labels = short_bag.with_name("short.labels.csv")
    part = evaluate(
        short_bag, "--labels", labels, "--start", 5, "--duration", 10, "--shard", 8, "--output", tmp_path / "part"
    )
    times = [float(row["t"]) for row in csv.DictReader((tmp_path / "part" / "frames.csv").open())]
    assert times[0] >= 5
    assert times[-1] < 15
    assert part["frames"] == len(times)
    ids = {row["face_id"].split(".")[0] for row in csv.DictReader((tmp_path / "part" / "faces.csv").open())}
    assert ids == {"f1", "s1"}, "a shard knows nothing of the faces before it"


def test_a_bag_needs_neither_ros_nor_torch_nor_dask(short_bag, tmp_path):
    code = """
import sys
for name in ("rclpy", "torch", "dask", "distributed", "colour", "sklearn"):
    sys.modules[name] = None
from fer_evaluation.evaluate_bag import main
sys.exit(main(sys.argv[1:]))
"""
    given = [str(short_bag), "--duration", "2", "--output", str(tmp_path / "out")]
    done = subprocess.run([sys.executable, "-c", code, *given], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_without_dask_the_scheduler_says_how_it_is_had(short_bag, tmp_path):
    code = """
import sys
sys.modules["distributed"] = None
from fer_evaluation.evaluate_bag import main
sys.exit(main(sys.argv[1:]))
"""
    given = [str(short_bag), "--scheduler", "--output", str(tmp_path / "out")]
    done = subprocess.run([sys.executable, "-c", code, *given], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'dask[distributed]'" in done.stderr
    assert not (tmp_path / "out").exists()
