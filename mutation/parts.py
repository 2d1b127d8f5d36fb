# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What promises something, and so is made wrong: modules, and the tests that must see it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """Modules that are judged together."""

    package: str
    modules: tuple[str, ...]
    """By their paths within the package's folder of the same name."""
    tests: tuple[str, ...]
    """By their paths within the package's test folder: quick ones, which need no graph."""
    needs: tuple[str, ...] = ()
    """Other files and folders of the test folder that the tests import."""
    choice: str = ""
    """Which of the tests, as pytest's -k wants it; empty: all."""
    least: float = 0.0
    """The share of faults, in percent, that must be seen."""
    apart: bool = False
    """Whether each fault is tried by a process that never ran a test: ROS and torch do not survive a fork."""

    def has(self, fault: str) -> bool:
        """Tell whether a fault, by mutmut's name for it, is in one of the modules."""
        modules = [f"{self.package}/{module}".removesuffix(".py").replace("/", ".") for module in self.modules]
        return any(fault.startswith(f"{module}.x") for module in modules)

    def paths(self, top: Path) -> list[Path]:
        """Return all that a run needs, all of it within the package's folder."""
        folder = top / self.package
        inner = [folder / self.package]
        return inner + [folder / "test" / name for name in (*self.tests, *self.needs)]


FLASH = 90.0
"""Of what keeps the flash promise; what is left are faults that change nothing (QUALITY_DECLARATION.md)."""
OF_FLASH = ("conftest.py", "judges")


PARTS = {
    "limiter": Part(
        "fer_color",
        ("flash/limiter.py", "flash/lamp_state.py"),
        (
            "flash/test_lamp_state.py",
            "flash/test_limiter.py",
            "flash/test_limiter_by_hand.py",
            "flash/test_limiter_plainly.py",
            "flash/test_lost_frames.py",
        ),
        OF_FLASH,
        "not stroboscope",  # 72 of them; the plain limiter's script has what they have
        FLASH,
    ),
    "strip_limiter": Part(
        "fer_color",
        ("flash/strip_limiter.py",),
        ("flash/test_strip_limiter.py", "flash/test_limiter_by_hand.py", "flash/test_limiter_plainly.py"),
        OF_FLASH,
        least=FLASH,
    ),
    "budget": Part(
        "fer_color", ("flash/budget.py", "flash/strip_budget.py"), ("flash/test_budget.py",), OF_FLASH, least=FLASH
    ),
    "tracker": Part(
        "fer_perception",
        (
            "tracking/tracker.py",
            "tracking/track.py",
            "tracking/cost.py",
            "tracking/assignment.py",
            "tracking/motion.py",
        ),
        (
            "tracking/test_tracker.py",
            "tracking/test_track.py",
            "tracking/test_cost.py",
            "tracking/test_assignment.py",
            "tracking/test_motion.py",
        ),
        ("conftest.py",),
        least=96.0,
    ),
    "calibration": Part(
        "fer_training", ("release/calibration.py",), ("release/test_calibration.py",), least=94.0, apart=True
    ),
    "intervals": Part(
        "fer_evaluation",
        ("scores/statistics.py", "scores/time_blocks.py", "scores/block_length.py"),
        (
            "scores/test_statistics.py",
            "scores/test_time_blocks.py",
            "scores/test_block_length.py",
            "scores/test_scores.py",
        ),
        ("conftest.py", "made_series.py"),
        least=95.0,
    ),
    "parameters": Part(
        "fer_common",
        ("settings.py", "ros/parameters.py"),
        ("test_settings.py", "ros/test_parameters.py"),
        least=95.0,
        apart=True,
    ),
    "parameter_order": Part(
        "fer_bringup",
        ("launching/parameter_files.py", "launching/arguments.py", "options.py"),
        ("launching/test_parameter_files.py", "launching/test_launch_arguments.py", "test_options.py"),
        choice="not declares and not refused_with_a_code and not our_own_file",  # these start our nodes and programs
        least=95.0,
        apart=True,
    ),
}
"""Name to part."""
