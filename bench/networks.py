# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The networks that are timed, as ONNX files with weights drawn at random: time does not depend on them."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fer_common.onnx_runtime import onnxruntime
from fer_models import create_model
from fer_models.deploy import quiet_export
from fer_models.folding import folded

YARDSTICK: dict[str, Any] = {"architecture": "vggfac", "width": 1.0, "hidden": [1024]}
"""A plain VGG: widths 64 to 512, 4608-1024-7, 473 MMAC, 9.4 M parameters. Everything is given as a ratio to it."""


def write_network(path: Path, architecture: str, **options: Any) -> Path:
    """Write a network of the registry as an ONNX file: float32 [1, 1, 48, 48] in, logits out."""
    torch.manual_seed(0)
    return _write(path, create_model(architecture, **options).eval(), 48)


def write_mini_xception(path: Path) -> Path:
    """Write a network as large as the mini-Xception that the package `fer` ships (64x64, 0.06 M parameters)."""
    torch.manual_seed(0)
    return _write(path, _MiniXception().eval(), 64)


def _write(path: Path, network: nn.Module, side: int) -> Path:
    face = torch.zeros(1, 1, side, side)
    with quiet_export(), torch.no_grad():
        program = torch.onnx.export(folded(network)[0], (face,), input_names=["face"], dynamo=True, verbose=False)
    assert program is not None
    program.save(str(path))
    return path


class OneFace:
    """A network ready to answer one face on one thread."""

    def __init__(self, path: Path) -> None:
        """Load `path`, a file of this module or a model file of the contract."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        (wanted,) = self._session.get_inputs()
        kind: Any = np.uint8 if wanted.type == "tensor(uint8)" else np.float32
        self.face: NDArray[Any] = np.zeros((1, 1, *wanted.shape[2:]), kind)

    def __call__(self) -> Any:
        """Answer once."""
        return self._session.run(None, {"face": self.face})


class _MiniXception(nn.Module):
    """Arriaga et al., 2017: two convolutions, four residual blocks of separable convolutions, global mean."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(*_convolution(1, 8), *_convolution(8, 8))
        widths = (8, 16, 32, 64, 128)
        self.blocks = nn.ModuleList(_Block(a, b) for a, b in pairwise(widths))
        self.head = nn.Conv2d(128, 7, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        answer: Tensor = self.head(x).mean(dim=(2, 3))
        return answer


class _Block(nn.Module):
    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.short = nn.Sequential(nn.Conv2d(channels, out, 1, stride=2, bias=False), nn.BatchNorm2d(out))
        self.long = nn.Sequential(
            *_separable(channels, out), nn.ReLU(), *_separable(out, out), nn.MaxPool2d(3, 2, padding=1)
        )

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = self.short(x) + self.long(x)
        return answer


def _convolution(channels: int, out: int) -> list[nn.Module]:
    return [nn.Conv2d(channels, out, 3, bias=False), nn.BatchNorm2d(out), nn.ReLU()]


def _separable(channels: int, out: int) -> list[nn.Module]:
    depth = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
    return [depth, nn.Conv2d(channels, out, 1, bias=False), nn.BatchNorm2d(out)]
