# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The other sources' networks, some with modules for training only: read back from their model files."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from model_files import DEVIATION, MEAN, write_model

from fer_models import REGISTRY, FaceClassifier, create_model, training_only
from fer_training.measures.grad_cam import grad_cam
from fer_training.model_file.half_weights import halve_weights
from fer_training.runs.checkpoint import LAST, load_checkpoint, save_checkpoint
from fer_training.runs.run_log import LOG, read_log
from fer_training.weights.trained_network import load_trained

FACES = np.random.default_rng(5).integers(0, 256, (3, 48, 48), dtype=np.uint8)
NAMES = ("resface18", "resface50", "emonext_t", "residual_se_cnn")


def family(name: str) -> str:
    """EmoNeXt's sizes differ in widths and depths alone."""
    return "emonext_t" if name.startswith("emonext") else name


def test_every_network_with_modules_for_training_only_is_tried() -> None:
    with torch.device("meta"):
        assert {family(name) for name in REGISTRY if training_only(create_model(name))} <= set(NAMES)


@pytest.fixture(scope="module", params=NAMES)
def path(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, export_once: Callable[[Any], Any]
) -> Path:
    return write_model(request.param, tmp_path_factory.mktemp(request.param) / "model.onnx", export_once)


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


@pytest.mark.parametrize(("best_by", "finished"), [("accuracy", True), ("loss", False)])
def test_patience_counts_by_what_the_recipe_calls_better(
    tmp_path: Path, plain_run: Path, best_by: str, finished: bool
) -> None:
    """Accuracy stands still for two epochs while the loss goes on falling."""
    run = shutil.copytree(plain_run, tmp_path / "run")
    groups, state = load_checkpoint(run / LAST)
    state["recipe"] |= {"best_by": best_by, "patience": 2, "epochs": 60}
    save_checkpoint(run / LAST, groups, state)
    row = read_log(run)[-1]
    rows = [{**row, "epoch": epoch, "accuracy": 0.5, "valid_loss": 2 - epoch / 10} for epoch in (1, 2, 3)]
    (run / LOG).write_text("".join(json.dumps(each) + "\n" for each in rows))
    assert load_trained(run / LAST).finished is finished
