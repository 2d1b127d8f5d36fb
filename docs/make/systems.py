# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Draws docs/images/systems.png and prints the tables of docs/systems.md: python3 docs/make/systems.py RUNS.

RUNS holds what these write for each network NAME:
  python3 -m fer_training.train --run RUNS/NAME --arch NAME --recipe systems --faces 9216 --epochs 3 --seed 31 …
  python3 -m fer_training.export --checkpoint RUNS/NAME --output RUNS/NAME.onnx --anyway …
  python3 -m fer_training.explain --model RUNS/NAME.onnx --photos CLIP --output RUNS/explain-NAME
  python3 -m fer_training.evaluate --model RUNS/NAME.onnx --split valid --classes SIX --output RUNS/six-NAME …
and explain-fast and six-fast, the same of fast.onnx; SIX are the seven without neutral. A network without these folders
has no row in their tables.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_training.measures.occlusion import correlation, lower_half
from fer_training.runs.run_log import read_log

FIRST = "fast"
"""The network that says which faces of the clip are happy, and with whose maps the others' are compared."""
OCCLUSION, BLACK, WAY = "grey patch", "black square", "Grad-CAM"
WAYS = (OCCLUSION, BLACK, WAY)
SIX = [label for label in LABELS if label != "neutral"]
THEIRS = {"angry": 0.81, "disgust": 0.62, "fear": 0.62, "happy": 0.94, "sad": 0.85, "surprise": 0.87}
"""The residual + SE report's Table 2: F1 on FER+'s validation faces."""


def explained(folder: Path) -> dict[str, Any]:
    """Read explain's record; empty where there is none."""
    path = folder / "explained.json"
    return json.loads(path.read_text()) if path.is_file() else {}


def maps_of(record: dict[str, Any], names: list[str], way: str) -> NDArray[np.float64]:
    """Return one way's maps of these faces, [N, 48, 48]; what speaks against the answer counts as nothing."""
    by_name = {face["name"]: face for face in record["faces"]}
    return np.maximum(np.array([by_name[name]["maps"][way] for name in names]), 0)


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share of `count` faces (Wilson, 1927): the luck of which faces were measured."""
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2)) / (1 + z**2 / count)
    return middle - half, middle + half


def draw(runs: Path, names: list[str]) -> None:
    """Draw accuracy and loss over the faces seen, of training and of validation."""
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    for number, name in enumerate(names):
        rows = read_log(runs / name)
        epochs = [row["epoch"] for row in rows]
        for axes, valid, train in ((left, "accuracy", "train_accuracy"), (right, "valid_loss", "loss")):
            axes.plot(epochs, [row[valid] for row in rows], color=f"C{number}", marker="o", label=name)
            axes.plot(epochs, [row[train] for row in rows], color=f"C{number}", linestyle=":")
    left.set_title("accuracy: validation, and dotted in training", fontsize=10)
    right.set_title("loss: validation, and dotted in training (with a network's own)", fontsize=10)
    for axes in (left, right):
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
    left.legend(fontsize=8)
    figure.savefig(Path(__file__).parents[1] / "images" / "systems.png", dpi=80)


def main() -> None:
    """Draw the curves and print the tables."""
    runs = Path(sys.argv[1])
    trained = sorted(path.parent.name for path in runs.glob("*/log.jsonl"))
    draw(runs, trained)
    for name in trained:
        for row in read_log(runs / name)[-1:]:
            low, high = wilson(row["accuracy"], int(np.sum(row["confusion"])))
            cells = [f"{row['train_accuracy']:.3f}", f"{row['accuracy']:.3f} ({low:.3f} to {high:.3f})"]
            cells += [f"{row['macro_f1']:.3f}", f"{row['colour_error']:.2f}"]
            print(f"| {name} | {row['epoch']} | {' | '.join(cells)} |")
    look(runs, trained)
    six(runs, trained)


def look(runs: Path, trained: list[str]) -> None:
    """Print what share of each way's weight lies in the lower half of happy faces, and how the ways agree."""
    first = explained(runs / f"explain-{FIRST}")
    happy = [one["name"] for one in first["faces"] if LABELS[int(np.argmax(one["model"]))] == "happy"]
    print(f"\n{len(happy)} happy faces")
    for name in [FIRST, *trained]:
        record = explained(runs / f"explain-{name}")
        if not record or WAY not in record["faces"][0]["maps"]:
            continue
        maps = {way: maps_of(record, happy, way) for way in WAYS}
        answers = {one["name"]: LABELS[int(np.argmax(one["model"]))] for one in record["faces"]}
        right = sum(answers[one] == "happy" for one in happy)
        cells = [f"{np.nanmean(lower_half(one)):.2f}" for one in maps.values()]
        cells.append(f"{correlation(maps[OCCLUSION], maps[WAY]):.2f}")
        cells += [f"{correlation(maps_of(first, happy, way), maps[way]):.2f}" for way in (OCCLUSION, WAY)]
        print(f"| `{name}` | {record['layer']} | {right} of {len(happy)} | {' | '.join(cells)} |")


def six(runs: Path, trained: list[str]) -> None:
    """Print the figures over six emotions, and the F1 of each."""
    print(f"\n| report | | | | {' | '.join(f'{THEIRS[label]:.2f}' for label in SIX)} |")
    for name in [FIRST, *trained]:
        path = runs / f"six-{name}" / "metrics.json"
        if not path.is_file():
            continue
        found = json.loads(path.read_text())
        accuracy, macro = found["metrics"]["accuracy"], found["macro"]
        cells = [f"{accuracy['value']:.3f} ({accuracy['low']:.3f} to {accuracy['high']:.3f})"]
        cells += [f"{macro[kind]:.3f}" for kind in ("precision", "recall", "f1")]
        cells += [f"{found['per_class'][label]['f1']:.2f}" for label in SIX]
        print(f"| `{name}` | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
