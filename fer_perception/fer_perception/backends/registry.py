"""The backends by name."""

from pathlib import Path

from fer_perception.backends.base import Backend
from fer_perception.errors import PerceptionError

BACKENDS = ("onnxruntime", "torch")


def create_backend(name: str, path: Path, *, provider: str = "cpu", threads: int = 1) -> Backend:
    """Load a model file.

    Args:
        name: one of `BACKENDS`; only its own libraries are imported.
        path: the model file.
        provider: where ONNX Runtime computes: 'cpu', 'cuda', 'tensorrt', or one of its providers' names.
        threads: for one call; PyTorch takes it for the whole process.

    Raises:
        PerceptionError: no such backend, its library is missing, or the file does not keep the contract.
    """
    try:
        if name == "onnxruntime":
            from fer_perception.backends.onnx_backend import OnnxBackend

            return OnnxBackend(path, provider=provider, threads=threads)
        if name == "torch":
            from fer_perception.backends.torch_backend import TorchBackend

            return TorchBackend(path, threads=threads)
    except ImportError as error:
        raise PerceptionError(
            f"the backend {name} needs {error.name or error}, which is not installed; install it, or set the "
            f"parameter backend to {' or '.join(other for other in BACKENDS if other != name)}"
        ) from error
    raise PerceptionError(f"unknown backend '{name}'; choose one of {', '.join(BACKENDS)}")
