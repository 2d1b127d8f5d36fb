# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Settings for this package's tests."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    import torch  # late: the process that deals out the tests needs none of it

    # The networks here are tiny: threads only get in each other's way, the more so on a busy machine.
    torch.set_num_threads(1)
