# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Another calibration for a model file's graph."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from onnx import helper, numpy_helper

from fer_training.errors import TrainingError
from fer_training.release.calibration import Scaling

LOGITS, PROBABILITIES, OWN = "logits", "probabilities", "calibration."
"""The graph's outputs, and how the names of what stands between them begin."""


def recalibrate(model: Any, scaling: Scaling) -> None:
    """Put a scaling between a graph's logits and its probabilities, in place of what stands there.

    Args:
        model: an `onnx.ModelProto` with outputs `logits` and `probabilities`, changed in place.

    Raises:
        TrainingError: it has no such outputs.
    """
    graph = model.graph
    if not {LOGITS, PROBABILITIES} <= {output.name for output in graph.output}:
        raise TrainingError(f"the model has no outputs {LOGITS} and {PROBABILITIES}; export it again")
    others = [output.name for output in graph.output if output.name not in (PROBABILITIES, LOGITS)]
    needed = _needed(graph.node, [LOGITS, *others])
    kept = [node for node in graph.node if set(node.output) & needed]
    used = {name for node in kept for name in node.input}
    weights = [item for item in graph.initializer if item.name in used]
    constants = {"scale": scaling.scale, "bias": scaling.bias}
    weights += [
        numpy_helper.from_array(np.array(value, np.float32), f"{OWN}{name}") for name, value in constants.items()
    ]
    kept += [
        helper.make_node("Mul", [LOGITS, f"{OWN}scale"], [f"{OWN}scaled"], name=f"{OWN}mul"),
        helper.make_node("Add", [f"{OWN}scaled", f"{OWN}bias"], [f"{OWN}shifted"], name=f"{OWN}add"),
        helper.make_node("Softmax", [f"{OWN}shifted"], [PROBABILITIES], name=f"{OWN}softmax", axis=1),
    ]
    known = needed | {LOGITS}
    shapes = [item for item in graph.value_info if item.name in known]
    for field, content in ((graph.node, kept), (graph.initializer, weights), (graph.value_info, shapes)):
        del field[:]
        field.extend(content)


def _needed(nodes: Iterable[Any], outputs: list[str]) -> set[str]:
    """Return the names of all values that these depend on, themselves among them."""
    maker = {name: node for node in nodes for name in node.output}
    needed: set[str] = set()
    waiting = list(outputs)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += maker[name].input if name in maker else []
    return needed
