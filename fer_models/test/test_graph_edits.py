# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What export does to a graph for speed leaves its answers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import numpy_helper
from small_networks import lively

from fer_models.deploy import trimmed
from fer_models.kernels import whole_kernel

NAMES = ("resnet", "resnet_fast", "resnet_fast_stn_msa")


@pytest.mark.parametrize("name", NAMES)
def test_a_trimmed_graph_answers_as_the_whole_one(name: str, whole_graph_once: Callable[[Any], Any]) -> None:
    whole, lean = whole_graph_once(lively(name)), trimmed(whole_graph_once(lively(name)))
    faces = np.random.default_rng(0).integers(0, 256, (5, 1, 48, 48), dtype=np.uint8)
    answers = [
        onnxruntime.InferenceSession(graph.SerializeToString()).run(["logits"], {"face": faces})[0]
        for graph in (lean, whole)
    ]
    np.testing.assert_allclose(*answers, atol=1e-4, rtol=1e-4)
    operators = [node.op_type for node in lean.graph.node]
    assert operators.count("Pad") < [node.op_type for node in whole.graph.node].count("Pad")


@pytest.mark.parametrize(
    ("name", "sides"), [("resnet", (3, 3)), ("resnet_fast", (2, 1)), ("resnet_fast_stn_msa", (2, 1))]
)
def test_the_last_block_keeps_only_what_it_sees(
    name: str, sides: tuple[int, int], export_once: Callable[[Any], Any]
) -> None:
    graph = export_once(lively(name)).graph
    weights = {item.name: item for item in graph.initializer}
    last = max(int(key.split(".")[2]) for key in weights if key.startswith("network.stages."))
    first, second = (weights[f"network.stages.{last}.body.{place}.weight"].dims for place in (0, 3))
    assert (first[2], second[2]) == (first[3], second[3]) == sides


@pytest.mark.parametrize("side", [1, 2])
def test_a_trimmed_kernel_grows_whole_again(side: int) -> None:
    kernel = np.random.default_rng(1).normal(size=(3, 2, side, side)).astype(np.float32)
    whole = whole_kernel(kernel, (3, 2, 3, 3))
    assert whole is not None
    start = 1 if side == 1 else 0
    np.testing.assert_array_equal(whole[:, :, start : start + side, start : start + side], kernel)
    assert np.count_nonzero(whole) == kernel.size
    assert whole_kernel(kernel, (3, 2, 5, 5)) is None
    assert whole_kernel(kernel, (4, 2, 3, 3)) is None


def test_shortcuts_are_nothing_but_ones_and_zeros(export_once: Callable[[Any], Any]) -> None:
    graph = export_once(lively("resnet_fast")).graph
    shortcuts = [numpy_helper.to_array(item) for item in graph.initializer if item.name.startswith("identity.")]
    assert len(shortcuts) == 3
    for weight in shortcuts:
        assert set(np.unique(weight)) == {0.0, 1.0}
        np.testing.assert_array_equal(weight.sum(axis=(0, 2, 3)), 1)
