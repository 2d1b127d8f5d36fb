# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Detectors and classifiers of other packages are held to what they promise, in one line each."""

from dataclasses import dataclass, fields

import numpy as np
import pytest

from fer_common.settings import Checked, choices_of, parameter_table, setting
from fer_perception import PerceptionError
from fer_perception.backends import create_other
from fer_perception.backends.registry import may_be_other
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.detectors import create_detector

SOURCE = """
from pathlib import Path
import numpy as np
from fer_perception.backends import Backend
from fer_perception.backends.crop_spec import CropSpec
from fer_perception.backends.model_file import ModelInfo
from fer_perception.detectors import BoxGeometry, Detection, FaceDetector

class Whole(FaceDetector):
    name, geometry = "whole", BoxGeometry(1.0)
    def __init__(self, **settings):
        self.settings = settings
    def detect(self, image):
        return [Detection((0.0, 0.0, float(image.shape[1]), float(image.shape[0])), 1.0)]

class Square(Whole):
    geometry = None

class Torn(Whole):
    def detect(self, image):
        return None

def broken(**settings):
    raise OSError(5, "no camera chip")

class Sad(Backend):
    name = "table"
    def __init__(self, threads):
        self.info = ModelInfo(Path("sad"), CropSpec(), "a table")
    def run(self, faces):
        return np.tile(np.float32([0, 0, 0, 0, 0, 1, 0]), (len(faces), 1))

class Logits(Sad):
    def run(self, faces):
        return np.full((len(faces), 7), -3, np.float32)

class Nameless(Sad):
    def __init__(self, threads):
        self.info = "a table"
"""
DETECTORS = {"whole": "Whole", "square": "Square", "torn": "Torn", "broken": "broken"}
CLASSIFIERS = {"sad": "Sad", "logits": "Logits", "nameless": "Nameless", "bad": "broken"}


@pytest.fixture(scope="module", autouse=True)
def others(tmp_path_factory):
    """A package as pip leaves one."""
    folder = tmp_path_factory.mktemp("others")
    about = folder / "fer_others-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: fer_others\nVersion: 1.0\n")
    groups = (("detectors", DETECTORS), ("classifiers", CLASSIFIERS))
    text = "".join(
        f"[fer_perception.{group}]\n" + "".join(f"{name} = fer_others:{made}\n" for name, made in entries.items())
        for group, entries in groups
    )
    (about / "entry_points.txt").write_text(text)
    (folder / "fer_others.py").write_text(SOURCE)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(folder))
        yield


def test_a_detector_gets_every_detectors_settings():
    detector, notice = create_detector("whole", threshold=0.4, min_face_px=20.0, detection_width=320, threads=2)
    assert notice == ""
    assert detector.settings == {"threshold": 0.4, "min_face_px": 20.0, "detection_width": 320, "threads": 2}
    (found,) = detector.detect(np.zeros((40, 60), np.uint8))
    assert found.box == (0, 0, 60, 40)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("square", "the detector 'square' is no FaceDetector with a BoxGeometry"),
        ("torn", "the detector 'torn' answers an image with no list of Detection"),
        ("broken", "the detector 'broken' cannot be used: no camera chip"),
        ("eyes", "choose one of auto, yunet, haar, broken, square, torn, whole"),
    ],
)
def test_a_wrong_detector_is_one_line(name, says):
    with pytest.raises(PerceptionError, match=says) as caught:
        create_detector(name)
    assert "\n" not in str(caught.value)


def test_a_classifier_reads_faces_by_its_name():
    classifier = EmotionClassifier.load("sad")
    assert classifier.info.architecture == "a table"
    assert create_other("nobody") is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("logits", "sum to"),
        ("nameless", "the classifier 'nameless' is no Backend with a ModelInfo"),
        ("bad", "the classifier 'bad' cannot be used: no camera chip"),
    ],
)
def test_a_wrong_classifier_is_one_line(name, says):
    with pytest.raises(PerceptionError, match=says) as caught:
        EmotionClassifier.load(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("model", ["", "fast", "paper", "sad.onnx", "./sad", "m" * 5000, "~x/model", "a\0b"])
def test_a_shipped_models_name_and_a_path_are_no_other_packages(model):
    assert not may_be_other(model)


def test_a_setting_takes_other_packages_choices():
    @dataclass(frozen=True, kw_only=True)
    class Chosen(Checked, error=PerceptionError):
        detector: str = setting("auto", "which", choices=("auto", "haar"), others="fer_perception.detectors")

    (entry,) = fields(Chosen)
    assert choices_of(entry) == ("auto", "haar", "broken", "square", "torn", "whole")
    assert Chosen(detector="whole").detector == "whole"
    with pytest.raises(PerceptionError, match="choose one of auto, haar, broken"):
        Chosen(detector="eyes")
    assert "`auto`, `haar`, or another package's" in parameter_table(Chosen)
