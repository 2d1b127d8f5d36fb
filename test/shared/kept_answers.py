# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the models answer to all of FER2013Valid, up to most of a minute each: kept, and tried on some faces.

python test/shared/kept_answers.py FERPLUS makes them anew, after the model was changed.
"""

import functools
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_models import default_model
from fer_training.data import load
from fer_training.model_file.reader import OnnxModel

KEPT = ("accurate", "fast", "fast_int8", "paper")
FOLDER = Path(__file__).with_name("answers")
ROUNDING = 1e-3
"""Half of float16's step below 1, and what another processor rounds otherwise."""
STEP = 0.05
"""The same of int8 files, for a single answer: what lies at the edge of a step may be rounded to the next. Their mean
stays within `ROUNDING`."""


@functools.cache
def faces(data: Path) -> Any:
    """FER2013Valid by the votes. Not to be changed."""
    return load(data, "valid").protocol_a()


def answer(model: OnnxModel, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The model's probabilities, float32 [N, 7], for grey faces, uint8 [N, 48, 48]."""
    return np.concatenate([probabilities for probabilities, _ in model.answers(images)])


def kept(name: str) -> NDArray[np.float32]:
    """The same for all of FER2013Valid, from the file, rounded to float16."""
    return np.load(FOLDER / f"{name}.npz")["probabilities"].astype(np.float32)


def main() -> None:
    """Write the files."""
    images = faces(Path(sys.argv[1])).images
    FOLDER.mkdir(exist_ok=True)
    for name in KEPT:
        answers = answer(OnnxModel(default_model().with_name(f"{name}.onnx")), images)
        np.savez_compressed(FOLDER / f"{name}.npz", probabilities=answers.astype(np.float16))
        print(f"{FOLDER / name}.npz: {len(answers)} answers")


if __name__ == "__main__":
    main()
