# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every network of the registry: shapes, sizes, gradients."""

import pytest
import torch
import torch.nn.functional as F
from small_networks import small
from torch import nn

from fer_models import REGISTRY, create_model, multiply_accumulates, parameter_count, training_only
from fer_models.cost import multiply_accumulates_by_kind

PARAMETERS = {
    "baseline_cnn": 43_737,
    "deep_emotion": 254_655,
    "deep_emotion_msa": 255_961,
    "resnet": 5_576_935,
    "resnet_fast": 5_576_935,
    "resnet_fast_stn_msa": 5_682_239,
    "resnet_msa": 5_684_463,
    "deep_emotion_2021": 66_857,
    "emonext_t": 29_155_199,
    "emonext_s": 50_789_759,
    "emonext_b": 89_897_339,
    "emonext_l": 201_403_763,
    "emonext_xl": 357_298_539,
    "plain_cnn": 33_822_791,
    "residual_cnn": 9_941_063,
    "residual_se_cnn": 10_018_335,
    "resface18": 12_933_495,
    "resface50": 27_551_855,
    "vggfac": 16_967_591,
    "vggfac_msa": 17_372_079,
    "vggfac_stn": 17_178_509,
    "vggfac_stn_msa": 17_582_997,
}


@pytest.fixture(params=sorted(REGISTRY))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_output_is_seven_logits(name: str) -> None:
    network = small(name).eval()
    logits = network(torch.randn(3, 1, 48, 48))
    assert logits.shape == (3, 7)
    assert logits.dtype == torch.float32
    assert bool(torch.isfinite(logits).all())


@pytest.mark.parametrize("side", [32, 40])
def test_smaller_images_train_too(name: str, side: int) -> None:
    assert small(name)(torch.randn(2, 1, side, side)).shape == (2, 7)


def test_parameters_at_full_width(name: str) -> None:
    with torch.device("meta"):
        assert parameter_count(create_model(name)) == PARAMETERS[name]


PUBLISHED = [("vggfac_msa", 17.4), ("vggfac_stn_msa", 17.6), ("plain_cnn", 34), ("residual_se_cnn", 10.02)]
"""Networks whose sources print how many million parameters they have."""


@pytest.mark.parametrize(("architecture", "millions"), PUBLISHED)
def test_parameters_are_the_published(architecture: str, millions: float) -> None:
    with torch.device("meta"):
        count = parameter_count(create_model(architecture))
    assert count / 1e6 == pytest.approx(millions, rel=0.02)


def test_width_scales_every_layer(name: str) -> None:
    with torch.device("meta"):
        whole, half = create_model(name), create_model(name, width=0.5)
    whole_shapes = {key: value.shape for key, value in whole.state_dict().items()}
    for key, value in half.state_dict().items():
        if key.startswith("stn."):  # looks at the image, not at features: its own size
            assert value.shape == whole_shapes[key]
        else:
            assert all(small <= large for small, large in zip(value.shape, whole_shapes[key]))
    first = next(key for key, value in half.state_dict().items() if value.ndim == 4 and not key.startswith("stn."))
    assert half.state_dict()[first].shape[0] * 2 == whole_shapes[first][0]


def test_hidden_replaces_the_papers_layers() -> None:
    with torch.device("meta"):
        network = create_model("vggfac", width=0.5, hidden=[256])
    linear = [module for module in network.modules() if isinstance(module, nn.Linear)]
    assert [(layer.in_features, layer.out_features) for layer in linear] == [(2304, 256), (256, 7)]


def test_every_parameter_learns(name: str) -> None:
    torch.manual_seed(0)
    network = small(name, dropout=0.0)
    for key, parameter in network.named_parameters():
        if key.endswith("gamma"):
            # At its start, 0, it hides the attention's convolutions from the loss: only gamma itself would learn.
            nn.init.constant_(parameter, 0.5)
        if key.endswith("theta.weight"):
            # The same for the STN: with weights of 0 the layers before them have no gradient at the first step.
            nn.init.normal_(parameter, std=0.01)
    targets = torch.arange(8) % 7
    loss = F.cross_entropy(network(torch.randn(8, 1, 48, 48)), targets)
    if hasattr(network, "own_loss"):
        loss = loss + network.own_loss(F.one_hot(targets, 7).float())
    loss.backward()
    for key, parameter in network.named_parameters():
        assert parameter.grad is not None, key
        assert bool(torch.isfinite(parameter.grad).all()), key
        if not key.endswith("f.bias"):
            # f's bias adds the same to a whole row of the softmax's input, which cancels.
            assert float(parameter.grad.abs().max()) > 0, key


def test_what_no_answer_needs_is_named_as_for_training_only(name: str) -> None:
    network = small(name).eval()
    network(torch.randn(2, 1, 48, 48)).sum().backward()
    unused = {key for key, parameter in network.named_parameters() if parameter.grad is None}
    own = {key for key, _ in network.named_parameters() if key.startswith(training_only(network) or "no such module")}
    assert unused == own
    assert bool(own) == hasattr(network, "own_loss")


def test_multiply_accumulates_are_the_published() -> None:
    with torch.device("meta"):
        assert multiply_accumulates(create_model("residual_se_cnn")) / 1e6 == pytest.approx(794, rel=0.005)


def test_multiply_accumulates_by_hand() -> None:
    # The yardstick: convolutions of 3x3 at 48, 24, 12 and 6 pixels, then 4608-1024-7.
    sides, widths = (48, 24, 12, 6), (64, 128, 256, 512)
    expected, channels = 4608 * 1024 + 1024 * 7, 1
    for side, width in zip(sides, widths):
        expected += side**2 * 9 * (channels * width + width * width)
        channels = width
    assert multiply_accumulates(create_model("vggfac", hidden=[1024])) == expected == 473_193_472


def test_multiply_accumulates_by_kind_by_hand() -> None:
    found = multiply_accumulates_by_kind(create_model("vggfac", hidden=[1024]))
    assert found == {"convolutions": 473_193_472 - 4608 * 1024 - 1024 * 7, "linear layers": 4608 * 1024 + 1024 * 7}
    with torch.device("meta"):
        found = multiply_accumulates_by_kind(create_model("residual_se_cnn"))
    squeezes = sum(2 * channels * max(8, channels // 16) for channels in (128, 256, 512, 512))
    assert found["linear layers"] == squeezes + 512 * 256 + 256 * 7


def test_multiply_accumulates_of_attention_by_hand() -> None:
    places, channels, heads = 36, 256, 4
    head = places * channels * (32 + 32 + 128 + 128) + places**2 * (32 + 128)
    # The weight branch is one layer; joining its two costs no face anything in a file, but is counted here.
    joining = heads * 9 * channels**2
    weights = channels * 9 * heads + joining + heads * channels
    with torch.device("meta"):
        added = multiply_accumulates(create_model("vggfac_msa")) - multiply_accumulates(create_model("vggfac"))
    assert added == heads * head + weights


def test_counting_leaves_the_mode_alone() -> None:
    network = create_model("vggfac", width=0.125).train()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    multiply_accumulates(network)
    assert all(module.training for module in network.modules())
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())


@pytest.mark.parametrize(
    ("name_", "options", "text"),
    [
        ("vgg", {}, "unknown architecture 'vgg'; there are: baseline_cnn"),
        ("vggfac", {"depth": 3}, "does not take these options"),
        ("vggfac", {"width": 0.001}, "leaves the first stack without a channel"),
    ],
)
def test_wrong_requests_are_named(name_: str, options: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        create_model(name_, **options)
