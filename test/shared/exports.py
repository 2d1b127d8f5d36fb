# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Graphs that one of a run's processes exports and all of them read: torch takes seconds for each."""

import functools
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import onnx
from torch import nn

from fer_models.deploy import trimmed, whole_graph

PLAIN = (bool, int, float, str, tuple, list, type(None))


def fingerprint(network: nn.Module) -> str:
    """Tell networks apart by all that an export reads: their modules' kinds, these modules' settings, every tensor."""
    digest = hashlib.sha256()
    for name, module in network.named_modules():
        settings = {
            key: value if isinstance(value, PLAIN) else getattr(value, "__qualname__", type(value).__qualname__)
            for key, value in sorted(vars(module).items())
        }
        digest.update(repr((name, type(module).__qualname__, settings)).encode())
    for name, tensor in (*network.named_parameters(), *network.named_buffers()):
        digest.update(repr((name, tensor.dtype, tuple(tensor.shape))).encode())
        digest.update(tensor.detach().contiguous().numpy().tobytes())
    return digest.hexdigest()


@contextmanager
def operators_listed_once() -> Iterator[None]:
    """Let torch list once in a process what it can export and take apart: it does for each export, and takes 0.6 s."""

    # Late: torch's exporter takes half a second to import, and most processes find every graph made.
    from torch._export import utils
    from torch.onnx._internal.exporter._registration import ONNXRegistry

    operators, composites_loaded = _listing()

    def copied(opset_version: int) -> ONNXRegistry:
        listed, copy = operators(opset_version), ONNXRegistry()
        copy._opset_version = opset_version
        copy.functions = {target: [*found] for target, found in listed.functions.items()}
        return copy

    with (
        patch.object(ONNXRegistry, "from_torchlib", staticmethod(copied)),
        patch.object(utils, "_materialize_cpp_cia_ops", composites_loaded),
    ):
        yield


@functools.cache
def _listing() -> tuple[Callable[[int], Any], Callable[[], None]]:
    """Give torch's two functions, as they were before anything was patched, with a memory."""
    from torch._export import utils
    from torch.onnx._internal.exporter._registration import ONNXRegistry

    return functools.cache(ONNXRegistry.from_torchlib), functools.cache(utils._materialize_cpp_cia_ops)


def remembered(made_once: Callable[..., Path]) -> Callable[[nn.Module], Any]:
    """Give `whole_graph` a memory on disk: the same network is exported by one process, once in a run."""

    def export(classifier: Any) -> Any:
        def make(folder: Path) -> None:
            with operators_listed_once():
                (folder / "graph.onnx").write_bytes(whole_graph(classifier).SerializeToString())

        folder = made_once(f"graph {fingerprint(classifier.eval())}", make)
        return onnx.load_from_string((folder / "graph.onnx").read_bytes())

    return export


def exporting(whole: Callable[[nn.Module], Any]) -> Callable[[nn.Module], Any]:
    """Make `export_graph` of `whole_graph` with a memory."""
    return lambda classifier: trimmed(whole(classifier))
