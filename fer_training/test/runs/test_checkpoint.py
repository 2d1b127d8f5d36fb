# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Checkpoints: whole or not at all."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch

from fer_models import create_model
from fer_training.errors import TrainingError
from fer_training.runs import checkpoint
from fer_training.runs.checkpoint import load_checkpoint, load_weights, save_checkpoint

STATE: dict[str, Any] = {"progress": {"epoch": 3, "best_accuracy": 0.1 + 0.2}, "architecture": "vggfac"}


def groups() -> dict[str, dict[str, torch.Tensor]]:
    torch.manual_seed(0)
    network = create_model("vggfac", width=1 / 32, hidden=[8]).to(memory_format=torch.channels_last)
    momentum = {name: torch.randn_like(value) for name, value in network.named_parameters()}
    return {"model": network.state_dict(), "momentum": momentum}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_checkpoint(tmp_path / "last.safetensors", groups(), STATE)
    return tmp_path / "last.safetensors"


def check_intact(path: Path) -> None:
    loaded, state = load_checkpoint(path)
    assert state == STATE
    expected = groups()
    assert loaded.keys() == expected.keys()
    for group, named in expected.items():
        assert loaded[group].keys() == named.keys()
        for name, tensor in named.items():
            assert loaded[group][name].dtype == tensor.dtype
            assert torch.equal(loaded[group][name], tensor)


def test_what_was_saved_is_loaded(path: Path) -> None:
    check_intact(path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("size", [0, 4, 200, -1000])
def test_a_cut_file_is_one_line(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(TrainingError, match=r"last\.safetensors' is no whole checkpoint") as caught:
        load_checkpoint(path)
    assert "\n" not in str(caught.value)


def test_no_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no checkpoint"):
        load_checkpoint(tmp_path / "none.safetensors")


def test_a_safetensors_file_of_others_is_one_line(tmp_path: Path) -> None:
    checkpoint.save_file({"weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(TrainingError, match="is no whole checkpoint"):
        load_checkpoint(tmp_path / "other.safetensors")


@pytest.mark.parametrize(("name", "width"), [("vggfac", 1 / 16), ("deep_emotion", 1.0)])
def test_another_network_is_one_line(path: Path, name: str, width: float) -> None:
    loaded, _ = load_checkpoint(path)
    with pytest.raises(TrainingError, match="another architecture or width") as caught:
        load_weights(create_model(name, width=width), loaded["model"], path)
    assert "\n" not in str(caught.value)


def test_a_full_disk_leaves_the_last_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(tensors: object, target: Path, metadata: object) -> None:
        target.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(TrainingError, match=r"No space left on device.*the last one is intact") as caught:
        save_checkpoint(path, {"model": {"weight": torch.zeros(3)}}, {})
    assert "\n" not in str(caught.value)
    check_intact(path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("folder", ["gone", "file"])
def test_a_folder_that_is_none_is_one_line(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TrainingError, match="cannot write checkpoint") as caught:
        save_checkpoint(tmp_path / folder / "last.safetensors", groups(), STATE)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_leaves_the_last_one(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(TrainingError, match="cannot write checkpoint"):
            save_checkpoint(path, {"model": {"weight": torch.zeros(3)}}, {})
    finally:
        path.parent.chmod(0o700)
    check_intact(path)
