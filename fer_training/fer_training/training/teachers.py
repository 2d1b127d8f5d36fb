# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What model files answer to the faces that another network learns from."""

import hashlib
import io
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Answers:
    """What teachers answer to N faces."""

    seen: Tensor
    """Float32 [N, 7], each row summing to 1."""
    meant: Tensor | None
    """Their second heads' answers, as `seen`; None where one has no such head."""


def teacher_answers(paths: tuple[Path, ...], faces: Faces, kept: Path | None = None) -> Answers:
    """Return the mean of the model files' probabilities over each face and its mirror image.

    Args:
        paths: the model files, at least one.
        faces: what they answer to.
        kept: a folder where their answers are looked for, and put; None keeps none.

    Raises:
        TrainingError: a file is missing or no model file, or kept answers are not as many.
    """
    images = hashlib.sha256(faces.images.tobytes()).hexdigest()[:16]
    each = []
    for path in paths:
        model = OnnxModel(path)
        heads, which = (2, "-both") if model.has_meant else (1, "")
        name = f"{fingerprint(path).rpartition(':')[2]}-{images}{which}.npy"
        file = kept / name if kept else None
        each.append(_kept(file, len(faces), heads) if file and file.is_file() else _asked(model, faces, file))
    seen = torch.from_numpy(np.mean([answers[:, :7] for answers in each], axis=0))
    if any(answers.shape[1] == 7 for answers in each):
        return Answers(seen, None)
    return Answers(seen, torch.from_numpy(np.mean([answers[:, 7:] for answers in each], axis=0)))


def _asked(model: OnnxModel, faces: Faces, file: Path | None) -> NDArray[np.float32]:
    with tqdm(total=len(faces), desc=f"teacher {model.path.name}", leave=False) as bar:
        found = answer(model, faces.images, flip=True, both=model.has_meant, bar=bar)
    answers = np.asarray(found, np.float32)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        np.save(written, answers, allow_pickle=False)
        write_whole(file, written.getvalue(), private=False)
    return answers


def _kept(file: Path, count: int, heads: int) -> NDArray[np.float32]:
    try:
        answers = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise TrainingError(f"'{file}' holds no teacher's answers ({error}); remove it") from error
    wanted = (count, 7 * heads)
    if answers.shape != wanted:
        raise TrainingError(
            f"'{file}' holds answers of shape {list(answers.shape)}, expected {list(wanted)}; remove it"
        )
    return np.asarray(answers, np.float32)
