# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a team asks of a bag in its CI: a YAML file of limits, held against metrics.json and a comparison."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from fer_common.whole_file import read_whole
from fer_common.yaml_file import read_mapping
from fer_evaluation.comparison.paired_moments import DOWN, UP, Comparison
from fer_evaluation.errors import EvaluationError

LARGEST_METRICS = 64 << 20
"""Bytes; those of twelve hours are under a hundredth of it."""
EXAMPLE = "accuracy: {min: 0.7}"
LIMITS = ("min", "max", "worse_by")


@dataclass(frozen=True)
class Check:
    """One limit and whether it was met."""

    name: str
    """Of the figure, as 'accuracy' or 'flash.worst.red_1s'."""
    limit: str
    """In words."""
    value: str
    """In words."""
    met: bool


def load_thresholds(path: Path) -> dict[str, dict[str, float]]:
    """Limits by figure: `min`, `max` (of B's metrics.json; names within names by dots), `worse_by` (of B against A).

    Raises:
        EvaluationError: the file can't be read, or holds anything else.
    """
    content = read_mapping(path, "threshold file", EvaluationError, EXAMPLE)
    if not content:
        raise EvaluationError(f"threshold file '{path}': give lines such as '{EXAMPLE}'")
    for name, limits in content.items():
        if not isinstance(limits, dict) or not limits or not set(limits) <= set(LIMITS):
            raise EvaluationError(f"threshold file '{path}', {name}: give one or more of {', '.join(LIMITS)}")
        for kind, value in limits.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                raise EvaluationError(f"threshold file '{path}', {name}: {kind} is '{value}'; give a number")
        if "worse_by" in limits and name not in (*UP, *DOWN):
            raise EvaluationError(
                f"threshold file '{path}', {name}: worse_by is for the compared figures: {', '.join((*UP, *DOWN))}"
            )
    return {str(name): {kind: float(value) for kind, value in limits.items()} for name, limits in content.items()}


def check(
    thresholds: Mapping[str, Mapping[str, float]], metrics: Mapping[str, Any], comparison: Comparison
) -> list[Check]:
    """Hold every limit against what was measured; a figure that is not there meets none.

    Args:
        thresholds: of `load_thresholds`.
        metrics: B's metrics.json.
        comparison: of A and B.
    """
    found = []
    differences = {item.name: item for item in comparison.differences}
    for name, limits in thresholds.items():
        value = look_up(metrics, name)
        shown = "not measured" if value is None else f"{value:g}"
        if "min" in limits:
            found.append(
                Check(name, f"at least {limits['min']:g}", shown, value is not None and value >= limits["min"])
            )
        if "max" in limits:
            found.append(Check(name, f"at most {limits['max']:g}", shown, value is not None and value <= limits["max"]))
        if "worse_by" in limits:
            words = f"worse than A by at most {limits['worse_by']:g}"
            item = differences.get(name)
            loss = math.inf if item is None else (item.a - item.b) if name in UP else (item.b - item.a)
            said = "not compared" if item is None else f"worse by {loss:.6g}"
            found.append(Check(name, words, said, loss <= limits["worse_by"]))
    return found


def look_up(metrics: Mapping[str, Any], name: str) -> float | None:
    """Return a figure of metrics.json, names within names by dots; None where there is no number of that name."""
    value: Any = metrics
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if not isinstance(value, (int, float)):  # true is 1: flash.kept can be asked for
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:  # a damaged file's whole number of hundreds of digits
        return None


def load_metrics(folder: Path) -> dict[str, Any]:
    """Load the metrics.json of an evaluation.

    Raises:
        EvaluationError: there is none, or it is of another version.
    """
    try:
        content = json.loads(read_whole(folder / "metrics.json", LARGEST_METRICS, waits=True))
    except (OSError, ValueError, RecursionError) as error:
        raise EvaluationError(
            f"'{folder}' holds no metrics.json that can be read; name a folder of evaluate_bag"
        ) from error
    if not isinstance(content, dict) or content.get("version") != 1:
        raise EvaluationError(f"'{folder}/metrics.json' is of another version; evaluate the bag again")
    return content


def junit(checks: list[Check], name: str) -> str:
    """Write the checks as a JUnit file, as CI systems show them."""
    failed = [item for item in checks if not item.met]
    suite = ElementTree.Element("testsuite", name=name, tests=str(len(checks)), failures=str(len(failed)), errors="0")
    for item in checks:
        case = ElementTree.SubElement(suite, "testcase", classname=name, name=f"{item.name} {item.limit}")
        if not item.met:
            ElementTree.SubElement(case, "failure", message=f"{item.name}: {item.value}, wanted {item.limit}")
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
