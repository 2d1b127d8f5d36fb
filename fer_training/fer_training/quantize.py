# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.quantize: the int8 form of a model file, if it keeps its figures and gains time."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

import fer_common.onnx_runtime  # noqa: F401  # before its parts
from fer_common.whole_file import made_whole
from fer_models.shortcuts import IDENTITY
from fer_training.data import load
from fer_training.errors import TrainingError
from fer_training.measures.metrics import Metrics, measure
from fer_training.model_file.reader import OnnxModel
from fer_training.shell.arguments import Parser

# isort: split
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

CALIBRATION_FACES, BATCH = 512, 64
LARGEST_LOSS = 0.003
"""Of accuracy, beyond which an int8 form is not worth its gain."""
QUANTIZATION = "int8 (weights by channel, activations by their extremes)"
_SAME = {"ai.onnx": ""}
"""Two names of ONNX's own set of operators: a file may name it by one and its nodes by the other."""
LOCALISATION = ".stn."
"""In the names of the weights of an STN's localisation network."""
SMALL = 64
"""Outputs of a linear layer up to which it stays float32."""
TIMED = 200
"""Single faces that the two forms are timed on, in turns."""


@dataclass(frozen=True)
class Quantized:
    """An int8 form beside what it was made of."""

    path: Path
    before: Metrics
    """Of the float32 file, on FER2013Valid."""
    after: Metrics
    """Of the int8 file."""
    milliseconds: tuple[float, float]
    """Median for one face on one thread, before and after, measured in turns."""


class _Faces(CalibrationDataReader):  # type: ignore[misc]
    """Hands out the faces that the activations' ranges are taken from."""

    def __init__(self, images: NDArray[np.uint8]) -> None:
        # All of one size: ONNX Runtime stacks what the layers answer to them.
        size = min(BATCH, len(images))
        starts = range(0, len(images) - size + 1, size)
        self._batches: Iterator[NDArray[np.uint8]] = iter([images[start : start + size, None] for start in starts])

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        batch = next(self._batches, None)
        return None if batch is None else {"face": batch}


def quantize(model: OnnxModel, data: Path, output: Path, *, anyway: bool = False) -> Quantized:
    """Write the int8 form of a model file: weights by channel, activations by their extremes (ONNX Runtime's QDQ).

    The first convolution, an STN, small linear layers and the attention's products stay as they are: there is little to
    gain there and most to lose.

    Args:
        model: the float32 file.
        data: FER+: FER2013Train for the activations' ranges, FER2013Valid to judge by.
        output: the file to write.
        anyway: also if it loses more than 0.3 points of accuracy, or no time is gained.

    Raises:
        TrainingError: model or data are not usable, the result cannot be written, or it is not worth its loss.
    """
    train = load(data, "train").protocol_a()
    valid = load(data, "valid").protocol_a()
    if not len(train) or not len(valid):
        raise TrainingError(
            f"'{data}' has {len(train)} faces to train and {len(valid)} to judge by; give it some of both"
        )
    chosen = np.random.default_rng(0).permutation(len(train))[:CALIBRATION_FACES]
    try:
        with tempfile.TemporaryDirectory() as temporary, _quiet():
            whole, prepared, made = (Path(temporary) / f"{name}.onnx" for name in ("whole", "prepared", "int8"))
            onnx.save(onnx.load(model.path), whole)  # with the weights that lie in files beside it
            quant_pre_process(str(whole), str(prepared), skip_symbolic_shape=True)
            held = onnx.load(prepared)
            hold_pools(held)
            onnx.save(held, prepared)
            quantize_static(
                str(prepared),
                str(made),
                _Faces(train.images[chosen]),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                op_types_to_quantize=["Conv", "Gemm"],
                nodes_to_exclude=_kept(prepared),
                calibrate_method=CalibrationMethod.MinMax,  # Entropy has no threshold to choose from (findings/)
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                reduce_range=True,  # without VNNI instructions, eight bits of weight overflow the 16 of the sums
            )
            about = {**model.metadata, "quantization": QUANTIZATION}
            about.pop("weights", None)  # how the other file stores its own
            content = _with_metadata(made, about)
        output.parent.mkdir(parents=True, exist_ok=True)
        with made_whole(output) as partial:
            partial.write_bytes(content)
            done = _judge(model, OnnxModel(partial, 1), valid.images, valid.labels(), valid.shares(), output)
            _require(done, anyway)
            partial.write_bytes(_with_metadata(partial, {**about, "val_accuracy": f"{done.after.accuracy:.4f}"}))
    except OSError as error:
        raise TrainingError(f"cannot write '{output}': {error.strerror}; an older file is intact") from error
    return done


def _kept(path: Path) -> list[str]:
    """Return the names of the nodes that stay float32.

    The convolution that reads pixels, an STN's localisation network, small linear layers (the heads, an MSA's mixture:
    there is little to gain and most to lose), and shortcuts that only add zeros.
    """
    graph = onnx.load(path).graph
    nodes = list(graph.node)
    sizes = {item.name: item.dims[0] for item in graph.initializer if len(item.dims) == 2}
    convolutions = [node for node in nodes if node.op_type == "Conv"]
    pixels = _reading_pixels(nodes)
    kept = [
        node for node in nodes if node.op_type == "Gemm" and (sizes.get(node.input[1], 0) <= SMALL or _of_an_stn(node))
    ]
    kept += [
        node
        for node in convolutions
        if node is pixels or _of_an_stn(node) or any(name.startswith(IDENTITY) for name in node.input)
    ]
    return [node.name for node in kept]


def _reading_pixels(nodes: Sequence[Any]) -> Any:
    """Return the first convolution that is not an STN's."""
    return next(node for node in nodes if node.op_type == "Conv" and not _of_an_stn(node))


def _of_an_stn(node: Any) -> bool:
    return any(LOCALISATION in name for name in node.input)


def hold_pools(model: Any) -> None:
    """Put a step that changes nothing behind each max-pool, so that a pool of float32 stays one, in place.

    ONNX Runtime moves the step to eight bits up through a pool that follows a float32 convolution, and its pool of
    bytes takes twenty times as long as that of floats in its own layout: half a millisecond of a face's two.
    """
    graph = model.graph
    for place, node in reversed(list(enumerate(graph.node))):
        if node.op_type == "MaxPool":
            out = node.output[0]
            node.output[0] = f"{out}.pooled"
            # alpha 1 is the identity, and no optimisation takes it for one
            held = helper.make_node("LeakyRelu", [f"{out}.pooled"], [out], name=f"{out}.held", alpha=1.0)
            graph.node.insert(place + 1, held)


def _with_metadata(path: Path, properties: dict[str, str]) -> bytes:
    """Return the model file with these properties in place of its own, without what else the quantizer leaves behind.

    Its shapes are for any number N of faces; told a fixed number, tract 0.23 finds that they differ. And it names every
    set of operators that ONNX Runtime knows, in its own versions: an older one (below 1.18) loads no file that names a
    set newer than it has, though no node is of it.
    """
    model = onnx.load(path)
    del model.graph.value_info[:]
    used = {_SAME.get(domain, domain) for body in (model.graph, *model.functions) for domain in _domains(body)}
    named = [(one.domain, one.version) for one in model.opset_import if _SAME.get(one.domain, one.domain) in used]
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(*one) for one in named)
    del model.metadata_props[:]
    for key, value in properties.items():
        model.metadata_props.add(key=key, value=value)
    return bytes(model.SerializeToString())


def _domains(body: Any) -> Iterator[str]:
    """Yield the set of operators of every node of a graph or a function, also of the graphs within its nodes."""
    for node in body.node:
        yield node.domain
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                yield from _domains(inner)


def _judge(
    before: OnnxModel, after: OnnxModel, images: NDArray[np.uint8], labels: NDArray[np.int64],
    shares: NDArray[np.float64], path: Path,
) -> Quantized:  # fmt: skip
    figures = [
        measure(np.concatenate([batch[0] for batch in model.answers(images)]), labels, shares)
        for model in (before, after)
    ]
    return Quantized(path, figures[0], figures[1], _times(OnnxModel(before.path, 1), after, images[:1]))


def _times(one: OnnxModel, other: OnnxModel, face: NDArray[np.uint8]) -> tuple[float, float]:
    """Medians in milliseconds; in turns, so that a busy machine slows both."""
    taken: list[list[float]] = [[], []]
    for _ in range(TIMED):
        for model, list_of_times in zip((one, other), taken):
            begun = time.perf_counter()
            for _ in model.answers(face):
                pass
            list_of_times.append(1000 * (time.perf_counter() - begun))
    return float(np.median(taken[0])), float(np.median(taken[1]))


def _require(done: Quantized, anyway: bool) -> None:
    lost = done.before.accuracy - done.after.accuracy
    if anyway:
        return
    if lost > LARGEST_LOSS:
        raise TrainingError(f"int8 loses {100 * lost:.2f} points of accuracy, allowed {100 * LARGEST_LOSS:.1f}")
    if done.milliseconds[1] >= done.milliseconds[0]:
        raise TrainingError(
            f"int8 gains no time here: {done.milliseconds[0]:.2f} ms before, {done.milliseconds[1]:.2f} ms after"
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without ONNX Runtime's own remarks and prints."""
    root, level = logging.getLogger(), logging.getLogger().level
    root.setLevel(logging.ERROR)
    try:
        with open(os.devnull, "w") as nowhere:
            before, sys.stdout = sys.stdout, nowhere
            try:
                yield
            finally:
                sys.stdout = before
    finally:
        root.setLevel(level)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the file was written, 2 after one line on what was wrong."""
    parser = Parser(prog="python3 -m fer_training.quantize", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="the float32 ONNX file")
    add("--data", type=Path, required=True, help="FER+ (folders or zips), or another set that fer_training.data knows")
    add("--output", type=Path, required=True, help="the ONNX file to write")
    add("--anyway", action="store_true", help="though it loses more than 0.3 points, or gains no time here")
    options = parser.parse_args(arguments)
    try:
        done = quantize(OnnxModel(options.model), options.data, options.output, anyway=options.anyway)
    except TrainingError as error:
        print(f"quantize: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("quantize: stopped; an older file is intact", file=sys.stderr)
        return 130
    print(f"{'FER2013Valid':<18}  float32     int8")
    for name, value in done.before.scalars().items():
        print(f"{name.replace('_', ' '):<18} {value:8.4f} {done.after.scalars()[name]:8.4f}")
    print(f"{'one face, ms':<18} {done.milliseconds[0]:8.2f} {done.milliseconds[1]:8.2f}   (one thread, medians)")
    print(f"{done.path}: {done.path.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
