# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The detectors on the clips, and what happens where one can't be had."""

import cv2
import numpy as np
import pytest

from fer_perception import PerceptionError
from fer_perception.detectors import DETECTORS, FaceDetector, create_detector
from fer_perception.detectors import haar as haar_module
from fer_perception.detectors.haar import CASCADE, Haar, hits_for
from fer_perception.detectors.reduce import enlarge, reduce, sampled, search_scale, shrink, step_for
from fer_perception.detectors.yunet import YuNet

CLIP = "sad_to_happy.mp4"


@pytest.fixture(scope="session", autouse=True)
def cascade():
    try:
        haar_module.cascade_path()
    except PerceptionError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def clip(frames):
    """Every 40th frame."""
    return list(frames(CLIP, 40))


def opencv_runs_yunet():
    return tuple(int(part) for part in cv2.__version__.split(".")[:2]) >= (4, 8)


@pytest.mark.skipif(not opencv_runs_yunet(), reason=f"OpenCV {cv2.__version__} can't load the file of 2023")
@pytest.mark.parametrize("size", [None, (641, 479), (333, 200), (1280, 720)])
def test_both_engines_find_the_same_faces(clip, weights, size):
    engines = [YuNet(weights, engine=engine, detection_width=2000) for engine in ("onnxruntime", "opencv")]
    assert [engine.description for engine in engines] == ["yunet (onnxruntime)", "yunet (opencv)"]
    seen = 0
    for frame in clip:
        image = frame if size is None else cv2.resize(frame, size)
        ours, theirs = (engine.detect(image) for engine in engines)
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs):
            assert np.allclose(one.box, other.box, atol=1.0)
            assert np.allclose(one.landmarks, other.landmarks, atol=1.0)
            assert one.score == pytest.approx(other.score, abs=0.01)
            seen += 1
    assert seen >= len(clip) - 1


def overlap(one, other):
    """Intersection over union of two boxes."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[0] + one[2], other[0] + other[2]), min(one[1] + one[3], other[1] + other[3])
    shared = max(0.0, right - left) * max(0.0, bottom - top)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def test_haar_finds_the_face_where_yunet_does(clip, weights):
    yunet, haar = YuNet(weights), Haar()
    found = [(haar.detect(frame), yunet.detect(frame)) for frame in clip]
    both = [(ours, theirs) for ours, theirs in found if ours and theirs]
    assert len(both) >= 0.7 * len(clip)
    for ours, theirs in both:
        assert max(overlap(one.box, theirs[0].box) for one in ours) > 0.4
        assert ours[0].landmarks is None
        assert all(0.7 - 1e-6 <= one.score <= 1 for one in ours)


def test_yunets_landmarks_lie_in_the_box_in_their_order(clip, weights):
    for frame in clip:
        for face in YuNet(weights).detect(frame):
            x, y, w, h = face.box
            points = (face.landmarks - (x, y)) / (w, h)
            assert np.all((points > -0.1) & (points < 1.1))
            left_eye, right_eye, nose, left_mouth, right_mouth = points
            assert left_eye[0] < right_eye[0]
            assert left_mouth[0] < right_mouth[0]
            assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])


def test_a_cartoon_without_a_face_and_then_a_face(frames, weights):
    found = [len(YuNet(weights).detect(frame)) for frame in list(frames("noface_face.mov", 40))]
    assert found[0] == 0
    assert found[-1] == 1


@pytest.fixture(scope="session", params=sorted(DETECTORS))
def any_detector(request):
    if request.param == "yunet":
        return create_detector("yunet", weights=request.getfixturevalue("weights"))[0]
    return create_detector(request.param)[0]


def test_every_detector_keeps_the_interface(any_detector):
    assert isinstance(any_detector, FaceDetector)
    assert any_detector.name in DETECTORS
    assert any_detector.name in any_detector.description
    assert 0.5 < any_detector.geometry.side < 2


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1, 3), (3, 3, 3), (480, 640), (33, 65, 3), (3000, 4000, 3)])
def test_every_detector_takes_any_size(any_detector, shape):
    assert any_detector.detect(np.full(shape, 128, np.uint8)) == []


def test_every_detector_finds_the_same_face_in_any_size_and_in_grey(any_detector, clip):
    frame = next(frame for frame in clip if any_detector.detect(frame))
    (first, *_) = any_detector.detect(frame)
    before = frame.copy()
    height, width = frame.shape[:2]
    large = cv2.resize(frame, (3 * width, 3 * height))
    for image, scale in ((large, 3.0), (cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), 1.0)):
        (found, *_) = any_detector.detect(image)
        assert overlap(np.asarray(found.box) / scale, first.box) > 0.7
    assert np.array_equal(frame, before), "the image is not written to"


def test_every_detector_heeds_its_limits(any_detector, clip):
    frame = next(frame for frame in clip if any_detector.detect(frame))
    (first, *_) = any_detector.detect(frame)
    before = any_detector.threshold, any_detector.min_face_px
    try:
        any_detector.min_face_px = 1.2 * first.area**0.5
        least = 0.98 * any_detector.min_face_px  # a cascade's sizes are whole pixels of the reduced frame
        assert all(face.area**0.5 >= least for face in any_detector.detect(frame))
        any_detector.min_face_px = 4 * first.area**0.5
        assert any_detector.detect(frame) == []
        any_detector.min_face_px = before[1]
        any_detector.threshold = 0.999
        assert any_detector.detect(frame) == []
    finally:
        any_detector.threshold, any_detector.min_face_px = before


def test_hits_and_threshold_go_together():
    assert hits_for(0.7) == 5
    assert hits_for(0.0) == 1
    hits = [hits_for(threshold / 100) for threshold in range(100)]
    assert hits == sorted(hits)


def test_auto_falls_back_with_one_line_that_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("FER_DATA_DIR", str(tmp_path))
    detector, line = create_detector("auto")
    assert detector.name == "haar"
    assert "\n" not in line
    assert "about 74 of 100 where YuNet finds 95" in line
    assert "fetch_yunet" in line
    assert str(tmp_path) in line


def test_yunet_that_was_asked_for_is_not_replaced(tmp_path, monkeypatch):
    monkeypatch.setenv("FER_DATA_DIR", str(tmp_path))
    with pytest.raises(PerceptionError, match="no YuNet weights"):
        create_detector("yunet")


def test_another_file_is_not_taken_for_the_weights(tmp_path):
    other = tmp_path / "weights.onnx"
    other.write_bytes(b"something else")
    with pytest.raises(PerceptionError, match="checksum"):
        create_detector("yunet", weights=str(other))
    detector, line = create_detector("auto", weights=str(other))
    assert detector.name == "haar"
    assert "checksum" in line


def test_auto_is_yunet_where_its_weights_are(weights):
    detector, line = create_detector("auto", weights=weights)
    assert (detector.name, line) == ("yunet", "")


def test_unknown_names_are_refused(weights):
    with pytest.raises(PerceptionError, match="choose one of auto, yunet, haar"):
        create_detector("eyes")
    with pytest.raises(PerceptionError, match="no engine 'abacus'"):
        create_detector("yunet", weights=weights, engine="abacus")


def test_a_missing_cascade_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(haar_module, "SYSTEM_FOLDERS", (str(tmp_path),))
    monkeypatch.setattr(haar_module.cv2, "data", None)
    with pytest.raises(PerceptionError, match=CASCADE):
        create_detector("haar")
    # Neither, as with OpenCV 5 and nothing fetched: what helps is YuNet's weights, not to ask for YuNet.
    nowhere = str(tmp_path / "yunet.onnx")
    with pytest.raises(
        PerceptionError, match=r"yunet\.onnx.*Haar can't take its place: .*has no Haar cascade"
    ) as caught:
        create_detector("auto", weights=nowhere)
    assert "set the parameter detector to yunet" not in str(caught.value)


@pytest.mark.parametrize("size", [(540, 480), (541, 479), (255, 255), (300, 200), (129, 128), (2000, 1500)])
def test_a_shrunk_image_is_the_mean_of_what_it_shows(size):
    width, height = size
    rows, columns = np.mgrid[:height, :width]
    smooth = np.stack([128 + 60 * np.sin(rows / 40), 128 + 60 * np.cos(columns / 50), (rows + columns) % 256], axis=2)
    image = cv2.GaussianBlur(smooth.astype(np.uint8), (0, 0), 3)
    wanted = 128, round(128 * height / width)
    area = cv2.resize(image, wanted, interpolation=cv2.INTER_AREA)
    shown = shrink(image, wanted)
    assert shown.shape == area.shape
    assert np.abs(shown.astype(int) - area).mean() < 2.5
    # Finer than what is shown can show, it becomes grey and no pattern of its own.
    fine = np.where((rows + columns) % 2, 255, 0).astype(np.uint8)
    if min(width / wanted[0], height / wanted[1]) >= 2:
        assert np.ptp(shrink(fine, wanted)[1:-1, 1:-1]) < 60


@pytest.mark.parametrize("averaged", [2, 4])
@pytest.mark.parametrize("ratio", [1.0, 2.0, 5.9, 6.0, 7.3, 11.7, 23.4, 60.0])
def test_a_much_larger_image_is_sampled_as_far_as_its_mean_allows(ratio, averaged):
    step = step_for(ratio, averaged)
    assert step % 2 == 1
    assert (step == 1) == (ratio < 3 * averaged)
    assert step == 1 or averaged <= ratio / step < 2 * averaged


@pytest.mark.parametrize("step", [3, 5, 11])
def test_samples_are_the_middles_of_their_squares(step):
    image = (np.arange(20 * step * 20 * step, dtype=np.uint32).reshape(20 * step, -1) % 251).astype(np.uint8)
    few, left, top = sampled(image, step)
    assert (left, top) == (0, 0)
    assert (few == image[step // 2 :: step, step // 2 :: step]).all()


@pytest.mark.parametrize("ratio", [8.0, 12.0, 23.5])
def test_a_large_image_shrinks_to_its_mean_within_a_sensors_noise(ratio):
    """Noise of 8 levels a pixel, as of a camera in a dim room: of the mean of 4 to 9 samples 4 to 2.7 are left."""
    rng, side = np.random.default_rng(2), round(64 * ratio)
    rows, columns = np.mgrid[:side, :side] / ratio
    smooth = 128 + 50 * np.sin(rows / 7) + 50 * np.cos(columns / 9)
    noisy = np.clip(smooth + rng.normal(0, 8, smooth.shape), 0, 255).astype(np.uint8)
    wanted = cv2.resize(smooth.astype(np.float32), (64, 64), interpolation=cv2.INTER_AREA)
    off = shrink(noisy, (64, 64)) - wanted
    assert np.abs(off.mean()) < 1
    assert off.std() < 5


def test_an_image_of_that_size_is_not_copied():
    image = np.zeros((20, 30, 3), np.uint8)
    assert shrink(image, (30, 20)) is image


def test_images_are_reduced_as_far_as_the_smallest_face_allows():
    assert search_scale(480, 640, 640, 32, 32) == 1.0
    assert search_scale(1080, 1920, 640, 32, 32) == pytest.approx(1 / 3)
    assert search_scale(480, 640, 640, 64, 32) == 0.5
    assert search_scale(48, 64, 640, 10, 32) == 1.0, "nothing is enlarged"
    image = np.zeros((300, 600, 3), np.uint8)
    assert reduce(image, 1.0) is image
    half = reduce(image, 0.5)
    assert half.shape == (150, 300, 3)
    face = enlarge(np.asarray([10.0, 20.0, 30.0, 40.0]), 1.7, np.ones((5, 2)), image, half)
    assert face.box == (20, 40, 60, 80)
    assert face.score == 1.0
    assert np.all(face.landmarks == 2)
