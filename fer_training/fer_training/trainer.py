"""The training loop: epochs in, checkpoints and curves out; killed and resumed, it ends with the same weights."""

import copy
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fer_training.checkpoint import load_checkpoint, load_weights, save_checkpoint
from fer_training.data import Faces
from fer_training.errors import TrainingError
from fer_training.labels import LABELS
from fer_training.metrics import Metrics, measure
from fer_training.optimization import make_optimizers, rate_at
from fer_training.predict import normalise, predict
from fer_training.recipe import Recipe

LAST, BEST, LOG = "last.safetensors", "best.safetensors", "log.jsonl"


@dataclass(frozen=True)
class EpochReport:
    """What an epoch came to."""

    epoch: int
    """Counted from 1."""
    side: int
    """Of the images that it trained on and was validated on, in pixels."""
    loss: float
    metrics: Metrics
    seconds: float


class Trainer:
    """Trains one network by one recipe; all randomness comes from `seed` and the epoch's number."""

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
    ) -> None:
        """`train` and `valid` hold protocol A's faces; `description` goes into every checkpoint."""
        self.recipe, self.folder, self.seed, self.device = recipe, folder, seed, device
        self.precision, self.description = precision, description
        self.model = model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.mean_model = copy.deepcopy(self.model) if recipe.ema > 0 else self.model
        self.images = torch.from_numpy(train.images)[:, None]
        self.targets = _targets(train, recipe.targets)
        self.weights = _sampling_weights(train, recipe.sampling)
        self.valid = valid
        self.optimizers = make_optimizers(self.model, recipe)
        self.steps_per_epoch = math.ceil(len(train) / recipe.batch)
        self.epoch = 0
        self.rate_factor = 1.0
        self.best_accuracy = -1.0
        self.epochs_since_best = 0
        self.epochs_since_rate = 0

    def done(self) -> bool:
        """Whether the recipe's epochs or, on images of the final side, its patience have run out."""
        final = self.epoch > 0 and self.recipe.side(self.epoch - 1) == self.recipe.side(self.recipe.epochs - 1)
        impatient = 0 < self.recipe.patience <= self.epochs_since_best
        return self.epoch >= self.recipe.epochs or (final and impatient)

    def run_epoch(self, progress: Callable[[int, int, float], None]) -> EpochReport:
        """Trains one epoch, validates and saves; `progress` gets step, steps and the loss so far."""
        begun = time.monotonic()
        side = self.recipe.side(self.epoch)
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        torch.manual_seed(self.seed * 1_000_003 + self.epoch + 500_000)  # dropout
        self.model.train()
        total = 0.0
        order = self._order(generator)
        for step, start in enumerate(range(0, len(order), self.recipe.batch)):
            rows = order[start : start + self.recipe.batch]
            total += self._step(rows, side, self.epoch * self.steps_per_epoch + step, generator) * len(rows)
            progress(step + 1, self.steps_per_epoch, total / (start + len(rows)))
        metrics = self.validate(side)
        if self.epoch > 0 and side != self.recipe.side(self.epoch - 1):
            # Figures on images of another side do not compare, and only networks of the final side are shipped.
            self.best_accuracy, self.epochs_since_best, self.epochs_since_rate = -1.0, 0, 0
        self.epoch += 1
        better = self._account(metrics)
        report = EpochReport(self.epoch, side, total / len(order), metrics, time.monotonic() - begun)
        if better:
            self._save(BEST)
        self._log(report)
        self._save(LAST)  # at the very end: a run that is killed before it repeats the whole epoch
        return report

    def validate(self, side: int) -> Metrics:
        """Measures the mean weights on the validation faces, resized to `side` pixels.

        A network that so far has only seen small images is understated by larger ones.
        """
        answers = predict(self.mean_model, self.valid.images, self.device, side=side)
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
        named = dict(self.model.named_parameters())
        owner = {id(p): o for o in self.optimizers for group in o.param_groups for p in group["params"]}
        for name, buffer in groups.get("momentum", {}).items():
            # in the parameter's own memory layout, so that the arithmetic is the same to the last bit
            restored = torch.empty_like(named[name]).copy_(buffer)
            owner[id(named[name])].state[named[name]]["momentum_buffer"] = restored
        for key, value in state["progress"].items():
            setattr(self, key, value)
        self._rewind_log()

    def _order(self, generator: torch.Generator) -> Tensor:
        if self.weights is None:
            return torch.randperm(len(self.images), generator=generator)
        return torch.multinomial(self.weights, len(self.images), replacement=True, generator=generator)

    def _step(self, rows: Tensor, side: int, step: int, generator: torch.Generator) -> float:
        faces = self.images[rows].float() / 255
        faces = self.recipe.augmentation.apply(faces, side, generator)
        faces = normalise(faces).to(self.device, memory_format=torch.channels_last)
        rate = self.rate_factor * rate_at(self.recipe, step, self.steps_per_epoch)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["highest"] * rate
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"):
            logits = self.model(faces)
        loss = F.cross_entropy(logits.float(), self.targets[rows].to(self.device))
        self.model.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        for optimizer in self.optimizers:
            optimizer.step()
        if self.recipe.ema > 0:
            _follow(self.mean_model, self.model, min(self.recipe.ema, (step + 1) / (step + 10)))
        return float(loss.detach())

    def _account(self, metrics: Metrics) -> bool:
        better = metrics.accuracy > self.best_accuracy
        self.epochs_since_best = 0 if better else self.epochs_since_best + 1
        self.epochs_since_rate = 0 if better else self.epochs_since_rate + 1
        if self.recipe.schedule == "plateau" and self.epochs_since_rate > self.recipe.plateau_patience:
            self.rate_factor *= self.recipe.plateau_factor
            self.epochs_since_rate = 0
        self.best_accuracy = max(self.best_accuracy, metrics.accuracy)
        return better

    def _save(self, name: str) -> None:
        groups = {"model": self.model.state_dict()}
        if self.recipe.ema > 0:
            groups["mean"] = self.mean_model.state_dict()
        names = {id(parameter): name for name, parameter in self.model.named_parameters()}
        groups["momentum"] = {
            names[id(parameter)]: state["momentum_buffer"]
            for optimizer in self.optimizers
            for parameter, state in optimizer.state.items()
        }
        kept = ("epoch", "rate_factor", "best_accuracy", "epochs_since_best", "epochs_since_rate")
        state = {**self.description, "progress": {key: getattr(self, key) for key in kept}}
        save_checkpoint(self.folder / name, groups, state)

    def _log(self, report: EpochReport) -> None:
        m = report.metrics
        row = {"epoch": report.epoch, "side": report.side, "loss": report.loss, "seconds": round(report.seconds, 1)}
        row |= {key: getattr(m, key) for key in ("accuracy", "macro_f1", "balanced_accuracy", "kl")}
        row |= {"calibration_error": m.calibration_error, "colour_error": m.colour_error}
        row |= {f"recall_{label}": float(value) for label, value in zip(LABELS, m.recall())}
        with open(self.folder / LOG, "a") as log:
            log.write(json.dumps(row) + "\n")

    def _rewind_log(self) -> None:
        """Drops rows of epochs that are trained again: the run was killed between row and checkpoint."""
        log = self.folder / LOG
        if log.exists():
            rows = [row for row in read_log(self.folder) if row["epoch"] <= self.epoch]
            log.write_text("".join(json.dumps(row) + "\n" for row in rows))


def read_log(folder: Path) -> list[dict[str, float]]:
    """A run's epochs, as `Trainer` logged them; a last row that was cut short is left out."""
    try:
        lines = (folder / LOG).read_text().splitlines(keepends=True)
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _targets(faces: Faces, kind: str) -> Tensor:
    if kind == "majority":
        return F.one_hot(torch.from_numpy(faces.labels()), len(LABELS)).float()
    return torch.from_numpy(faces.shares()).float()


def _sampling_weights(faces: Faces, kind: str) -> Tensor | None:
    """The paper's equations (7) and (8): w_i = N / (n |C_i|), so that every class is drawn equally often."""
    if kind == "uniform":
        return None
    labels = torch.from_numpy(faces.labels())
    counts = torch.bincount(labels, minlength=len(LABELS)).clamp_min(1)
    return (len(faces) / (len(LABELS) * counts.double()))[labels]


@torch.no_grad()
def _follow(mean_model: nn.Module, model: nn.Module, decay: float) -> None:
    mine, theirs = list(mean_model.state_dict().values()), list(model.state_dict().values())
    for mean, value in zip(mine, theirs):
        if mean.is_floating_point():
            mean.lerp_(value, 1 - decay)
        else:
            mean.copy_(value)
