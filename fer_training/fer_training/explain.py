# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.explain: which parts of a face a network's answer rests on, as pictures and numbers.

Three ways of looking: how much less sure a grey patch makes the answer, where black turns it, and Grad-CAM. The first
two need the model file alone; Grad-CAM, the STN's warp and the MSA's attention need its weights in PyTorch.
"""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn
from tqdm import tqdm

from fer_common.emotions import LABELS
from fer_common.whole_file import private_files
from fer_training.data import Faces, load, split_title
from fer_training.errors import TrainingError
from fer_training.measures.grad_cam import attended, default_layer, grad_cam, warped
from fer_training.measures.model_answers import answer
from fer_training.measures.occlusion import PATCH, STEP, correlation, lower_half, occlusion, turning
from fer_training.model_file.reader import OnnxModel
from fer_training.pictures.explained import SIGNED, Explained, draw, draw_means, draw_sheet
from fer_training.pictures.nine import draw_nine
from fer_training.shell.arguments import Parser, at_least
from fer_training.weights.trained_network import load_trained

WRITTEN = ("answers.png", "explained.png", "means.png", "nine.png", "explained.json", "log.txt")
"""What the command may write; it shows faces, and what people see in them."""
BLACK, CAM, ATTENTION, WARP = "black square", "Grad-CAM", "MSA", "STN"


def explain(
    model: OnnxModel,
    network: nn.Module | None,
    images: NDArray[np.uint8],
    names: list[str],
    people: NDArray[np.float64] | None = None,
    *,
    layer: str = "",
    patch: int = PATCH,
    step: int = STEP,
) -> list[Explained]:
    """Look at faces in every way that there is for a network, with a progress bar.

    Args:
        model: the model file.
        network: the same in PyTorch; None where it can't be had: then without Grad-CAM and what is inside.
        images: grey faces, uint8 [N, 48, 48].
        names: theirs.
        people: the votes, [N, 7]; None where nobody was asked.
        layer: Grad-CAM's; empty takes the last with a map of at least 5x5.
        patch, step: of the covering squares, pixels of 48.

    Raises:
        TrainingError: the network has no such layer.
    """
    inside: dict[str, NDArray[np.float64]] = {}
    pictures = None
    if network is not None:
        inside[CAM] = grad_cam(network, images, layer)
        if (attention := attended(network, images)) is not None:
            inside[ATTENTION] = attention[0]
        pictures = warped(network, images)
    found = []
    for row in tqdm(range(len(images)), desc="explaining", unit="face", leave=False):
        whole, weight = occlusion(model, images[row], patch=patch, step=step)
        maps = {SIGNED: weight, BLACK: turning(model, images[row], patch=patch, step=step)}
        maps |= {way: one[row] for way, one in inside.items()}
        seen = {} if pictures is None else {WARP: pictures[row]}
        found.append(Explained(names[row], images[row], None if people is None else people[row], whole, maps, seen))
    return found


def figures(found: list[Explained]) -> dict[str, dict[str, float]]:
    """Sum up how the ways of looking agree: each one's share in the lower half, and its correlation with the first.

    Args:
        found: the faces; only those that the model calls happy count, as there the mouth decides.

    Returns:
        By way: `lower_half`, 0 to 1, and `correlation`, -1 to 1; NaN where no happy face has a weight.
    """
    happy = [one for one in found if LABELS[int(np.argmax(one.model))] == "happy"] or found
    maps = {way: np.stack([one.maps[way] for one in happy]) for way in happy[0].maps}
    return {
        way: {
            "lower_half": float(np.nanmean(lower_half(ones))) if np.isfinite(lower_half(ones)).any() else float("nan"),
            "correlation": correlation(np.maximum(maps[SIGNED], 0), np.maximum(ones, 0)),
        }
        for way, ones in maps.items()
    }


def a_class(faces: Faces, count: int, seed: int) -> Faces:
    """Draw so many faces of each emotion by a seed."""
    generator, labels = np.random.default_rng(seed), faces.labels()
    rows = [generator.permutation(np.flatnonzero(labels == label))[:count] for label in range(len(LABELS))]
    return faces.take(np.concatenate(rows))


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the pictures were written, 2 after one line on what was wrong."""
    options = parse(arguments)
    try:
        model = OnnxModel(options.model, 1)
        network = _network(options.model)
        options.output.mkdir(0o700, parents=True, exist_ok=True)
        with private_files(*(options.output / name for name in WRITTEN)):
            said = _explained(options, model, network, arguments)
    except TrainingError as error:
        print(f"explain: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"explain: {error.strerror}: '{error.filename}'; name another --output, or make room", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("explain: stopped", file=sys.stderr)
        return 130
    print(said)
    return 0


def _explained(
    options: argparse.Namespace, model: OnnxModel, network: nn.Module | None, arguments: list[str] | None
) -> str:
    if options.photos:
        names, images = _photographed(options.photos, options.model)
        people, title = None, f"{options.model.name} on photographs"
    else:
        whole = _faces(options)
        faces = a_class(whole, options.faces, options.seed)
        names, images, people = list(faces.names), faces.images, faces.shares()
        title = f"{options.model.name} on {split_title(options.data, options.split)}"
        if options.sheet:
            answers = answer(model, whole.images)
            draw_sheet(options.output / "answers.png", whole.images, answers, whole.labels(), title)
    found = explain(model, network, images, names, people, layer=options.layer, patch=options.patch, step=options.step)
    draw_nine(options.output / "nine.png", model, images, [int(np.argmax(one.model)) for one in found])
    return _write(options, found, network, title, arguments)


def _network(path: Path) -> nn.Module | None:
    """Load the file's network into PyTorch; give None, and a line, where the file does not hold one that we know."""
    try:
        return load_trained(path).network
    except TrainingError as error:
        print(f"explain: without Grad-CAM: {error}", file=sys.stderr)
        return None


def _faces(options: argparse.Namespace) -> Faces:
    if options.data is None:
        raise TrainingError("give --data or --photos: faces to explain")
    faces = load(options.data, options.split).protocol_a()
    if len(faces) == 0:
        title = split_title(options.data, options.split)
        raise TrainingError(f"{title} has no face that people see one of the seven emotions in; name another split")
    return faces


def _photographed(sources: list[str], model: Path) -> tuple[list[str], NDArray[np.uint8]]:
    """Cut the faces out of photographs or films (an image a second) as the node does."""
    from fer_training.prediction.crops import crops  # late: the detector is fer_perception's

    found = list(crops(sources, model))
    if not found:
        raise TrainingError("no face was found; name other --photos")
    return [name for name, _ in found], np.stack([face for _, face in found])


def _write(
    options: argparse.Namespace,
    found: list[Explained],
    network: nn.Module | None,
    title: str,
    arguments: list[str] | None,
) -> str:
    draw(options.output / "explained.png", found[: options.shown], title)
    draw_means(options.output / "means.png", found, title)
    rows = [
        {
            "name": one.name,
            "model": one.model.tolist(),
            "people": None if one.people is None else one.people.tolist(),
            "weight": one.maps[SIGNED].tolist(),
            "maps": {way: np.round(weights, 4).tolist() for way, weights in one.maps.items()},
        }
        for one in found
    ]
    summed = figures(found)
    about = {
        "arguments": sys.argv[1:] if arguments is None else arguments,
        "labels": LABELS,
        "layer": None if network is None else options.layer or default_layer(network),
        "happy": {
            way: {key: None if value != value else value for key, value in one.items()} for way, one in summed.items()
        },
        "faces": rows,
    }
    (options.output / "explained.json").write_text(json.dumps(about) + "\n")
    lines = [f"{way}: {one['lower_half']:.2f} of the weight in the lower half, correlation with the grey patch "
             f"{one['correlation']:.2f}" for way, one in summed.items()]  # fmt: skip
    said = f"written: {options.output / 'explained.png'}, means.png, nine.png, explained.json; {len(found)} faces"
    (options.output / "log.txt").write_text("\n".join(["happy faces:", *lines, said]) + "\n")
    return "\n".join([*lines, said])


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.explain", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="the ONNX file")
    add("--data", type=Path, help="FER+ (folders or zips), or another set that fer_training.data knows")
    add("--split", default="valid", help="default: %(default)s")
    add("--faces", type=at_least(1), default=2, metavar="N", help="of each emotion (default: %(default)s)")
    add("--photos", nargs="+", metavar="FILE", help="in place of --data: photographs, folders, or a film")
    add("--seed", type=at_least(0), default=0, help="which of them (default: %(default)s)")
    add("--layer", default="", help="Grad-CAM's (default: the last with a map of at least 5x5)")
    add("--patch", type=at_least(1), default=PATCH, help="side of the covering squares, pixels (default: %(default)s)")
    add("--step", type=at_least(1), default=STEP, help="how far they move, pixels (default: %(default)s)")
    add("--shown", type=at_least(1), default=14, metavar="N", help="faces in explained.png (default: %(default)s)")
    add("--sheet", action="store_true", help="also answers.png: the surest right and wrong answers of the split")
    add(
        "--output",
        type=Path,
        required=True,
        help="folder to write into: its pictures show faces, so mind who sees them",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    program.loaded()
    program.run(main)
