# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A model file of the contract, run by ONNX Runtime."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_common.distribution import fault
from fer_common.emotions import LABELS
from fer_common.onnx_runtime import onnxruntime
from fer_perception import PerceptionError
from fer_perception.backends.external_data import check_external_data, weight_files
from fer_training.data.faces import SIDE
from fer_training.errors import TrainingError

GREY = 128
ROUNDING = 0.01
"""By which probabilities may miss a sum of 1: what int8 and float16 leave."""
PROBABILITIES, MEANT = "probabilities", "meant"


class OnnxModel:
    """Reads faces through a model file.

    Args:
        path: the ONNX file.
        threads: of ONNX Runtime; 0 takes all cores.

    Raises:
        TrainingError: there is no such file, or it is no model file of the contract.
    """

    def __init__(self, path: Path, threads: int = 0) -> None:
        """Load the file."""
        if not path.is_file():
            raise TrainingError(f"no model file '{path}'; make one with python3 -m fer_training.export")
        try:
            check_external_data(path)
        except (PerceptionError, OSError) as error:
            raise TrainingError(str(error)) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's exceptions have no common root of their own
            reason = " ".join(str(error).split())
            raise TrainingError(f"'{path}' is no ONNX file that ONNX Runtime can read ({reason})") from error
        self.path = path
        self.metadata: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)
        self._check()

    def answers(self, images: NDArray[np.uint8], batch: int = 64) -> Iterator[tuple[Any, Any]]:
        """Probabilities and logits, float32 [n, 7] each, batch by batch, for grey faces, uint8 [N, 48, 48].

        The logits are None where the file has no such output.

        Raises:
            TrainingError: what it answers to one of them is no distribution.
        """
        names = [output.name for output in self._session.get_outputs()]
        for start in range(0, len(images), batch):
            outputs = self._session.run(None, {"face": images[start : start + batch, None]})
            named = dict(zip(names, outputs))
            self._hold(named["probabilities"], start)
            yield named["probabilities"], named.get("logits")

    def both(
        self, images: NDArray[np.uint8], batch: int = 64
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Return `probabilities` and `meant`, float32 [N, 7] each, for grey faces, uint8 [N, 48, 48].

        `meant` is None where the file has no such output. Errors as for `answers`.
        """
        wanted = [PROBABILITIES, MEANT] if self.has_meant else [PROBABILITIES]
        parts: list[list[NDArray[np.float32]]] = [
            self._session.run(wanted, {"face": images[start : start + batch, None]})
            for start in range(0, len(images), batch)
        ]
        answers = [np.concatenate(outputs) for outputs in zip(*parts)]
        for each in answers:
            self._hold(each, 0)
        return answers[0], answers[1] if self.has_meant else None

    @property
    def has_meant(self) -> bool:
        """Whether the file also says what was meant."""
        return MEANT in [output.name for output in self._session.get_outputs()]

    def _hold(self, answers: NDArray[np.floating], start: int) -> None:
        """Hold answers, [n, 7], to what distributions are; `start` is the first one's face."""
        sums = answers.sum(axis=1)
        odd = np.flatnonzero(~((np.abs(sums - 1) <= ROUNDING) & (answers >= 0).all(axis=1)))
        if len(odd):
            raise TrainingError(
                f"'{self.path}' answers face {start + odd[0] + 1} with what is no distribution: it "
                f"{fault(np.asarray(answers[odd[0]], np.float64))}; train or export it again"
            )

    def _check(self) -> None:
        inputs = {item.name: item.type for item in self._session.get_inputs()}
        if inputs != {"face": "tensor(uint8)"}:
            raise TrainingError(f"'{self.path}' takes {inputs}, expected face as uint8 [N, 1, 48, 48]")
        if "probabilities" not in [item.name for item in self._session.get_outputs()]:
            raise TrainingError(f"'{self.path}' has no output 'probabilities'; export it again")
        if self.metadata.get("labels") != ",".join(LABELS):
            raise TrainingError(
                f"'{self.path}' has the labels '{self.metadata.get('labels')}', expected '{','.join(LABELS)}'"
            )

        try:
            outputs = self._session.run(["probabilities"], {"face": np.full((2, 1, SIDE, SIDE), GREY, np.uint8)})
            answers = np.asarray(outputs[0], np.float64)
        except Exception as error:  # as above
            raise TrainingError(f"'{self.path}' can't be run ({' '.join(str(error).split())})") from error
        why = fault(answers[0]) if answers.shape == (2, len(LABELS)) else f"has the shape {list(answers.shape)}"
        if (why and not why.startswith("sums to")) or abs(answers.sum() - 2) > 2 * ROUNDING:
            raise TrainingError(
                f"'{self.path}' answers a grey face with what is no distribution: it {why}; if these are logits, end "
                "its graph in a Softmax, else train or export it again"
            )


def fingerprint(path: Path) -> str:
    """Return a file's name and the begin of its SHA-256, that of weights beside it with it, for the record."""
    try:
        beside = weight_files(path)
    except PerceptionError:  # of no ONNX file, such as a checkpoint
        beside = ()
    total = hashlib.sha256(path.read_bytes())
    for file in beside:
        total.update(file.read_bytes() if file.is_file() else b"")
    return f"{path.name} sha256:{total.hexdigest()[:16]}"
