# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every network of the registry in int8: it loads where the light runs, and says what its float32 form says."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

if not find_spec("onnxscript"):  # not imported here: it takes half a second
    pytest.skip("torch's exporter needs onnxscript", allow_module_level=True)

from exports import fingerprint
from model_files import write_model
from small_networks import lively

from fer_models import REGISTRY
from fer_perception.backends import create_backend
from fer_training import quantize
from fer_training.data import load_ferplus
from fer_training.model_file.reader import OnnxModel


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_int8_says_what_float32_says(
    name: str, export_once: Callable[[Any], Any], made_once: Callable[..., Path], tiny_data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(quantize, "TIMED", 1)  # how fast it is is not asked here

    def make(folder: Path) -> None:
        before = write_model(name, folder / "whole.onnx", export_once)
        quantize.quantize(OnnxModel(before, 1), tiny_data, folder / "int8.onnx", anyway=True)

    made = made_once(f"int8 {fingerprint(lively(name))}", make)  # EmoNeXt's sizes are one network here
    before, after = made / "whole.onnx", made / "int8.onnx"
    graph = onnx.load(after).graph
    assert {item.data_type for item in graph.initializer} >= {onnx.TensorProto.INT8}
    smaller = {name for node in graph.node if node.op_type == "DequantizeLinear" for name in node.input}
    assert not [weights for weights in smaller if ".stn." in weights]  # where a face lies stays exact
    faces = load_ferplus(tiny_data, "valid").images
    answers = create_backend("onnxruntime", after).run(faces[:, None])
    assert answers.shape == (len(faces), 7)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-4)
    whole, small = (np.concatenate([part for part, _ in OnnxModel(path, 1).answers(faces)]) for path in (before, after))
    np.testing.assert_allclose(answers, small, atol=1e-4)
    assert np.abs(whole - small).max() < 0.1
    assert len(set(whole.argmax(axis=1))) > 1  # or agreeing would say nothing
    assert (whole.argmax(axis=1) == small.argmax(axis=1)).mean() > 0.6
