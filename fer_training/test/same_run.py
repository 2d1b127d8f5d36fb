# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whether two run folders hold the same run."""

from pathlib import Path

import torch

from fer_training.runs.checkpoint import LAST, load_checkpoint
from fer_training.runs.run_log import read_log


def rows_without_times(folder: Path) -> list[dict[str, float]]:
    return [{key: value for key, value in row.items() if key != "seconds"} for row in read_log(folder)]


def assert_same(one: Path, other: Path) -> None:
    """Same weights, momentum, progress and log, to the last bit."""
    (tensors, state), (expected, expected_state) = load_checkpoint(one / LAST), load_checkpoint(other / LAST)
    assert state == expected_state
    assert tensors.keys() == expected.keys()
    for group, named in expected.items():
        assert tensors[group].keys() == named.keys()
        for name, tensor in named.items():
            assert torch.equal(tensors[group][name], tensor), f"{group}/{name}"
    assert rows_without_times(one) == rows_without_times(other)
