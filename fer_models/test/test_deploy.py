# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The classifier as it is used, in torch and as an ONNX graph."""

from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from small_networks import small
from torch import nn

from fer_models import REGISTRY, FaceClassifier, export_graph

MEAN, DEVIATION = 0.5, 0.25


def classifier(name: str, temperature: float = 1.3) -> FaceClassifier:
    torch.manual_seed(0)
    network = small(name)
    for key, value in network.state_dict().items():
        if key.endswith("gamma"):  # 0 at the start would leave the attention untested
            nn.init.constant_(value, 0.7)
        elif key.endswith("theta.weight"):  # the same for the warp
            nn.init.normal_(value, std=0.01)
        elif key.endswith("running_mean"):  # 0 and 1 would leave the folding of batch-norm untested
            nn.init.normal_(value, std=0.1)
        elif key.endswith("running_var"):
            nn.init.uniform_(value, 0.02, 0.5)
    return FaceClassifier(network, mean=MEAN, deviation=DEVIATION, temperature=temperature).eval()


def faces(count: int) -> torch.Tensor:
    return torch.randint(0, 256, (count, 1, 48, 48), dtype=torch.uint8, generator=torch.Generator().manual_seed(count))


def test_normalises_by_the_given_numbers() -> None:
    model = classifier("vggfac_msa")
    x = faces(3)
    probabilities, logits = model(x)
    expected = model.network((x.double() / 255 - MEAN).div(DEVIATION).float())
    torch.testing.assert_close(logits, expected)
    torch.testing.assert_close(probabilities, torch.softmax(expected / 1.3, dim=1))
    torch.testing.assert_close(probabilities.sum(dim=1), torch.ones(3))


def test_temperature_softens_and_keeps_the_order() -> None:
    sharp, soft = classifier("vggfac", 0.01)(faces(8))[0], classifier("vggfac", 2.0)(faces(8))[0]
    assert bool((sharp.max(dim=1).values > soft.max(dim=1).values).all())
    assert torch.equal(sharp.argsort(dim=1), soft.argsort(dim=1))


@pytest.mark.parametrize("wrong", [{"deviation": 0.0}, {"temperature": 0.0}, {"temperature": -1.0}])
def test_wrong_numbers_are_refused(wrong: dict[str, float]) -> None:
    numbers: dict[str, Any] = {"mean": MEAN, "deviation": DEVIATION, **wrong}
    with pytest.raises(ValueError, match="must be above 0"):
        FaceClassifier(nn.Identity(), **numbers)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_onnx_answers_as_torch_does(name: str) -> None:
    model = classifier(name)
    graph = export_graph(model)
    assert graph.ir_version == 8
    assert [(entry.domain, entry.version) for entry in graph.opset_import] == [("", 18)]
    assert "BatchNormalization" not in {node.op_type for node in graph.graph.node}
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


def test_the_graph_names_no_folder_of_the_builder() -> None:
    content = export_graph(classifier("baseline_cnn")).SerializeToString()
    assert b".py" not in content
    assert b"site-packages" not in content
