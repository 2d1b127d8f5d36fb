# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How tests wait: for a condition, as long as a busy machine may take."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0
"""Seconds after which what is waited for is taken never to come."""


def until(condition: Callable[[], Any], seconds: float = PATIENCE, pause: float = 0.005) -> Any:
    """Poll until the condition holds, and give its result; what it is at the end if it never does.

    Args:
        condition: what is asked.
        seconds: after which it is asked no more.
        pause: seconds between two questions; longer where the question itself takes time.
    """
    deadline = time.monotonic() + seconds
    while not (result := condition()) and time.monotonic() < deadline:
        time.sleep(pause)
    return result
