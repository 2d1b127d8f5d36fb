# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The people's light beside the model's."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_color.color_difference import color_errors
from fer_color.palette import PAPER
from fer_training.pictures.colors import draw_colours, extremes, extremes_by_emotion, lights

PAGE = (236, 238, 241)


def test_extremes_by_hand() -> None:
    errors = np.array([5.0, 1.0, 9.0, 3.0, 7.0, 2.0, 8.0, 4.0, 6.0])
    chosen = extremes(errors, 3)
    assert chosen == {"best": [1, 5, 3], "median": [7, 0, 8], "worst": [4, 6, 2]}
    assert extremes(errors[:2], 3) == {"best": [1, 0], "median": [1, 0], "worst": [1, 0]}


def test_extremes_of_each_emotion_by_hand() -> None:
    errors = np.array([5.0, 1.0, 9.0, 3.0, 7.0, 2.0])
    labels = np.array([6, 6, 6, 0, 0, 3])
    chosen = extremes_by_emotion(errors, labels)
    assert chosen == {"best": [3, 5, 1], "median": [3, 5, 0], "worst": [4, 5, 2]}


def test_lights_are_the_papers() -> None:
    np.testing.assert_allclose(lights(np.eye(7)) * 255, PAPER.colors)
    half = np.array([0.5, 0, 0, 0.5, 0, 0, 0])
    np.testing.assert_allclose(lights(half) * 255, (np.array(PAPER.colors[0]) + PAPER.colors[3]) / 2)


@pytest.fixture
def drawing(tmp_path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The picture of 24 faces without and with their images, RGB."""
    generator = np.random.default_rng(2)
    model, people = generator.dirichlet(np.ones(7), 24), generator.dirichlet(np.ones(7) / 2, 24)
    errors = color_errors(model, people)
    faces = np.full((24, 48, 48), 137, np.uint8)
    pictures = []
    for name, images in (("without.png", None), ("with.png", faces)):
        draw_colours(tmp_path / name, model, people, errors, extremes(errors), "title", images)
        pictures.append(np.asarray(Image.open(tmp_path / name).convert("RGB")).astype(int))
    for distributions in (people, model):
        for row in (int(errors.argmin()), int(errors.argmax())):
            expected = lights(distributions[row]) * 255
            for picture in pictures:
                close = (np.abs(picture - expected) <= 1).all(axis=2)
                assert close.sum() > 1500  # its half of the square
    return pictures[0], pictures[1]


def test_faces_are_shown_only_when_asked(drawing: tuple[np.ndarray, np.ndarray]) -> None:
    without, shown = ((picture == 137).all(axis=2).sum() for picture in drawing)
    assert without < 100
    assert shown > 24 * 5000


def test_the_page_is_the_rest(drawing: tuple[np.ndarray, np.ndarray]) -> None:
    for picture in drawing:
        assert (picture[0, 0] == PAGE).all()
