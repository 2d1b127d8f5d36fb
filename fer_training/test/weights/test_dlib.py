# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Training that starts from dlib's face recognition, against dlib's arithmetic done by hand on a drawn file."""

import struct

import numpy as np
import pytest
import torch
from torch.nn import functional

from fer_models import create_model
from fer_training.errors import TrainingError
from fer_training.measures.predict import predict_logits
from fer_training.weights.dlib import read_layers, start_from_dlib

FACES = np.random.default_rng(0).integers(0, 256, (8, 48, 48), dtype=np.uint8)
STAGES = ((32, 3), (64, 4), (128, 3), (256, 3), (256, 1))


def shapes():
    """(channels, source, side of the filter) of each convolution, in order."""
    yield 32, 3, 7
    source = 32
    for channels, blocks in STAGES:
        for _ in range(blocks):
            yield channels, source, 3
            yield channels, channels, 3
            source = channels


def integer(value):
    """As dlib writes one: how many bytes, then these, lowest first."""
    data = value.to_bytes(max(1, (value.bit_length() + 7) // 8), "little")
    return bytes([len(data)]) + data


def tensor(numbers):
    extents = b"".join(integer(extent) for extent in (2, numbers.size, 1, 1, 1))
    return extents + numbers.astype("<f4").tobytes()


def drawn(seed=0):
    """A file's bytes, and its layers: (filters, bias, scale, shift) each."""
    generator = np.random.default_rng(seed)
    layers, content = [], b"\x01\x01" + integer(13) + b"loss_metric_2" + struct.pack("<10x")
    for channels, source, side in shapes():
        filters = generator.normal(0, 1 / np.sqrt(source * side**2), (channels, source, side, side))
        bias, shift = generator.normal(0, 0.1, (2, channels))
        scale = generator.uniform(0.5, 1.0, channels)
        layers.append([torch.from_numpy(part).float() for part in (filters, bias, scale, shift)])
        content += integer(5) + b"con_4" + tensor(np.concatenate([filters.ravel(), bias])) + b"\x01\x01\x01\x00"
        content += integer(7) + b"affine_" + tensor(np.concatenate([scale, shift])) + b"\x01\x01"
    return content, layers


def by_hand(faces, layers):
    """What dlib's network has before its last layer, float [N, 256]."""
    queue = iter(layers)

    def layer(x, stride=1, padding=0):
        filters, bias, scale, shift = next(queue)
        return functional.conv2d(x, filters, bias, stride, padding) * scale[:, None, None] + shift[:, None, None]

    grey = functional.interpolate(torch.from_numpy(faces)[:, None].float(), scale_factor=3.0, mode="bilinear")
    means = torch.tensor([122.782, 117.001, 104.298])
    # The border is our grey of 0 after normalising, not dlib's: it has none.
    rgb = functional.pad(grey, (3, 3, 3, 3), value=0.508 * 255).expand(-1, 3, -1, -1) - means[:, None, None]
    x = functional.max_pool2d(torch.relu(layer(rgb / 256, stride=2)), 3, 2)
    for stage, (channels, blocks) in enumerate(STAGES):
        for block in range(blocks):
            halves = stage > 0 and block == 0
            shortcut = functional.avg_pool2d(x, 2) if halves else x
            if halves and x.shape[2] % 2 == 0:
                x = functional.pad(x, (0, 1, 0, 1))
            x = torch.relu(layer(x, stride=2) if halves else layer(x, padding=1))
            added = torch.zeros(len(x), channels - shortcut.shape[1], *shortcut.shape[2:])
            x = torch.relu(layer(x, padding=1) + torch.cat([shortcut, added], dim=1))
    return x.mean(dim=(2, 3))


@pytest.fixture
def network():
    torch.manual_seed(0)
    return create_model("resnet", dropout=0.0)


@pytest.mark.parametrize("name", ["resnet", "resnet_msa"])
def test_started_network_sees_what_dlibs_does(tmp_path, name):
    content, layers = drawn()
    (tmp_path / "w.dat").write_bytes(content)
    network = create_model(name, dropout=0.0)
    start_from_dlib(network, tmp_path / "w.dat", FACES)
    expected = network.classifier[1](by_hand(FACES, layers)).detach().numpy()
    found = predict_logits(network, FACES, torch.device("cpu")).numpy()
    np.testing.assert_allclose(found, expected, atol=2e-4 * np.abs(expected).max())


def test_training_begins_with_batch_norms_that_fit_the_faces(tmp_path, network):
    (tmp_path / "w.dat").write_bytes(drawn()[0])
    start_from_dlib(network, tmp_path / "w.dat", FACES)
    faces = (torch.from_numpy(FACES)[:, None] / 255 - 0.508) / 0.255
    with torch.no_grad():
        still, training = network.eval()(faces), network.train()(faces)
    # Only the counting differs: one less than N places, or N.
    torch.testing.assert_close(still, training, rtol=0.1, atol=0.05 * float(still.abs().max()))


def test_every_number_of_the_file_is_read(tmp_path):
    content, layers = drawn()
    (tmp_path / "w.dat").write_bytes(content)
    found = read_layers(tmp_path / "w.dat")
    assert [kind for kind, _ in found] == ["con_4", "affine_"] * len(layers)
    for (_, numbers), (filters, bias, _, _) in zip(found[::2], layers):
        np.testing.assert_array_equal(numbers, torch.cat([filters.flatten(), bias]).numpy())


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda content: content[:-100], "is cut short or no network that dlib wrote"),
        (lambda content: content[: len(content) // 2], "is cut short or no network that dlib wrote"),
        (lambda content: b"", "holds no network that dlib wrote"),
        (lambda content: content[: content.index(b"affine_")], "has 1 layers, expected 58"),
        (lambda content: content[: content.index(b"con_4") + 6], "is cut short or no network that dlib wrote"),
    ],
)
def test_a_spoilt_file_is_one_clear_line(tmp_path, network, spoil, text):
    (tmp_path / "w.dat").write_bytes(spoil(drawn()[0]))
    with pytest.raises(TrainingError, match=text) as error:
        start_from_dlib(network, tmp_path / "w.dat", FACES)
    assert "give dlib_face_recognition_resnet_model_v1.dat" in str(error.value)
    assert "\n" not in str(error.value)


def test_no_file_and_other_networks_are_one_clear_line(tmp_path, network):
    with pytest.raises(TrainingError, match=r"cannot read .*: No such file or directory; give dlib_face"):
        start_from_dlib(network, tmp_path / "w.dat", FACES)
    (tmp_path / "w.dat").write_bytes(drawn()[0])
    for other, options, text in (("resnet", {"width": 0.5}, "and --width 1"), ("vggfac", {}, "and --arch resnet")):
        with pytest.raises(TrainingError, match=text):
            start_from_dlib(create_model(other, **options), tmp_path / "w.dat", FACES)
