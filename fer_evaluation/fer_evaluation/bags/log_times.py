# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A recording's log times as seconds from its start; where its clock jumped, the jump is left out."""

from dataclasses import dataclass

from fer_evaluation.bags.storage import Stretch

JUMP = 86_400 * 10**9
"""Nanoseconds between two messages: longer is no pause, but a clock that was set (1970 to today) or a wrong time."""


@dataclass(frozen=True)
class LogTimes:
    """When a bag's messages were recorded."""

    stretches: tuple[Stretch, ...]
    """In order, `JUMP` or more apart; at least one."""

    @property
    def length(self) -> int:
        """Nanoseconds from the first message to the last, without the jumps."""
        return sum(last - first for first, last in self.stretches)

    @property
    def stop(self) -> int:
        """A log time behind them all."""
        return self.stretches[-1][1] + 1

    def elapsed(self, log_ns: int) -> int:
        """Return the nanoseconds from the bag's start to a log time, without the jumps."""
        passed = 0
        for first, last in self.stretches:
            if log_ns < first:
                break
            passed += min(log_ns, last) - first
        return passed

    def seconds(self, log_ns: int) -> float:
        """Return the same in seconds."""
        return self.elapsed(log_ns) / 1e9

    def log_ns(self, elapsed: int) -> int:
        """Return the first log time so many nanoseconds from the start or later; beyond the end, `stop` or later."""
        passed = 0
        for first, last in self.stretches:
            if elapsed <= passed + last - first:
                return first + max(0, elapsed - passed)
            passed += last - first
        return self.stop + elapsed - passed - 1

    @property
    def notices(self) -> tuple[str, ...]:
        """A line for each jump."""
        return tuple(
            f"the log times jump by {(after[0] - before[1]) / 1e9:.0f} s ({(after[0] - before[1]) // JUMP} days) "
            f"{self.seconds(before[1]):.3f} s from the bag's start: a clock was set, or a time is wrong; "
            "the gap is left out of all times"
            for before, after in zip(self.stretches, self.stretches[1:])
        )
