# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The other sources' networks, some with modules for training only: read back from their model files, and in int8."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from fer_common.emotions import LABELS
from fer_models import REGISTRY, FaceClassifier, create_model, export_graph, training_only
from fer_training.data import load_ferplus
from fer_training.measures.grad_cam import grad_cam
from fer_training.model_file.half_weights import halve_weights
from fer_training.model_file.reader import OnnxModel
from fer_training.quantize import quantize
from fer_training.weights.trained_network import load_trained

MEAN, DEVIATION = 0.5, 0.25
FACES = np.random.default_rng(5).integers(0, 256, (3, 48, 48), dtype=np.uint8)
SMALL: dict[str, dict[str, Any]] = {
    "resface18": {"width": 0.125, "blocks": [1, 1, 1, 1]},
    "resface50": {"width": 0.125, "blocks": [1, 1, 1, 1]},
    "emonext_t": {"width": 0.125, "depths": [1, 1, 1, 1]},
    "residual_se_cnn": {"width": 0.125},
}
"""Of each family the least that has all its kinds of layers."""


def family(name: str) -> str:
    """EmoNeXt's sizes differ in widths and depths alone."""
    return "emonext_t" if name.startswith("emonext") else name


def test_every_network_with_modules_for_training_only_is_tried() -> None:
    with torch.device("meta"):
        assert {family(name) for name in REGISTRY if training_only(create_model(name))} <= set(SMALL)


@pytest.fixture(scope="module", params=SMALL)
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network with no two tensors alike, as a trained one's are: the exporter writes such tensors once."""
    torch.manual_seed(0)
    network = create_model(request.param, **SMALL[request.param])
    for key, value in network.state_dict().items():
        if key.endswith("running_var"):  # 0 and 1 would leave the folding of batch-norm untested
            nn.init.uniform_(value, 0.02, 0.5)
        elif value.ndim == 1 and not key.endswith("theta.bias"):
            value += torch.randn_like(value) * 0.05
    model = export_graph(FaceClassifier(network, mean=MEAN, deviation=DEVIATION))
    about = {"labels": ",".join(LABELS), "architecture": request.param, "network": json.dumps(SMALL[request.param])}
    for key, value in about.items():
        model.metadata_props.add(key=key, value=value)
    written = tmp_path_factory.mktemp(request.param) / "model.onnx"
    onnx.save(model, written)
    return written


def answers(path: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["logits"], {"face": FACES[:, None]})[0])


def read_back(path: Path) -> np.ndarray:
    """What PyTorch answers with the file's weights."""
    model = FaceClassifier(load_trained(path).network, mean=MEAN, deviation=DEVIATION).eval()
    with torch.no_grad():
        return model(torch.from_numpy(FACES[:, None]))[1].numpy()


def test_it_answers_as_its_file_does_and_can_be_looked_into(path: Path) -> None:
    np.testing.assert_allclose(read_back(path), answers(path), atol=1e-3, rtol=1e-3)
    maps = grad_cam(load_trained(path).network, FACES)
    assert maps.shape == FACES.shape
    assert np.isfinite(maps).all()
    assert maps.max() > 0


def test_of_half_weights_too(path: Path, tmp_path: Path) -> None:
    model = onnx.load(path)
    halve_weights(model)
    onnx.save(model, tmp_path / "half.onnx")
    np.testing.assert_allclose(read_back(tmp_path / "half.onnx"), answers(tmp_path / "half.onnx"), atol=1e-3, rtol=1e-3)


def test_int8_answers_nearly_the_same(path: Path, tmp_path: Path, tiny_data: Path) -> None:
    quantize(OnnxModel(path, 1), tiny_data, tmp_path / "int8.onnx", anyway=True)
    images = load_ferplus(tiny_data, "valid").images
    before, after = (np.concatenate([batch for batch, _ in OnnxModel(one, 1).answers(images)])
                     for one in (path, tmp_path / "int8.onnx"))  # fmt: skip
    assert np.abs(before - after).max() < 0.1
    assert (tmp_path / "int8.onnx").stat().st_size < path.stat().st_size
