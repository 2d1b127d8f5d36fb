# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.evaluate: measures a model file on FER+, or another data set, by protocol A, single crop."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_training.data import ALL, SPLITS, Faces
from fer_training.errors import TrainingError
from fer_training.measures.by_group import group_json
from fer_training.measures.evaluation import Evaluation, evaluate, text
from fer_training.measures.per_class import macro, per_class
from fer_training.measures.robustness import Robustness, as_json, as_markdown, measure_robustness
from fer_training.model_file.reader import OnnxModel
from fer_training.pictures.colors import draw_colours, extremes, extremes_by_emotion
from fer_training.pictures.robustness import draw_robustness, draw_strengths
from fer_training.pictures.scores import draw_scores
from fer_training.release.card_section import check_card, put_readings, put_robustness
from fer_training.release.reading import check_meant, of_model, table
from fer_training.shell.arguments import Parser, at_least
from fer_training.training.recipe import SPLITTINGS


def write(result: Evaluation, folder: Path, *, show_faces: bool = False, arguments: Sequence[str] = ()) -> list[str]:
    """Write the figures and pictures into a folder and return their names.

    Args:
        result: what was measured.
        folder: made where it is missing.
        show_faces: also show the faces in colours.png.
        arguments: the command's, for the record.

    Raises:
        TrainingError: it cannot be written.
    """
    metrics = {
        name: {"value": value, "low": result.intervals[name][0], "high": result.intervals[name][1]}
        for name, value in result.metrics.scalars().items()
    }
    content = {
        "arguments": list(arguments),
        "model": str(result.model.path),
        "metadata": result.model.metadata,
        "split": result.title,
        "protocol": result.protocol,
        "votes": result.votes,
        "faces": len(result.faces),
        "metrics": metrics,
        "per_class": per_class(result.metrics),
        "macro": macro(result.metrics),
        "by_group": group_json(result.groups),
        "classes": list(result.classes),
        "labels": list(LABELS),
        "confusion": result.metrics.confusion.tolist(),
    }
    title = f"{result.model.path.name} on {result.title}" + (", flip averaging" if result.flip else "")
    _make(folder)
    with _writing(folder):
        (folder / "metrics.json").write_text(json.dumps(content, indent=2) + "\n")
        (folder / "log.txt").write_text(text(result) + "\n")
        draw_scores(folder, result.scores, title)
        errors, people = result.scores.colour_error, result.faces.shares()
        for name, chosen in (
            ("colours", extremes(errors)),
            ("colours_by_emotion", extremes_by_emotion(errors, result.scores.label)),
        ):
            images, path = result.faces.images if show_faces else None, folder / f"{name}.png"
            draw_colours(path, result.probabilities, people, errors, chosen, title, images)
    return ["metrics.json", "log.txt", "confusion.png", "reliability.png", "colours.png", "colours_by_emotion.png"]


def write_robustness(result: Robustness, title: str, folder: Path, face: NDArray[np.uint8] | None = None) -> list[str]:
    """Write robustness.json, robustness.md and robustness.png into a folder and return their names.

    Args:
        result: what was measured.
        title: of the model and the split.
        folder: there already.
        face: uint8 [48, 48]; where it is given, strengths.png shows it under every strength.

    Raises:
        TrainingError: it cannot be written.
    """
    names = ["robustness.json", "robustness.md", "robustness.png"]
    with _writing(folder):
        (folder / names[0]).write_text(json.dumps(as_json(result), indent=2) + "\n")
        (folder / names[1]).write_text(as_markdown(result, title))
        draw_robustness(folder / names[2], result, title)
        if face is not None:
            names.append("strengths.png")
            draw_strengths(folder / names[3], face, result.seed)
    return names


def write_readings(lines: Sequence[str], folder: Path) -> list[str]:
    """Print the table of `reading`, write it into a folder as readings.md and return that name; errors as above."""
    content = "\n".join(lines)
    print(f"\n{content}")
    with _writing(folder):
        (folder / "readings.md").write_text(content + "\n")
    return ["readings.md"]


def drawn(faces: Faces, count: int, seed: int) -> Faces:
    """Draw `count` of the faces by the seed, in their order; take all of them where it is 0 or too large."""
    if not 0 < count < len(faces):
        return faces
    return faces.take(np.sort(np.random.default_rng(seed).permutation(len(faces))[:count]))


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TrainingError(f"cannot write into '{folder}': {error.strerror}; name another --output") from error


def _make(folder: Path) -> None:
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.evaluate", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="the ONNX file")
    add("--data", type=Path, required=True, help="a data set's folder: FER+, or what fer_training.data --help lists")
    add("--split", choices=(*SPLITS, ALL), required=True, help="'valid' to choose by; 'test' only to report")
    add("--output", type=Path, help="folder for the figures and pictures (default: runs/evaluate-MODEL-SPLIT)")
    add("--threads", type=at_least(0), default=0, help="of ONNX Runtime (default: all cores)")
    add("--splits", choices=SPLITTINGS, default="own", help="'deep_emotion': as its authors divided and labelled a set")
    add("--classes", nargs="+", choices=LABELS, default=LABELS, metavar="EMOTION", help="of some emotions only")
    add("--groups", type=Path, help="table of name,KIND,…: who is on each picture (default: what the set says of it)")
    add("--flip", action="store_true", help="average each answer with that for the mirror image (twice the time)")
    add("--show-faces", action="store_true", help="show faces in the pictures too: mind the data set's licence")
    add("--robustness", action="store_true", help="also measure blurred, dark, turned, … faces: 51 times the time")
    add("--readings", action="store_true", help="also measure each step from what people see to what was meant")
    add("--card", action="store_true", help="with either: put its table into the model's card, MODEL.md")
    add("--robustness-faces", type=at_least(0), default=0, metavar="N", help="only N faces, drawn (default: all)")
    add("--seed", type=at_least(0), default=0, help="of all that is drawn for it (default: %(default)s)")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the figures were written, 2 after one line on what was wrong."""
    options = parse(arguments)
    suffix = ("-flip" if options.flip else "") + (f"-{len(set(options.classes))}" if options.classes != LABELS else "")
    folder = options.output or Path("runs") / f"evaluate-{options.model.stem}-{options.split}{suffix}"
    try:
        if options.card and not (options.robustness or options.readings):
            raise TrainingError("--card is for the tables that --robustness and --readings measure: add one, too")
        if options.readings and options.card and (options.flip or options.split != "valid"):
            raise TrainingError("a card's table of --readings is of --split valid as it is, without --flip")
        if set(options.classes) < set(LABELS) and (options.readings or options.robustness):
            raise TrainingError("--readings and --robustness measure all seven emotions: leave --classes out")
        if options.card:
            check_card(options.model.with_suffix(".md"))
        model = OnnxModel(options.model, options.threads)
        if options.readings:
            check_meant(model)
        _make(folder)  # now, and not after minutes of work
        result = evaluate(
            model, options.data, options.split,
            flip=options.flip, classes=options.classes, splits=options.splits, groups=options.groups,
        )  # fmt: skip
        print(text(result))
        names = write(result, folder, show_faces=options.show_faces, arguments=arguments or sys.argv[1:])
        if options.readings:
            steps = of_model(model, result.faces, flip=options.flip)
            names += write_readings(table(steps), folder)
            if options.card:
                put_readings(options.model.with_suffix(".md"), steps)
        if options.robustness:
            faces = drawn(result.faces, options.robustness_faces, options.seed)
            robustness = measure_robustness(model, faces, seed=options.seed, flip=options.flip)
            example, title = _example(result) if options.show_faces else None, f"{model.path.name} on {result.title}"
            names += write_robustness(robustness, title, folder, example)
            print(f"\n{as_markdown(robustness, title, ('accuracy', 'colour_error'))}")
            if options.card:
                put_robustness(options.model.with_suffix(".md"), robustness, result.title)
    except TrainingError as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"evaluate: cannot read '{error.filename}': {error.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("evaluate: stopped", file=sys.stderr)
        return 130
    print(f"\nwritten to {folder}: {', '.join(names)}")
    return 0


def _example(result: Evaluation) -> NDArray[np.uint8]:
    """Return a face that people agree on and that the model reads rightly."""
    return np.asarray(result.faces.images[np.argmin(result.scores.kl + 100 * (result.scores.share < 1))])


if __name__ == "__main__":
    program.loaded()
    program.run(main)
