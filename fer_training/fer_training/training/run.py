# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Starts or resumes one training run in its folder."""

import json
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from fer_models import create_model, parameter_count
from fer_training.data import Faces
from fer_training.errors import TrainingError
from fer_training.machine.narrow import require_wide_shortcuts
from fer_training.machine.precision import fastest_precision
from fer_training.machine.processes import Processes
from fer_training.pictures.scores import draw_curves
from fer_training.runs.checkpoint import LAST, load_checkpoint
from fer_training.runs.claim import claimed
from fer_training.runs.run_log import read_log, replace_text
from fer_training.training.optimization import begin_normally
from fer_training.training.priors import learned_priors
from fer_training.training.recipe import Recipe
from fer_training.training.resume_check import require_the_same
from fer_training.training.teachers import TEACHERS, Answers, teacher_answers
from fer_training.training.trainer import EpochReport, Trainer
from fer_training.weights.start import leaves_second_head, named_fingerprint, origin, start_with

CURVES_EVERY = 30.0
"""Seconds between two drawings of a run's curves: one takes half a second, as long as a short epoch."""
WORDS_ADVICE = "put fer2013_words.csv beside FER+'s folders, or set words to 0"


@dataclass(frozen=True)
class Run:
    """What is trained, and how; the faces come beside it."""

    folder: Path
    architecture: str
    """A name of the registry."""
    recipe: Recipe
    network: dict[str, Any] = field(default_factory=dict)
    """What `create_model` is given beside the recipe's dropout: `width`, `hidden`."""
    seed: int = 0
    precision: str = "auto"
    """'float32', 'bfloat16', or 'auto': the faster, measured."""
    device: str = "cpu"
    compiled: bool = False
    """Through torch.compile: some minutes first, then faster steps on a GPU."""
    teachers: tuple[Path, ...] = ()
    """Model files whose mean answer is mixed into the targets."""
    start: Path | None = None
    """A run's checkpoint or a model file whose weights it starts with; None: random ones."""
    start_adds: bool = False
    """The start may lack an STN, an MSA or a second head, which then begin so that its answers stay."""
    parts: int | None = None
    """Into how many each batch is split; None: one a process, or what the checkpoint says."""
    save_every: float = 300.0
    """Seconds between checkpoints within an epoch."""
    data: str = ""
    """What was trained on, in words, for the record."""
    resume: bool = False


def train_run(run: Run, train: Faces, valid: Faces, processes: Processes | None = None) -> Trainer:
    """Trains to the recipe's end and returns the trainer.

    Args:
        train: protocol A's faces to learn from.
        valid: those to measure on after each epoch.
        processes: this process's place among several.

    Raises:
        TrainingError: recipe, checkpoint, teacher or run folder are not usable, or another process trains in that
            folder; the text says what to do.
        ValueError: architecture or its options do not exist.
    """
    processes = processes or Processes()
    with claimed(run.folder) if processes.first else nullcontext():
        return _train(run, train, valid, processes)


def _train(run: Run, train: Faces, valid: Faces, processes: Processes) -> Trainer:
    device = _device(run.device)
    torch.manual_seed(run.seed)
    network = _network_options(run, train)
    model = create_model(run.architecture, **network)
    if device.type == "cpu":
        require_wide_shortcuts(model, run.network.get("width", 1.0))
    if run.recipe.initial_deviation > 0:
        begin_normally(model, run.recipe.initial_deviation)
    last, before = _before(run)
    precision, parts = run.precision, run.parts or int(before.get("parts", processes.count))
    if precision == "auto":  # measured again it might come out otherwise, and resume not exactly
        precision = before.get("precision") or _measured_precision(model, run, processes, device)
    _require_parts(parts, processes.count, min(run.recipe.batch, len(train)), run.recipe.batch)
    description = _description(run, train, network) | {"precision": precision, "parts": parts}
    if before:
        require_the_same(before, description, run.recipe, last)
    teacher = _taught(run, train)
    if run.start and not before:
        added = start_with(model, run.start, train, run.start_adds)
        if processes.first:
            _say_start(model, run.start, added)
    trainer = Trainer(
        model, run.recipe, train, valid, run.folder,
        seed=run.seed, precision=precision, device=device, description=description, teacher=teacher,
        parts=parts, processes=processes, save_every=run.save_every,
    )  # fmt: skip
    if last.exists():
        trainer.resume(last)
    if run.compiled:
        trainer.model.compile()
    if processes.first:
        about = {**description, "environment": environment(device), "arguments": sys.argv[1:]}
        replace_text(run.folder / "run.json", json.dumps(about, indent=2) + "\n")
        print(
            f"{run.architecture}, {parameter_count(model):,} parameters, {len(train):,} faces, {precision}, "
            f"epoch {min(trainer.epoch + 1, run.recipe.epochs)} of {run.recipe.epochs}"
        )
    with _curves(run) as draw:
        while not trainer.done():
            if _epoch(trainer, run, processes):
                draw()
    if processes.first:
        _say_early(trainer)
    trainer.log.close()
    return trainer


def _taught(run: Run, train: Faces) -> Answers | None:
    """Return what the run's teachers answer to its faces; None without teachers."""
    if not run.teachers:
        return None
    answers = teacher_answers(run.teachers, train, run.folder.parent / TEACHERS)
    if run.recipe.words_teacher_share > 0 and answers.meant is None:
        raise TrainingError(
            f"the recipe takes {run.recipe.words_teacher_share:g} of what the second head learns from the teachers, "
            "but not all of them have one; name others with --teacher, or set words_teacher_share to 0"
        )
    return answers


def _network_options(run: Run, train: Faces) -> dict[str, Any]:
    """Return what `create_model` is given, the recipe's part with it."""
    network = {**run.network, "dropout": run.recipe.dropout}
    if run.recipe.dropped is not None:
        network["dropped"] = run.recipe.dropped
    if run.recipe.words > 0:
        if not np.any(train.words() >= 0):
            raise TrainingError(f"the recipe weighs words by {run.recipe.words:g}, but no face has one: {WORDS_ADVICE}")
        network["meant"] = True
    return network


def _say_start(model: nn.Module, start: Path, added: list[str]) -> None:
    if added:
        print(f"added to what '{start}' has, answering as it did: {', '.join(added)}")
    if leaves_second_head(model, start):
        print(f"'{start}' also tells what was meant; this run does not go on with that: its recipe has words 0")


def _say_early(trainer: Trainer) -> None:
    recipe = trainer.recipe
    if trainer.epoch < recipe.epochs:
        print(
            f"ended early, after {trainer.epoch} of {recipe.epochs} epochs: the last {trainer.epochs_since_best} "
            f"brought nothing better on validation (patience {recipe.patience})"
        )


def _before(run: Run) -> tuple[Path, dict[str, Any]]:
    """Return the place of the run's checkpoint, and what the one that is there says; make the folder."""
    last = run.folder / LAST
    if last.exists() and not run.resume:
        raise TrainingError(f"'{run.folder}' already holds a run; add --resume to go on, or name another folder")
    run.folder.mkdir(parents=True, exist_ok=True)
    return last, load_checkpoint(last)[1] if last.exists() else {}


def _description(run: Run, train: Faces, network: dict[str, Any]) -> dict[str, Any]:
    return {
        "architecture": run.architecture,
        "network": network,
        "recipe": asdict(run.recipe),
        "seed": run.seed,
        "data": run.data,
        "faces": len(train),
        **learned_priors(train, run.recipe),
        "teachers": [named_fingerprint(path, "a teacher") for path in run.teachers],
        "start": origin(run.start) if run.start else None,
    }


def _require_parts(parts: int, processes: int, faces: int, batch: int) -> None:
    if parts % processes:
        raise TrainingError(f"{parts} parts of a batch cannot be shared by {processes} processes")
    if 2 * parts > faces:
        raise TrainingError(f"a batch of {batch} is too small for {parts} parts; give at least two faces each")


def _measured_precision(model: nn.Module, run: Run, processes: Processes, device: torch.device) -> str:
    """Return the faster on the first process's machine, for all of them: in two precisions they would train two
    networks."""
    names = ("float32", "bfloat16")
    side = run.recipe.side(run.recipe.epochs - 1)
    found = fastest_precision(model, side, device) if processes.first else names[0]
    return names[round(processes.from_first(names.index(found), device))]


def _epoch(trainer: Trainer, run: Run, processes: Processes) -> bool:
    """Train one epoch, and say whether this process reported it."""
    epochs = run.recipe.epochs
    with tqdm(
        total=trainer.steps_per_epoch, initial=trainer.step, desc=f"epoch {trainer.epoch + 1}/{epochs}",
        leave=False, mininterval=5, disable=not processes.first,
    ) as bar:  # fmt: skip

        def show(step: int, steps: int, loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.update(step - bar.n)

        report = trainer.run_epoch(show)
    if report is not None:
        print(_line(report, epochs), flush=True)
    return report is not None


@contextmanager
def _curves(run: Run) -> Iterator[Callable[[], None]]:
    """Give what is called after each epoch to have the run's curves drawn: now and then, and however the run ends."""
    title = f"{run.architecture}, width {run.network.get('width', 1.0):g}"
    drawn, newer = time.monotonic(), False

    def draw() -> None:
        draw_curves(run.folder / "curves.png", read_log(run.folder), title)

    def now_and_then() -> None:
        nonlocal drawn, newer
        newer = time.monotonic() - drawn < CURVES_EVERY
        if not newer:
            drawn = time.monotonic()
            draw()

    try:
        yield now_and_then
    finally:
        if newer:
            draw()


def environment(device: torch.device) -> dict[str, Any]:
    """Return the machine and the versions, for the record."""
    about = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "machine": platform.machine(),
        "threads": torch.get_num_threads(),
        "cpu": torch.backends.cpu.get_cpu_capability(),
    }
    if device.type == "cuda":
        about |= {"gpu": torch.cuda.get_device_name(device), "cuda": torch.version.cuda}
    return about


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise TrainingError(f"device '{name}' cannot be used ({reason}); name cpu or cuda") from error
    if device.type == "cuda":
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = True
    return device


def _line(report: EpochReport, epochs: int) -> str:
    m = report.metrics
    return (
        f"epoch {report.epoch}/{epochs}: loss {report.loss:.4f}, validation at {report.side} pixels: "
        f"accuracy {m.accuracy:.4f}, "
        f"macro-F1 {m.macro_f1:.3f}, colour error {m.colour_error:.2f}, {report.seconds:.0f} s "
        f"({report.seconds * (epochs - report.epoch) / 60:.0f} min left)"
    )
