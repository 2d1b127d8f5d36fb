# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The weights of a network in a model file under their names in PyTorch: of its only one, or of one of several."""

import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from fer_common.onnx_runtime import onnxruntime
from fer_models import create_model
from fer_models.parts.attention import MultipleSelfAttention
from fer_models.shortcuts import IDENTITY
from fer_training.errors import TrainingError
from fer_training.model_file.half_weights import SUFFIX
from fer_training.model_file.joined_heads import JOINED, Numbers, Weights, heads_apart
from fer_training.model_file.reader import OnnxModel, fingerprint

Described = tuple[str, dict[str, Any]]
"""A network's name in the registry, and its options."""
DLIB = "dlib's face recognition"
"""What the record and `trained_on` of a network that began there say."""
FROM_DLIB = f"; started from {DLIB} (about 3 million faces)"
"""The end of its `trained_on`."""
BETWEEN = " + "
"""What stands between the networks' own, in the `trained_on` of a file whose networks differ in it."""


@dataclass(frozen=True)
class NetworkInFile:
    """One network of a model file."""

    path: Path
    number: int | None
    """Which one, counted from 1; None: the file has but one."""

    @classmethod
    def named(cls, name: Path) -> "NetworkInFile | None":
        """Return what `model.onnx` or, of a file of several networks, `model.onnx:2` names; None: no model file."""
        found = re.fullmatch(r"(.*\.onnx)(?::([0-9]+))?", str(name))
        return cls(Path(found[1]), int(found[2]) if found[2] else None) if found else None

    def described(self) -> Described:
        """Return the network's name in the registry and its options, as the file says.

        Raises:
            TrainingError: there is no such file, or no such network in it.
        """
        return self._networks(self.metadata())[self._index]

    def metadata(self) -> dict[str, str]:
        """Return the whole file's metadata; TrainingError where it is missing or no model file."""
        return dict(self._metadata)

    def prior(self, name: str = "prior") -> tuple[float, ...]:
        """Return the seven's shares in the votes that the file was trained on, as it says; empty where it does not."""
        try:
            return tuple(float(share) for share in json.loads(self.metadata()[name]))
        except (KeyError, TypeError, ValueError):
            return ()

    def trained_on(self) -> str:
        """Return what the network has learned from, as the file says; all that the file says where it does not tell its
        networks apart.
        """
        text = self.metadata().get("trained_on", "").partition(FROM_DLIB)[0]
        each = text.split(BETWEEN)
        return each[self._index] if len(each) == len(self._networks(self.metadata())) else text

    def origin(self) -> str:
        """Return the file's name, the network's number and the file's checksum, and dlib where it began there: for the
        record.

        Raises:
            TrainingError: as `described`.
        """
        architecture, _ = self.described()
        name, checksum = fingerprint(self.path).rsplit(" ", 1)
        text = f"{name}:{self.number} {checksum}" if self.number else f"{name} {checksum}"
        dlib = architecture.startswith("resnet") and DLIB in self.metadata().get("trained_on", "")
        return f"{text}, from {DLIB}" if dlib else text

    def weights(self) -> Weights:
        """Return its weights by name, float32; batch-norms are folded into their convolutions, whose `weight_bias` is
        theirs.

        Raises:
            TrainingError: as `described`.
        """
        networks = self._networks(self.metadata())
        model = onnx.load(self.path)
        stored = [
            item for item in model.graph.initializer if item.data_type in (TensorProto.FLOAT, TensorProto.FLOAT16)
        ]
        everything = {
            item.name.removesuffix(SUFFIX): np.asarray(numpy_helper.to_array(item), np.float32) for item in stored
        }
        everything |= _linear_weights(model.graph, everything)
        prefix = f"network.networks.{self._index}." if len(networks) > 1 else "network."
        own = {name.removeprefix(prefix): value for name, value in everything.items() if name.startswith(prefix)}
        unnamed = [
            value
            for name, value in everything.items()
            if not name.startswith(("network.", "calibration.", IDENTITY)) and value.ndim > 0
        ]
        return own | self._heads(networks, unnamed)

    def logits(self, faces: NDArray[np.uint8]) -> Numbers:
        """Return what the file's network answers to grey faces, uint8 [N, 48, 48]: float32 [N, 7]."""
        model = onnx.load(self.path)
        output = "logits"
        answers = [node for node in model.graph.node if node.op_type == "LogSoftmax"]  # one a network, where several
        if answers:
            output = answers[self._index].input[0]
        _keep_only(model.graph, output)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        parts = [session.run([output], {"face": faces[i : i + 64, None]})[0] for i in range(0, len(faces), 64)]
        return np.concatenate(parts)

    @cached_property
    def _metadata(self) -> dict[str, str]:
        try:
            now = self.path.stat()
        except OSError:
            return OnnxModel(self.path).metadata  # which says what is wrong
        return _metadata_of(self.path, now.st_ino, now.st_size, now.st_mtime_ns)

    @property
    def _index(self) -> int:
        return (self.number or 1) - 1

    def _networks(self, metadata: dict[str, str]) -> list[Described]:
        """Return all of the file's networks; TrainingError where this one is not among them."""
        try:
            architectures, options = metadata["architecture"].split(" + "), json.loads(metadata["network"])
            networks = list(zip(architectures, options if isinstance(options, list) else [options], strict=True))
        except (KeyError, ValueError) as error:
            raise TrainingError(f"'{self.path}' does not describe its network ({error}); name another file") from error
        if self.number is None and len(networks) > 1:
            raise TrainingError(
                f"'{self.path}' is of {len(networks)} networks ({metadata['architecture']}); "
                f"name one of them, such as {self.path}:1"
            )
        if self.number is not None and not 1 <= self.number <= len(networks):
            raise TrainingError(f"'{self.path}' has {len(networks)} networks, and no number {self.number}")
        return networks

    def _heads(self, networks: list[Described], unnamed: list[Numbers]) -> Weights:
        """Return the weights of its MSA modules, whose joined heads follow each other among the file's weights without
        a name."""
        apart: Weights = {}
        for index, (architecture, options) in enumerate(networks):
            with torch.device("meta"):
                network = create_model(architecture, **options)
            for name, module in network.named_modules():
                if not isinstance(module, MultipleSelfAttention):
                    continue
                # What the exporter computed for an STN may stand before them, its places among others.
                for first in range(len(unnamed) - JOINED + 1):
                    if (found := heads_apart(module, unnamed[first : first + JOINED])) is not None:
                        unnamed = unnamed[first + JOINED :]
                        break
                else:
                    return {}  # written before export joined them: they stand under their own names
                if index == self._index:
                    apart |= {f"{name}.{key}": value for key, value in found.items()}
        return apart


@lru_cache(maxsize=16)
def _metadata_of(path: Path, *state: int) -> dict[str, str]:
    """Return a file's metadata, read once while its `state` stays: to open one of several networks takes half a second.

    Not to be changed.
    """
    return OnnxModel(path).metadata


def _keep_only(graph: onnx.GraphProto, output: str) -> None:
    """Leave of a graph what one of its values, float32 [N, 7], is computed from, and make that its only output."""
    needed, kept = {output}, []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    weights = [item for item in graph.initializer if item.name in needed]
    for field, left in ((graph.node, kept[::-1]), (graph.initializer, weights)):
        del field[:]
        field.extend(left)
    del graph.value_info[:]
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", 7]))


def _linear_weights(graph: onnx.GraphProto, weights: Weights) -> Weights:
    """Return the linear layers' weights that the exporter transposed, and so left without their names.

    That is what becomes of a linear layer on more than two axes, such as a map's channels: a product and a sum. The
    bias has its name still, and the weight stands beside it.
    """
    products = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMul"}
    found: Weights = {}
    for node in graph.node:
        if node.op_type != "Add":
            continue
        for product, bias in (node.input, node.input[::-1]):
            matrix = weights.get(products.get(product, ""))
            if matrix is not None and matrix.ndim == 2 and bias in weights and bias.endswith(".bias"):
                found[bias.removesuffix("bias") + "weight"] = np.ascontiguousarray(matrix.T)
    return found
