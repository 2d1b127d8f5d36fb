# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A network as it is used: bytes of a grey face in, calibrated probabilities out, and its ONNX graph."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from fer_models.folding import folded, name_biases
from fer_models.heads import meant, seen
from fer_models.kernels import trim_kernels
from fer_models.outputs import part_heads
from fer_models.shortcuts import convolve_shortcuts

SIDE = 48

OUTPUTS = ("probabilities", "logits", "meant", "meant_logits")
"""The graph's outputs, float32 [N, 7] each; the last two of a second head."""

OPSET = 18
"""The lowest that torch's exporter writes by itself. ONNX Runtime reads it since 1.14."""

IR_VERSION = 8
"""The file format that came with opset 18; the exporter's own, 10, is refused by ONNX Runtime before 1.18."""


class FaceClassifier(nn.Module):
    """Normalisation, network and temperature in one.

    Args:
        network: maps normalised faces, float [N, 1, 48, 48], to logits [N, 7].
        mean: of the training pixels in 0 to 1.
        deviation: their standard deviation, in the same unit, above 0.
        temperature: divides the logits before the softmax, above 0; 1 leaves them.
        meant_temperature: the same for the second head; None where the network has none.

    Raises:
        ValueError: deviation or a temperature is not above 0.
    """

    def __init__(
        self,
        network: nn.Module,
        *,
        mean: float,
        deviation: float,
        temperature: float = 1.0,
        meant_temperature: float | None = None,
    ) -> None:
        """Keep the network itself, not a copy."""
        super().__init__()
        temperatures = [temperature] if meant_temperature is None else [temperature, meant_temperature]
        if min(deviation, *temperatures) <= 0:
            raise ValueError(f"deviation {deviation} and temperatures {temperatures} must be above 0")
        self.network = network
        self.mean, self.deviation, self.temperature = mean, deviation, temperature
        self.meant_temperature = meant_temperature

    def forward(self, face: Tensor) -> tuple[Tensor, ...]:
        """Probabilities and logits, float32 [N, 7] each, for grey faces, uint8 [N, 1, 48, 48]; a second head's, too.

        Each row of the probabilities sums to 1; the logits are the network's, before the temperature. A network with a
        second head gives four: `OUTPUTS` names them.
        """
        logits: Tensor = self.network((face.float() / 255 - self.mean) / self.deviation)
        first, second = seen(logits), meant(logits)
        answers = torch.softmax(first / self.temperature, dim=1), first
        if second is None or self.meant_temperature is None:
            return answers
        return *answers, torch.softmax(second / self.meant_temperature, dim=1), second


def export_graph(classifier: FaceClassifier) -> Any:
    """Export the classifier as an `onnx.ModelProto`: input `face`, outputs `probabilities` and `logits`, any N.

    A network with a second head also has `meant` and `meant_logits`.

    Batch-norms are folded into their convolutions. Needs the packages onnx and onnxscript. The classifier is
    put into eval mode, and has to be on the CPU.
    """
    return trimmed(whole_graph(classifier))


def whole_graph(classifier: FaceClassifier) -> Any:
    """Export the classifier as torch writes it, but for a network's heads, which are parted."""
    classifier.eval()
    lean, biased = folded(classifier)
    faces = torch.zeros(2, 1, SIDE, SIDE, dtype=torch.uint8)  # one face would make N a constant
    with quiet_export(), torch.no_grad():
        program = torch.onnx.export(
            lean,
            (faces,),
            input_names=["face"],
            output_names=list(OUTPUTS[: 2 if classifier.meant_temperature is None else 4]),
            opset_version=OPSET,
            dynamo=True,
            dynamic_shapes={"face": {0: torch.export.Dim("N")}},
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch's exporter returned no graph")
    model = program.model_proto
    _strip(model)
    name_biases(model, biased)
    part_heads(model, (OUTPUTS[1], OUTPUTS[3]))
    model.ir_version = IR_VERSION
    return model


def trimmed(model: Any) -> Any:
    """Change a graph of `whole_graph` in place so that it takes less time and answers the same; return it."""
    trim_kernels(model)
    convolve_shortcuts(model)
    _drop_unread(model.graph)
    return model


@contextmanager
def quiet_export() -> Iterator[None]:
    """Keep torch's exporter from its remarks on itself: that torchvision is missing, what torch will deprecate."""
    exporter = logging.getLogger("torch.onnx")
    level = exporter.level
    exporter.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        exporter.setLevel(level)


def _drop_unread(graph: Any) -> None:
    """Drop weights that no node reads any more: ONNX Runtime warns of each, whoever loads the file."""
    read = {name for node in graph.node for name in node.input}
    for item in [item for item in graph.initializer if item.name not in read]:
        graph.initializer.remove(item)


def _strip(model: Any) -> None:
    """Drop what the exporter notes for debugging: it names the builder's folders and needs a newer IR."""
    graph = model.graph
    for item in (model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output, *graph.value_info):
        item.ClearField("metadata_props")
        item.ClearField("doc_string")
    del model.functions[:]
