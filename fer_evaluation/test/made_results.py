# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Folders of results, as compare reads them."""

import json

from fer_color.palette import PAPER
from fer_evaluation.report.tables import write_faces, write_frames
from fer_evaluation.scores.metrics import evaluate


def write_results(folder, one, given):
    """Evaluate one series by its labels into a new folder, which is returned."""
    evaluated = evaluate([one], [given], palette=PAPER, about={"source": "replay"})
    folder.mkdir()
    (folder / "metrics.json").write_text(json.dumps(evaluated.content))
    write_frames(folder / "frames.csv", [one], [given])
    write_faces(folder / "faces.csv", [one], [given])
    return folder
