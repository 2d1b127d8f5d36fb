"""python3 -m fer_training.evaluate: measures a model file on FER+ by protocol A, single crop, no flip averaging."""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from fer_training.bootstrap import RESAMPLES, intervals
from fer_training.data import SPLITS, load_ferplus
from fer_training.errors import TrainingError
from fer_training.labels import LABELS
from fer_training.metrics import Metrics, Scores, score
from fer_training.onnx_model import OnnxModel
from fer_training.pictures import draw_confusion, draw_reliability

BATCH = 64


@dataclass(frozen=True)
class Evaluation:
    """A model file's figures on a split."""

    model: OnnxModel
    split: str
    scores: Scores
    metrics: Metrics
    intervals: dict[str, tuple[float, float]]
    """95 % bootstrap intervals of the metrics' scalars, by name."""


def evaluate(model: OnnxModel, data: Path, split: str) -> Evaluation:
    """Runs a model file over a split of FER+, with a progress bar, and measures it.

    Raises:
        TrainingError: the data are not usable.
    """
    faces = load_ferplus(data, split).protocol_a()
    if len(faces) == 0:
        raise TrainingError(f"{SPLITS[split]} under '{data}' has no face that people see one of the seven emotions in")
    answers = []
    with tqdm(total=len(faces), desc=SPLITS[split], unit="face", leave=False, mininterval=1) as bar:
        for probabilities, _ in model.answers(faces.images, BATCH):
            answers.append(probabilities)
            bar.update(len(probabilities))
    scores = score(np.concatenate(answers), faces.labels(), faces.shares())
    return Evaluation(model, split, scores, scores.metrics(), intervals(scores))


def text(result: Evaluation) -> str:
    """The figures as a table for people."""
    about = result.model.metadata
    lines = [
        f"{result.model.path} ({about.get('architecture', '?')}, version {about.get('version', '?')}) "
        f"on {SPLITS[result.split]}, protocol A: {len(result.scores.label):,} faces",
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
        lines.append(f"{label:<18}  {precision} {recall} {row['f1']:8.4f} {row['faces']:8d}")
    return "\n".join(lines)


def per_class(metrics: Metrics) -> dict[str, dict[str, Any]]:
    """Precision, recall, F1 and number of faces by emotion; None for what has no value."""
    columns = zip(LABELS, metrics.precision(), metrics.recall(), metrics.f1(), metrics.confusion.sum(axis=1))
    return {
        label: {"precision": _number(p), "recall": _number(r), "f1": float(f), "faces": int(n)}
        for label, p, r, f, n in columns
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def write(result: Evaluation, folder: Path) -> None:
    """Writes metrics.json, confusion.png and reliability.png, and the table as text, into a folder.

    Raises:
        TrainingError: it cannot be written.
    """
    metrics = {
        name: {"value": value, "low": result.intervals[name][0], "high": result.intervals[name][1]}
        for name, value in result.metrics.scalars().items()
    }
    content = {
        "model": str(result.model.path),
        "metadata": result.model.metadata,
        "split": SPLITS[result.split],
        "protocol": "A, single crop, no flip averaging",
        "faces": len(result.scores.label),
        "metrics": metrics,
        "per_class": per_class(result.metrics),
        "labels": list(LABELS),
        "confusion": result.metrics.confusion.tolist(),
    }
    title = f"{result.model.path.name} on {SPLITS[result.split]}"
    accuracy = f"accuracy {result.metrics.accuracy:.1%}, {content['faces']:,} faces"
    _make(folder)
    try:
        (folder / "metrics.json").write_text(json.dumps(content, indent=2) + "\n")
        (folder / "log.txt").write_text(text(result) + "\n")
        draw_confusion(folder / "confusion.png", result.metrics, f"{title}\n{accuracy}")
        draw_reliability(folder / "reliability.png", result.scores.reliability(), title)
    except OSError as error:
        raise TrainingError(f"cannot write into '{folder}': {error.strerror}; name another --output") from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"cannot write into '{folder}': {error.strerror}; name another --output") from error


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line's arguments."""
    parser = argparse.ArgumentParser(prog="python3 -m fer_training.evaluate", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="the ONNX file")
    add("--data", type=Path, required=True, help="folder with FER+'s folders, or zips of them")
    add("--split", choices=tuple(SPLITS), required=True, help="'valid' to choose by; 'test' only to report")
    add("--output", type=Path, help="folder for the figures and pictures (default: runs/evaluate-MODEL-SPLIT)")
    add("--threads", type=int, default=0, help="of ONNX Runtime (default: all cores)")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; 0 when the figures were written, 2 after one line on what was wrong."""
    options = parse(arguments)
    folder = options.output or Path("runs") / f"evaluate-{options.model.stem}-{options.split}"
    try:
        model = OnnxModel(options.model, options.threads)
        _make(folder)  # now, and not after minutes of work
        result = evaluate(model, options.data, options.split)
        print(text(result))
        write(result, folder)
    except TrainingError as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    print(f"\nwritten to {folder}: metrics.json, log.txt, confusion.png, reliability.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
