# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Seeds that depend on what they are for and on nothing that happened before: any step can be repeated alone."""

import numpy as np
import torch


def seed_of(*key: int) -> int:
    """Return a well-mixed seed, 0 to 2**63 - 1, for numbers from 0 such as run, epoch and step."""
    return int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0] >> np.uint64(1))


def generator_of(*key: int) -> torch.Generator:
    """Return a generator on the CPU with that seed."""
    return torch.Generator().manual_seed(seed_of(*key))
