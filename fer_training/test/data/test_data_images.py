# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How faces are cut out of larger images."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from fer_perception.classification.crops import Square
from fer_perception.classification.crops import cut as perception_cut
from fer_training.data import list_samples
from fer_training.data.images import EYES, MOUTH, by_points, by_search, cut, decode, is_image
from fer_training.errors import TrainingError


@pytest.mark.parametrize(
    "square", [(100.0, 80.0, 90.0), (10.0, 10.0, 60.0), (150.5, 119.0, 33.3), (80.0, 60.0, 400.0), (80.0, 60.0, 48.0)]
)
def test_faces_are_cut_as_perception_cuts_them(square: tuple[float, float, float]) -> None:
    image = cv2.resize(np.random.default_rng(1).integers(0, 256, (12, 16), dtype=np.uint8), (160, 120))
    np.testing.assert_array_equal(cut(image, square), perception_cut(image, Square(*square)))


def test_eyes_and_mouth_come_where_ferplus_has_them() -> None:
    image = np.zeros((480, 640), np.uint8)
    eyes, mouth = (300.0, 200.0), (304.0, 290.0)
    for x, y in (eyes, mouth):
        image[int(y) - 6 : int(y) + 6, int(x) - 6 : int(x) + 6] = 255
    face = cut(image, by_points(eyes, mouth)).astype(float)
    upper, lower = face[:27], face[27:]
    assert centre(upper)[1] == pytest.approx(EYES * 48, abs=0.8)
    assert 27 + centre(lower)[1] == pytest.approx(MOUTH * 48, abs=0.8)
    assert centre(face)[0] == pytest.approx(24, abs=0.8)


def centre(image: np.ndarray) -> tuple[float, float]:
    rows, columns = np.indices(image.shape) + 0.5
    return float((image * columns).sum() / image.sum()), float((image * rows).sum() / image.sum())


def test_a_portrait_without_a_face_is_cut_in_the_middle() -> None:
    assert by_search(np.full((256, 300), 90, np.uint8)) == pytest.approx((150, 128, 0.7 * 256))


def test_a_face_is_found_where_it_is(real_data: Path) -> None:
    close = 0
    samples = list_samples(real_data, "valid")[:60]
    for sample in samples:
        face = cv2.resize(sample.read(), (120, 120), interpolation=cv2.INTER_CUBIC)
        portrait = np.full((256, 256), int(np.median(face)), np.uint8)
        portrait[90:210, 30:150] = face
        x, y, side = by_search(portrait)
        close += abs(x - 90) < 15 and abs(y - 150) < 15 and 95 < side < 150
    assert close > len(samples) / 2  # FER+ lacks the head's surroundings; real portraits do better


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_grey_of_sixteen_bits_is_read_as_opencv_reads_it(suffix: str) -> None:
    deep = np.random.default_rng(2).integers(0, 1 << 16, (48, 48), dtype=np.uint16)
    content = cv2.imencode(suffix, deep)[1]
    np.testing.assert_array_equal(decode(content.tobytes(), "a file"), deep >> 8)
    np.testing.assert_array_equal(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), deep >> 8)


def test_grey_of_floats_is_refused_in_one_line() -> None:
    content = cv2.imencode(".tif", np.full((8, 8), 0.5, np.float32))[1].tobytes()
    with pytest.raises(TrainingError, match=r"face\.tif holds float32 numbers, not grey of 8 or 16 bits"):
        decode(content, "face.tif")


@pytest.mark.parametrize("suffix", [".jfif", ".jpe", ".gif", ".jp2"])
def test_less_usual_names_of_images_are_read(tmp_path: Path, suffix: str) -> None:
    image = Image.fromarray(np.tile(np.arange(48, dtype=np.uint8) * 5, (48, 1)))
    kind = {".gif": "GIF", ".jp2": "JPEG2000"}.get(suffix, "JPEG")
    path = tmp_path / f"face{suffix.upper()}"
    image.save(path, format=kind)
    assert is_image(path)
    assert np.abs(decode(path.read_bytes(), path.name).astype(int) - np.asarray(image)).max() < 20
