# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The int8 form of a model file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from band_model import write_band_model
from data_layouts import ferplus
from model_files import write_model
from onnx import TensorProto, helper

from fer_models import default_model
from fer_training import quantize
from fer_training.data import load_ferplus
from fer_training.errors import TrainingError
from fer_training.model_file.reader import OnnxModel, fingerprint


def answers(path: Path, images: np.ndarray) -> np.ndarray:
    return np.concatenate([probabilities for probabilities, _ in OnnxModel(path, 1).answers(images)])


@pytest.fixture(autouse=True, scope="module")
def _timed_shortly() -> Iterator[None]:
    """How fast it is is not asked here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantize, "TIMED", 9)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, tiny_data: Path) -> tuple[Path, Path]:
    path = tmp_path_factory.mktemp("int8") / "int8.onnx"
    model = default_model()
    assert quantize.main(["--model", str(model), "--data", str(tiny_data), "--output", str(path), "--anyway"]) == 0
    return model, path


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory, export_once: Callable[[Any], Any]) -> Path:
    """One that is small, and so soon made int8."""
    return write_model("resnet_fast", tmp_path_factory.mktemp("small") / "whole.onnx", export_once)


def test_it_answers_nearly_the_same(made: tuple[Path, Path], tiny_data: Path) -> None:
    before, after = made
    images = load_ferplus(tiny_data, "valid").images
    assert np.abs(answers(before, images) - answers(after, images)).max() < 0.1
    np.testing.assert_allclose(answers(after, images).sum(axis=1), 1, atol=1e-4)


def test_weights_are_bytes_but_for_the_ends(made: tuple[Path, Path]) -> None:
    _, after = made
    assert after.stat().st_size < 1.1 * int(OnnxModel(after).metadata["parameters"])  # whatever the other file stores
    graph = onnx.load(after).graph
    dequantised = {node.output[0] for node in graph.node if node.op_type == "DequantizeLinear"}
    whole = [node for node in graph.node if node.op_type in ("Conv", "Gemm") and node.input[1] not in dequantised]
    weights = {item.name: item.dims for item in graph.initializer}
    convolutions = [node for node in whole if node.op_type == "Conv"]
    shortcuts = [node for node in convolutions if node.input[1].startswith("identity.")]
    localisation = [node for node in convolutions if ".stn." in node.input[1]]
    assert [node.input[1] for node in convolutions if node not in shortcuts + localisation] == ["network.stem.0.weight"]
    assert all(weights[node.input[1]][0] <= quantize.SMALL for node in whole if node.op_type == "Gemm")
    assert any(node.op_type == "Gemm" for node in whole)


def test_a_pool_of_floats_stays_one(made: tuple[Path, Path], tiny_data: Path) -> None:
    """ONNX Runtime would move the step to bytes up through it, to where a pool takes twenty times as long."""
    _, after = made
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(after.with_name("optimised.onnx"))
    options.log_severity_level = 4
    onnxruntime.InferenceSession(str(after), options, providers=["CPUExecutionProvider"])
    graph = onnx.load(options.optimized_model_filepath).graph
    bytes_ = {node.output[0] for node in graph.node if node.op_type == "QuantizeLinear"}
    pools = [node for node in graph.node if node.op_type == "MaxPool"]
    assert pools
    assert not any(node.input[0] in bytes_ for node in pools)


def test_holding_pools_changes_no_answer(tiny_data: Path, tmp_path: Path) -> None:
    model = onnx.load(default_model())
    quantize.hold_pools(model)
    onnx.save(model, tmp_path / "held.onnx")
    images = load_ferplus(tiny_data, "valid").images
    np.testing.assert_allclose(answers(tmp_path / "held.onnx", images), answers(default_model(), images), atol=1e-6)


def test_it_says_what_it_is(made: tuple[Path, Path], tiny_data: Path) -> None:
    before, after = made
    metadata = OnnxModel(after).metadata
    assert metadata.pop("quantization").startswith("int8")
    accuracy, other = float(metadata.pop("val_accuracy")), dict(OnnxModel(before).metadata)
    assert other.pop("weights") == "float16"  # not what this file is
    other.pop("val_accuracy")
    assert metadata == other
    assert not onnx.load(after).graph.value_info, "shapes for any number of faces are in the way of a fixed one"
    valid = load_ferplus(tiny_data, "valid").protocol_a()
    assert accuracy == pytest.approx((answers(after, valid.images).argmax(axis=1) == valid.labels()).mean(), abs=1e-4)


def test_it_names_no_operators_that_it_does_not_use(made: tuple[Path, Path]) -> None:
    """ONNX Runtime below 1.18, as on many a Jetson, loads no file that names a set newer than it has, used or not."""
    _, after = made
    for path in (after, *sorted(default_model().parent.glob("*.onnx"))):
        model = onnx.load(path)
        assert {one.domain for one in model.opset_import} == {node.domain for node in model.graph.node} == {""}


@pytest.mark.parametrize(("named", "used"), [("ai.onnx", ""), ("", "ai.onnx")])
def test_the_set_that_has_two_names_is_kept_whichever_is_used(tmp_path: Path, named: str, used: str) -> None:
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"], domain=used)], "g", ports[:1], ports[1:])
    opsets = [helper.make_opsetid(named, 18), helper.make_opsetid("ai.onnx.ml", 5)]
    onnx.save(helper.make_model(graph, opset_imports=opsets), tmp_path / "relu.onnx")
    model = onnx.load_from_string(quantize._with_metadata(tmp_path / "relu.onnx", {}))
    assert [(one.domain, one.version) for one in model.opset_import] == [(named, 18)]


def test_operators_within_a_branch_are_used(tmp_path: Path) -> None:
    def branch(operator: str, domain: str) -> Any:
        node = helper.make_node(operator, ["x"], ["y"], domain=domain)
        return helper.make_graph([node], operator, [], [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])])

    branches = {"then_branch": branch("Gelu", "com.microsoft"), "else_branch": branch("Relu", "")}
    either = helper.make_node("If", ["which"], ["out"], **branches)
    kinds = {"which": (TensorProto.BOOL, []), "x": (TensorProto.FLOAT, [1]), "out": (TensorProto.FLOAT, [1])}
    ports = [helper.make_tensor_value_info(name, *kind) for name, kind in kinds.items()]
    opsets = [helper.make_opsetid(*one) for one in (("", 18), ("com.microsoft", 1), ("ai.onnx.ml", 5))]
    onnx.save(
        helper.make_model(helper.make_graph([either], "g", ports[:2], ports[2:]), opset_imports=opsets),
        tmp_path / "branches.onnx",
    )
    model = onnx.load_from_string(quantize._with_metadata(tmp_path / "branches.onnx", {}))
    assert [(one.domain, one.version) for one in model.opset_import] == [("", 18), ("com.microsoft", 1)]


def test_a_loss_is_refused_and_leaves_the_older_file(
    small_model: Path, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(quantize, "LARGEST_LOSS", -1.0)  # what no file reaches
    (tmp_path / "old.onnx").write_bytes(b"old")
    arguments = ["--model", str(small_model), "--data", str(tiny_data), "--output", str(tmp_path / "old.onnx")]
    assert quantize.main(arguments) == 2
    assert "points of accuracy" in capsys.readouterr().err
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("old.onnx", b"old")]


@pytest.mark.parametrize(
    ("option", "value", "reason"), [("--model", "none.onnx", "no model file"), ("--data", "nowhere", "no folder")]
)
def test_wrong_arguments_are_one_line(
    made: tuple[Path, Path], tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str,
    value: str, reason: str,
) -> None:  # fmt: skip
    arguments = ["--model", str(made[0]), "--data", str(tiny_data), "--output", str(tmp_path / "x.onnx")]
    assert quantize.main([*arguments, option, value]) == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize("beside", [False, True])
def test_few_faces_and_weights_beside_the_model(small_model: Path, tmp_path: Path, beside: bool) -> None:
    """Fourteen faces to calibrate by, which are no whole batch; weights in a file of their own, as torch exports."""
    ferplus(tmp_path / "data")
    model = tmp_path / "model.onnx"
    onnx.save(onnx.load(small_model), model, save_as_external_data=beside, location="model.onnx.data")
    assert (tmp_path / "model.onnx.data").exists() == beside
    path = tmp_path / "int8.onnx"
    data = str(tmp_path / "data")
    assert quantize.main(["--model", str(model), "--data", data, "--output", str(path), "--anyway"]) == 0
    images = load_ferplus(tmp_path / "data", "valid").images
    assert np.abs(answers(small_model, images) - answers(path, images)).max() < 0.1


def test_an_uneven_last_batch(made: tuple[Path, Path]) -> None:
    images = np.zeros((150, 48, 48), np.uint8)
    handed = quantize._Faces(images)
    sizes = []
    while (batch := handed.get_next()) is not None:
        sizes.append(len(batch["face"]))
    assert sizes == [64, 64]


@pytest.mark.parametrize("fault", ["logits", "nan"])
def test_what_is_no_distribution_is_refused_when_loaded(tmp_path: Path, fault: str) -> None:
    model = onnx.load(default_model())
    output = next(one for one in model.graph.output if one.name == "probabilities")
    for node in model.graph.node:
        node.output[:] = ["before" if name == output.name else name for name in node.output]
        node.input[:] = ["before" if name == output.name else name for name in node.input]
    by = onnx.numpy_helper.from_array(np.array(np.nan if fault == "nan" else 9, np.float32), "by")
    model.graph.initializer.append(by)
    model.graph.node.append(onnx.helper.make_node("Mul", ["before", "by"], [output.name]))
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(TrainingError, match="no distribution"):
        OnnxModel(tmp_path / "model.onnx")


def test_a_face_that_makes_it_overflow_is_named(tmp_path: Path) -> None:
    """Grey ones are answered, so that it shows only later; white ones by no number."""
    model = onnx.load(write_band_model(tmp_path / "model.onnx"))
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array(10, np.float32), "ten"))
    for kind, names, output in (("Mul", ["logits", "ten"], "large"), ("Exp", ["large"], "powers")):
        model.graph.node.insert(len(model.graph.node) - 1, onnx.helper.make_node(kind, names, [output]))
    model.graph.node[-1].input[0] = "powers"
    onnx.save(model, tmp_path / "model.onnx")
    loaded, faces = OnnxModel(tmp_path / "model.onnx"), np.full((3, 48, 48), 100, np.uint8)
    assert len(loaded.both(faces)[0]) == 3
    faces[1] = 255
    for read in (loaded.both, lambda images: list(loaded.answers(images, batch=1))):
        with pytest.raises(TrainingError, match="answers face 2 with what is no distribution: it has a probability"):
            read(faces)


def test_the_record_of_a_model_knows_its_weights(tmp_path: Path) -> None:
    onnx.save(onnx.load(default_model()), tmp_path / "m.onnx", save_as_external_data=True, location="m.onnx.data")
    before = fingerprint(tmp_path / "m.onnx")
    weights = bytearray((tmp_path / "m.onnx.data").read_bytes())
    weights[100] ^= 1
    (tmp_path / "m.onnx.data").write_bytes(weights)
    assert fingerprint(tmp_path / "m.onnx") != before


def test_the_shipped_int8_form_answers_as_the_shipped_model(real_answers: Callable[[str], np.ndarray]) -> None:
    whole, small = real_answers("fast"), real_answers("fast_int8")
    assert np.abs(whole - small).mean() < 0.01
    assert (whole.argmax(axis=1) == small.argmax(axis=1)).mean() > 0.97
