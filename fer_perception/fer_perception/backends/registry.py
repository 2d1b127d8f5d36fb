"""The backends by name."""

from pathlib import Path

from fer_perception.backends.answers import check_on_grey
from fer_perception.backends.base import Backend
from fer_perception.backends.external_data import check_external_data
from fer_perception.errors import PerceptionError
from fer_perception.wording import reason

BACKENDS = ("onnxruntime", "torch")


def create_backend(name: str, path: Path, *, provider: str = "cpu", threads: int = 1) -> Backend:
    """Load a model file, and try it on grey faces.

    Args:
        name: one of `BACKENDS`; only its own libraries are imported.
        path: the model file.
        provider: where ONNX Runtime computes: 'cpu', 'cuda', 'tensorrt', or one of its providers' names.
        threads: for one call; PyTorch takes it for the whole process.

    Raises:
        PerceptionError: no such backend, its library is missing, the file can't be read, names weights outside its
            folder, does not keep the contract, or answers a grey face with what is no distribution.
    """
    try:
        backend = _load(name, path, provider, threads)
    except ImportError as error:
        raise PerceptionError(
            f"the backend {name} needs {error.name or error}, which is not installed; install it, or set the "
            f"parameter backend to {' or '.join(other for other in BACKENDS if other != name)}"
        ) from error
    except PerceptionError:
        raise
    except Exception as error:  # ONNX Runtime's, onnx's, protobuf's and torch's have no common root
        raise PerceptionError(f"{path} can't be loaded as an ONNX model: {reason(error)}; name another file") from error
    check_on_grey(backend)
    return backend


def _load(name: str, path: Path, provider: str, threads: int) -> Backend:
    check_external_data(path)
    if name == "onnxruntime":
        from fer_perception.backends.onnx_backend import OnnxBackend

        return OnnxBackend(path, provider=provider, threads=threads)
    if name == "torch":
        from fer_perception.backends.torch_backend import TorchBackend

        return TorchBackend(path, threads=threads)
    raise PerceptionError(f"unknown backend '{name}'; choose one of {', '.join(BACKENDS)}")
