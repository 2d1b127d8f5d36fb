# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Files of several networks, and of weights in half the bytes."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from file_session import session_of

from fer_common.emotions import LABELS
from fer_models import default_model
from fer_training import export
from fer_training.measures.predict import DEVIATION, MEAN
from fer_training.runs.checkpoint import BEST, LAST, load_checkpoint, save_checkpoint
from fer_training.weights.trained_network import load_trained


def test_several_runs_are_one_model_that_answers_their_mean(tmp_path: Path, tiny_run: Path, tiny_data: Path) -> None:
    path, checkpoints = tmp_path / "both.onnx", [tiny_run / LAST, tiny_run / BEST]
    network = load_trained(checkpoints[1])
    for parameter in network.network.parameters():
        parameter.data.mul_(1.1)  # so that the two differ
    groups, state = load_checkpoint(checkpoints[1])
    save_checkpoint(tmp_path / BEST, {**groups, "mean": network.network.state_dict()}, state)
    checkpoints[1] = tmp_path / BEST
    arguments = ["--checkpoint", *map(str, checkpoints), "--data", str(tiny_data), "--output", str(path), "--anyway"]
    assert export.main(arguments) == 0
    session = session_of(path)
    about = session.get_modelmeta().custom_metadata_map
    networks = [load_trained(checkpoint).network for checkpoint in checkpoints]
    assert about["architecture"] == "vggfac_msa + vggfac_msa"
    assert int(about["parameters"]) == sum(p.numel() for one in networks for p in one.parameters())
    faces = np.random.default_rng(3).integers(0, 256, (5, 1, 48, 48), dtype=np.uint8)
    normal = (torch.from_numpy(faces).float() / 255 - MEAN) / DEVIATION
    with torch.no_grad():
        mean = torch.stack([torch.softmax(one(normal), dim=1) for one in networks]).mean(dim=0).numpy()
    logits = session.run(["logits"], {"face": faces})[0]
    np.testing.assert_allclose(np.exp(logits), mean, atol=1e-4)


@pytest.fixture
def data_with_words(tiny_data: Path, tmp_path: Path) -> Path:
    """The same faces, each with the word under which it was found: the shipped model's second head wants them."""
    copy = shutil.copytree(tiny_data, tmp_path / "with_words")
    rows = [
        f"{usage},{path.name},{LABELS[number % len(LABELS)]}"
        for usage, folder in (("Training", "FER2013Train"), ("PublicTest", "FER2013Valid"))
        for number, path in enumerate(sorted((copy / folder).glob("*.png")))
    ]
    (copy / "fer2013_words.csv").write_text("\n".join(["usage,image,word", *rows, ""]))
    return copy


def test_a_model_file_can_be_a_member(tmp_path: Path, tiny_run: Path, data_with_words: Path) -> None:
    path, members = tmp_path / "both.onnx", [str(tiny_run / BEST), str(default_model())]
    arguments = ["--data", str(data_with_words), "--output", str(path), "--anyway"]
    assert export.main(["--checkpoint", *members, *arguments]) == 0
    faces = np.random.default_rng(3).integers(0, 256, (5, 1, 48, 48), dtype=np.uint8)
    with torch.no_grad():
        normal = (torch.from_numpy(faces).float() / 255 - MEAN) / DEVIATION
        first = torch.softmax(load_trained(tiny_run / BEST).network(normal), dim=1).numpy()
    logits = session_of(default_model()).run(["logits"], {"face": faces})[0]
    second = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    together = np.exp(session_of(path).run(["logits"], {"face": faces})[0])
    # The file's STN has its places rounded to float16, which the network that is taken from it has not.
    np.testing.assert_allclose(together, (first + second) / 2, atol=5e-3)
    assert "Taken from fast.onnx sha256:" in path.with_suffix(".md").read_text()
    assert export.main(["--checkpoint", str(path), *arguments]) == 2  # itself of several networks
