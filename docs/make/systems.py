"""Draws docs/images/systems.png and prints the tables of docs/systems.md: python3 docs/make/systems.py RUNS.

RUNS holds what these write for each network NAME:
  python3 -m fer_training.train --run RUNS/NAME --arch NAME --recipe systems --faces 9216 --epochs 3 --seed 31 …
  python3 -m fer_training.export --checkpoint RUNS/NAME --output RUNS/NAME.onnx --anyway …
  python3 -m fer_training.explain --model RUNS/NAME.onnx --photos CLIP --output RUNS/explain-NAME
and explain-fast, the same of fast.onnx. Without an explain folder a network has no row in the second table.
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
WAY = "Grad-CAM"


def explained(folder: Path) -> dict[str, Any]:
    """Read explain's record; empty where there is none."""
    path = folder / "explained.json"
    return json.loads(path.read_text()) if path.is_file() else {}


def maps_of(record: dict[str, Any], names: list[str]) -> NDArray[np.float64]:
    """Return Grad-CAM's maps of these faces, [N, 48, 48]."""
    by_name = {face["name"]: face for face in record["faces"]}
    return np.array([by_name[name]["maps"][WAY] for name in names])


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
    right.set_title("loss: validation, and dotted in training (with what a network adds)", fontsize=10)
    for axes in (left, right):
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
    left.legend(fontsize=8)
    figure.savefig(Path(__file__).parents[1] / "images" / "systems.png", dpi=80)


def main() -> None:
    """Draw the curves and print both tables."""
    runs = Path(sys.argv[1])
    trained = sorted(path.parent.name for path in runs.glob("*/log.jsonl"))
    draw(runs, trained)
    for name in trained:
        for row in read_log(runs / name)[-1:]:
            low, high = wilson(row["accuracy"], int(np.sum(row["confusion"])))
            cells = [f"{row['train_accuracy']:.3f}", f"{row['accuracy']:.3f} ({low:.3f} to {high:.3f})"]
            cells += [f"{row['macro_f1']:.3f}", f"{row['colour_error']:.2f}"]
            print(f"| {name} | {row['epoch']} | {' | '.join(cells)} |")
    first = explained(runs / f"explain-{FIRST}")
    happy = [one["name"] for one in first["faces"] if LABELS[int(np.argmax(one["model"]))] == "happy"]
    print(f"{len(happy)} happy faces")
    for name in [FIRST, *trained]:
        record = explained(runs / f"explain-{name}")
        if record and WAY in record["faces"][0]["maps"]:
            maps = maps_of(record, happy)
            answers = {one["name"]: LABELS[int(np.argmax(one["model"]))] for one in record["faces"]}
            right = sum(answers[one] == "happy" for one in happy)
            share, agreement = np.nanmean(lower_half(maps)), correlation(maps_of(first, happy), maps)
            print(f"| {name} | {record['layer']} | {right} of {len(happy)} | {share:.2f} | {agreement:.2f} |")


if __name__ == "__main__":
    main()
