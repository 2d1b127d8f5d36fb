# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A model file's figures on a split of a data set, by protocol A."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from fer_common.emotions import LABELS
from fer_training.data import Faces, detect, load, split_title
from fer_training.data.deep_emotion_splits import DIVIDED_SO, load_as_deep_emotion
from fer_training.data.groups import groups_of, read_groups
from fer_training.errors import TrainingError
from fer_training.measures.bootstrap import RESAMPLES, intervals
from fer_training.measures.by_group import OfGroup, by_group, group_lines
from fer_training.measures.metrics import Metrics, Scores, score
from fer_training.measures.model_answers import answer
from fer_training.measures.per_class import macro, per_class
from fer_training.measures.some_classes import among
from fer_training.model_file.reader import OnnxModel


@dataclass(frozen=True)
class Evaluation:
    """A model file's figures on a split."""

    model: OnnxModel
    title: str
    """Of the split: 'FER2013Valid'."""
    votes: str
    """Where the people's distributions come from: 'ten people's votes a face'."""
    flip: bool
    """Whether each answer is averaged with that for the mirror image."""
    faces: Faces
    """Protocol A's."""
    probabilities: NDArray[np.float64]
    """The model's answers, [N, 7]."""
    scores: Scores
    metrics: Metrics
    intervals: dict[str, tuple[float, float]]
    """95 % bootstrap intervals of the metrics' scalars, by name."""
    classes: tuple[str, ...] = LABELS
    """The emotions that were asked for, in the messages' order."""
    groups: tuple[OfGroup, ...] = ()
    """Figures by group of people, where the set or a table says who is on a picture."""

    @property
    def protocol(self) -> str:
        """In words."""
        some = f", {', '.join(self.classes)} alone" if len(self.classes) < len(LABELS) else ""
        return f"A, single crop, {'averaged with its mirror image' if self.flip else 'no flip averaging'}{some}"


def evaluate(
    model: OnnxModel,
    data: Path,
    split: str,
    *,
    flip: bool = False,
    classes: Sequence[str] = LABELS,
    splits: str = "own",
    groups: Path | None = None,
) -> Evaluation:
    """Run a model file over a split of a data set, with a progress bar, and measure it.

    Args:
        model: the model file.
        data: the data set's folder, of any layout that `fer_training.data` knows.
        split: 'train', 'valid', 'test', or 'all' of them.
        flip: average each answer with that for the mirror image; not protocol A's figures then.
        splits: 'own', or 'deep_emotion' for its authors' (fer_training.data.deep_emotion_splits).
        classes: the emotions whose faces are measured; answers and votes are taken among them.
        groups: a table of who is on each picture, as `read_groups` reads it; None: what the set itself says.

    Raises:
        TrainingError: the data are not usable.
    """
    people = groups_of(data) if groups is None else read_groups(groups)
    classes = tuple(label for label in LABELS if label in classes)
    theirs = splits == "deep_emotion"
    read = load_as_deep_emotion if theirs else load
    faces, title = read(data, split).protocol_a().of(classes), split_title(data, split) + (DIVIDED_SO if theirs else "")
    if (
        groups is not None
        and len(faces)
        and not any(name in of_name for of_name in people.values() for name in faces.names)
    ):
        first = next((name for of_name in people.values() for name in of_name), "")
        raise TrainingError(
            f"'{groups}' names none of these faces: one is called '{faces.names[0]}', the table has '{first}'"
        )
    votes = "one label a face" if theirs else detect(data).labels
    if len(faces) == 0:
        raise TrainingError(f"{title} under '{data}' has no face that people see {_some(classes)} in")
    with tqdm(total=len(faces), desc=title, unit="face", leave=False, mininterval=1) as bar:
        probabilities = answer(model, faces.images, flip=flip, bar=bar)
    probabilities = among(probabilities, classes) if len(classes) < len(LABELS) else probabilities
    scores = score(probabilities, faces.labels(), among(faces.shares(), classes))
    figures = scores.metrics(), intervals(scores)
    parts = tuple(by_group(scores, faces.names, people))
    return Evaluation(model, title, votes, flip, faces, probabilities, scores, *figures, classes, parts)


def _some(classes: Sequence[str]) -> str:
    return "one of the seven emotions" if len(classes) == len(LABELS) else f"one of {', '.join(classes)}"


def text(result: Evaluation) -> str:
    """Return the figures as a table for people."""
    about = result.model.metadata
    lines = [
        f"{result.model.path} ({about.get('architecture', '?')}, version {about.get('version', '?')}) "
        f"on {result.title}, protocol {result.protocol}: {len(result.faces):,} faces, {result.votes}",
        "",
        f"{'':<18}    value   95 % interval ({RESAMPLES} bootstrap resamples of the faces)",
    ]
    for name, value in result.metrics.scalars().items():
        low, high = result.intervals[name]
        lines.append(f"{name.replace('_', ' '):<18} {value:8.4f}   {low:.4f} to {high:.4f}")
    lines += ["", f"{'':<18} precision   recall       F1    faces"]
    for label, row in per_class(result.metrics).items():
        precision, recall = (
            f"{value:8.4f}" if value is not None else "       -" for value in (row["precision"], row["recall"])
        )
        if label in result.classes:
            lines.append(f"{label:<18}  {precision} {recall} {row['f1']:8.4f} {row['faces']:8d}")
    lines.append(f"{'their mean':<18}  {' '.join(f'{value:8.4f}' for value in macro(result.metrics).values())}")
    lines += group_lines(result.groups)
    return "\n".join(lines)
