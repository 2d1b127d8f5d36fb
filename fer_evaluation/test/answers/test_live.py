# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A bag replayed into the real nodes over DDS."""

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rosbags.rosbag2 import StoragePlugin, Writer
from surroundings import claim_domain
from video_bags import VIDEO, video_bag

from fer_common.emotions import LABELS
from fer_evaluation.bags.messages import IMAGE, PACKET, typestore
from fer_evaluation.evaluate_bag import main
from fer_evaluation.make_bag import Form, image_message, write_bag

pytest.importorskip("rclpy", reason="needs ROS 2 (package 'rclpy')")

# Each in a process of its own: rclpy's context belongs to one.
COMMAND = [sys.executable, "-m", "fer_evaluation.evaluate_bag"]
pytestmark = pytest.mark.timeout(300)  # a busy machine takes its time


def run(*arguments, **environment):
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=110, env={**os.environ, **environment}
    )
    lines = [line for line in done.stderr.split("\n") if line.startswith("evaluate_bag:")]
    return done.returncode, lines, done.stderr


def tops(folder):
    """Return, by the stamps of the images that were answered, which class is the largest; None where nobody is seen."""
    with (folder / "frames.csv").open() as file:
        rows = [(int(row["stamp_ns"]), [float(row[name] or -1) for name in LABELS]) for row in csv.DictReader(file)]
    return {stamp: int(np.argmax(values)) if max(values) >= 0 else None for stamp, values in rows}


def test_the_real_nodes_agree_with_the_offline_answer(short_bag, every_sixth, tmp_path):
    """An image that a busy machine lost is part of what the nodes smooth, so they are held against the others only."""
    labels = short_bag.with_name("short.labels.csv")
    options = ["--live", "--start-nodes", "--labels", labels, "--output", tmp_path / "live"]
    code, lines, text = run(short_bag, *options)
    assert code == 0, text
    assert lines == []
    content = json.loads((tmp_path / "live" / "metrics.json").read_text())
    live = content["live"]
    assert content["source"] == "live"
    assert live["frames_sent"] == 79
    assert live["frames_lost"] == 79 - live["frames_compared"]
    assert live["frames_compared"] > 40
    assert live["agreement"] > 0.8
    assert content["accuracy"] > 0.7
    assert content["timing"]["latency_ms"]["p50"] > 0
    assert content["timing"]["live"]["images_with_light"] > 30
    assert content["flash"]["kept"]

    heard, form = tops(tmp_path / "live"), Form(jpeg=90, topic="/camera")
    images = [(image, at) for image, at in every_sixth if round(form.start_s * 1e9) + round(at * 1e9) in heard]
    write_bag(tmp_path / "heard", images, form)
    assert main([str(tmp_path / "heard"), "--output", str(tmp_path / "offline")]) == 0
    offline = tops(tmp_path / "offline")
    assert heard.keys() == offline.keys()
    assert sum(heard[stamp] == offline[stamp] for stamp in heard) >= 0.98 * len(heard)


@pytest.mark.parametrize("kind", [VIDEO, PACKET])
def test_video_is_refused_before_it_is_replayed(tmp_path, kind):
    video_bag(tmp_path / "bag", [np.full((240, 320, 3), 20 * k, np.uint8) for k in range(3)], kind, "h264")
    code, lines, text = run(tmp_path / "bag", "--live", "--detector", "haar", "--output", tmp_path / "out")
    assert code == 2, text
    assert len(lines) == 1
    assert "the images of /video are video ('h264" in lines[0]
    assert "image/s" not in text


def test_images_that_cannot_be_read_are_not_replayed(tmp_path):
    store = typestore()
    with Writer(tmp_path / "bag", version=8, storage_plugin=StoragePlugin.MCAP) as writer:
        connection = writer.add_connection("/image", IMAGE, typestore=store)
        message = replace(image_message(np.zeros((24, 32, 3), np.uint8), 10**9, None), encoding="none")
        writer.write(connection, 10**9, store.serialize_cdr(message, IMAGE))
    code, lines, text = run(tmp_path / "bag", "--live", "--detector", "haar", "--output", tmp_path / "out")
    assert code == 2, text
    assert len(lines) == 1
    assert "no image of bag /image could be evaluated: an image is left out: " in lines[0]


def test_without_nodes_it_says_what_to_start(short_bag, tmp_path):
    options = ["--duration", 1, "--live", "--output", tmp_path / "out"]
    code, lines, text = run(short_bag, *options, ROS_DOMAIN_ID=str(claim_domain()))
    assert code == 2, text
    assert len(lines) == 1
    assert "nobody listens on /camera/compressed" in lines[0]
    assert "image_topic:=/camera use_sim_time:=true" in lines[0]
    assert not (tmp_path / "out").exists()


def test_a_node_that_can_not_start_is_named():
    code = """
import time
from fer_color.settings import Settings as Color
from fer_evaluation.errors import EvaluationError
from fer_evaluation.answers.live_graph import StartedNodes
from fer_evaluation.bags.messages import IMAGE
from fer_evaluation.answers.replay import Cores
from fer_perception import Settings
with StartedNodes(Cores(Settings(), Color(palette="/nowhere.yaml")), IMAGE) as nodes:
    try:
        while not nodes.check():
            time.sleep(0.05)
    except EvaluationError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "fer_color.main ended" in done.stdout, done.stderr
    assert "/nowhere.yaml" in done.stdout


def test_a_clock_that_jumps_is_not_waited_for_and_images_of_one_stamp_are_told_apart(tmp_path):
    """Log times of 1970, of now and of the end of all numbers, and each image stamped alike."""
    path, start = tmp_path / "bag", 1_700_000_000_000_000_000
    logs = [0, 10**7, start, start + 10**7, 2**63 - 1]
    with Writer(path, version=8, storage_plugin=StoragePlugin.MCAP) as writer:
        connection = writer.add_connection("/image", IMAGE, typestore=typestore())
        for log_ns in logs:
            message = image_message(np.zeros((6, 8, 3), np.uint8), start, None)
            writer.write(connection, log_ns, typestore().serialize_cdr(message, IMAGE))
    code = f"""
import rclpy
from pathlib import Path
from fer_evaluation.answers.live import _publish
from fer_evaluation.answers.live_graph import Distinct, LiveNode
from fer_evaluation.answers.replay import plan
from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.messages import IMAGE
with open_bag(Path({str(path)!r})) as bag:
    parts = plan(bag, "/image", shard=600)
rclpy.init()
node = LiveNode("/image", IMAGE)
_publish(node, parts, 1.0, lambda count: None)
distinct = Distinct()
assert list(node.published) == [distinct.of({start}) for _ in range(5)], node.published
print(len(node.published))
node.destroy_node()
rclpy.shutdown()
"""
    environment = os.environ | {"ROS_DOMAIN_ID": str(claim_domain())}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment)
    assert done.stdout == "5\n", done.stderr


@given(st.lists(st.integers(0, 6) | st.just(2**63 - 1), max_size=40))
def test_stamps_that_are_alike_are_told_apart_in_one_way(stamps):
    from fer_evaluation.answers.live_graph import Distinct

    one, other = Distinct(), Distinct()
    told = [one.of(stamp) for stamp in stamps]
    assert told == [other.of(stamp) for stamp in stamps]
    assert len(set(told)) == len(stamps)
    assert all(0 <= after - min(before, 2**31 * 10**9) < 41 for before, after in zip(stamps, told) if before < 7)
