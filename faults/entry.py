# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a fault is, and how one gets into the catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from faults.stage import Stage

Steps = Callable[[Stage], Iterator[None]]


@dataclass(frozen=True)
class Fault:
    """One of them."""

    name: str
    follows: str
    """What follows, for the table."""
    steps: Steps
    kills: bool
    """Whether a process ends by it."""


CATALOGUE: dict[str, Fault] = {}


def fault(name: str, follows: str, *, kills: bool = False) -> Callable[[Steps], Steps]:
    """Enter a generator into the catalogue by its name; the table shows its `name` and what `follows`."""

    def register(steps: Steps) -> Steps:
        CATALOGUE[steps.__name__] = Fault(name, follows, steps, kills)
        return steps

    return register


def lives(stage: Stage) -> None:
    """See that perception goes on processing images."""
    before = stage.processed
    stage.until(lambda: stage.processed >= before + 3, "images processed meanwhile")
