# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The residual network of dlib's face recognition."""

import pytest
import torch

from fer_models import create_model
from fer_models.networks.resnet import Block


def test_each_stage_has_as_many_blocks_as_it_is_told_and_only_the_first_of_it_halves() -> None:
    with torch.device("meta"):
        network = create_model("resnet", blocks=(1, 2, 1, 3, 1))
        whole = create_model("resnet")
    halves = [block.halves for block in network.get_submodule("stages").children() if isinstance(block, Block)]
    assert halves == [False, True, False, True, True, False, False, True]
    assert len(list(whole.get_submodule("stages").children())) == 3 + 4 + 3 + 3 + 1


@pytest.mark.parametrize("blocks", [(1, 1, 1, 1), (1, 1, 0, 1, 1), ()])
def test_stages_without_a_block_are_refused(blocks: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must be 5 numbers of at least 1"):
        create_model("resnet", blocks=blocks)
