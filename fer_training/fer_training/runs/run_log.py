# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A run's figures, one row an epoch: as JSON lines, and for TensorBoard."""

import json
import math
from pathlib import Path
from typing import Any

from tensorboardX import SummaryWriter

from fer_common.whole_file import write_whole
from fer_training.errors import TrainingError

LOG, TENSORBOARD = "log.jsonl", "tensorboard"


class RunLog:
    """Writes the log of one run folder."""

    def __init__(self, folder: Path) -> None:
        """Remember where to write; nothing is written before the first row."""
        self._folder = folder
        self._writer: SummaryWriter | None = None

    def append(self, row: dict[str, Any]) -> None:
        """Add an epoch: its number as `epoch`, its figures, and its confusion matrix as lists."""
        with open(self._folder / LOG, "a") as log:
            log.write(_line(row))
        epoch = int(row["epoch"])
        if self._writer is None:  # TensorBoard forgets what it was told of this epoch and later ones before
            # The file's name has whole seconds: resumed within one, it would be written over.
            suffix = f".from{epoch}"
            self._writer = SummaryWriter(str(self._folder / TENSORBOARD), purge_step=epoch, filename_suffix=suffix)
        for name, value in row.items():
            if name not in ("epoch", "confusion") and value == value:  # TensorBoard warns of what is no number
                self._writer.add_scalar(f"recall/{name[7:]}" if name.startswith("recall_") else name, value, epoch)
        self._writer.flush()

    def rewind(self, epoch: int) -> None:
        """Drop rows of later epochs, which are trained again: the run was killed between row and checkpoint."""
        log = self._folder / LOG
        if log.exists():
            rows = [row for row in read_log(self._folder) if row["epoch"] <= epoch]
            replace_text(log, "".join(map(_line, rows)))

    def close(self) -> None:
        """End the TensorBoard file."""
        if self._writer is not None:
            self._writer.close()


def _line(row: dict[str, Any]) -> str:
    """Return a row as JSON, which has no NaN: the recall of an emotion without a face is null."""
    return json.dumps({name: None if value != value else value for name, value in row.items()}) + "\n"


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Read a run's epochs, as `RunLog` wrote them; a last row that was cut short is left out.

    Raises:
        TrainingError: a row in between is damaged.
    """
    try:
        lines = (folder / LOG).read_text().splitlines(keepends=True)
    except FileNotFoundError:
        return []
    try:
        return [_row(line) for line in lines if line.endswith("\n")]
    except ValueError as error:
        raise TrainingError(f"'{folder / LOG}' is damaged ({error}); mend or remove the line") from error


def _row(line: str) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(line)
    return {name: math.nan if value is None and name.startswith("recall_") else value for name, value in row.items()}


def replace_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: an older one stays until then.

    Raises:
        OSError: it cannot be written; its `filename` says what.
    """
    try:
        write_whole(path, text, private=False)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
