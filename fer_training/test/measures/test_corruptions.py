# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whether each kind of damage does what it says."""

import cv2
import numpy as np
import pytest

from fer_training.measures.corruptions import CORRUPTIONS, STRENGTHS, Corruption, corrupt, jpeg_bytes

KINDS = {kind.name: kind for kind in CORRUPTIONS}
every_kind = pytest.mark.parametrize("kind", CORRUPTIONS, ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    """Smooth pictures with some detail, as faces are; uint8 [24, 48, 48]."""
    generator = np.random.default_rng(0)
    coarse = generator.uniform(60, 200, (24, 6, 6)).astype(np.float32)
    fine = generator.uniform(-25, 25, (24, 24, 24)).astype(np.float32)
    pictures = [cv2.resize(a, (48, 48), interpolation=cv2.INTER_CUBIC) for a in coarse]
    details = [cv2.resize(a, (48, 48), interpolation=cv2.INTER_LINEAR) for a in fine]
    return np.clip(np.array(pictures) + np.array(details), 0, 255).astype(np.uint8)


def dot(x: int, y: int, count: int = 16) -> np.ndarray:
    """A bright dot of 3x3 pixels on black."""
    images = np.zeros((count, 48, 48), np.uint8)
    images[:, y - 1 : y + 2, x - 1 : x + 2] = 255
    return images


def positions(images: np.ndarray) -> np.ndarray:
    """x and y of the brightness's centre, [N, 2]."""
    rows, columns = np.indices(images.shape[1:])
    weight = images.sum(axis=(1, 2))
    return np.stack([(images * columns).sum(axis=(1, 2)) / weight, (images * rows).sum(axis=(1, 2)) / weight], axis=1)


def change(faces: np.ndarray, kind: Corruption, strength: int) -> float:
    return float(np.abs(corrupt(faces, kind, strength).astype(float) - faces).mean())


@every_kind
def test_strength_0_leaves_faces_whole(kind: Corruption, faces: np.ndarray) -> None:
    whole = corrupt(faces, kind, 0)
    np.testing.assert_array_equal(whole, faces)
    assert not np.shares_memory(whole, faces)


@every_kind
def test_more_strength_changes_more(kind: Corruption, faces: np.ndarray) -> None:
    changes = [change(faces, kind, strength) for strength in range(STRENGTHS + 1)]
    assert changes == sorted(changes)
    assert len(set(changes)) == STRENGTHS + 1


@every_kind
def test_the_same_seed_gives_the_same_images(kind: Corruption, faces: np.ndarray) -> None:
    before = faces.copy()
    first, second = corrupt(faces, kind, 3, seed=5), corrupt(faces, kind, 3, seed=5)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(faces, before)
    assert first.shape == faces.shape
    assert first.dtype == np.uint8
    random = kind.name in ("noise", "occlusion", "rotation", "shifted crop")
    assert np.array_equal(first, corrupt(faces, kind, 3, seed=6)) != random


@every_kind
def test_no_faces_are_no_trouble(kind: Corruption) -> None:
    assert corrupt(np.empty((0, 48, 48), np.uint8), kind, 3).shape == (0, 48, 48)


@every_kind
@pytest.mark.parametrize("strength", [-1, STRENGTHS + 1])
def test_strengths_have_bounds(kind: Corruption, strength: int, faces: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected 0 to 5"):
        corrupt(faces, kind, strength)


def test_darkness_takes_light_and_levels(faces: np.ndarray) -> None:
    kind = KINDS["darkness"]
    for strength, factor in enumerate(kind.levels, 1):
        dark = corrupt(faces, kind, strength)
        assert dark.mean() == pytest.approx(faces.mean() * factor, abs=0.5)
        assert len(np.unique(dark)) <= 256 * factor + 1


def test_blur_takes_detail_and_no_light(faces: np.ndarray) -> None:
    sharpness = [
        np.mean([cv2.Laplacian(image, cv2.CV_64F).var() for image in corrupt(faces, KINDS["blur"], strength)])
        for strength in range(STRENGTHS + 1)
    ]
    assert sharpness == sorted(sharpness, reverse=True)
    assert corrupt(faces, KINDS["blur"], 5).mean() == pytest.approx(faces.mean(), rel=0.02)


def test_blur_is_as_wide_as_it_says() -> None:
    for strength, sigma in enumerate(KINDS["blur"].levels, 1):
        line = np.zeros((1, 48, 48), np.uint8)
        line[:, :, 24:] = 200  # an edge's slope is the Gaussian: 200 / (sigma sqrt(2 pi)) at its steepest
        blurred = corrupt(line, KINDS["blur"], strength)[0, 24].astype(float)
        if sigma > 0.7:  # a narrower one lies between the pixels
            assert np.diff(blurred).max() == pytest.approx(200 / (sigma * np.sqrt(2 * np.pi)), rel=0.1)


def test_noise_has_the_deviation_that_it_says() -> None:
    grey = np.full((20, 48, 48), 128, np.uint8)
    for strength, deviation in enumerate(KINDS["noise"].levels[:4], 1):  # the fifth reaches black and white
        noisy = corrupt(grey, KINDS["noise"], strength).astype(float)
        assert noisy.std() == pytest.approx(deviation, rel=0.03)
        assert noisy.mean() == pytest.approx(128, abs=0.5)


def test_jpeg_is_what_another_decoder_makes_of_the_file(faces: np.ndarray) -> None:
    for strength, quality in enumerate(KINDS["JPEG"].levels, 1):
        ours = corrupt(faces, KINDS["JPEG"], strength)
        for image, result in zip(faces, ours):
            content = np.frombuffer(jpeg_bytes(image, round(quality)), np.uint8)
            decoded = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE).astype(int)
            assert np.abs(decoded - result).max() <= 2


def test_jpeg_gets_smaller_with_strength(faces: np.ndarray) -> None:
    sizes = [sum(len(jpeg_bytes(image, round(quality))) for image in faces) for quality in KINDS["JPEG"].levels]
    assert sizes == sorted(sizes, reverse=True)


def test_occlusion_covers_the_share_that_it_says_with_one_grey() -> None:
    ramp = np.tile(np.arange(48, dtype=np.uint8), (40, 48, 1)) * 2 + 1  # odd greys, each in one column
    for strength, share in enumerate(KINDS["occlusion"].levels, 1):
        covered = corrupt(ramp, KINDS["occlusion"], strength)
        changed = (covered != ramp).mean(axis=(1, 2))
        assert changed.mean() == pytest.approx(share, rel=0.06)
        for image, before in zip(covered, ramp):
            assert len(np.unique(image[image != before])) == 1


def test_pixels_are_as_few_as_they_say() -> None:
    checks = np.indices((48, 48)).sum(axis=0) % 2 * 255  # no grid of fewer pixels can show it
    fine = np.broadcast_to(checks.astype(np.uint8), (1, 48, 48))
    assert corrupt(fine, KINDS["few pixels"], 2).std() < 1  # 24 a side: each is the mean of two by two


def test_rotation_turns_by_what_it_says_either_way() -> None:
    for strength, degrees in enumerate(KINDS["rotation"].levels, 1):
        turned = positions(corrupt(dot(38, 24), KINDS["rotation"], strength)) - 23.5
        angles = np.degrees(np.arctan2(turned[:, 1], turned[:, 0]) - np.arctan2(0.5, 14.5))
        np.testing.assert_allclose(np.abs(angles), degrees, atol=0.7)
        assert set(np.sign(angles)) == {-1, 1}
        np.testing.assert_allclose(np.hypot(*turned.T), np.hypot(14.5, 0.5), atol=0.3)


@pytest.mark.parametrize("name", ["tight crop", "wide crop"])
def test_crops_are_as_tight_or_wide_as_they_say(name: str) -> None:
    for strength, factor in enumerate(KINDS[name].levels, 1):
        moved = positions(corrupt(dot(33, 18), KINDS[name], strength)) - 23.5
        np.testing.assert_allclose(moved, np.array([[9.5, -5.5]] * 16) / factor, atol=0.5)


def test_shifted_crops_lie_as_far_beside_as_they_say() -> None:
    for strength, share in enumerate(KINDS["shifted crop"].levels, 1):
        moved = positions(corrupt(dot(24, 24, 32), KINDS["shifted crop"], strength)) - 24
        np.testing.assert_allclose(np.hypot(*moved.T), share * 48, atol=0.3)
        assert len({tuple(np.sign(offset)) for offset in np.round(moved)}) >= 4  # in every direction


def test_past_the_edge_the_last_pixels_go_on() -> None:
    border = np.full((1, 48, 48), 90, np.uint8)
    border[:, 12:36, 12:36] = 200
    for name in ("rotation", "wide crop", "shifted crop"):
        assert corrupt(border, KINDS[name], 5)[0, [0, 0, -1, -1], [0, -1, 0, -1]].tolist() == [90] * 4


def test_randomness_is_the_same_at_every_strength() -> None:
    directions = []
    for strength in range(1, STRENGTHS + 1):
        moved = positions(corrupt(dot(24, 24), KINDS["shifted crop"], strength)) - 24
        directions.append(np.arctan2(moved[:, 1], moved[:, 0]))
    np.testing.assert_allclose(directions[0], directions[4], atol=0.2)
