# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Model files, and what runs them."""

import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from fer_common.emotions import LABELS
from fer_perception import Detection, PerceptionError, Settings
from fer_perception.backends import create_backend
from fer_perception.backends.model_file import find_model
from fer_perception.backends.onnx_backend import PROVIDERS, providers_for
from fer_perception.backends.registry import BACKENDS
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.core import Perception
from fer_perception.detectors.base import BoxGeometry, FaceDetector

pytest.importorskip("torch", reason="the torch backend needs torch")
pytest.importorskip("fer_models", reason="fer_models is not there")

from small_networks import lively

from fer_models import REGISTRY

PLAIN = BoxGeometry(side=1.0)
METADATA = {"labels": ",".join(LABELS), "crop": '{"margin": 1.0, "align": "none"}', "architecture": "test"}


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param


@pytest.fixture(scope="session")
def crops():
    """Noise, flat areas and gradients, uint8 [N, 1, 48, 48]."""
    rng = np.random.default_rng(5)
    noise = rng.integers(0, 256, (3, 48, 48))
    flat = np.stack([np.full((48, 48), level) for level in (0, 128, 255)])
    slope = np.tile(np.linspace(0, 255, 48), (48, 1))[None]
    return np.concatenate([noise, flat, slope])[:, None].astype(np.uint8)


def one_line(caught):
    assert "\n" not in str(caught.value)
    return str(caught.value)


def compare(path, crops):
    """Both backends' answers, which must be the same, for one face and for all at once."""
    answers = {}
    for name in BACKENDS:
        loaded = create_backend(name, path)
        answers[name] = loaded.run(crops)
        assert answers[name].shape == (len(crops), 7)
        assert answers[name].dtype == np.float32
        assert np.allclose(answers[name].sum(axis=1), 1, atol=1e-4)
        assert np.abs(loaded.run(crops[:1]) - answers[name][:1]).max() < 1e-4
    assert np.abs(answers["torch"] - answers["onnxruntime"]).max() < 1e-4


@pytest.mark.parametrize("architecture", sorted(REGISTRY))
def test_backends_agree_on_every_architecture(architecture, crops, tmp_path, export_once):
    pytest.importorskip("onnxscript", reason="torch's exporter needs onnxscript")
    model = export_once(lively(architecture))
    helper.set_model_props(model, METADATA)
    compare(find_model(save(model, tmp_path)), crops)


def test_backends_agree_on_the_shipped_model(crops):
    try:
        path = find_model(backend="torch")
    except PerceptionError as error:
        pytest.skip(str(error))
    compare(path, crops)


def test_int8_is_for_onnx_runtime_on_the_cpu_alone():
    names = {
        find_model(backend=backend, provider=provider).name
        for backend, provider in (("torch", "cpu"), ("onnxruntime", "cuda"), ("onnxruntime", "tensorrt"))
    }
    assert names == {"fast.onnx"}
    assert find_model().name == "fast_int8.onnx"
    assert EmotionClassifier.load().info.path.name == "fast_int8.onnx"


def test_both_shipped_forms_ask_for_the_same_faces():
    whole, small = (
        create_backend("onnxruntime", find_model(backend=backend)).info for backend in ("torch", "onnxruntime")
    )
    assert small.crop == whole.crop
    assert small.prior is not None
    assert np.array_equal(small.prior, whole.prior)


def test_backends_agree_on_the_tiny_model(tiny_model, crops):
    compare(find_model(tiny_model), crops)


def test_a_batch_is_cut_and_answered_in_its_order(tiny_model, backend):
    image = np.zeros((100, 300), np.uint8)
    image[:, 100:200], image[:, 200:] = 128, 255
    faces = [Detection((x + 20.0, 20.0, 60.0, 60.0), 1.0) for x in (200, 0, 100)]
    answers = EmotionClassifier.load(tiny_model, backend=backend).classify(image, faces, PLAIN)
    assert [LABELS[index] for index in answers.argmax(axis=1)] == ["happy", "sad", "neutral"]
    assert np.allclose(answers.sum(axis=1), 1, atol=1e-6)


def test_nobody_is_no_call(tiny_model, backend):
    answers = EmotionClassifier.load(tiny_model, backend=backend).classify(np.zeros((9, 9), np.uint8), [], PLAIN)
    assert answers.shape == (0, 7)


def save(model, tmp_path):
    path = tmp_path / "model.onnx"
    onnx.save(model, path)
    return str(path)


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x08\x08" * 1000, b"<html>\n</html>"])
def test_garbage_is_refused_in_one_line(tmp_path, backend, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(PerceptionError) as caught:
        EmotionClassifier.load(str(path), backend=backend)
    assert "can't be loaded as an ONNX model" in one_line(caught)
    assert str(path) in str(caught.value)


def test_a_torn_file_is_refused_in_one_line(tmp_path, backend, tiny_model):
    path = tmp_path / "model.onnx"
    content = find_model(tiny_model).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(PerceptionError) as caught:
        EmotionClassifier.load(str(path), backend=backend)
    assert "model.onnx" in one_line(caught)


@pytest.mark.parametrize("missing", ["labels", "crop", "architecture"])
def test_missing_metadata_is_named(tmp_path, backend, make_model, missing):
    model = make_model({key: value for key, value in METADATA.items() if key != missing})
    with pytest.raises(PerceptionError) as caught:
        EmotionClassifier.load(save(model, tmp_path), backend=backend)
    assert f"lacks metadata: {missing}" in one_line(caught)
    assert "fer_training.export" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"labels": "happy,sad"}, "labels happy,sad"),
        ({"labels": ",".join(reversed(LABELS))}, "labels surprise"),
        ({"crop": "wide"}, "crop"),
        ({"crop": '{"margin": 99}'}, "margin"),
        ({"crop": '{"align": "nose"}'}, "alignment"),
    ],
)
def test_wrong_metadata_is_named(tmp_path, backend, make_model, change, word):
    with pytest.raises(PerceptionError) as caught:
        EmotionClassifier.load(save(make_model(METADATA | change), tmp_path), backend=backend)
    assert word in one_line(caught)


def identity(name_in, kind_in, shape_in, name_out, shape_out, kind_out=TensorProto.FLOAT):
    """A file with the ports that are asked for; what is between them does not matter."""
    nodes = [
        helper.make_node("Cast", [name_in], ["values"], to=kind_out),
        helper.make_node("Flatten", ["values"], ["flat"], axis=1),
        helper.make_node("Slice", ["flat", "from", "to", "axes"], [name_out]),
    ]
    constants = [
        helper.make_tensor("from", TensorProto.INT64, [1], [0]),
        helper.make_tensor("to", TensorProto.INT64, [1], [shape_out[1]]),
        helper.make_tensor("axes", TensorProto.INT64, [1], [1]),
    ]
    graph = helper.make_graph(
        nodes,
        "ports",
        [helper.make_tensor_value_info(name_in, kind_in, shape_in)],
        [helper.make_tensor_value_info(name_out, kind_out, shape_out)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    helper.set_model_props(model, METADATA)
    return model


GOOD = ("face", TensorProto.UINT8, ["N", 1, 48, 48], "probabilities", ["N", 7])


@pytest.mark.parametrize(
    ("ports", "word"),
    [
        (("input", *GOOD[1:]), "no input 'face'"),
        (("face", TensorProto.FLOAT, *GOOD[2:]), "float32 [N, 1, 48, 48]"),
        (("face", TensorProto.UINT8, ["N", 3, 48, 48], *GOOD[3:]), "[N, 3, 48, 48]"),
        (("face", TensorProto.UINT8, ["N", 1, 64, 64], *GOOD[3:]), "[N, 1, 64, 64]"),
        (("face", TensorProto.UINT8, [1, 1, 48, 48], "probabilities", [1, 7]), "[1, 1, 48, 48]"),
        ((*GOOD[:3], "scores", ["N", 7]), "no output 'probabilities'"),
        ((*GOOD[:3], "probabilities", ["N", 8]), "[N, 8]"),
        ((*GOOD, TensorProto.DOUBLE), "output 'probabilities'"),
    ],
)
def test_wrong_ports_are_named(tmp_path, backend, ports, word):
    with pytest.raises(PerceptionError) as caught:
        EmotionClassifier.load(save(identity(*ports), tmp_path), backend=backend)
    assert word in one_line(caught)
    assert "export it again" in str(caught.value)


def test_what_is_no_distribution_is_refused(tmp_path, backend):
    with pytest.raises(PerceptionError) as caught:
        EmotionClassifier.load(save(identity(*GOOD), tmp_path), backend=backend)
    assert "sum to 896.000, not 1" in one_line(caught)
    assert "model.onnx" in str(caught.value)


def test_what_is_no_distribution_for_some_faces_only_is_refused_there(tmp_path, make_model, backend):
    model = make_model(METADATA)
    log = model.graph.node[6]
    log.op_type, log.input[:] = "Log", ["off"]  # of brightness less 0.1: no number where the face is darker
    next(one for one in model.graph.initializer if one.name == "levels").raw_data = np.full(7, 0.1, "<f4").tobytes()
    classifier = EmotionClassifier.load(save(model, tmp_path), backend=backend)
    black, face = np.zeros((50, 50), np.uint8), [Detection((0, 0, 50, 50), 1.0)]
    with pytest.raises(PerceptionError) as caught:
        classifier.classify(black, face, PLAIN)
    assert "model.onnx answers what is no number" in one_line(caught)
    assert classifier.classify(black + 30, face, PLAIN).sum() == pytest.approx(1, abs=1e-5)


def test_an_operator_that_torch_does_not_know_is_named(tmp_path, make_model):
    model = make_model()
    model.graph.node[6].op_type = "Atan2000"
    model.graph.node[6].domain = "somewhere.else"
    model.opset_import.append(helper.make_opsetid("somewhere.else", 1))
    with pytest.raises(PerceptionError) as caught:
        EmotionClassifier.load(save(model, tmp_path), backend="torch")
    assert "Atan2000" in one_line(caught)


def test_missing_files_backends_and_libraries_are_named(tmp_path, tiny_model, monkeypatch):
    with pytest.raises(PerceptionError, match="no model file"):
        EmotionClassifier.load(str(tmp_path / "nowhere.onnx"))
    with pytest.raises(PerceptionError, match="choose one of onnxruntime, torch"):
        EmotionClassifier.load(tiny_model, backend="abacus")
    monkeypatch.setitem(sys.modules, "fer_perception.backends.torch_backend", None)
    with pytest.raises(PerceptionError, match="set the parameter backend to onnxruntime"):
        EmotionClassifier.load(tiny_model, backend="torch")


def test_tensorrt_leaves_the_rest_to_cuda_and_then_to_the_cpu():
    tensorrt, cuda, cpu = (PROVIDERS[name] for name in ("tensorrt", "cuda", "cpu"))
    assert providers_for(tensorrt, [tensorrt, cuda, cpu]) == [tensorrt, cuda, cpu]
    assert providers_for(tensorrt, [cuda, cpu]) == [cuda, cpu]
    assert providers_for(cuda, [tensorrt, cuda, cpu]) == [cuda, cpu]
    assert providers_for(cpu, [tensorrt, cuda, cpu]) == providers_for("other", [cuda, cpu]) == [cpu]


@pytest.mark.parametrize("provider", ["cuda", "tensorrt", "no_such_device"])
def test_a_provider_that_is_not_there_falls_back_with_one_line(tiny_model, crops, provider):
    loaded = create_backend("onnxruntime", find_model(tiny_model), provider=provider)
    if loaded.description != "onnxruntime (CPU)":
        pytest.skip(f"this machine has it: {loaded.description}")
    assert f"can't use '{provider}' here, the CPU serves" in loaded.notice
    assert "\n" not in loaded.notice
    assert loaded.run(crops).shape == (len(crops), 7)
    assert create_backend("onnxruntime", find_model(tiny_model)).notice == ""


class Whole(FaceDetector):
    """The whole image is a face."""

    name = "whole"
    geometry = PLAIN

    def detect(self, image):
        return [Detection((0.0, 0.0, float(image.shape[1]), float(image.shape[0])), 0.9)]


def test_answers_are_filtered_in_the_images_time(tiny_model):
    perception = Perception(Whole(), EmotionClassifier.load(tiny_model), Settings(filter_time=0.5))
    dark, bright = np.zeros((60, 60), np.uint8), np.full((60, 60), 255, np.uint8)
    sad, happy = LABELS.index("sad"), LABELS.index("happy")
    before = perception.process(dark, 0).room.probabilities
    assert before[sad] > 0.5
    after = perception.process(bright, 500_000_000).room.probabilities
    new = perception.classifier.classify(bright, Whole().detect(bright), PLAIN)[0]
    assert after == pytest.approx(before + (1 - np.exp(-1)) * (new - before), abs=1e-6)
    assert after.sum() == pytest.approx(1, abs=1e-5)
    assert perception.process(bright, 900_000_000).room.probabilities[happy] > after[happy]


def test_the_core_serves_without_ros(tiny_model):
    """As the package's docstring shows it."""
    perception = Perception.create(Settings(model=tiny_model, detector="haar", filter_time=0.0))
    seen = perception.process(np.full((240, 320, 3), 128, np.uint8), 1)
    assert (seen.faces, seen.room, seen.stamp_ns) == ((), None, 1)
