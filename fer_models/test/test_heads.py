# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Two heads: what people see, and what was meant."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from small_networks import small

from fer_models import FaceClassifier, create_model
from fer_models.ensemble import Ensemble
from fer_models.heads import meant, seen

FAMILIES = ("baseline_cnn", "vggfac_stn_msa", "resnet_fast_stn_msa")


def faces(count: int) -> torch.Tensor:
    return torch.randint(0, 256, (count, 1, 48, 48), dtype=torch.uint8, generator=torch.Generator().manual_seed(count))


@pytest.mark.parametrize("name", FAMILIES)
def test_a_second_head_stands_behind_the_first_and_leaves_it(name: str) -> None:
    torch.manual_seed(0)
    with_two, with_one = small(name, meant=True).eval(), small(name).eval()
    with_one.load_state_dict({key: value for key, value in with_two.state_dict().items() if "meant" not in key})
    x = torch.randn(3, 1, 48, 48)
    both = with_two(x)
    assert both.shape == (3, 14)
    torch.testing.assert_close(seen(both), with_one(x))
    second = meant(both)
    assert second is not None
    assert not torch.allclose(second, seen(both))
    assert meant(with_one(x)) is None


@pytest.mark.parametrize("name", ["baseline_cnn", "vggfac", "resnet_fast_stn_msa"])
def test_the_graph_has_four_outputs_as_torch_has(name: str, export_once: Callable[[Any], Any]) -> None:
    torch.manual_seed(0)
    model = FaceClassifier(small(name, meant=True), mean=0.5, deviation=0.25, meant_temperature=1.5).eval()
    session = onnxruntime.InferenceSession(export_once(model).SerializeToString())
    assert [output.name for output in session.get_outputs()] == ["probabilities", "logits", "meant", "meant_logits"]
    with torch.no_grad():
        expected = model(faces(3))
    for got, want in zip(session.run(None, {"face": faces(3).numpy()}), expected):
        np.testing.assert_allclose(got, want.numpy(), atol=1e-4, rtol=1e-4)
        assert got.dtype == np.float32
    torch.testing.assert_close(expected[2], torch.softmax(expected[3] / 1.5, dim=1))


def test_an_ensemble_takes_the_second_answer_from_those_that_have_one() -> None:
    torch.manual_seed(0)
    one, two, three = small("vggfac", meant=True), small("resnet_msa"), small("baseline_cnn", meant=True)
    both = Ensemble([one, two, three]).eval()(torch.randn(4, 1, 48, 48, generator=torch.Generator().manual_seed(1)))
    x = torch.randn(4, 1, 48, 48, generator=torch.Generator().manual_seed(1))
    answers: list[Any] = [network(x) for network in (one, two, three)]
    mean = sum(torch.softmax(seen(answer), 1) for answer in answers) / 3
    torch.testing.assert_close(torch.softmax(seen(both), 1), mean)
    second = sum(torch.softmax(answer[:, 7:], 1) for answer in (answers[0], answers[2])) / 2
    torch.testing.assert_close(torch.softmax(both[:, 7:], 1), second)


@pytest.mark.parametrize("name", ["resnet_fast_stn_msa", "vggfac_stn_msa"])
def test_stn_and_msa_begin_as_the_identity(name: str) -> None:
    """The same weights without them answer alike: an STN and an MSA can be added to a trained network."""
    torch.manual_seed(0)
    plain_name = name.removesuffix("_stn_msa")
    network, plain = create_model(name, width=0.125).eval(), create_model(plain_name, width=0.125).eval()
    own = {key: value for key, value in network.state_dict().items() if ".heads." not in key and "stn." not in key}
    rest = [value for key, value in own.items() if not any(part in key for part in (".conv.", ".fc."))]
    plain.load_state_dict(dict(zip(plain.state_dict(), rest, strict=True)))
    x = torch.randn(4, 1, 48, 48)
    torch.testing.assert_close(network(x), plain(x), atol=1e-5, rtol=1e-5)
