# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Files of several networks, and of weights in half the bytes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from file_session import session_of
from model_files import CROP
from small_networks import options_of, small

from fer_common.emotions import LABELS
from fer_models import FaceClassifier
from fer_training import export
from fer_training.measures.predict import DEVIATION, MEAN
from fer_training.runs.checkpoint import BEST
from fer_training.weights.start import leaves_second_head
from fer_training.weights.trained_network import load_trained


def test_several_runs_are_one_model_that_answers_their_mean(
    file_of_several: Callable[..., tuple[Path, list[Path]]],
) -> None:
    path, checkpoints = file_of_several()
    session = session_of(path)
    about = session.get_modelmeta().custom_metadata_map
    networks = [load_trained(checkpoint).network for checkpoint in checkpoints]
    assert about["architecture"] == "vggfac_msa + vggfac + vggfac_msa"
    assert int(about["parameters"]) == sum(p.numel() for one in networks for p in one.parameters())
    faces = np.random.default_rng(3).integers(0, 256, (5, 1, 48, 48), dtype=np.uint8)
    normal = (torch.from_numpy(faces).float() / 255 - MEAN) / DEVIATION
    with torch.no_grad():
        each = torch.stack([torch.softmax(one(normal), dim=1) for one in networks])
    mean = each.mean(dim=0).numpy()
    assert min(np.abs(one.numpy() - mean).max() for one in each) > 0.01  # no one of them answers so
    logits = session.run(["logits"], {"face": faces})[0]
    np.testing.assert_allclose(np.exp(logits), mean, atol=1e-4)


@pytest.fixture
def data_with_words(tiny_data: Path, tmp_path: Path) -> Path:
    """The same faces, each with the word under which it was found: a second head wants them."""
    copy = shutil.copytree(tiny_data, tmp_path / "with_words")
    rows = [
        f"{usage},{path.name},{LABELS[number % len(LABELS)]}"
        for usage, folder in (("Training", "FER2013Train"), ("PublicTest", "FER2013Valid"))
        for number, path in enumerate(sorted((copy / folder).glob("*.png")))
    ]
    (copy / "fer2013_words.csv").write_text("\n".join(["usage,image,word", *rows, ""]))
    return copy


@pytest.fixture
def two_headed(tmp_path: Path, export_once: Callable[[Any], Any]) -> Path:
    """A small model file with an STN and a second head, as the shipped one has them."""
    torch.manual_seed(2)
    network = small("deep_emotion", meant=True)
    model = export_once(FaceClassifier(network, mean=MEAN, deviation=DEVIATION, meant_temperature=1.5))
    options = {**options_of("deep_emotion"), "meant": True}
    about = {"labels": ",".join(LABELS), "crop": CROP, "architecture": "deep_emotion", "network": json.dumps(options),
             "trained_on": "another set, 7 images"}  # fmt: skip
    for key, value in about.items():
        model.metadata_props.add(key=key, value=value)
    onnx.save(model, tmp_path / "two.onnx")
    return tmp_path / "two.onnx"


def test_a_start_whose_second_head_has_no_place_is_known(two_headed: Path, plain_run: Path) -> None:
    assert leaves_second_head(small("deep_emotion"), two_headed)
    assert not leaves_second_head(small("deep_emotion", meant=True), two_headed)
    assert not leaves_second_head(small("deep_emotion"), plain_run / BEST)


def test_a_model_file_can_be_a_member(tmp_path: Path, plain_run: Path, two_headed: Path, data_with_words: Path) -> None:
    path, members = tmp_path / "both.onnx", [str(plain_run / BEST), str(two_headed)]
    arguments = ["--data", str(data_with_words), "--output", str(path), "--anyway"]
    assert export.main(["--checkpoint", *members, *arguments]) == 0
    faces = np.random.default_rng(3).integers(0, 256, (5, 1, 48, 48), dtype=np.uint8)
    with torch.no_grad():
        normal = (torch.from_numpy(faces).float() / 255 - MEAN) / DEVIATION
        first = torch.softmax(load_trained(plain_run / BEST).network(normal), dim=1).numpy()
    logits = session_of(two_headed).run(["logits"], {"face": faces})[0]
    second = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    together = np.exp(session_of(path).run(["logits"], {"face": faces})[0])
    # The file's STN has its places rounded to float16, which the network that is taken from it has not.
    np.testing.assert_allclose(together, (first + second) / 2, atol=5e-3)
    assert "Taken from two.onnx sha256:" in path.with_suffix(".md").read_text()
    assert export.main(["--checkpoint", str(path), *arguments]) == 2  # itself of several networks
    each = [load_trained(Path(f"{path}:{number}")).trained_on for number in (1, 2)]
    assert each == [load_trained(plain_run / BEST).trained_on, "another set, 7 images"]
    assert session_of(path).get_modelmeta().custom_metadata_map["trained_on"] == " + ".join(each)
