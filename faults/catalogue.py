# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The faults by name: how each is brought about, and what must hold while it lasts.

Each is a generator: what comes before its `yield` brings the fault about, sees that what is promised meanwhile holds,
and takes the fault away; who runs it then waits until the light is right again and takes the time. What comes behind
the `yield` looks at what was said.
"""

import contextlib
import time

from faults import input_faults, lamp_faults, process_faults
from faults.entry import CATALOGUE, Fault
from faults.stage import Stage

__all__ = ["CATALOGUE", "undergo"]

ENTERED = (input_faults, lamp_faults, process_faults)
"""Who has entered faults by being imported, in the table's order."""


def undergo(stage: Stage, fault: Fault) -> float:
    """Bring a fault about and wait until the light is right again; the seconds from the fault's end until then.

    Raises:
        NeverCameError, AssertionError: something that was promised did not hold.
    """
    steps = fault.steps(stage)
    next(steps)
    stage.mark()
    gone = time.monotonic()
    stage.until(stage.right, f"the light after '{fault.name}'")
    seconds = time.monotonic() - gone
    with contextlib.suppress(StopIteration):
        next(steps)
    return seconds
