"""A network as it is used: bytes of a grey face in, calibrated probabilities out, and its ONNX graph."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

SIDE = 48

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

    Raises:
        ValueError: deviation or temperature is not above 0.
    """

    def __init__(self, network: nn.Module, *, mean: float, deviation: float, temperature: float = 1.0) -> None:
        """Keep the network itself, not a copy."""
        super().__init__()
        if deviation <= 0 or temperature <= 0:
            raise ValueError(f"deviation {deviation} and temperature {temperature} must be above 0")
        self.network = network
        self.mean, self.deviation, self.temperature = mean, deviation, temperature

    def forward(self, face: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities and logits, float32 [N, 7] each, for grey faces, uint8 [N, 1, 48, 48].

        Each row of the probabilities sums to 1; the logits are the network's, before the temperature.
        """
        logits: Tensor = self.network((face.float() / 255 - self.mean) / self.deviation)
        return torch.softmax(logits / self.temperature, dim=1), logits


def export_graph(classifier: FaceClassifier) -> Any:
    """Export the classifier as an `onnx.ModelProto`: input `face`, outputs `probabilities` and `logits`, any N.

    Batch-norms are folded into their convolutions. Needs the packages onnx and onnxscript. The classifier is
    put into eval mode, and has to be on the CPU.
    """
    classifier.eval()
    faces = torch.zeros(2, 1, SIDE, SIDE, dtype=torch.uint8)  # one face would make N a constant
    with quiet_export():
        program = torch.onnx.export(
            classifier,
            (faces,),
            input_names=["face"],
            output_names=["probabilities", "logits"],
            opset_version=OPSET,
            dynamo=True,
            dynamic_shapes={"face": {0: torch.export.Dim("N")}},
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch's exporter returned no graph")
    model = program.model_proto
    _strip(model)
    model.ir_version = IR_VERSION
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


def _strip(model: Any) -> None:
    """Drop what the exporter notes for debugging: it names the builder's folders and needs a newer IR."""
    graph = model.graph
    for item in (model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output, *graph.value_info):
        item.ClearField("metadata_props")
        item.ClearField("doc_string")
    del model.functions[:]
