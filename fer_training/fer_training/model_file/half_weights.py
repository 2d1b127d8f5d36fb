# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A model file of half the size: weights stored in float16, computed with in float32."""

from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

SUFFIX = ".float16"
"""Behind the name of a weight that is stored so."""
SMALLEST = 1024
"""Numbers that a weight must have to be worth it."""


def halve_weights(model: Any) -> None:
    """Store a graph's large weights in float16; nodes `Cast` at its begin make them float32 again.

    ONNX Runtime does that once, when it loads the file: a face costs what it cost before. Weights are rounded to
    eleven bits, and what is beyond float16's range stays as it is.

    Args:
        model: an `onnx.ModelProto`, changed in place.
    """
    graph, casts = model.graph, []
    for item in graph.initializer:
        if item.data_type != TensorProto.FLOAT or np.prod(item.dims) < SMALLEST:
            continue
        numbers = numpy_helper.to_array(item)
        if not np.abs(numbers).max() < np.finfo(np.float16).max:
            continue
        stored = item.name + SUFFIX
        casts.append(helper.make_node("Cast", [stored], [item.name], name=f"{stored}.cast", to=TensorProto.FLOAT))
        item.CopyFrom(numpy_helper.from_array(numbers.astype(np.float16), stored))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
