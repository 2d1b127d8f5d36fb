# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The backends by name."""

import re
from pathlib import Path

from fer_common.plugins import load_plugin
from fer_perception.backends.answers import check_on_grey
from fer_perception.backends.base import Backend
from fer_perception.backends.external_data import check_external_data
from fer_perception.backends.model_file import NAMES, ModelInfo
from fer_perception.errors import PerceptionError
from fer_perception.wording import reason

BACKENDS = ("onnxruntime", "torch")

PLUGIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
ENTRY_POINTS = "fer_perception.classifiers"
"""The entry point group through which other packages add a classifier that is no model file: name = what the parameter
`model` says, object = what makes its `Backend`, called with `threads` as a keyword."""


def may_be_other(model: str) -> bool:
    """Tell whether a value of the parameter `model` may name another package's classifier."""
    return model not in NAMES and PLUGIN_NAME.fullmatch(model) is not None


def create_other(name: str, *, threads: int = 1) -> Backend | None:
    """Make another package's classifier, and try it on grey faces; None where no package has one of that name.

    What looks like a path, with a dot or a slash in it, is none.

    Args:
        name: what the parameter `model` says.
        threads: for one call.

    Raises:
        PerceptionError: it cannot be made, is no `Backend` with a `ModelInfo`, or answers what is no distribution.
    """
    if not may_be_other(name):
        return None
    maker = load_plugin(ENTRY_POINTS, name, PerceptionError)
    if maker is None:
        return None
    try:
        backend = maker(threads=threads)
    except PerceptionError:
        raise
    except Exception as error:  # another package's, of any kind
        raise PerceptionError(f"the classifier '{name}' cannot be used: {reason(error)}; ask its package") from error
    if not (isinstance(backend, Backend) and isinstance(getattr(backend, "info", None), ModelInfo)):
        raise PerceptionError(f"the classifier '{name}' is no Backend with a ModelInfo; ask its package")
    check_on_grey(backend)
    return backend


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
