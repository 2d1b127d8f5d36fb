# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What runs a model file: ONNX Runtime by default, PyTorch as the second."""

from fer_perception.backends.base import Backend
from fer_perception.backends.registry import BACKENDS, create_backend, create_other

__all__ = ["BACKENDS", "Backend", "create_backend", "create_other"]
