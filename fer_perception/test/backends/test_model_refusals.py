# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whatever a model file holds and wherever it is said to lie: it is loaded, or refused in one line of ours."""

import json
import os
import random
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from fer_common.emotions import LABELS
from fer_perception import PerceptionError
from fer_perception.backends.external_data import LARGEST, check_external_data
from fer_perception.backends.registry import BACKENDS
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.detectors.yunet_weights import load_yunet_weights

METADATA = {"labels": ",".join(LABELS), "crop": '{"margin": 1.0, "align": "none"}', "architecture": "test"}
NOWHERE = {
    "nobody's home": "~nobody_has_this_name/model.onnx",
    "too long a name": "m" * 5000 + ".onnx",
    "too long a path": "m/" * 5000 + "model.onnx",
    "a NUL byte": "model\0.onnx",
    "a folder": ".",
}


@pytest.fixture(params=BACKENDS)
def backend(request):
    if request.param == "torch":
        pytest.importorskip("torch", reason="the torch backend needs torch")
    return request.param


def refusal(path, backend="onnxruntime"):
    with pytest.raises(PerceptionError) as caught:
        EmotionClassifier.load(str(path), backend=backend)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("path", NOWHERE.values(), ids=NOWHERE)
def test_a_path_that_is_no_file_is_one_line(path):
    line = refusal(path)
    assert line.startswith("no model file")
    assert "fer_training.export" in line
    assert len(line) < 600
    assert "\0" not in line
    with pytest.raises(PerceptionError, match="no YuNet weights at") as caught:
        load_yunet_weights(path)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize("text", [METADATA["labels"], METADATA["crop"], METADATA["architecture"], "architecture"])
def test_metadata_that_is_no_text_is_one_line(make_model, tmp_path, backend, text):
    content = make_model(METADATA).SerializeToString()
    assert text.encode() in content
    path = tmp_path / "model.onnx"
    path.write_bytes(content.replace(text.encode(), b"\xff" * len(text)))
    assert "model.onnx" in refusal(path, backend)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("crop", "[" * 100000),
        ("crop", json.dumps({"margin": 10**400})),
        ("crop", '{"margin": NaN}'),
        ("crop", '{"align": "' + "x" * 10000 + '"}'),
        ("prior", "[" * 100000),
        ("prior", json.dumps([10**400] * 7)),
        ("labels", "x" * 100000),
        ("labels", "\x1b[2J"),
    ],
)
def test_metadata_of_any_kind_is_a_line_that_ends(make_model, tmp_path, key, value):
    path = tmp_path / "model.onnx"
    onnx.save(make_model(METADATA | {key: value}), path)
    line = refusal(path)
    assert key.rstrip("s") in line
    assert len(line) < 400
    assert line.isprintable()


def answering(values, width=7):
    """A model file whose ports keep the contract and that answers `values`, float32 [K], for every face."""
    nodes = [
        helper.make_node("Cast", ["face"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["pixels"], ["flat"], axis=1),
        helper.make_node("ReduceMean", ["flat", "axes"], ["mean"], keepdims=1),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "values"], ["probabilities"]),
    ]
    constants = [
        helper.make_tensor("axes", TensorProto.INT64, [1], [1]),
        helper.make_tensor("zero", TensorProto.FLOAT, [1], [0.0]),
        helper.make_tensor("values", TensorProto.FLOAT, [1, len(values)], values),
    ]
    graph = helper.make_graph(
        nodes,
        "answers",
        [helper.make_tensor_value_info("face", TensorProto.UINT8, ["N", 1, 48, 48])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", width])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    helper.set_model_props(model, METADATA)
    return model


EVEN = [1 / 7] * 7


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([4.0, -2.0, 0.5, 1.0, 3.0, -1.0, 0.0], "may be logits"),
        ([0.5] * 7, "sum to 3.500, not 1"),
        ([2.0, -1.0, 0, 0, 0, 0, 0], "reach from -1 to 2"),
        ([np.nan] * 7, "no number"),
        ([*EVEN[:6], np.inf], "no number"),
    ],
)
def test_what_is_no_distribution_is_refused_when_it_is_loaded(tmp_path, backend, values, says):
    path = tmp_path / "model.onnx"
    onnx.save(answering(values), path)
    line = refusal(path, backend)
    assert says in line
    assert "export" in line


def test_a_distribution_is_loaded(tmp_path, backend):
    path = tmp_path / "model.onnx"
    onnx.save(answering(EVEN), path)
    assert EmotionClassifier.load(str(path), backend=backend).info.path == path


def test_a_network_that_can_not_be_run_is_refused_when_it_is_loaded(tmp_path, make_model, backend):
    model = make_model(METADATA)
    (shape,) = [one for one in model.graph.initializer if one.name == "shape"]
    shape.CopyFrom(helper.make_tensor("shape", TensorProto.INT64, [2], [5, -1]))  # 2 x 2304 are no five equal rows
    path = tmp_path / "model.onnx"
    onnx.save(model, path)
    assert "model.onnx" in refusal(path, backend)


def test_a_long_reason_is_whole(tmp_path, make_model, backend):
    model = make_model(METADATA)
    name = "Operator" + "x" * 300 + "End"
    model.graph.node[6].op_type = name
    path = tmp_path / "model.onnx"
    onnx.save(model, path)
    assert name in refusal(path, backend)


def outside(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    values = np.asarray(EVEN, np.float32).tobytes()
    for place in (tmp_path, folder):
        (place / "weights.data").write_bytes(values)
    (folder / "link.data").symlink_to(tmp_path / "weights.data")
    return folder


@pytest.mark.parametrize("where", ["../weights.data", "{}/weights.data", "link.data", "a/../../weights.data"])
def test_weights_outside_the_models_folder_are_never_read(tmp_path, backend, where):
    folder = outside(tmp_path)
    path = folder / "model.onnx"
    path.write_bytes(with_external(where.format(tmp_path)))
    assert "weights outside its own folder" in refusal(path, backend)


def test_weights_that_have_no_end_are_not_waited_for(tmp_path, backend):
    path = outside(tmp_path) / "model.onnx"
    (path.parent / "weights.data").unlink()
    os.mkfifo(path.parent / "weights.data")  # that nobody will ever write to
    path.write_bytes(with_external("weights.data"))
    assert "what is no file" in refusal(path, backend)


def test_a_file_that_no_model_can_have_is_not_read(tmp_path, backend):
    path = tmp_path / "model.onnx"
    path.touch()
    os.truncate(path, LARGEST + 1)  # without a byte on the disk
    assert f"over {LARGEST} bytes" in refusal(path, backend)


def test_weights_beside_the_model_are_read(tmp_path, backend):
    path = outside(tmp_path) / "model.onnx"
    path.write_bytes(with_external("weights.data"))
    assert EmotionClassifier.load(str(path), backend=backend).info.path == path


def with_external(location, subgraph=False):
    model = answering(EVEN)
    values = next(one for one in model.graph.initializer if one.name == "values")
    values.ClearField("float_data")
    values.data_location = TensorProto.EXTERNAL
    values.external_data.add(key="location", value=location)
    values.external_data.add(key="length", value="28")
    if subgraph:
        inner = helper.make_graph([helper.make_node("Identity", ["values"], ["out"])], "inner", [], [], [values])
        branch = helper.make_node("If", ["yes"], ["out"], then_branch=inner, else_branch=inner)
        model.graph.node.append(branch)
        model.graph.initializer.remove(values)
    return model.SerializeToString()


def test_weights_of_a_graph_within_the_graph_are_found(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(with_external("../weights.data", subgraph=True))
    with pytest.raises(PerceptionError, match="weights outside"):
        check_external_data(path)
    path.write_bytes(with_external("weights.data", subgraph=True))
    check_external_data(path)


def test_a_word_that_is_no_field_is_no_weights(tmp_path, make_model):
    path = tmp_path / "model.onnx"
    onnx.save(make_model(METADATA | {"note": "location: ../weights.data"}), path)
    check_external_data(path)


def test_no_byte_of_a_file_that_is_changed_gets_past_our_own_error(tmp_path, make_model):
    """Every text of the file in turn; `external_data` has its own test, the rest is ONNX Runtime's to read."""
    content, rng = make_model(METADATA).SerializeToString(), random.Random(5)
    path = Path(tmp_path / "model.onnx")
    refused = 0
    for _ in range(150):
        changed = bytearray(content)
        changed[rng.randrange(len(content) * 2 // 3, len(content))] = rng.randrange(128, 256)  # the metadata's end
        path.write_bytes(changed)
        try:
            EmotionClassifier.load(str(path))
        except PerceptionError as error:
            refused += 1
            line = str(error)
        else:
            continue
        assert "\n" not in line
    assert refused > 50
