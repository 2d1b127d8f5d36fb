# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What model files answer to the faces that another network learns from."""

import hashlib
import io
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from fer_common.whole_file import write_whole
from fer_training.data import Faces
from fer_training.errors import TrainingError
from fer_training.measures.model_answers import answer
from fer_training.model_file.reader import OnnxModel, fingerprint

TEACHERS = "teachers"
"""The folder beside the runs' own in which answers are kept: a second run with the same teacher needs no wait."""


def teacher_answers(paths: tuple[Path, ...], faces: Faces, kept: Path | None = None) -> Tensor:
    """Return the mean of the model files' probabilities over each face and its mirror image, float32 [N, 7].

    Args:
        paths: the model files.
        faces: what they answer to.
        kept: a folder where their answers are looked for, and put; None keeps none.

    Raises:
        TrainingError: a file is missing or no model file, or kept answers are not as many.
    """
    images = hashlib.sha256(faces.images.tobytes()).hexdigest()[:16]
    total = np.zeros((len(faces), 7), np.float32)
    for path in paths:
        model = OnnxModel(path)
        file = kept / f"{fingerprint(path).rpartition(':')[2]}-{images}.npy" if kept else None
        total += _kept(file, len(faces)) if file and file.is_file() else _asked(model, faces, file)
    return torch.from_numpy(total / len(paths))


def _asked(model: OnnxModel, faces: Faces, file: Path | None) -> NDArray[np.float32]:
    with tqdm(total=len(faces), desc=f"teacher {model.path.name}", leave=False) as bar:
        answers = np.asarray(answer(model, faces.images, flip=True, bar=bar), np.float32)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        np.save(written, answers, allow_pickle=False)
        write_whole(file, written.getvalue(), private=False)
    return answers


def _kept(file: Path, count: int) -> NDArray[np.float32]:
    try:
        answers = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise TrainingError(f"'{file}' holds no teacher's answers ({error}); remove it") from error
    if answers.shape != (count, 7):
        raise TrainingError(f"'{file}' holds answers of shape {list(answers.shape)}, expected [{count}, 7]; remove it")
    return np.asarray(answers, np.float32)
