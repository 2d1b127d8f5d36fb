# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A fold whose recipe listens to validation: chosen on some of its training faces, measured on those held out."""

from typing import Any

import numpy as np
import torch

from fer_common.emotions import LABELS
from fer_models.heads import seen
from fer_training.data import Faces
from fer_training.measures.metrics import measure
from fer_training.measures.predict import predict_logits
from fer_training.runs.checkpoint import BEST, load_checkpoint, load_weights
from fer_training.training.trainer import Trainer


def measure_best(trainer: Trainer, faces: Faces) -> dict[str, Any]:
    """Measure the epoch that validation found best on other faces; return it in the form of a row of the log.

    Raises:
        TrainingError: the run has no such checkpoint.
    """
    path = trainer.folder / BEST
    groups, state = load_checkpoint(path)
    load_weights(trainer.mean_model, groups["mean" if trainer.recipe.ema > 0 else "model"], path)
    epoch = int(state["progress"]["epoch"])
    side = trainer.recipe.side(epoch - 1)
    logits = seen(predict_logits(trainer.mean_model, faces.images, trainer.device, side=side))
    metrics = measure(torch.softmax(logits, dim=1).numpy(), faces.labels(), faces.shares())
    recall = {f"recall_{label}": float(value) for label, value in zip(LABELS, metrics.recall())}
    about = {"epoch": epoch, "side": side, "chosen_on": len(trainer.valid), "faces": len(faces)}
    return {**about, **metrics.scalars(), **recall, "confusion": np.asarray(metrics.confusion).tolist()}
