# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a run's best network came to on faces that took no part in choosing it."""

import json
from pathlib import Path
from typing import Any

from fer_training.runs.run_log import replace_text

HELD_OUT = "held_out.json"
"""In a run's folder, when the run is at its end."""


def validation_decides(schedule: str, patience: int) -> bool:
    """Tell whether validation has a say in a run: in when its rate falls, or in when it stops."""
    return schedule == "plateau" or patience > 0


def write_held_out(folder: Path, row: dict[str, Any]) -> None:
    """Write the figures, in the form of a row of the log."""
    replace_text(folder / HELD_OUT, json.dumps(row, indent=2) + "\n")


def read_held_out(folder: Path) -> dict[str, Any] | None:
    """Return what was written; None where nothing was."""
    path = folder / HELD_OUT
    if not path.is_file():
        return None
    row: dict[str, Any] = json.loads(path.read_text())
    return row
