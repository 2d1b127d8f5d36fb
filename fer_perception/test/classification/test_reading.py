# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Two readings of a face, pooled before the prior."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from fer_perception import Detection, PerceptionError, Settings
from fer_perception.backends.model_file import NAMES, find_model
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.core import Perception
from fer_perception.detectors.base import BoxGeometry

FACES = [Detection((4.0, 4.0, 40.0, 40.0), 1.0)]
IMAGE = np.full((48, 48), 60, np.uint8)
PLAIN = BoxGeometry(side=1.0)
MEANT = np.array([0.4, 0.02, 0.08, 0.1, 0.2, 0.15, 0.05], np.float32)
SEEN_PRIOR, MEANT_PRIOR = np.array([1, 1, 1, 4, 4, 2, 1]) / 14, np.array([2, 1, 2, 3, 2, 2, 2]) / 14


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, tiny_model: str) -> str:
    """The tiny model, which says that anger was meant whatever it sees."""
    path = tmp_path_factory.mktemp("reading") / "both.onnx"
    model = onnx.load(tiny_model)
    graph = model.graph
    graph.initializer.append(numpy_helper.from_array(MEANT[None], "meant.row"))
    graph.initializer.append(numpy_helper.from_array(np.zeros(1, np.float32), "meant.zero"))
    graph.node.extend(
        [
            helper.make_node("Mul", ["probabilities", "meant.zero"], ["meant.zeros"]),
            helper.make_node("Add", ["meant.zeros", "meant.row"], ["meant"]),
        ]
    )
    graph.output.append(helper.make_tensor_value_info("meant", TensorProto.FLOAT, ["N", 7]))
    for key, prior in (("prior", SEEN_PRIOR), ("prior_meant", MEANT_PRIOR)):
        model.metadata_props.add(key=key, value=json.dumps(prior.tolist()))
    onnx.save(model, path)
    return str(path)


@pytest.mark.parametrize("backend", ["onnxruntime", "torch"])
@pytest.mark.parametrize("reading", [0.0, 0.25, 1.0])
def test_the_answer_is_their_pool(both: str, backend: str, reading: float) -> None:
    if backend == "torch":
        pytest.importorskip("torch", reason="the torch backend needs torch")
    classifier = EmotionClassifier.load(both, backend=backend)
    seen = classifier.classify(IMAGE, FACES, PLAIN)[0]
    classifier.set_prior("as_trained", reading)
    between = seen ** (1 - reading) * MEANT**reading
    np.testing.assert_allclose(classifier.classify(IMAGE, FACES, PLAIN)[0], between / between.sum(), atol=1e-6)


def test_the_prior_comes_after_and_is_what_both_learned_from(both: str) -> None:
    classifier = EmotionClassifier.load(both)
    seen = classifier.classify(IMAGE, FACES, PLAIN)[0]
    classifier.set_prior("1", 0.5)
    even = np.sqrt(seen * MEANT) / np.sqrt(SEEN_PRIOR * MEANT_PRIOR)
    np.testing.assert_allclose(classifier.classify(IMAGE, FACES, PLAIN)[0], even / even.sum(), rtol=1e-4)


def test_a_file_with_one_reading_says_so_in_one_line_and_goes_on(tiny_model: str) -> None:
    classifier = EmotionClassifier.load(tiny_model)
    with pytest.raises(PerceptionError, match=r"has no output 'meant', so reading must be 0, not 0\.5") as caught:
        classifier.set_prior("as_trained", 0.5)
    assert "\n" not in str(caught.value)
    assert classifier.classify(IMAGE, FACES, PLAIN).shape == (1, 7)
    with pytest.raises(PerceptionError, match="has no output 'meant'"):
        Perception.create(Settings(detector="haar", model=tiny_model, reading=1.0))


def test_reading_is_a_share() -> None:
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(PerceptionError, match="reading"):
            Settings(reading=wrong)


def test_reading_changes_while_it_runs(both: str) -> None:
    perception = Perception.create(Settings(detector="haar", model=both))
    perception.configure(perception.settings.changed(reading=1.0))
    np.testing.assert_allclose(perception.classifier.classify(IMAGE, FACES, PLAIN)[0], MEANT, atol=1e-6)


def test_a_meant_of_another_shape_is_refused(tmp_path: Path, both: str) -> None:
    model = onnx.load(both)
    model.graph.output[-1].type.tensor_type.shape.dim[1].dim_value = 8
    onnx.save(model, tmp_path / "wrong.onnx")
    with pytest.raises(PerceptionError, match="meant"):
        EmotionClassifier.load(str(tmp_path / "wrong.onnx"))


def test_models_go_by_their_names() -> None:
    assert find_model("fast") == find_model()
    assert find_model("fast", backend="torch").name == "fast.onnx"
    assert find_model("accurate").name in ("accurate.onnx", "accurate_int8.onnx")
    assert NAMES == ("fast", "accurate", "paper")


def test_a_file_of_such_a_name_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: str) -> None:
    (tmp_path / "fast").write_bytes(Path(tiny_model).read_bytes())
    monkeypatch.chdir(tmp_path)
    assert find_model("fast") == Path("fast")
    assert find_model().name in ("fast.onnx", "fast_int8.onnx"), "which nobody has named"


@pytest.mark.parametrize("name", ["Fast", "hsemotion", "/nowhere.onnx", "x" * 300])
def test_a_model_that_is_not_there_is_answered_with_those_that_are(name: str) -> None:
    with pytest.raises(PerceptionError, match=r"^no model file .*; give the parameter model fast, accurate, paper or "):
        find_model(name)
