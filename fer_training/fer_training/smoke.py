# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.smoke: the whole chain on a few faces, to see that it works here. Says nothing of quality."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from fer_training import evaluate, export, train
from fer_training.data.ferplus_columns import FERPLUS_COLUMNS, FERPLUS_INDEX
from fer_training.shell.arguments import Parser, at_least

RECIPE = """
targets: votes
optimizer: {learning_rate: 0.05, muon_rate: 0.015, weight_decay: 0.0005}
schedule: stable
epochs: 2
batch: 64
dropout: 0.2
ema: 0.95
sides: [[32, 0.5], [48, 0.5]]
augmentation: {flip: true, rotation: 10, scale: 0.1, shift: 0.05, contrast: 0.2, gamma: 0.25, erase: 0.1}
"""


def draw_data(root: Path, train_faces: int, valid_faces: int) -> None:
    """Write a stand-in for FER+ in its layout: noise with a bright stripe, whose height says the emotion."""
    generator = np.random.default_rng(0)
    for split, count in (("FER2013Train", train_faces), ("FER2013Valid", valid_faces)):
        (root / split).mkdir(parents=True)
        rows = []
        for number in range(count):
            emotion = number % len(FERPLUS_INDEX)
            pixels = generator.integers(0, 90, (48, 48), dtype=np.uint8)
            pixels[6 * emotion : 6 * emotion + 6] += 120
            votes = np.zeros(len(FERPLUS_COLUMNS), np.int64)
            votes[FERPLUS_INDEX[emotion]] += 7
            votes[generator.integers(len(FERPLUS_INDEX))] += 3
            name = f"fer{number:07d}.png"
            Image.fromarray(pixels).save(root / split / name)
            rows.append(f'{name},"(0, 0, 48, 48)",{",".join(map(str, votes))}')
        (root / split / "label.csv").write_text("\n".join(rows) + "\n")


def commands(data: Path, folder: Path, faces: int) -> list[tuple[str, list[str]]]:
    """Return each step's name and arguments: train, calibrate and export, evaluate."""
    recipe, run, model = folder / "smoke.yaml", folder / "run", folder / "smoke.onnx"
    recipe.write_text(RECIPE)
    network = ["--arch", "vggfac_stn_msa", "--width", "0.125", "--hidden", "64", "--precision", "float32"]
    given, best = ["--data", str(data)], run / "best.safetensors"
    return [
        ("train", [*given, "--run", str(run), "--recipe", str(recipe), "--faces", str(faces), *network]),
        (
            "export",
            [*given, "--checkpoint", str(best), "--output", str(model), "--run", str(folder / "export"), "--anyway"],
        ),
        ("evaluate", [*given, "--model", str(model), "--split", "valid", "--output", str(folder / "figures")]),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when every step of the chain ended with 0, else the first other code."""
    parser = Parser(prog="python3 -m fer_training.smoke", description=__doc__)
    parser.add_argument("--data", type=Path, help="FER+ (default: drawn faces)")
    parser.add_argument("--faces", type=at_least(128), default=512, help="so many to learn from (default: %(default)s)")
    options = parser.parse_args(arguments)
    steps = {"train": train.main, "export": export.main, "evaluate": evaluate.main}
    with tempfile.TemporaryDirectory() as temporary:
        folder, data = Path(temporary), options.data
        if data is None:
            data = folder / "drawn"
            draw_data(data, options.faces, options.faces // 4)
        for name, words in commands(data, folder, options.faces):
            print(f"== python3 -m fer_training.{name} {' '.join(words)}", flush=True)
            code = steps[name](words)
            if code:
                return code
    print("the chain works here; the figures above say nothing of quality")
    return 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
