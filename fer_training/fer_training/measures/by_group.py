# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Figures by group of people: whether a network reads some of them worse than others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_training.measures.bootstrap import intervals
from fer_training.measures.metrics import Metrics, Scores

FEWEST = 30
"""Faces of a group; of fewer a share of right answers says next to nothing, and none is given."""
SHOWN = ("accuracy", "balanced_accuracy", "colour_error")


@dataclass(frozen=True)
class OfGroup:
    """One group's figures."""

    kind: str
    """Of group: 'age'."""
    group: str
    """Its name: '20-39'; `REST` for the faces of which nothing is said."""
    faces: int
    metrics: Metrics | None
    """None where there are too few faces."""
    intervals: Mapping[str, tuple[float, float]]
    """95 % bootstrap intervals of the metrics' scalars, by name; empty where there are too few faces."""


REST = "not said"


def by_group(scores: Scores, names: Sequence[str], groups: Mapping[str, Mapping[str, str]]) -> list[OfGroup]:
    """Measure each group of each kind, groups in the order of their names.

    Args:
        scores: of N faces.
        names: their pictures', N.
        groups: kind to a picture's name to its group.
    """
    found = []
    for kind, of_name in groups.items():
        of_face = np.array([of_name.get(name, REST) for name in names])
        for group in sorted(set(of_face.tolist()), key=lambda group: (group == REST, group)):
            part = scores.take(np.flatnonzero(of_face == group))
            enough = len(part.label) >= FEWEST
            measured = (part.metrics(), intervals(part)) if enough else (None, {})
            found.append(OfGroup(kind, group, len(part.label), *measured))
    return found


def group_lines(found: Sequence[OfGroup]) -> list[str]:
    """Return a table for people; no line for no groups."""
    if not found:
        return []
    lines = ["", f"{'by group':<30} faces   " + "   ".join(f"{name.replace('_', ' '):<26}" for name in SHOWN)]
    for one in found:
        figures = [f"fewer than {FEWEST} faces: no figure"]
        if one.metrics is not None:
            values = one.metrics.scalars()
            figures = [
                f"{values[name]:7.4f} ({one.intervals[name][0]:.4f} to {one.intervals[name][1]:.4f})" for name in SHOWN
            ]
        lines.append(f"{f'{one.kind}: {one.group}':<30.30} {one.faces:5d}   {'   '.join(figures)}")
    return lines


def group_json(found: Sequence[OfGroup]) -> list[dict[str, Any]]:
    """Return the same for metrics.json."""
    return [
        {
            "kind": one.kind,
            "group": one.group,
            "faces": one.faces,
            "metrics": None
            if one.metrics is None
            else {
                name: {"value": value, "low": one.intervals[name][0], "high": one.intervals[name][1]}
                for name, value in one.metrics.scalars().items()
            },
        }
        for one in found
    ]
