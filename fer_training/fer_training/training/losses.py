# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a network is to answer, and the loss for what it answers: of the targets, of the words, and its own."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fer_common.emotions import LABELS
from fer_models.heads import meant, seen
from fer_training.data import Faces
from fer_training.data.faces import NO_WORD
from fer_training.training.recipe import Recipe
from fer_training.training.teachers import Answers


@dataclass(frozen=True)
class Losses:
    """The loss of one network by one recipe for the faces that it learns from."""

    recipe: Recipe
    targets: Tensor
    """Float [N, 7], each row summing to 1."""
    words: Tensor
    """Float [N, 7], what the second head learns; a row sums to the weight of its face, 0 of one without a word."""

    @classmethod
    def of(cls, recipe: Recipe, train: Faces, teacher: Answers | None, device: torch.device) -> "Losses":
        """Return the losses for these faces, and for what a teacher answers to them."""
        seen_by, meant_by = (teacher.seen, teacher.meant) if teacher else (None, None)
        targets, words = targets_of(train, recipe, seen_by), words_of(train, recipe, meant_by)
        return cls(recipe, targets.to(device), words.to(device))

    def __call__(self, model: nn.Module, logits: Tensor, rows: Tensor) -> Tensor:
        """Return the loss summed over these faces: of the targets and, where the recipe weighs them, the two others.

        Args:
            model: the network right after its `forward`; one with `own_loss(targets)`, the mean over the faces, as
                ResFace's compact branch and EmoNeXt's attention have it, adds that.
            logits: float32, what it answered.
            rows: of the faces.
        """
        smoothing = self.recipe.label_smoothing
        targets = self.targets[rows]
        loss = F.cross_entropy(seen(logits), targets, reduction="sum", label_smoothing=smoothing)
        second = meant(logits)
        if second is not None and self.recipe.words > 0:
            words = F.cross_entropy(second, self.words[rows], reduction="sum")
            loss = loss + self.recipe.words * words
        own = getattr(model, "own_loss", None)
        if own is None:
            return loss
        of_its_own: Tensor = own(targets)  # in any case: the network lets go of what it kept for it
        return loss + self.recipe.own_loss * len(rows) * of_its_own


def targets_of(faces: Faces, recipe: Recipe, teacher: Tensor | None = None) -> Tensor:
    """Return what the recipe has a network learn for each face, float [N, 7], mixed with a teacher's answers."""
    if recipe.targets == "majority":
        targets = F.one_hot(torch.from_numpy(faces.labels()), len(LABELS)).float()
    else:
        targets = torch.from_numpy(faces.shares()).float()
    if teacher is None:
        return targets
    return torch.lerp(targets, teacher.float(), recipe.teacher_share)


def words_of(faces: Faces, recipe: Recipe, teacher: Tensor | None = None) -> Tensor:
    """Return what the recipe has a second head learn for each face, float [N, 7].

    Faces without a word learn the share of a teacher's answers alone; without a teacher their row is 0.
    """
    words = torch.from_numpy(faces.words())
    known = words != NO_WORD
    targets = F.one_hot(words.clamp(min=0), len(LABELS)).float() * known[:, None]
    if teacher is None:
        return targets
    return torch.lerp(targets, teacher.float(), recipe.words_teacher_share)
