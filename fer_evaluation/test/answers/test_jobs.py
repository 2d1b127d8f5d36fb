# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""However many cores do the work, the results are those of one, to the last digit."""

import json
import os
import re
import signal
import subprocess
import sys

import cv2
import numpy as np
import pytest
from video_bags import VIDEO, video_bag

import fer_color.settings
from fer_evaluation.answers.camera import Camera
from fer_evaluation.answers.pictures import Pictures, Scale
from fer_evaluation.answers.replay import Cores, plan, replay
from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.messages import PACKET
from fer_evaluation.evaluate_bag import main
from fer_evaluation.make_bag import Form, write_bag
from fer_perception import Perception, Settings

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("blank_pictures")]  # a busy machine takes its time
START = 1_700_000_000_000_000_000
CORES = Cores(Settings(), fer_color.settings.Settings(lights=("none",)))


def results(folder):
    content = json.loads((folder / "metrics.json").read_text())
    content.pop("timing")
    return content, *((folder / name).read_text() for name in ("frames.csv", "faces.csv"))


def test_one_core_and_several_find_the_same(short_bag, tmp_path):
    """One part in threads, and several in processes."""
    labels = str(short_bag.with_name("short.labels.csv"))
    for shard in ("600", "2"):
        found = []
        for jobs in ("1", "2", "3"):
            out = tmp_path / f"{shard}-{jobs}"
            given = [str(short_bag), "--labels", labels, "--duration", "6", "--shard", shard, "--jobs", jobs]
            assert main([*given, "--output", str(out)]) == 0
            found.append(results(out))
        assert found[0] == found[1] == found[2]


def test_what_is_wrong_in_a_process_is_one_line(grey_bag, tmp_path, capsys):
    bag = grey_bag(60, compression="storage")
    file = next(bag.glob("*.mcap"))
    content = bytearray(file.read_bytes())
    place = content.index(b"zstd") + 40
    content[place : place + 20] = bytes(20)
    file.write_bytes(content)
    given = [str(bag), "--shard", "1", "--jobs", "2", "--detector", "haar", "--output", str(tmp_path / "out")]
    assert main(given) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("evaluate_bag:")]
    assert len(lines) == 1
    assert "is damaged" in lines[0]


def test_ctrl_c_is_one_line_from_the_processes_too(long_bag, tmp_path):
    # Over before the first count is shown, there would be nothing to stop.
    given = [str(long_bag), "--jobs", "2", "--shard", "1", "--output", str(tmp_path / "out")]
    started = subprocess.Popen(
        [sys.executable, "-m", "fer_evaluation.evaluate_bag", *given], stderr=subprocess.PIPE, start_new_session=True
    )
    said = b""
    while not re.search(rb"\b[1-9]\d*/\d+ ", said):  # images are done, so the processes work
        more = started.stderr.read1()
        assert more, said.decode()
        said += more
    os.killpg(started.pid, signal.SIGINT)
    _, rest = started.communicate()
    assert started.returncode == 130
    lines = [line for line in re.split(r"[\r\n]", (said + rest).decode()) if line.strip() and "image" not in line]
    assert lines == ["evaluate_bag: stopped; nothing was written"]
    assert not (tmp_path / "out").exists()


def replayed(path):
    with open_bag(path) as bag:
        (part,) = plan(bag, bag.topics[0].name, shard=600)
    return replay(part, CORES, threads=True)


def test_large_jpegs_are_read_smaller_and_answered_in_whole_pixels(every_sixth, tmp_path):
    """Raw images are not reduced: the faces lie in the same places, and the answers are the same."""
    images = [(cv2.resize(image, (1920, 1080)), at) for image, at in every_sixth[20:40]]
    for name, jpeg in (("raw", None), ("jpeg", 95)):
        write_bag(tmp_path / name, images, Form(jpeg=jpeg))
    raw, jpeg = replayed(tmp_path / "raw"), replayed(tmp_path / "jpeg")
    assert len(raw.faces.frame) >= 15
    assert raw.frames.faces.tolist() == jpeg.frames.faces.tolist()
    assert np.abs(raw.faces.box - jpeg.faces.box).max() <= 0.1 * raw.faces.box[:, 2].min()
    one, other = (np.nan_to_num(answers.frames.probabilities) for answers in (raw, jpeg))
    assert (np.abs(one - other).sum(axis=1) / 2).max() < 0.15  # the first emotion may be a tie


@pytest.mark.parametrize(("side", "divisor"), [(500.0, 2), (200.0, 2), (100.0, 1)])
def test_a_jpeg_is_read_as_the_faces_before_it_ask(tmp_path, side, divisor):
    """As the node does: small faces keep their pixels. A wrong guess ahead is decoded again."""
    images = [(np.full((1080, 1920, 3), 90, np.uint8), at / 10) for at in range(2)]
    write_bag(tmp_path / "bag", images, Form(jpeg=90))
    parts = Perception.create(Settings(detector="haar"))
    camera = Camera(parts.detector, parts.classifier, Settings())
    with open_bag(tmp_path / "bag") as bag:
        first, second = bag.messages([bag.topics[0].name])
    whole, later = camera.read(first), camera._pictures.later(second)
    assert whole.size == (1920, 1080)
    camera.find(whole)
    camera._reduction.saw([side])
    for guess in (Scale(1), Scale(2), Scale(4), Scale(2, grey=True)):
        picture = camera._as_wanted(camera._pictures.decoded(later, guess))
        assert (picture.scale, picture.size) == (Scale(divisor), (1920, 1080))
        assert picture.pixels.shape == (1080 // divisor, 1920 // divisor, 3)
    np.testing.assert_array_equal(camera._as_wanted(later).pixels, picture.pixels)


@pytest.mark.parametrize(("kind", "codec"), [(VIDEO, "h264"), (PACKET, "h264"), (VIDEO, "av1")])
def test_video_is_read_where_pyav_is_installed(tmp_path, monkeypatch, capsys, kind, codec):
    images = [np.full((240, 320, 3), 20 * k, np.uint8) for k in range(10)]
    monkeypatch.setenv("SVT_LOG", "0")
    video_bag(tmp_path / "bag", images, kind, codec)
    with open_bag(tmp_path / "bag") as bag:
        pictures = Pictures(Settings())
        found = [pictures.read(recorded) for recorded in bag.messages(["/video"])]
    assert not [one.fault for one in found if one.fault]
    assert [float(one.pixels.mean()) for one in found] == pytest.approx([20 * k for k in range(10)], abs=4)
    monkeypatch.setitem(sys.modules, "av", None)
    given = [str(tmp_path / "bag"), "--detector", "haar", "--jobs", "1", "--output", str(tmp_path / "out")]
    assert main(given) == 2
    assert "pip install av" in capsys.readouterr().err
