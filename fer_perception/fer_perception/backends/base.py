# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What runs a model file."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from fer_perception.backends.model_file import ModelInfo


class Backend(ABC):
    """A loaded model file, held against the contract. Not thread-safe: one worker uses it."""

    name: str
    """What the user calls it: 'onnxruntime', 'torch'."""
    info: ModelInfo
    notice: str = ""
    """A line of warning where what was asked for could not be had; else empty."""

    @abstractmethod
    def run(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities, float32 [N, 7], for crops, uint8 [N, 1, 48, 48] with N at least 1."""

    def run_both(self, faces: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Run the network once for both readings, `probabilities` and `meant`; only for files that have the second."""
        raise NotImplementedError(f"the backend {self.name} gives one reading only")

    @property
    def description(self) -> str:
        """In a few words, for diagnostics."""
        return self.name
