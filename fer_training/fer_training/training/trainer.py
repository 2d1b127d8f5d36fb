# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The training loop: epochs in, checkpoints and log out; killed anywhere and resumed, it ends with the same weights."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fer_common.emotions import LABELS
from fer_models.heads import meant, seen
from fer_training.data import Faces
from fer_training.data.faces import NO_WORD
from fer_training.data.sampling import sampling_weights
from fer_training.errors import TrainingError
from fer_training.machine.processes import Processes
from fer_training.machine.quick_steps import quicken
from fer_training.machine.seeds import generator_of, seed_of
from fer_training.measures.metrics import Metrics, measure
from fer_training.measures.predict import normalise, predict_logits
from fer_training.runs.checkpoint import BEST, LAST, load_checkpoint, load_weights, save_checkpoint
from fer_training.runs.run_log import RunLog
from fer_training.training.batch_norm import PartStatistics
from fer_training.training.losses import Losses, targets_of
from fer_training.training.optimization import make_optimizers, optimizer_state, rate_at, restore_optimizers
from fer_training.training.recipe import Recipe
from fer_training.training.teachers import Answers

PROGRESS_STEPS = 5
"""Steps between two reports of progress."""

NO_LOSS = 1e30
"""Above every loss, and a number that JSON has."""

PROGRESS = (
    "epoch", "step", "faces_seen", "seconds", "rate_factor", "best_accuracy", "epochs_since_best", "epochs_since_rate",
    "least_loss",
)  # fmt: skip
"""What a checkpoint keeps of how far the run has come."""


@dataclass(frozen=True)
class EpochReport:
    """What an epoch came to."""

    epoch: int
    """Counted from 1."""
    side: int
    """Of the images that it trained on and was validated on, in pixels."""
    loss: float
    """A face's, over the epoch, with all that the recipe adds to it."""
    train_accuracy: float
    """Share of the faces as they were shown, augmented, whose majority the network answered while it learned."""
    valid_loss: float
    """Cross-entropy a validation face, against the recipe's kind of targets and without what it adds to the loss."""
    metrics: Metrics
    seconds: float
    words_accuracy: float | None = None
    """Share of the words of the validation faces that have one which the second head answers; None without a head."""


class Trainer:
    """Trains one network by one recipe; all randomness comes from `seed` and the numbers of epoch, step and part."""

    def __init__(
        self,
        model: nn.Module,
        recipe: Recipe,
        train: Faces,
        valid: Faces,
        folder: Path,
        *,
        seed: int,
        precision: str,
        device: torch.device,
        description: dict[str, Any],
        teacher: Answers | None = None,
        parts: int = 1,
        processes: Processes | None = None,
        save_every: float = 300.0,
    ) -> None:
        """Take protocol A's faces as `train` and `valid`; `description` goes into every checkpoint.

        Args:
            teacher: what others answer to `train`, where the recipe has a share of it in the targets.
            parts: into how many each batch is split; each has batch-norm statistics of its own. A multiple of the
                number of processes.
            save_every: seconds between checkpoints within an epoch; 0 saves after every step.
        """
        self.recipe, self.folder, self.seed, self.device = recipe, folder, seed, device
        self.precision, self.description, self.save_every = precision, description, save_every
        self.parts, self.processes = parts, processes or Processes()
        self.model = model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.mean_model = copy.deepcopy(self.model) if recipe.ema > 0 else self.model
        quicken(self.model, device)
        self.statistics = PartStatistics(self.model)
        self.images = torch.from_numpy(train.images)[:, None].to(device)
        self.labels = torch.from_numpy(train.labels()).to(device)
        self.losses = Losses.of(recipe, train, teacher, device)
        self.words_accuracy: float | None = None
        self.valid_loss = 0.0
        self.weights = sampling_weights(train, recipe.sampling)
        self.valid = valid
        self.optimizers = make_optimizers(self.model, recipe)
        # A rest too small for batch-norm in every part is left out.
        self.steps_per_epoch = len(train) // recipe.batch + (len(train) % recipe.batch >= 2 * parts)
        self.log = RunLog(folder)
        self.epoch = 0
        self.step = 0  # of the current epoch, already done
        self.sums = torch.zeros(2, dtype=torch.float64, device=device)  # of the loss, and of the faces answered rightly
        self.faces_seen = 0
        self.seconds = 0.0
        self.rate_factor = 1.0
        self.best_accuracy = -1.0
        self.least_loss = NO_LOSS
        self.epochs_since_best = 0
        self.epochs_since_rate = 0

    def done(self) -> bool:
        """Tell whether the recipe's epochs or, on images of the final side, its patience have run out."""
        final = self.epoch > 0 and self.recipe.side(self.epoch - 1) == self.recipe.side(self.recipe.epochs - 1)
        impatient = 0 < self.recipe.patience <= self.epochs_since_best
        return self.epoch >= self.recipe.epochs or (final and impatient)

    def run_epoch(self, progress: Callable[[int, int, float], None]) -> EpochReport | None:
        """Trains an epoch, or what is left of it, validates and saves; `progress` gets step, steps and the loss so far.

        Returns:
            what it came to; None in every process but the first.
        """
        saved = time.monotonic()
        begun = saved - self.seconds
        side = self.recipe.side(self.epoch)
        order = self._order(generator_of(self.seed, self.epoch))
        self.model.train()
        while self.step < self.steps_per_epoch:
            rows = order[self.step * self.recipe.batch : (self.step + 1) * self.recipe.batch]
            self.sums += self._step(rows, side).double()
            self.faces_seen += len(rows)
            self.step += 1
            if self.step % PROGRESS_STEPS == 0 or self.step == self.steps_per_epoch:
                # Reading the loss waits for a GPU, so not at every step.
                progress(self.step, self.steps_per_epoch, float(self.sums[0]) / self.faces_seen)
            if time.monotonic() - saved >= self.save_every and self.step < self.steps_per_epoch:
                self.seconds = time.monotonic() - begun
                self._save(LAST)
                saved = time.monotonic()
        return self._end_epoch(side, begun)

    def _end_epoch(self, side: int, begun: float) -> EpochReport | None:
        metrics = self.validate(side) if self.processes.first else None
        accuracy = self.processes.from_first(metrics.accuracy if metrics else 0.0, self.device)
        valid_loss = self.processes.from_first(self.valid_loss, self.device)
        if self.epoch > 0 and side != self.recipe.side(self.epoch - 1):
            # Figures on images of another side do not compare, and only networks of the final side are shipped.
            self.best_accuracy, self.least_loss, self.epochs_since_best, self.epochs_since_rate = -1.0, NO_LOSS, 0, 0
        loss, train_accuracy = (self.sums / self.faces_seen).tolist()
        self.epoch += 1
        self.step, self.faces_seen, self.seconds = 0, 0, 0.0
        self.sums.zero_()
        better = self._account(accuracy, valid_loss)
        if metrics is None:
            return None
        seconds = time.monotonic() - begun
        report = EpochReport(self.epoch, side, loss, train_accuracy, valid_loss, metrics, seconds, self.words_accuracy)
        if better:
            self._save(BEST)
        self.log.append(_row(report))
        self._save(LAST)  # at the very end: a run that is killed before it repeats what is not in the last one
        return report

    def validate(self, side: int) -> Metrics:
        """Measures the mean weights on the validation faces, resized to `side` pixels.

        A network that so far has only seen small images is understated by larger ones.
        """
        logits = predict_logits(self.mean_model, self.valid.images, self.device, side=side)
        self.words_accuracy = _words_accuracy(meant(logits), self.valid)
        self.valid_loss = float(F.cross_entropy(seen(logits), targets_of(self.valid, self.recipe)))
        answers = torch.softmax(seen(logits), dim=1).numpy()
        return measure(answers, self.valid.labels(), self.valid.shares())

    def resume(self, path: Path) -> None:
        """Goes on from a checkpoint.

        Raises:
            TrainingError: it is missing, cut short, or of another architecture.
        """
        groups, state = load_checkpoint(path)
        wanted = ("model", "mean") if self.recipe.ema > 0 else ("model",)
        if not groups.keys() >= set(wanted) or "progress" not in state:
            raise TrainingError(f"'{path}' was not written with this recipe; resume with the run's own, see run.json")
        load_weights(self.model, groups["model"], path)
        if self.recipe.ema > 0:
            load_weights(self.mean_model, groups["mean"], path)
        restore_optimizers(self.model, self.optimizers, groups)
        progress = dict(state["progress"])
        self.sums.copy_(torch.tensor([progress.pop("loss_sum", 0.0), progress.pop("answered_rightly", 0.0)]))
        for key, value in progress.items():
            setattr(self, key, value)
        if self.processes.first:
            self.log.rewind(self.epoch)

    def _order(self, generator: torch.Generator) -> Tensor:
        if self.weights is None:
            return torch.randperm(len(self.images), generator=generator)
        return torch.multinomial(self.weights, len(self.images), replacement=True, generator=generator)

    def _step(self, rows: Tensor, side: int) -> Tensor:
        """Update once; return the loss and the faces answered rightly, summed over the batch in all processes, [2]."""
        step = self.epoch * self.steps_per_epoch + self.step
        rate = self.rate_factor * rate_at(self.recipe, step, self.steps_per_epoch)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["highest"] * rate
        draws = self.recipe.augmentation.draw(len(rows), side, generator_of(self.seed, self.epoch, self.step))
        self.model.zero_grad(set_to_none=True)
        sums = torch.zeros(2, device=self.device)
        if self.parts > 1:
            self.statistics.begin()
        each = self.parts // self.processes.count
        numbered = list(enumerate(torch.arange(len(rows)).tensor_split(self.parts)))
        for number, part in numbered[self.processes.rank * each : (self.processes.rank + 1) * each]:
            torch.manual_seed(seed_of(self.seed, self.epoch, self.step, number))  # dropout
            faces = self.images[rows[part].to(self.device)].float() / 255
            faces = self.recipe.augmentation.apply(faces, side, {name: values[part] for name, values in draws.items()})
            faces = normalise(faces).contiguous(memory_format=torch.channels_last)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"):
                logits = self.model(faces)
            shown = rows[part].to(self.device)
            loss = self.losses(self.model, logits.float(), shown)
            (loss / len(rows)).backward()  # type: ignore[no-untyped-call]
            rightly = (seen(logits).argmax(dim=1) == self.labels[shown]).float().sum()
            sums += torch.stack([loss.detach(), rightly])
            if self.parts > 1:
                self.statistics.end_part()
        self.processes.sum([sums, *(p.grad for p in self.model.parameters() if p.grad is not None)])
        if self.parts > 1:
            self.processes.sum(self.statistics.sums())
            self.statistics.end(self.parts)
        for optimizer in self.optimizers:
            optimizer.step()
        if self.recipe.ema > 0:
            _follow(self.mean_model, self.model, min(self.recipe.ema, (step + 1) / (step + 10)))
        return sums

    def _account(self, accuracy: float, loss: float) -> bool:
        better = loss < self.least_loss if self.recipe.best_by == "loss" else accuracy > self.best_accuracy
        self.epochs_since_best = 0 if better else self.epochs_since_best + 1
        self.epochs_since_rate = 0 if better else self.epochs_since_rate + 1
        if self.recipe.schedule == "plateau" and self.epochs_since_rate > self.recipe.plateau_patience:
            lowest = self.recipe.lowest_rate / self.recipe.optimizer.learning_rate
            self.rate_factor = max(self.rate_factor * self.recipe.plateau_factor, min(lowest, self.rate_factor))
            self.epochs_since_rate = 0
        self.best_accuracy, self.least_loss = max(self.best_accuracy, accuracy), min(self.least_loss, loss)
        return better

    def _save(self, name: str) -> None:
        if not self.processes.first:
            return
        groups = {"model": self.model.state_dict()}
        if self.recipe.ema > 0:
            groups["mean"] = self.mean_model.state_dict()
        groups |= optimizer_state(self.model, self.optimizers)
        progress = {key: getattr(self, key) for key in PROGRESS}
        loss_sum, rightly = self.sums.tolist()
        sums = {"loss_sum": loss_sum, "answered_rightly": rightly}
        state = {**self.description, "progress": {**progress, **sums}}
        save_checkpoint(self.folder / name, groups, state)


def _row(report: EpochReport) -> dict[str, Any]:
    m = report.metrics
    row = {"epoch": report.epoch, "side": report.side, "loss": report.loss, "seconds": round(report.seconds, 1)}
    row |= {"train_accuracy": report.train_accuracy, "valid_loss": report.valid_loss}
    recall = {f"recall_{label}": float(value) for label, value in zip(LABELS, m.recall())}
    words = {} if report.words_accuracy is None else {"words_accuracy": report.words_accuracy}
    return {**row, **m.scalars(), **words, **recall, "confusion": m.confusion.tolist()}


def _words_accuracy(logits: Tensor | None, faces: Faces) -> float | None:
    words = torch.from_numpy(faces.words())
    known = words != NO_WORD
    if logits is None or not bool(known.any()):
        return None
    return float((logits.argmax(dim=1) == words)[known].float().mean())


@torch.no_grad()
def _follow(mean_model: nn.Module, model: nn.Module, decay: float) -> None:
    mine, theirs = list(mean_model.state_dict().values()), list(model.state_dict().values())
    for mean, value in zip(mine, theirs):
        if mean.is_floating_point():
            mean.lerp_(value, 1 - decay)
        else:
            mean.copy_(value)
