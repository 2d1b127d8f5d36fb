# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Kernels cut to what they ever see: on the smallest maps most of a 3x3 kernel's places lie on the border.

A map of one place shows a padded 3x3 kernel nothing but its middle, and one of two places, padded on one side, its
first two rows and columns. Of `resnet_fast`'s last block 13 in 18 numbers are multiplied by nothing but zeros, and to
load them takes a tenth of its time.
"""

from typing import Any

import numpy as np
from onnx import numpy_helper, shape_inference


def trim_kernels(model: Any) -> None:
    """Cuts the kernels of an `onnx.ModelProto`'s convolutions whose map is one kernel in size, in place.

    Its answers stay. The weights keep their names; `whole_kernel` is the way back.
    """
    graph = model.graph
    shapes = {
        item.name: [size.dim_value for size in item.type.tensor_type.shape.dim]
        for item in shape_inference.infer_shapes(model).graph.value_info
    }
    weights = {item.name: item for item in graph.initializer}
    pads = {node.output[0]: node for node in graph.node if node.op_type == "Pad"}
    for node in graph.node:
        if node.op_type == "Conv" and node.input[1] in weights:
            _trim(node, weights, shapes, pads.get(node.input[0]))
    used = {name for node in graph.node for name in node.input} | {item.name for item in graph.output}
    unused = [node for node in graph.node if node.op_type == "Pad" and node.output[0] not in used]
    for node in unused:
        graph.node.remove(node)
    del graph.value_info[:]


def _trim(node: Any, weights: dict[str, Any], shapes: dict[str, list[int]], pad: Any) -> None:
    kernel = numpy_helper.to_array(weights[node.input[1]])
    sides = {attribute.name: list(attribute.ints) for attribute in node.attribute}
    source = node.input[0]
    before = [0, 0]
    if pad is not None and not any(sides.get("pads", [])):
        source = pad.input[0]
        amounts = numpy_helper.to_array(weights[pad.input[1]]) if pad.input[1] in weights else None
        if amounts is None or len(amounts) != 8 or amounts[[0, 1, 4, 5]].any():
            return
        before = [int(amounts[2]), int(amounts[3])]
    elif "pads" in sides:
        before = sides["pads"][:2]
    shape, output = shapes.get(source, []), shapes.get(node.output[0], [])
    if len(shape) != 4 or len(output) != 4 or output[2:] != [1, 1] or 0 in shape[1:]:
        return
    # One place of the answer: the kernel's numbers from the map's first place on, as many as the map has.
    rows, columns = (slice(start, start + size) for start, size in zip(before, shape[2:]))
    cut = np.ascontiguousarray(kernel[:, :, rows, columns])
    if cut.shape[2:] != tuple(shape[2:]) or cut.size == kernel.size:
        return
    weights[node.input[1]].CopyFrom(numpy_helper.from_array(cut, node.input[1]))
    node.input[0] = source
    for attribute in node.attribute:
        if attribute.name == "kernel_shape":
            attribute.ints[:] = cut.shape[2:]
        elif attribute.name in ("pads", "strides"):
            attribute.ints[:] = [0 if attribute.name == "pads" else 1] * len(attribute.ints)


def whole_kernel(cut: np.ndarray[Any, Any], shape: tuple[int, ...]) -> np.ndarray[Any, Any] | None:
    """Return a kernel of the shape [O, I, 3, 3] that answers as the one that was cut; None where it is no such cut.

    What was cut off is 0: on maps of the size of those that it was cut for nothing asks for it.
    """
    if (
        len(cut.shape) != 4
        or cut.shape[:2] != shape[:2]
        or tuple(shape[2:]) != (3, 3)
        or cut.shape[2:] not in ((1, 1), (2, 2))
    ):
        return None
    whole = np.zeros(shape, cut.dtype)
    start = 1 if cut.shape[2:] == (1, 1) else 0
    whole[:, :, start : start + cut.shape[2], start : start + cut.shape[3]] = cut
    return whole
