# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The networks of the paper in PyTorch, by name: `create_model("vggfac_stn_msa", width=0.5)`.

torch is imported when a network is first asked for, not before: `default_model` works without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fer_models.files import default_model

if TYPE_CHECKING:
    from fer_models.cost import multiply_accumulates
    from fer_models.deploy import FaceClassifier, export_graph
    from fer_models.ensemble import Ensemble
    from fer_models.registry import REGISTRY, create_model, parameter_count, training_only

__all__ = [
    "REGISTRY",
    "Ensemble",
    "FaceClassifier",
    "create_model",
    "default_model",
    "export_graph",
    "multiply_accumulates",
    "parameter_count",
    "training_only",
]

_NEEDS_TORCH = {
    "REGISTRY": "registry",
    "create_model": "registry",
    "parameter_count": "registry",
    "training_only": "registry",
    "Ensemble": "ensemble",
    "FaceClassifier": "deploy",
    "export_graph": "deploy",
    "multiply_accumulates": "cost",
}


def __getattr__(name: str) -> Any:
    if name not in _NEEDS_TORCH:
        raise AttributeError(f"module 'fer_models' has no attribute '{name}'")
    return getattr(import_module(f"fer_models.{_NEEDS_TORCH[name]}"), name)
