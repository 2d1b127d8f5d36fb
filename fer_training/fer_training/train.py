"""python3 -m fer_training.train: trains a network of the registry on FER+."""

import argparse
import json
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from fer_models import REGISTRY, create_model, parameter_count
from fer_training.checkpoint import load_checkpoint
from fer_training.data import load_ferplus
from fer_training.errors import TrainingError
from fer_training.pictures import draw_curves
from fer_training.precision import fastest_precision
from fer_training.recipe import load_recipe
from fer_training.trainer import LAST, EpochReport, Trainer, read_log


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line's arguments."""
    parser = argparse.ArgumentParser(prog="python3 -m fer_training.train", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with FER2013Train and FER2013Valid, or zips of them"
    )
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints, log and arguments")
    parser.add_argument(
        "--arch", default="vggfac_msa", choices=sorted(REGISTRY), help="architecture (default: %(default)s)"
    )
    parser.add_argument("--width", type=float, default=1.0, help="factor on the layers' width (default: %(default)s)")
    parser.add_argument(
        "--hidden", type=int, nargs="*", help="units of VGGFac's hidden layers (default: the paper's, scaled)"
    )
    parser.add_argument("--recipe", default="ours", help="'ours', 'paper', or a YAML file (default: %(default)s)")
    parser.add_argument("--epochs", type=int, help="replaces the recipe's number of epochs")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    parser.add_argument(
        "--precision", choices=("auto", "float32", "bfloat16"), default="auto", help="default: the faster, measured"
    )
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="default: %(default)s")
    parser.add_argument("--resume", action="store_true", help="go on from the run folder's last checkpoint")
    return parser.parse_args(arguments)


def train(options: argparse.Namespace) -> Trainer:
    """Trains to the recipe's end and returns the trainer.

    Raises:
        TrainingError: data, recipe, checkpoint or run folder are not usable; the text says what to do.
    """
    recipe = load_recipe(options.recipe, epochs=options.epochs)
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = _device(options.device)
    network: dict[str, Any] = {"width": options.width, "dropout": recipe.dropout}
    if options.hidden is not None:
        network["hidden"] = options.hidden
    model = create_model(options.arch, **network)
    last = options.run / LAST
    if last.exists() and not options.resume:
        raise TrainingError(f"'{options.run}' already holds a run; add --resume to go on, or name another folder")
    options.run.mkdir(parents=True, exist_ok=True)
    faces = {split: load_ferplus(options.data, split).protocol_a() for split in ("train", "valid")}
    precision = options.precision
    if precision == "auto" and last.exists():  # measured again it might come out otherwise, and resume not exactly
        precision = load_checkpoint(last)[1].get("precision", precision)
    if precision == "auto":
        precision = fastest_precision(model, recipe.side(recipe.epochs - 1), device)
    description = {
        "architecture": options.arch,
        "network": network,
        "recipe": asdict(recipe),
        "seed": options.seed,
        "precision": precision,
    }
    trainer = Trainer(
        model, recipe, faces["train"], faces["valid"], options.run,
        seed=options.seed, precision=precision, device=device, description=description,
    )  # fmt: skip
    if last.exists():
        trainer.resume(last)
    environment = {"python": platform.python_version(), "torch": torch.__version__, "machine": platform.machine()}
    _write(options.run / "run.json", {**description, "environment": environment, "arguments": sys.argv[1:]})
    print(
        f"{options.arch}, {parameter_count(model):,} parameters, {len(faces['train']):,} faces, {precision}, "
        f"epoch {trainer.epoch + 1} of {recipe.epochs}"
    )
    while not trainer.done():
        with tqdm(
            total=trainer.steps_per_epoch, desc=f"epoch {trainer.epoch + 1}/{recipe.epochs}", leave=False, mininterval=5
        ) as bar:

            def show(step: int, steps: int, loss: float, bar: Any = bar) -> None:
                bar.update()
                bar.set_postfix(loss=f"{loss:.3f}", refresh=False)

            report = trainer.run_epoch(show)
        print(_line(report, recipe.epochs), flush=True)
        draw_curves(options.run / "curves.png", read_log(options.run), f"{options.arch}, width {options.width:g}")
    return trainer


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise TrainingError(f"device '{name}' cannot be used ({reason}); name cpu or cuda") from error
    return device


def _line(report: EpochReport, epochs: int) -> str:
    m = report.metrics
    return (
        f"epoch {report.epoch}/{epochs}: loss {report.loss:.4f}, validation at {report.side} pixels: "
        f"accuracy {m.accuracy:.4f}, "
        f"macro-F1 {m.macro_f1:.3f}, colour error {m.colour_error:.2f}, {report.seconds:.0f} s "
        f"({report.seconds * (epochs - report.epoch) / 60:.0f} min left)"
    )


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; 0 when the training ended, 2 after one line on what was wrong."""
    try:
        train(parse(arguments))
    except (TrainingError, ValueError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"train: {error.strerror}: '{error.filename}'; name another --run, or make room", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("train: stopped; --resume goes on from the last whole epoch", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
