# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The classifier as it is used, in torch and as an ONNX graph."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from small_networks import lively
from torch import nn

from fer_models import REGISTRY, FaceClassifier

MEAN, DEVIATION = 0.5, 0.25


def faces(count: int) -> torch.Tensor:
    return torch.randint(0, 256, (count, 1, 48, 48), dtype=torch.uint8, generator=torch.Generator().manual_seed(count))


def test_normalises_by_the_given_numbers() -> None:
    model = lively("vggfac_msa")
    x = faces(3)
    probabilities, logits = model(x)
    expected = model.network((x.double() / 255 - MEAN).div(DEVIATION).float())
    torch.testing.assert_close(logits, expected)
    torch.testing.assert_close(probabilities, torch.softmax(expected / 1.3, dim=1))
    torch.testing.assert_close(probabilities.sum(dim=1), torch.ones(3))


def test_temperature_softens_and_keeps_the_order() -> None:
    sharp, soft = lively("vggfac", 0.1)(faces(8))[0], lively("vggfac", 2.0)(faces(8))[0]
    assert bool((sharp.max(dim=1).values > soft.max(dim=1).values).all())
    assert torch.equal(sharp.argsort(dim=1), soft.argsort(dim=1))


@pytest.mark.parametrize("wrong", [{"deviation": 0.0}, {"temperature": 0.0}, {"temperature": -1.0}])
def test_wrong_numbers_are_refused(wrong: dict[str, float]) -> None:
    numbers: dict[str, Any] = {"mean": MEAN, "deviation": DEVIATION, **wrong}
    with pytest.raises(ValueError, match="must be above 0"):
        FaceClassifier(nn.Identity(), **numbers)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_onnx_answers_as_torch_does(name: str, export_once: Callable[[Any], Any]) -> None:
    model = lively(name)
    graph = export_once(model)
    assert graph.ir_version == 8
    assert [(entry.domain, entry.version) for entry in graph.opset_import] == [("", 18)]
    assert "BatchNormalization" not in {node.op_type for node in graph.graph.node}
    read = {name for node in graph.graph.node for name in node.input}
    assert {item.name for item in graph.graph.initializer} <= read, "ONNX Runtime warns of what is not read"
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    (face,) = session.get_inputs()
    assert (face.name, face.type, face.shape) == ("face", "tensor(uint8)", ["N", 1, 48, 48])
    assert [(output.name, output.shape) for output in session.get_outputs()] == [
        ("probabilities", ["N", 7]),
        ("logits", ["N", 7]),
    ]
    for count in (1, 2, 5):
        x = faces(count)
        with torch.no_grad():
            expected = model(x)
        for got, want in zip(session.run(None, {"face": x.numpy()}), expected):
            # Untrained, the deep networks' logits reach 100: their last digits are float32's own.
            np.testing.assert_allclose(got, want.numpy(), atol=1e-4, rtol=1e-4)


def test_the_graph_names_no_folder_of_the_builder(export_once: Callable[[Any], Any]) -> None:
    content = export_once(lively("baseline_cnn")).SerializeToString()
    assert b".py" not in content
    assert b"site-packages" not in content
