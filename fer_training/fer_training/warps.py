# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.warps: what a network's spatial transformer does to faces, in figures and as a picture."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from fer_common.whole_file import private_files
from fer_models.parts.stn import SpatialTransformer, warp
from fer_training.data import SPLITS, load
from fer_training.errors import TrainingError
from fer_training.measures.predict import normalise
from fer_training.shell.arguments import Parser, at_least
from fer_training.weights.trained_network import load_trained

NAMES = ("x by x", "x by y", "x", "y by x", "y by y", "y")
"""Theta's six numbers, row by row: by what each output coordinate is made of the two and of one."""
IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CONSTANT = 0.01
"""Standard deviation over faces below which a number of theta is the same for everybody: at a face's edge, a quarter of
one of its 48 pixels."""
ENLARGED = 3
BATCH = 256


@dataclass(frozen=True)
class Warps:
    """Theta over many faces, in coordinates from -1 to 1."""

    faces: int
    mean: tuple[float, ...]
    """Of each of the six numbers."""
    deviation: tuple[float, ...]
    """Their standard deviations over the faces."""

    @property
    def constant(self) -> bool:
        """Whether everybody's face is warped alike."""
        return max(self.deviation) < CONSTANT

    @property
    def moved(self) -> float:
        """How far the mean map lies from the identity at a corner of the face, in pixels of 48, at most."""
        difference = np.array(self.mean).reshape(2, 3) - np.array(IDENTITY).reshape(2, 3)
        corners = np.array([[x, y, 1] for x in (-1, 1) for y in (-1, 1)])
        return float(np.abs(corners @ difference.T).max() * 24)

    def text(self) -> str:
        """Lines to read."""
        rows = [
            f"  {name:<7} {mean:8.4f} ± {deviation:.4f}"
            for name, mean, deviation in zip(NAMES, self.mean, self.deviation)
        ]
        verdict = (
            f"one constant warp for everybody (no number deviates by {CONSTANT} or more)"
            if self.constant
            else "faces are warped each in its own way"
        )
        moved = f"the mean map moves the face's corners by at most {self.moved:.2f} of 48 pixels"
        return "\n".join([f"theta over {self.faces:,} faces:", *rows, f"{verdict}; {moved}"])


@torch.no_grad()
def measure_warps(network: nn.Module, images: NDArray[np.uint8]) -> tuple[Warps, NDArray[np.float32]]:
    """Return theta's mean and deviation, and each face's theta, [N, 2, 3].

    Args:
        network: with a spatial transformer `stn` in front.
        images: grey faces, uint8 [N, 48, 48].

    Raises:
        TrainingError: it has none, or there is no face.
    """
    transformer = getattr(network, "stn", None)
    if not isinstance(transformer, SpatialTransformer):
        raise TrainingError("this network has no spatial transformer; name one with 'stn' in its architecture")
    if not len(images):
        raise TrainingError("there is no face to warp")
    network.eval()
    parts = []
    for start in range(0, len(images), BATCH):
        faces = torch.from_numpy(images[start : start + BATCH])[:, None].float() / 255
        parts.append(transformer.affine(normalise(faces)).numpy())
    thetas = np.concatenate(parts)
    rows = thetas.reshape(len(thetas), -1)
    warps = Warps(len(rows), tuple(map(float, rows.mean(axis=0))), tuple(map(float, rows.std(axis=0))))
    return warps, thetas


@torch.no_grad()
def draw_warps(path: Path, images: NDArray[np.uint8], thetas: NDArray[np.float32]) -> None:
    """Write a PNG: above each face as it is, below it as the transformer shows it to the network."""
    faces = torch.from_numpy(images)[:, None].float()
    warped = warp(faces, torch.from_numpy(thetas))[:, 0].round().clamp(0, 255).byte().numpy()
    rows = [np.concatenate(list(row), axis=1) for row in (images, warped)]
    sheet = np.concatenate(rows).repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)
    with private_files(path):
        Image.fromarray(sheet).save(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the figures were written, 2 after one line on what was wrong."""
    options = parse(arguments)
    try:
        trained = load_trained(options.model)
        images = load(options.data, options.split).protocol_a().images
        warps, thetas = measure_warps(trained.network, images)
        options.output.mkdir(parents=True, exist_ok=True)
        content = {**asdict(warps), "constant": warps.constant, "corner_px": warps.moved}
        (options.output / "warps.json").write_text(json.dumps(content, indent=2) + "\n")
        names = ["warps.json"]
        if options.show_faces:
            chosen = np.sort(np.random.default_rng(options.seed).permutation(len(images))[: options.show_faces])
            draw_warps(options.output / "warps.png", images[chosen], thetas[chosen])
            names.append("warps.png")
    except TrainingError as error:
        print(f"warps: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"warps: cannot write into '{options.output}': {error.strerror}", file=sys.stderr)
        return 2
    print(warps.text())
    print(f"written to {options.output}: {', '.join(names)}")
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.warps", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="run folder, checkpoint, or a model file that is not int8")
    add("--data", type=Path, required=True, help="FER+, or another set that fer_training.data knows")
    add("--split", choices=tuple(SPLITS), default="valid", help="default: %(default)s")
    add("--output", type=Path, default=Path("runs/warps"), help="folder for figures and picture (default: %(default)s)")
    add(
        "--show-faces",
        type=at_least(1),
        metavar="N",
        help="also draw so many faces, as they are and as they are warped: mind the data set's licence",
    )
    add("--seed", type=at_least(0), default=0, help="of the faces that are drawn (default: %(default)s)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    program.loaded()
    program.run(main)
