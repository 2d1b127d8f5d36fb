# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a spatial transformer does to faces."""

import stat
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from fer_models import create_model
from fer_training import warps
from fer_training.errors import TrainingError
from fer_training.runs.checkpoint import LAST

FACES = np.random.default_rng(0).integers(0, 256, (8, 48, 48), dtype=np.uint8)


def transformed(shift: float, spread: float) -> torch.nn.Module:
    torch.manual_seed(0)
    network = create_model("resnet_fast_stn_msa", width=0.0625)
    theta = network.get_submodule("stn").get_submodule("theta")
    assert isinstance(theta, torch.nn.Linear)
    torch.nn.init.normal_(theta.weight, std=spread)
    with torch.no_grad():
        theta.bias[2] = shift
    return network


def test_one_warp_for_everybody_is_said_to_be_one() -> None:
    found, thetas = warps.measure_warps(transformed(0.25, 0.0), FACES)
    assert found.constant
    assert found.mean == pytest.approx((1, 0, 0.25, 0, 1, 0))
    assert found.moved == pytest.approx(6)  # a quarter of half of 48
    assert "one constant warp for everybody" in found.text()
    assert thetas.shape == (8, 2, 3)


def test_faces_warped_each_in_its_own_way_are_not() -> None:
    found, _ = warps.measure_warps(transformed(0.0, 1.0), FACES)
    assert not found.constant
    assert "each in its own way" in found.text()


def test_the_picture_shows_each_face_above_its_warp(tmp_path: Path) -> None:
    _, thetas = warps.measure_warps(transformed(0.0, 0.0), FACES)
    warps.draw_warps(tmp_path / "warps.png", FACES, thetas)
    assert stat.S_IMODE((tmp_path / "warps.png").stat().st_mode) == 0o600
    picture = np.asarray(Image.open(tmp_path / "warps.png"))[:: warps.ENLARGED, :: warps.ENLARGED]
    np.testing.assert_array_equal(picture[:48], np.concatenate(list(FACES), axis=1))
    np.testing.assert_array_equal(picture[48:], picture[:48])  # the identity


def test_a_network_without_one_is_refused(tiny_run: Path, tiny_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TrainingError, match="no spatial transformer"):
        warps.measure_warps(create_model("vggfac", width=0.0625), FACES)
    assert warps.main(["--model", str(tiny_run / LAST), "--data", str(tiny_data)]) == 2
    assert "no spatial transformer" in capsys.readouterr().err
