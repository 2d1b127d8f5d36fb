# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The models that ship say of themselves what is measured with them."""

import json
from collections.abc import Callable
from pathlib import Path

import kept_answers
import numpy as np
import onnx
import pytest

from fer_models import default_model
from fer_training.measures.metrics import measure
from fer_training.model_file.reader import OnnxModel

MODELS = sorted(default_model().parent.glob("*.onnx"))
CONTRACT = {
    "labels", "crop", "architecture", "parameters", "flops", "trained_on", "license", "val_accuracy", "version",
    "prior",
}  # fmt: skip


@pytest.fixture(params=MODELS, ids=[path.stem for path in MODELS])
def model(request: pytest.FixtureRequest) -> OnnxModel:
    return OnnxModel(request.param)


def test_the_metadata_is_the_contracts(model: OnnxModel) -> None:
    about = model.metadata
    assert about.keys() >= CONTRACT
    assert set(json.loads(about["crop"])) == {"margin", "align"}
    assert sum(json.loads(about["prior"])) == pytest.approx(1, abs=1e-5)


def test_there_is_nothing_in_it_that_other_runtimes_stumble_over(model: OnnxModel) -> None:
    """docs/runtimes.md names them."""
    graph = onnx.load(model.path).graph
    read = {name for node in graph.node for name in node.input}
    assert {item.name for item in graph.initializer} <= read, "ONNX Runtime warns of what is not read"
    assert not graph.value_info, "of any number of faces: tract takes no fixed number beside it"
    assert "ReduceLogSumExp" not in {node.op_type for node in graph.node}, "MNN sums along all axes"


def test_a_card_lies_beside_it(model: OnnxModel) -> None:
    accuracy, small = model.metadata["val_accuracy"], "quantization" in model.metadata
    card = model.path.with_name(f"{model.path.stem.removesuffix('_int8')}.md").read_text()
    assert (f": accuracy {accuracy}," if small else f"| val_accuracy | {accuracy} |") in card
    assert small or f"| trained_on | {model.metadata['trained_on']} |" in card


def test_its_figures_are_those_that_it_states(
    model: OnnxModel, real_data: Path, real_answers: Callable[[str], np.ndarray]
) -> None:
    valid = kept_answers.faces(real_data)
    metrics = measure(real_answers(model.path.stem), valid.labels(), valid.shares())
    lost = float(model.metadata["val_accuracy"]) - metrics.accuracy
    # int8 may lose 0.3 points; float32 differs by a face or two where another processor rounds otherwise.
    assert -0.003 <= lost <= 0.003 if "quantization" in model.metadata else abs(lost) < 0.001
    assert metrics.calibration_error <= 0.01


@pytest.mark.parametrize("name", kept_answers.KEPT)
def test_the_answers_that_are_kept_are_the_models(name: str, real_data: Path) -> None:
    images = kept_answers.faces(real_data).images
    kept = kept_answers.kept(name)
    assert kept.shape == (len(images), 7)
    some = np.s_[5::32]
    answers = kept_answers.answer(OnnxModel(default_model().with_name(f"{name}.onnx")), images[some])
    largest = kept_answers.STEP if name.endswith("_int8") else kept_answers.ROUNDING
    np.testing.assert_allclose(kept[some], answers, atol=largest, rtol=0)
    assert np.abs(kept[some] - answers).mean() < kept_answers.ROUNDING
