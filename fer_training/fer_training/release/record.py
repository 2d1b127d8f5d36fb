# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What an export came to, and the run folder that keeps it: arguments, log and pictures."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fer_training.errors import TrainingError
from fer_training.measures.metrics import Metrics, Scores
from fer_training.pictures.scores import draw_scores
from fer_training.release.card import VALID
from fer_training.release.reading import Reading


@dataclass(frozen=True)
class Exported:
    """What an export came to."""

    path: Path
    card: Path
    properties: dict[str, str]
    """The file's metadata."""
    scores: Scores
    """Of the file, on `title` by protocol A."""
    difference: float
    """The largest between the file's outputs and torch's."""
    compared: int
    """The faces that they were compared on: 256, or all of a smaller split."""
    readings: Mapping[float, Reading] = field(default_factory=dict)
    """The figures by fer_perception's parameter `reading`; empty without a second head."""
    title: str = VALID
    """Of the faces that they were measured on."""

    @property
    def metrics(self) -> Metrics:
        """Of the file, on `title` by protocol A."""
        return self.scores.metrics()

    def _meant(self) -> str:
        if not self.readings:
            return ""
        words = self.readings[1.0]
        return (
            f"at reading 1, {words.named:,} words: accuracy {words.words.accuracy:.4f}, balanced "
            f"{words.words.balanced_accuracy:.3f}, calibration error {words.words.calibration_error:.4f}\n"
        )

    def text(self) -> str:
        """Three lines to read, four of a file with two heads."""
        m, properties = self.metrics, self.properties
        return (
            f"{self.path}: {self.path.stat().st_size / 1e6:.2f} MB, {int(properties['parameters']):,} parameters, "
            f"{int(properties['flops']) / 2e6:.0f} MMAC, temperature {float(properties['temperature']):.3f}\n"
            f"{self.title}: accuracy {m.accuracy:.4f}, macro-F1 {m.macro_f1:.3f}, balanced {m.balanced_accuracy:.3f}, "
            f"KL {m.kl:.4f}, calibration error {m.calibration_error:.4f}, colour error {m.colour_error:.2f}\n"
            f"{self._meant()}"
            f"differs from torch by at most {self.difference:.1e} on {self.compared} faces; card: {self.card}"
        )


def write_record(folder: Path, done: Exported, arguments: Sequence[str]) -> None:
    """Write export.json, log.txt, confusion.png and reliability.png.

    Args:
        folder: made where it is missing.
        done: the export.
        arguments: the command's, for the record.

    Raises:
        TrainingError: it cannot be written; the model file is there all the same.
    """
    content = {
        "arguments": list(arguments),
        "metadata": done.properties,
        "metrics": done.metrics.scalars(),
        "difference": done.difference,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "export.json").write_text(json.dumps(content, indent=2) + "\n")
        (folder / "log.txt").write_text(done.text() + "\n")
        draw_scores(folder, done.scores, f"{done.path.name} on {done.title}")
    except OSError as error:
        raise TrainingError(
            f"'{done.path}' is written, but its record can't be, into '{folder}' ({error.strerror}); name another --run"
        ) from error
