# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A quickened network gives the loss, the gradients and the statistics that it gave before."""

import copy

import pytest
import torch
from torch import Tensor, nn

from fer_models import REGISTRY, create_model
from fer_training.machine import precision, quick_steps
from fer_training.machine.quick_steps import quicken

WIDTH = {"residual_cnn": 0.25, "residual_se_cnn": 0.25, "resface18": 0.25, "resface50": 0.0625}


SMALL = [name for name in sorted(REGISTRY) if not name.startswith("emonext") or name == "emonext_t"]
"""The larger EmoNeXts have the same layers, only more of them."""


def after_a_step(model: nn.Module, *, rounded: bool = False) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the answer, and gradients and buffers by name, of one step there and back."""
    model.to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    faces = torch.randn(4, 1, 48, 48, generator=torch.Generator().manual_seed(2)).to(next(model.parameters()).dtype)
    torch.manual_seed(3)  # dropout
    with torch.autocast("cpu", torch.bfloat16, enabled=rounded):
        logits = model(faces.contiguous(memory_format=torch.channels_last)).double()
    nn.functional.cross_entropy(logits, torch.tensor([0, 1, 2, 3])).backward()  # type: ignore[no-untyped-call]
    found = {name: one.grad for name, one in model.named_parameters() if one.grad is not None}
    return logits.detach(), found | dict(model.named_buffers())


def both(name: str) -> tuple[nn.Module, nn.Module]:
    torch.manual_seed(0)
    plain = create_model(name, width=WIDTH.get(name, 0.25))
    quick = copy.deepcopy(plain)
    quicken(quick, torch.device("cpu"))
    return plain, quick


@pytest.mark.parametrize("name", SMALL)
def test_every_network_learns_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_steps.winograd, "CHANNELS", 1)  # as if the narrow network had its full width
    plain, quick = both(name)
    for one in (plain, quick):
        if hasattr(one, "stn"):
            one.stn = nn.Identity()  # its map is float32 in any case
    # Eight bytes a number, so that nothing but the arithmetic's order differs.
    (logits, expected), (quick_logits, found) = after_a_step(plain.double()), after_a_step(quick.double())
    # MSA weighs its heads by float32 numbers in any case, whose sum is 1 within their rounding.
    torch.testing.assert_close(quick_logits, logits, rtol=1e-5, atol=1e-5)
    assert found.keys() == expected.keys()
    for key, one in expected.items():
        torch.testing.assert_close(found[key], one, rtol=1e-4, atol=1e-4, msg=key)


def test_bfloat16_by_float32s_products_is_as_near_to_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    exact, _ = after_a_step(both("vggfac_msa")[0])
    errors = {}
    for bfloat16_is_quick in (True, False):
        monkeypatch.setattr(quick_steps, "multiplies_bfloat16", lambda answer=bfloat16_is_quick: answer)
        _, quick = both("vggfac_msa")
        found, kept = after_a_step(quick, rounded=True)
        assert all(bool(one.isfinite().all()) for one in kept.values())
        errors[bfloat16_is_quick] = float((found - exact).norm())
    assert 0 < errors[False] < 2 * errors[True] + 1e-3


def test_what_only_answers_is_untouched() -> None:
    plain, quick = both("resnet_fast")
    faces = torch.randn(2, 1, 48, 48)
    with torch.no_grad():
        assert torch.equal(plain.eval()(faces), quick.eval()(faces))
    assert plain.state_dict().keys() == quick.state_dict().keys()


def test_elsewhere_than_on_a_cpu_nothing_is_changed() -> None:
    model = create_model("resnet_fast", width=0.25)
    quicken(model, torch.device("meta"))
    assert not any("forward" in vars(module) for module in model.modules())


def test_which_is_quicker_is_measured_once() -> None:
    assert precision.multiplies_bfloat16() in (True, False)
    assert precision.multiplies_bfloat16.cache_info().currsize == 1
