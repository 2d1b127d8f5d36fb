# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A graph is taken from a run's memory only for the very network that it was exported from."""

from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed")
if not find_spec("onnxscript"):  # not imported here: it takes half a second
    pytest.skip("torch's exporter needs onnxscript", allow_module_level=True)

import exports
import onnx
from exports import fingerprint, remembered
from small_networks import lively
from torch import nn


def test_a_network_has_a_fingerprint_that_any_change_alters() -> None:
    found = [fingerprint(lively(name, temperature)) for name, temperature in (("vggfac", 1.3), ("vggfac", 1.2))]
    found += [fingerprint(lively(name)) for name in ("vggfac_msa", "baseline_cnn")]
    changed = lively("vggfac")
    next(iter(changed.parameters())).data.view(-1)[0] += 1e-6
    found.append(fingerprint(changed))
    moved = lively("vggfac")
    next(module for module in moved.modules() if isinstance(module, nn.BatchNorm2d)).eps *= 2
    found.append(fingerprint(moved))
    assert len(set(found)) == 6
    assert fingerprint(lively("vggfac")) == found[0]


def test_the_same_network_is_exported_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exported = []

    def whole_graph(network: nn.Module) -> onnx.ModelProto:
        exported.append(network)
        return onnx.ModelProto(doc_string=str(len(exported)))

    monkeypatch.setattr(exports, "whole_graph", whole_graph)
    made: dict[str, Path] = {}

    def made_once(name, make):
        if name not in made:
            made[name] = tmp_path / name
            made[name].mkdir()
            make(made[name])
        return made[name]

    export = remembered(made_once)
    first, again, other = export(lively("vggfac")), export(lively("vggfac")), export(lively("vggfac", 2.0))
    assert [graph.doc_string for graph in (first, again, other)] == ["1", "1", "2"]
