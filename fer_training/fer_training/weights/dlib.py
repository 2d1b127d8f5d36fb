# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Training that starts from the weights of dlib's face recognition: what tells people apart helps to read them."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from fer_training.errors import TrainingError
from fer_training.measures.predict import DEVIATION, MEAN
from fer_training.weights.initial_weights import give_norms, normed_convolutions

ADVICE = "give dlib_face_recognition_resnet_model_v1.dat"
COLORS = (122.782, 117.001, 104.298)
"""What dlib takes off red, green and blue, of 0 to 255."""
GREATEST = 1 << 24
"""Numbers that a layer may hold; the file's largest has 0.6 million."""


def read_layers(path: Path) -> list[tuple[str, NDArray[np.float32]]]:
    """Read the file's layers that have weights: 'con_4', 'affine_' and 'fc_no_bias_', with their numbers, float32 [n].

    dlib writes an integer as the count of its bytes and these, lowest first, and a tensor as the version 2, four
    extents and the numbers as they lie in memory.

    Raises:
        TrainingError: the file is missing, or cut short, or not of this kind.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TrainingError(f"cannot read '{path}': {error.strerror}; {ADVICE}") from error
    layers, at = [], 0
    names = {bytes([1, len(name)]) + name.encode(): name for name in ("con_4", "affine_")}
    while found := [(place, mark) for mark in names if (place := data.find(mark, at)) >= 0]:
        place, mark = min(found)
        at = place + len(mark)
        version, at = _integer(data, at)
        extents = []
        for _ in range(4):
            extent, at = _integer(data, at)
            extents.append(extent)
        count = int(np.prod(extents))
        if version != 2 or not 0 < count <= GREATEST or at + 4 * count > len(data):
            raise TrainingError(f"'{path}' is cut short or no network that dlib wrote; {ADVICE}")
        layers.append((names[mark], np.frombuffer(data, "<f4", count, at)))
        at += 4 * count
    if not layers:
        raise TrainingError(f"'{path}' holds no network that dlib wrote; {ADVICE}")
    return layers


def _integer(data: bytes, at: int) -> tuple[int, int]:
    size = data[at] & 0x0F if at < len(data) else 0
    return int.from_bytes(data[at + 1 : at + 1 + size], "little"), at + 1 + size


def start_from_dlib(network: nn.Module, path: Path, faces: NDArray[np.uint8]) -> None:
    """Give a `resnet` of width 1 the weights of dlib's face recognition, but for its last layer.

    Its first convolution reads grey as it read red, green and blue that are equal. dlib kept of each batch-norm a
    scale and a shift; here they are batch-norms again, which begin at what they see of `faces`.

    Args:
        network: of the registry's `resnet` or `resnet_msa`, width 1, on the CPU.
        path: dlib_face_recognition_resnet_model_v1.dat (Davis King, public domain).
        faces: grey, uint8 [N, 48, 48], the more the better.

    Raises:
        TrainingError: the file cannot be read, or is another network's.
    """
    layers = read_layers(path)
    pairs = [(network.get_submodule(one), other) for one, other in normed_convolutions(network).items()]
    if [kind for kind, _ in layers] != ["con_4", "affine_"] * len(pairs):
        raise TrainingError(
            f"'{path}' has {len(layers)} layers, expected {2 * len(pairs)}; {ADVICE}, and --arch resnet"
        )
    norms, scales, shifts = {}, {}, {}
    for (convolution, name), (_, numbers), (_, affine) in zip(pairs, layers[::2], layers[1::2]):
        assert isinstance(convolution, nn.Conv2d)
        channels, colors = convolution.out_channels, len(COLORS) if convolution.in_channels == 1 else 1
        size = convolution.weight.numel() * colors
        if numbers.size != size + channels or affine.size != 2 * channels:
            raise TrainingError(f"'{path}' has other widths than '{name}'; {ADVICE}, and --width 1")
        weight = torch.from_numpy(numbers[:size].copy()).reshape(channels, -1, *convolution.kernel_size)
        scale, shift = torch.from_numpy(affine.copy()).reshape(2, channels)
        shift = shift + scale * torch.from_numpy(numbers[size:].copy())
        if colors > 1:  # dlib has (byte - mean of its color) / 256, we (byte / 255 - MEAN) / DEVIATION
            means = torch.tensor([255 * MEAN - color for color in COLORS]) / 256
            shift = shift + scale * (weight.sum(dim=(2, 3)) @ means)
            scale = scale * DEVIATION * 255 / 256
            weight = weight.sum(dim=1, keepdim=True)
        convolution.weight.data.copy_(weight)
        norms[name], scales[name], shifts[name] = network.get_submodule(name), scale, shift
    give_norms(network, norms, scales, shifts, faces)
