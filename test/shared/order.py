# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The order of tests for several processes: what takes long begins early, and none is left alone with it at the end.

pytest-xdist's worksteal gives each process a stretch of the list, as many tests to each, and moves the end of a long
stretch to a process that has nothing left. So the files that take longest are dealt out, one to each stretch in turn,
and stand first in it; the others fill the stretches up. A file's tests stay together, for what they share, and so do
the files that export networks.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

SECONDS = Path(__file__).with_name("seconds.json")
LONG = 2
"""Seconds from which on a file is worth recording."""
EXPORTING = frozenset({
    "fer_models/test/test_deploy.py",
    "fer_models/test/test_folding.py",
    "fer_models/test/test_graph_edits.py",
    "fer_models/test/test_heads.py",
    "fer_perception/test/classification/test_classifier.py",
    "fer_training/test/adoption/test_adopt.py",
    "fer_training/test/model_file/test_int8_networks.py",
    "fer_training/test/model_file/test_quantize.py",
    "fer_training/test/release/test_calibrate.py",
    "fer_training/test/release/test_export.py",
    "fer_training/test/release/test_export_sets.py",
    "fer_training/test/release/test_export_several.py",
    "fer_training/test/test_smoke.py",
    "fer_training/test/weights/test_initial_weights.py",
    "fer_training/test/weights/test_trained_network.py",
    "test/test_bench.py",
})  # fmt: skip
"""Files that have torch export: what it loads for its first export takes a process 2.5 s, so that one does them all."""


def stretches(files: Mapping[str, int], seconds: Mapping[str, float], count: int) -> list[list[str]]:
    """Deal files (name to number of tests) into so many stretches, of about as many tests each.

    The long ones come first, each into the stretch that has the fewest seconds so far, the others into the one that has
    the fewest tests.
    """
    dealt: list[list[str]] = [[] for _ in range(count)]
    time, tests = [0.0] * count, [0] * count
    long = sorted((file for file in files if file in seconds), key=lambda file: (-seconds[file], file))
    for file in [*long, *(file for file in files if file not in seconds)]:
        filled = time if file in seconds else tests
        least = min(range(count), key=lambda number: filled[number])
        dealt[least].append(file)
        time[least] += seconds.get(file, 0.0)
        tests[least] += files[file]
    return dealt


def arrange(items: list[Any], seconds: Mapping[str, float], count: int) -> None:
    """Bring collected tests into that order, in place."""
    together: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        together[_together(_file(item.nodeid))].append(item)
    of_all: dict[str, float] = defaultdict(float)
    for file, time in seconds.items():
        of_all[_together(file)] += time
    order = stretches({name: len(its) for name, its in together.items()}, of_all, count)
    items[:] = [item for stretch in order for name in stretch for item in together[name]]


def _together(file: str) -> str:
    return "those that export" if file in EXPORTING else file


def measured(reports: Iterable[Any]) -> dict[str, int]:
    """The seconds that each long file took, from every part's (set-up, call, tear-down) report.

    With WORKERS=1 that is what each takes alone; several processes wait for each other's turn, too.
    """
    total: dict[str, float] = defaultdict(float)
    for report in reports:
        total[_file(report.nodeid)] += report.duration
    return {file: round(time) for file, time in sorted(total.items()) if time >= LONG}


def _file(nodeid: str) -> str:
    return nodeid.split("::")[0]


def pytest_addoption(parser: Any) -> None:
    """Add --write-seconds to pytest's options."""
    parser.addoption("--write-seconds", action="store_true", help=f"record what each file took in test/{SECONDS.name}")


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Arrange the tests in each of pytest-xdist's processes; one process alone takes them as they come."""
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if count > 1:
        arrange(items, json.loads(SECONDS.read_text()), count)


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    """Write the seconds, where that was asked for."""
    if config.option.write_seconds and not hasattr(config, "workerinput"):
        reports: Sequence[Any] = [
            report for kind in ("passed", "failed", "") for report in terminalreporter.stats.get(kind, ())
        ]
        SECONDS.write_text(json.dumps(measured(r for r in reports if hasattr(r, "duration")), indent=0) + "\n")
