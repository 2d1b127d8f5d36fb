# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What strips show: where which distribution stands, and the colours that come of it."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color import layouts
from fer_color.blend import blend
from fer_color.errors import ColorError
from fer_color.inputs.faces import MOST, seen_faces
from fer_color.layouts import SeenFace, faces, gradient, layout, resample, sizes
from fer_color.palette import PAPER
from fer_common.emotions import LABELS

distributions = (
    st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0])), min_size=7, max_size=7)
    .filter(lambda values: sum(values) > 0.01)
    .map(lambda values: np.array(values) / sum(values))
)


def certain(label):
    return np.array([float(name == label) for name in LABELS])


@given(distributions, st.integers(1, 120))
def test_gradient_is_of_the_two_leading_emotions_in_their_shares(probabilities, columns):
    weights = gradient(probabilities, columns)
    assert weights.shape == (columns, 7)
    assert np.allclose(weights.sum(axis=1), 1)
    assert weights.min() >= 0
    shown = np.flatnonzero(weights.any(axis=0))
    least = sorted(probabilities)[-2]
    assert len(shown) <= 2
    assert all(probabilities[index] >= least for index in shown)
    share = probabilities[shown] / np.sort(probabilities)[-2:].sum()
    assert np.allclose(weights[:, shown].mean(axis=0), share, atol=1 / columns)


@given(distributions, st.integers(2, 120))
def test_gradient_never_turns_back(probabilities, columns):
    weights = gradient(probabilities, columns)
    first = np.flatnonzero(weights.any(axis=0))[0]
    steps = np.diff(weights[:, first])
    assert np.all(steps <= 1e-12) or np.all(steps >= -1e-12)


def test_certainty_is_one_colour():
    assert np.all(gradient(certain("sad"), 60) == certain("sad"))


def test_nothing_jumps_when_the_second_overtakes_the_first():
    near = [gradient(np.array([0, 0, 0, 0.5 + d, 0, 0.5 - d, 0]), 60) for d in (1e-4, -1e-4)]
    assert np.abs(near[0] - near[1]).max() < 1e-3


def test_gradients_ends_are_the_palettes_colours():
    strip = blend(gradient(np.array([0, 0, 0, 0.5, 0, 0.5, 0]), 60), PAPER) * 255
    assert np.abs(strip[0] - PAPER.colors[3]).max() < 2
    assert np.abs(strip[-1] - PAPER.colors[5]).max() < 2


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from(LABELS)), min_size=1, max_size=6), st.integers(1, 120))
def test_every_column_shows_the_nearest_face(people, columns):
    seen = [SeenFace(position, certain(label)) for position, label in people]
    weights = faces(seen, columns)
    for place, row in zip(layouts.centers(columns), weights):
        nearest = min(abs(face.position - place) for face in seen)
        assert any(
            np.array_equal(row, face.probabilities) and abs(face.position - place) <= nearest + 1e-12 for face in seen
        )


def test_two_people_two_halves():
    seen = [SeenFace(0.25, certain("happy")), SeenFace(0.75, certain("sad"))]
    weights = layout("faces", certain("neutral"), seen)
    assert weights[0].tolist() == certain("neutral").tolist()
    assert np.all(weights[1:31] == certain("happy"))
    assert np.all(weights[31:] == certain("sad"))


@pytest.mark.parametrize(("show", "people"), [("color", 2), ("breath", 2), ("faces", 0), ("faces", 1)])
def test_one_colour_needs_no_strip(show, people):
    seen = [SeenFace(0.5, certain("sad"))] * people
    assert layout(show, certain("sad"), seen).shape == (7,)


@given(st.integers(1, 5000))
def test_segments_cover_the_strip_evenly(leds):
    parts = sizes(leds)
    assert sum(parts) == leds
    assert len(parts) == min(leds, 60)
    assert max(parts) - min(parts) <= 1


@pytest.mark.parametrize("segments", [1, 7, 30, 60])
def test_resampled_columns_keep_their_order(segments):
    columns = np.repeat(np.arange(60.0)[:, None], 3, axis=1)
    found = resample(columns, segments)[:, 0]
    assert len(found) == segments
    assert np.all(np.diff(found) > 0)
    assert abs(found.mean() - 29.5) <= 0.5


@pytest.mark.parametrize(
    ("position", "probabilities"),
    [
        (-0.1, [1, 0, 0, 0, 0, 0, 0]),
        (0.5, [1, 0, 0]),
        (0.5, [float("nan")] * 7),
        (0.5, [0.2] * 7),
        (0.5, [2, -1, 0, 0, 0, 0, 0]),
    ],
)
def test_wrong_faces_are_refused(position, probabilities):
    with pytest.raises(ColorError, match="no distribution"):
        SeenFace(position, np.array(probabilities, dtype=float))


def message(width, *people):
    """As fer_msgs/EmotionDistributionArray has them: (left, width, probabilities)."""
    return SimpleNamespace(
        image_width=width,
        faces=[
            SimpleNamespace(
                roi=SimpleNamespace(x_offset=left, width=size), probabilities=np.array(values, dtype=np.float32)
            )
            for left, size, values in people
        ],
    )


def test_faces_of_a_message_stand_where_they_are():
    seen = seen_faces(message(640, (400, 160, certain("sad")), (0, 64, certain("happy")), (100, 9, [0.5] * 7)))
    assert [face.position for face in seen] == [0.05, 0.75]
    assert seen[1].probabilities.tolist() == certain("sad").tolist()


def test_without_a_width_they_stand_side_by_side():
    assert len(seen_faces(message(640, *[(0, 64, certain("happy"))] * (MOST + 1)))) == MOST
    seen = seen_faces(message(0, (400, 160, certain("sad")), (0, 64, certain("happy"))))
    assert [face.position for face in seen] == [0.25, 0.75]
    assert seen[0].probabilities.tolist() == certain("happy").tolist()
