# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Writes the model file of the contract: one ONNX file with everything needed to use its weights rightly."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_common.whole_file import made_whole
from fer_models import FaceClassifier, export_graph, multiply_accumulates, parameter_count
from fer_training.errors import TrainingError
from fer_training.model_file.half_weights import halve_weights
from fer_training.model_file.reader import OnnxModel
from fer_training.release.prior import prior_text
from fer_training.weights.trained_network import Trained

TOLERANCE = 1e-4
HALF_TOLERANCE = 0.03
"""The same, in logits, where weights are stored in float16."""
LICENSE = "Apache-2.0 (weights; the images of FER2013 that they were trained on have terms of their own)"


@dataclass(frozen=True)
class Facts:
    """What the file says of itself beside what its network says."""

    crop: dict[str, Any]
    """How the face is cut from the image: `margin` (factor on the detector's box) and `align`."""
    trained_on: str
    val_accuracy: float
    """Protocol A on FER2013Valid, 0 to 1."""
    version: str
    prior: NDArray[np.float64]
    """The seven's shares in the training votes, [7], summing to 1."""
    prior_meant: NDArray[np.float64] | None = None
    """The same of the words that a second head learned from; None without one."""


def metadata(trained: Sequence[Trained], classifier: FaceClassifier, facts: Facts) -> dict[str, str]:
    """Return the file's `metadata_props`."""
    return {
        "labels": ",".join(LABELS),
        "crop": json.dumps(facts.crop),
        "architecture": " + ".join(one.architecture for one in trained),
        "network": json.dumps([one.options for one in trained] if len(trained) > 1 else trained[0].options),
        "normalisation": json.dumps({"mean": classifier.mean, "deviation": classifier.deviation}),
        "temperature": f"{classifier.temperature:.6f}",
        **_second_head(classifier, facts),
        "parameters": str(parameter_count(classifier.network)),
        "flops": str(2 * multiply_accumulates(classifier.network)),
        "prior": prior_text(facts.prior),
        "trained_on": facts.trained_on,
        "license": LICENSE,
        "val_accuracy": f"{facts.val_accuracy:.4f}",
        "version": facts.version,
    }


def _second_head(classifier: FaceClassifier, facts: Facts) -> dict[str, str]:
    if classifier.meant_temperature is None or facts.prior_meant is None:
        return {}
    return {
        "meant_temperature": f"{classifier.meant_temperature:.6f}",
        "prior_meant": prior_text(facts.prior_meant),
    }


def write_model(
    path: Path,
    classifier: FaceClassifier,
    properties: dict[str, str],
    faces: NDArray[np.uint8],
    *,
    halved: bool = False,
) -> float:
    """Write the file and check it against the classifier; what was there before stays until the check is passed.

    Args:
        path: the file to write; its folder is made.
        classifier: the network with its normalisation and temperature.
        properties: its metadata, by name.
        faces: to compare on, uint8 [N, 48, 48].
        halved: stores the weights in float16.

    Returns:
        The largest difference between the file's outputs and the classifier's.

    Raises:
        TrainingError: the graph is not valid, differs from the classifier by more than 1e-4, or 0.03 if halved, or
            cannot be written.
    """
    model = export_graph(classifier)
    if halved:
        halve_weights(model)
    tolerance = HALF_TOLERANCE if halved else TOLERANCE
    model.producer_name = "fer_training"
    model.doc_string = "Seven emotions from a grey face of 48x48 pixels; see metadata_props."
    del model.metadata_props[:]
    for key, value in properties.items():
        model.metadata_props.add(key=key, value=value)
    try:
        onnx.checker.check_model(model, full_check=True)
    except onnx.checker.ValidationError as error:
        raise TrainingError(f"torch exported a graph that onnx refuses: {' '.join(str(error).split())}") from error
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with made_whole(path) as partial:
            partial.write_bytes(model.SerializeToString())
            difference = _difference(partial, classifier, faces)
            if not difference <= tolerance:
                raise TrainingError(f"the exported graph differs from torch by {difference:.2g}, allowed {tolerance:g}")
    except OSError as error:
        raise TrainingError(f"cannot write '{path}': {error.strerror}; an older file is intact") from error
    return difference


def _difference(path: Path, classifier: FaceClassifier, faces: NDArray[np.uint8]) -> float:
    with torch.no_grad():
        expected = [output.numpy() for output in classifier(torch.from_numpy(faces)[:, None])]
    model = OnnxModel(path)
    batches = list(model.answers(faces))
    got = [np.concatenate([batch[output] for batch in batches]) for output in range(2)]
    second = model.both(faces)[1]
    if second is not None:
        expected, got = expected[:3], [*got, second]
    return max(float(np.abs(a - b).max()) for a, b in zip(got, expected))
