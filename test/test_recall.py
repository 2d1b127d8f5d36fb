# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The scenes of bench.recall are what they say, and a search beside YuNet is counted right."""

import argparse
import os
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skimage", reason="scikit-image, whose photographs are the backgrounds, is not installed")

from bench.recall import STANDING, clear_face, compare, look_at_nobody, match, read_faces
from bench.recalling.backgrounds import KINDS, Backgrounds
from bench.recalling.pasted import draw_scene
from bench.second_look import LOOKS, Candidate, empty, people, text
from fer_perception.detectors.yunet import YuNet

SHARED = Path(__file__).resolve().parents[2] / "shared"
FACE = np.tile(np.arange(0, 240, 5, dtype=np.uint8), (3, 48, 1))


def scene(faces, kind="plain", people=2, length=12):
    rng = np.random.default_rng(3)
    return draw_scene(faces, Backgrounds().draw(kind, rng), kind, rng, length=length, people=people)


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_draws_the_same_scene(kind):
    one, other = list(scene(FACE, kind).images()), list(scene(FACE, kind).images())
    assert np.array_equal(one, other)
    assert one[0].shape == (480, 640, 3)


def test_boxes_are_matched_one_to_one():
    box = (10.0, 10.0, 50.0, 50.0)
    assert match([box, (12.0, 10.0, 50.0, 50.0), (300.0, 300.0, 50.0, 50.0)], [box]) == {0: 0}


def test_a_search_finds_what_whole_images_show(ferplus_faces, yunet):
    face = clear_face(ferplus_faces, yunet)
    report = compare(iter([scene(face[None], people=1)]), yunet)
    assert len(report.sides) == 12
    everyone = np.ones(12, bool)
    assert report.recall(1, everyone) == report.recall(0, everyone) == 1.0
    assert report.tallies[1].alarms == report.lost == 0
    assert report.work.images == 12


def test_a_plain_wall_is_nobody(ferplus_faces, yunet):
    rng = np.random.default_rng(0)
    walls = iter([Backgrounds().draw("plain", rng) for _ in range(5)])
    empty = look_at_nobody(clear_face(ferplus_faces, yunet), walls, yunet, 0)
    assert (empty.images, empty.whole, empty.alone, empty.followed, empty.standing) == (5, 0, 0, 0, 0)
    assert empty.shown == STANDING
    assert empty.work.images == 5


@pytest.fixture(scope="module")
def ferplus_faces():
    root = Path(os.environ.get("FERPLUS", SHARED / "data" / "ferplus"))
    if not root.is_dir():
        pytest.skip(f"FER+ is not in {root}; set FERPLUS")
    return read_faces(root)


@pytest.fixture(scope="module")
def yunet():
    path = SHARED / "models" / "face_detection_yunet_2023mar.onnx"
    if not path.is_file():
        pytest.skip(f"YuNet's weights are not in {path.parent}")
    return str(path)


def test_a_second_look_keeps_a_face_and_its_page_says_so(ferplus_faces, yunet):
    detector, face = YuNet(yunet), clear_face(ferplus_faces, yunet)
    there, faces = people(detector, face[None], scenes=2, seed=0, least=0.49)
    assert there >= len(faces) >= 1
    sharp = LOOKS.index((3.0, 128.0, False))
    assert all(one.looks[sharp] > 0.7 and one.looks[sharp + 1] > 0.7 for one in faces)
    nobody = empty(detector, iter([np.full((480, 640, 3), 90, np.uint8)]), 0.49)
    assert nobody == []
    options = argparse.Namespace(scenes=2, empty=1, seed=0)
    page = text([Candidate(0.5, np.zeros(len(LOOKS))), Candidate(0.4, np.zeros(len(LOOKS)))], faces, there, options)
    assert "| the first look alone | 0.50 | 1.000 | 1.000 |" in page
    assert page.count("px of face") == len(LOOKS) + 1
