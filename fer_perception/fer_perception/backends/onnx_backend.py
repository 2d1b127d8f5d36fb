# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The model file through ONNX Runtime."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_common.onnx_runtime import onnxruntime
from fer_perception.backends.base import Backend
from fer_perception.backends.model_file import INPUT, MEANT, OUTPUT, Port, check_model

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}
"""Short names; any other is taken for ONNX Runtime's own."""
_TYPES = {"tensor(uint8)": "uint8", "tensor(float)": "float32"}


def providers_for(wanted: str, available: Sequence[str]) -> list[str]:
    """Return the providers to try, in their order: the one that is wanted, CUDA for what TensorRT leaves over, and the
    CPU.

    Args:
        wanted: ONNX Runtime's own name.
        available: what this ONNX Runtime was built with; that it loads is known only by trying.
    """
    order = [wanted]
    if wanted == PROVIDERS["tensorrt"]:
        order.append(PROVIDERS["cuda"])
    return [*(name for name in order if name in available and name != PROVIDERS["cpu"]), PROVIDERS["cpu"]]


class OnnxBackend(Backend):
    """Runs a model file with ONNX Runtime.

    Args:
        path: the model file.
        provider: a key of `PROVIDERS`, or the name of a provider; where it can't be had, the CPU serves, and
            `notice` says so.
        threads: for one call (ONNX Runtime's intra_op).

    Raises:
        PerceptionError: the file does not keep the contract.
        Exception: whatever ONNX Runtime raises of what is no model; `create_backend` makes a line of it.
    """

    name = "onnxruntime"

    def __init__(self, path: Path, *, provider: str = "cpu", threads: int = 1) -> None:
        """Load `path` and hold it against the contract."""
        wanted = PROVIDERS.get(provider.lower(), provider)
        available = onnxruntime.get_available_providers()
        providers = providers_for(wanted, available)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what goes wrong is in its exceptions, too
        # Without a fallback where there is none: ONNX Runtime prints stars and tries the same once more.
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=providers, enable_fallback=int(len(providers) > 1)
        )
        self.info = check_model(
            path,
            [
                Port(port.name, _TYPES.get(port.type, port.type), tuple(port.shape))
                for port in self._session.get_inputs()
            ],
            [
                Port(port.name, _TYPES.get(port.type, port.type), tuple(port.shape))
                for port in self._session.get_outputs()
            ],
            self._session.get_modelmeta().custom_metadata_map,
        )
        self._provider = self._session.get_providers()[0]
        if self._provider != wanted:
            have = ", ".join(name.removesuffix("ExecutionProvider") for name in available)
            serves = self._provider.removesuffix("ExecutionProvider")
            self.notice = f"ONNX Runtime can't use '{provider}' here, the {serves} serves; it has {have}"

    def run(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities, float32 [N, 7], for crops, uint8 [N, 1, 48, 48]."""
        return np.asarray(self._session.run([OUTPUT], {INPUT: faces})[0], dtype=np.float32)

    def run_both(self, faces: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Probabilities and `meant`, float32 [N, 7] each, for crops, uint8 [N, 1, 48, 48]."""
        seen, meant = self._session.run([OUTPUT, MEANT], {INPUT: faces})
        return np.asarray(seen, dtype=np.float32), np.asarray(meant, dtype=np.float32)

    @property
    def description(self) -> str:
        """In a few words, for diagnostics."""
        return f"onnxruntime ({self._provider.removesuffix('ExecutionProvider')})"
