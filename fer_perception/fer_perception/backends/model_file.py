# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The model file of the contract: where the default lies, and whether a file keeps the contract."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_perception.backends.crop_spec import SIDE, CropSpec
from fer_perception.errors import PerceptionError
from fer_perception.wording import PATH, reason, shown

INPUT, OUTPUT = "face", "probabilities"
MEANT = "meant"
"""The output of files that also tell what was meant, beside what people see."""
NAMES = ("fast", "accurate", "paper")
"""What fer_models ships, by name, the default first. Some have an int8 form, for ONNX Runtime on the CPU."""
REQUIRED = ("labels", "crop", "architecture")
"""Metadata without which a model can't be used rightly, or not be named; the contract lists more."""


@dataclass(frozen=True)
class Port:
    """An input or output of a model file."""

    name: str
    type: str
    """'uint8', 'float32', ..."""
    shape: tuple[object, ...]
    """An int where a dimension is fixed; a name or None where it is free."""


@dataclass(frozen=True)
class ModelInfo:
    """What a model file says of itself."""

    path: Path
    crop: CropSpec
    architecture: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Everything that it says, as it stands in the file."""
    prior: NDArray[np.float64] | None = None
    """The seven's shares in the training votes, [7], summing to 1; None where the file does not say."""
    has_meant: bool = False
    """Whether the file also answers what was meant."""
    prior_meant: NDArray[np.float64] | None = None
    """The same shares in the words that this answer learned from; None where the file does not say."""


def find_model(path: str = "", *, backend: str = "onnxruntime", provider: str = "cpu") -> Path:
    """Find the model file to use.

    Args:
        path: the file, or one of `NAMES`: a model of the installed fer_models, else of that beside this source tree,
            in its int8 form where there is one and ONNX Runtime computes on the CPU, which is made for it, and else
            in float32; empty takes the default. A file of the name that is given goes first.
        backend: what will run it.
        provider: where that computes.

    Raises:
        PerceptionError: there is no such file.
    """
    name = path or NAMES[0]
    if path and (path not in NAMES or Path(path).is_file()):
        remedy = f"give the parameter model {', '.join(NAMES)} or a .onnx file of fer_training.export"
        try:
            file = Path(path).expanduser()
            there = file.is_file()
        except (OSError, RuntimeError, ValueError) as error:  # too long, not to be entered, nobody's home, a NUL byte
            raise PerceptionError(f"no model file {shown(path, PATH)} ({reason(error)}); {remedy}") from error
        if not there:
            raise PerceptionError(f"no model file {shown(file, PATH)}; {remedy}")
        return file
    files = [f"{name}.onnx"]
    if (backend, provider) == ("onnxruntime", "cpu"):
        files.insert(0, f"{name}_int8.onnx")
    for folder in _model_folders():
        for file_name in files:
            if (folder / file_name).is_file():
                return folder / file_name
    raise PerceptionError(
        f"no model: fer_models has no {name}.onnx; build fer_models, or give the parameter model a .onnx file "
        "of fer_training.export"
    )


def _model_folders() -> list[Path]:
    try:
        from fer_models.files import model_folders
    except ImportError:  # not installed; the source tree may have it all the same
        return [Path(__file__).resolve().parents[3] / "fer_models" / "models"]
    return model_folders()


def check_model(path: Path, inputs: Sequence[Port], outputs: Sequence[Port], metadata: Mapping[str, str]) -> ModelInfo:
    """Hold a file against the contract.

    Args:
        path: the file, for the error.
        inputs: its inputs, without initialisers.
        outputs: its outputs.
        metadata: its metadata_props.

    Raises:
        PerceptionError: an input, an output, the labels or other metadata are missing or not as the contract says.
    """
    remedy = "export it again with 'python3 -m fer_training.export'"
    _check_port(path, inputs, Port(INPUT, "uint8", (None, 1, SIDE, SIDE)), "input", remedy)
    _check_port(path, outputs, Port(OUTPUT, "float32", (None, len(LABELS))), "output", remedy)
    if len(inputs) > 1:
        names = ", ".join(port.name for port in inputs)
        raise PerceptionError(
            f"{path.name} has {len(inputs)} inputs ({names}), the contract has only '{INPUT}'; {remedy}"
        )
    unread = [shown(key) for key, value in metadata.items() if not (isinstance(key, str) and isinstance(value, str))]
    if unread:  # protobuf gives bytes where there is no text
        raise PerceptionError(f"{path.name} has metadata that is no UTF-8 text: {', '.join(unread)}; {remedy}")
    missing = [key for key in REQUIRED if not metadata.get(key)]
    if missing:
        raise PerceptionError(f"{path.name} lacks metadata: {', '.join(missing)}; {remedy}")
    labels = tuple(label.strip() for label in metadata["labels"].split(","))
    if labels != LABELS:
        raise PerceptionError(f"{path.name} has the labels {shown(','.join(labels))}, not {','.join(LABELS)}; {remedy}")
    try:
        crop = CropSpec.from_json(metadata["crop"])
    except PerceptionError as error:
        raise PerceptionError(f"{path.name}: {error}; {remedy}") from error
    has_meant = any(port.name == MEANT for port in outputs)
    if has_meant:
        _check_port(path, outputs, Port(MEANT, "float32", (None, len(LABELS))), "output", remedy)
    priors = [_prior(path, metadata.get(name)) for name in ("prior", "prior_meant")]
    return ModelInfo(path, crop, metadata["architecture"], dict(metadata), priors[0], has_meant, priors[1])


def _prior(path: Path, text: str | None) -> NDArray[np.float64] | None:
    """Seven shares from JSON, as `python3 -m fer_training.export` writes them; above 0, since they are divided by."""
    if text is None:
        return None
    try:
        prior = np.array(json.loads(text), dtype=np.float64)
    except (ValueError, TypeError, OverflowError, RecursionError):
        prior = np.array([])
    if prior.shape != (len(LABELS),) or not np.all(prior > 0) or abs(prior.sum() - 1) > 1e-3:
        raise PerceptionError(
            f"{path.name} has the prior {shown(text)}, not seven shares above 0 that sum to 1; export it again"
        )
    return np.asarray(prior / prior.sum())


def _check_port(path: Path, ports: Sequence[Port], wanted: Port, kind: str, remedy: str) -> None:
    shape = ", ".join("N" if size is None else str(size) for size in wanted.shape)
    said = f"{kind} '{wanted.name}', {wanted.type} [{shape}]"
    port = next((port for port in ports if port.name == wanted.name), None)
    if port is None:
        names = ", ".join(f"'{port.name}'" for port in ports) or "none"
        raise PerceptionError(f"{path.name} has no {said}; its {kind}s are {names}; {remedy}")
    fits = len(port.shape) == len(wanted.shape) and all(
        (not isinstance(have, int) if want is None else have == want) for have, want in zip(port.shape, wanted.shape)
    )
    if port.type != wanted.type or not fits:
        shape = ", ".join("?" if size is None else str(size) for size in port.shape)
        raise PerceptionError(f"{path.name} must have the {said}, but has {port.type} [{shape}]; {remedy}")
