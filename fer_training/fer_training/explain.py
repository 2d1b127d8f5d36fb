"""python3 -m fer_training.explain: which parts of a face a model file's answer hangs on, as pictures."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from tqdm import tqdm

from fer_common.emotions import LABELS
from fer_training.arguments import Parser, at_least
from fer_training.data import Faces, load, split_title
from fer_training.errors import TrainingError
from fer_training.model_file.reader import OnnxModel

PATCH, STEP = 12, 4
"""Side of the grey patch that covers a part of the face, and how far it moves, in pixels of 48."""


@dataclass(frozen=True)
class Explained:
    """One face."""

    name: str
    image: NDArray[np.uint8]
    """Grey, [48, 48]."""
    people: NDArray[np.float64]
    """The people's votes, [7], summing to 1."""
    model: NDArray[np.float64]
    """The model's answer, [7], summing to 1."""
    weight: NDArray[np.float64]
    """By how much covering each pixel lowers the probability of the model's top answer, [48, 48]; negative where it
    raises it."""


def occlusion(model: OnnxModel, image: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the model's answer, [7], and each pixel's weight for its top class, [48, 48].

    A patch of the face's mean grey is moved over it; a pixel's weight is the mean fall of the top probability over the
    patches that cover it. Source: Zeiler and Fergus, 2014, section 4.2.

    Args:
        model: the model file.
        image: a grey face, uint8 [48, 48].
    """
    side = image.shape[0]
    corners = [(y, x) for y in range(1 - PATCH, side, STEP) for x in range(1 - PATCH, side, STEP)]
    covered = np.repeat(image[None], len(corners) + 1, axis=0)
    masks = np.zeros((len(corners), side, side), bool)
    for number, (y, x) in enumerate(corners):
        masks[number, max(0, y) : y + PATCH, max(0, x) : x + PATCH] = True
        covered[number + 1][masks[number]] = round(float(image.mean()))
    answers = np.concatenate([batch for batch, _ in model.answers(covered)]).astype(np.float64)
    whole, top = answers[0], int(answers[0].argmax())
    falls = whole[top] - answers[1:, top]
    return whole, np.asarray(np.tensordot(falls, masks, axes=1) / np.maximum(masks.sum(axis=0), 1))


def explain(model: OnnxModel, faces: Faces, a_class: int, seed: int = 0) -> list[Explained]:
    """Explain some faces of each emotion, drawn by seed, with a progress bar; protocol A's faces."""
    generator = np.random.default_rng(seed)
    labels, people = faces.labels(), faces.shares()
    rows = [
        int(row)
        for label in range(len(LABELS))
        for row in generator.permutation(np.flatnonzero(labels == label))[:a_class]
    ]
    explained = []
    for row in tqdm(rows, desc="explaining", unit="face", leave=False):
        answer, weight = occlusion(model, faces.images[row])
        explained.append(Explained(faces.names[row], faces.images[row], people[row], answer, weight))
    return explained


def draw(path: Path, faces: list[Explained], title: str) -> None:
    """Write the faces with what their answers hang on, and the answers beside the people's, as one PNG."""
    columns = min(4, len(faces))
    lines = -(-len(faces) // columns)
    figure = Figure(figsize=(3.4 * columns, 2.3 * lines + 0.8), layout="constrained")
    figure.suptitle(f"{title}\nred: covering it makes the answer less sure; blue: surer", fontsize=10)
    grid = figure.subplots(lines, 2 * columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for number, face in enumerate(faces):
        picture, bars = grid[number // columns][2 * (number % columns) :][:2]
        most = max(1e-6, float(np.abs(face.weight).max()))
        picture.imshow(face.image, cmap="gray", vmin=0, vmax=255)
        picture.imshow(face.weight, cmap="coolwarm", vmin=-most, vmax=most, alpha=0.45)
        picture.set_title(f"{LABELS[int(face.model.argmax())]} {face.model.max():.2f}", fontsize=8)
        bars.set_axis_on()
        places = np.arange(len(LABELS))
        bars.barh(places - 0.2, face.model, 0.4, color="#1a61af", label="model")
        bars.barh(places + 0.2, face.people, 0.4, color="#9ca3af", label="people")
        bars.set_yticks(places, [label[:4] for label in LABELS], fontsize=6)
        bars.invert_yaxis()
        bars.set_xlim(0, 1)
        bars.tick_params(axis="x", labelsize=6)
    grid[0][1].legend(fontsize=6)
    figure.savefig(path, dpi=120)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the picture was written, 2 after one line on what was wrong."""
    parser = Parser(prog="python3 -m fer_training.explain", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="the ONNX file")
    add("--data", type=Path, required=True, help="FER+ (folders or zips), or another set that fer_training.data knows")
    add("--split", default="valid", help="default: %(default)s")
    add("--faces", type=at_least(1), default=2, metavar="N", help="of each emotion (default: %(default)s)")
    add("--seed", type=at_least(0), default=0, help="which of them (default: %(default)s)")
    add(
        "--output",
        type=Path,
        required=True,
        help="folder to write into: explained.png shows faces, so mind who sees it",
    )
    options = parser.parse_args(arguments)
    try:
        model = OnnxModel(options.model, 1)
        faces = load(options.data, options.split).protocol_a()
        if len(faces) == 0:
            title = split_title(options.data, options.split)
            raise TrainingError(f"{title} has no face that people see one of the seven emotions in; name another split")
        options.output.mkdir(parents=True, exist_ok=True)
        found = explain(model, faces, options.faces, options.seed)
        title = f"{options.model.name} on {split_title(options.data, options.split)}"
        draw(options.output / "explained.png", found, title)
        rows = [
            {
                "name": face.name,
                "model": face.model.tolist(),
                "people": face.people.tolist(),
                "weight": face.weight.tolist(),
            }
            for face in found
        ]
        about = {"arguments": sys.argv[1:] if arguments is None else arguments, "labels": LABELS, "faces": rows}
        (options.output / "explained.json").write_text(json.dumps(about) + "\n")
        said = f"written: {options.output / 'explained.png'}, explained.json; {len(found)} faces"
        (options.output / "log.txt").write_text(said + "\n")
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


if __name__ == "__main__":
    sys.exit(main())
