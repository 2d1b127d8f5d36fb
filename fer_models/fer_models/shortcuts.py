# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Shortcuts that add channels of zeros, as convolutions: ONNX Runtime then keeps a residual network in its own layout.

ONNX Runtime computes convolutions on channels in blocks, and adds and clips at zero within them. A `Pad` of channels
is not among what it can do there: behind the first one every block of a residual network went back to plain order and
in again, with an addition and a ReLU of its own.
"""

from typing import Any

import numpy as np
from onnx import helper, numpy_helper, shape_inference

IDENTITY = "identity."
"""How the names of the weights begin that are nothing but ones and zeros."""


def convolve_shortcuts(model: Any) -> None:
    """Replace each `Pad` of an `onnx.ModelProto` that only adds channels of zeros by a 1x1 convolution, in place.

    Its answers stay to the last bit: each channel is multiplied by one and the others by zero.
    """
    graph = model.graph
    constants = {item.name: item for item in graph.initializer}
    shapes = {item.name: item.type.tensor_type.shape for item in shape_inference.infer_shapes(model).graph.value_info}
    for place, node in enumerate(graph.node):
        if node.op_type != "Pad" or node.input[1] not in constants or node.input[0] not in shapes:
            continue
        amounts = numpy_helper.to_array(constants[node.input[1]])
        channels = shapes[node.input[0]].dim[1].dim_value
        if len(amounts) != 8 or not channels or not amounts[5] > 0 or amounts[[0, 1, 2, 3, 4, 6, 7]].any():
            continue
        weight = np.eye(channels + int(amounts[5]), channels, dtype=np.float32)[:, :, None, None]
        name = f"{IDENTITY}{node.output[0]}"
        graph.initializer.append(numpy_helper.from_array(weight, name))
        one = helper.make_node("Conv", [node.input[0], name], list(node.output), name=name, kernel_shape=[1, 1])
        graph.node[place].CopyFrom(one)
