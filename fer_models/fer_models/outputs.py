# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The two heads of a graph as its outputs, without being joined and cut apart again on the way."""

from typing import Any


def part_heads(model: Any, outputs: tuple[str, str]) -> None:
    """Name what a `Concat` joins after the two outputs that `Slice` cuts out of it, in place of both; in place.

    Args:
        model: an `onnx.ModelProto`; one without such a `Concat` stays as it is.
        outputs: the first and the second head's logits.
    """
    graph = model.graph
    cuts = [node for name in outputs for node in graph.node if node.op_type == "Slice" and node.output[0] == name]
    sources = {node.input[0] for node in cuts}
    joins = [node for node in graph.node if node.op_type == "Concat" and node.output[0] in sources]
    if len(cuts) != 2 or len(sources) != 1 or len(joins) != 1 or len(joins[0].input) != 2:
        return
    renamed = dict(zip(joins[0].input, outputs, strict=True))
    users = [node for node in graph.node if sources & set(node.input)]
    if len(renamed) != 2 or len(users) != 2:
        return
    for node in (*cuts, *joins):
        graph.node.remove(node)
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [renamed.get(name, name) for name in names]
