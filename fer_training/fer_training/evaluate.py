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
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from fer_common.emotions import LABELS
from fer_training.data import ALL, SPLITS, Faces, detect, load, split_title
from fer_training.data.deep_emotion_splits import DIVIDED_SO, load_as_deep_emotion
from fer_training.data.groups import groups_of, read_groups
from fer_training.errors import TrainingError
from fer_training.measures.bootstrap import RESAMPLES, intervals
from fer_training.measures.by_group import OfGroup, by_group, group_json, group_lines
from fer_training.measures.metrics import Metrics, Scores, score
from fer_training.measures.model_answers import answer
from fer_training.measures.per_class import macro, per_class
from fer_training.measures.robustness import Robustness, as_json, as_markdown, measure_robustness
from fer_training.measures.some_classes import among
from fer_training.model_file.reader import OnnxModel
from fer_training.pictures.colors import draw_colours, extremes, extremes_by_emotion
from fer_training.pictures.robustness import draw_robustness, draw_strengths
from fer_training.pictures.scores import draw_scores
from fer_training.release.card_section import put_robustness
from fer_training.shell.arguments import Parser, at_least
from fer_training.training.recipe import SPLITTINGS


@dataclass(frozen=True)
class Evaluation:
    """A model file's figures on a split."""

    model: OnnxModel
    title: str
    """Of the split: 'FER2013Valid'."""
    votes: str
    """Where the people's distributions come from: 'ten people's votes a face'."""
    flip: bool
    """Whether each answer is averaged with that for the mirror image."""
    faces: Faces
    """Protocol A's."""
    probabilities: NDArray[np.float64]
    """The model's answers, [N, 7]."""
    scores: Scores
    metrics: Metrics
    intervals: dict[str, tuple[float, float]]
    """95 % bootstrap intervals of the metrics' scalars, by name."""
    classes: tuple[str, ...] = LABELS
    """The emotions that were asked for, in the messages' order."""
    groups: tuple[OfGroup, ...] = ()
    """Figures by group of people, where the set or a table says who is on a picture."""

    @property
    def protocol(self) -> str:
        """In words."""
        some = f", {', '.join(self.classes)} alone" if len(self.classes) < len(LABELS) else ""
        return f"A, single crop, {'averaged with its mirror image' if self.flip else 'no flip averaging'}{some}"


def evaluate(
    model: OnnxModel,
    data: Path,
    split: str,
    *,
    flip: bool = False,
    classes: Sequence[str] = LABELS,
    splits: str = "own",
    groups: Path | None = None,
) -> Evaluation:
    """Run a model file over a split of a data set, with a progress bar, and measure it.

    Args:
        model: the model file.
        data: the data set's folder, of any layout that `fer_training.data` knows.
        split: 'train', 'valid', 'test', or 'all' of them.
        flip: average each answer with that for the mirror image; not protocol A's figures then.
        splits: 'own', or 'deep_emotion' for its authors' (fer_training.data.deep_emotion_splits).
        classes: the emotions whose faces are measured; answers and votes are taken among them.
        groups: a table of who is on each picture, as `read_groups` reads it; None: what the set itself says.

    Raises:
        TrainingError: the data are not usable.
    """
    people = groups_of(data) if groups is None else read_groups(groups)
    classes = tuple(label for label in LABELS if label in classes)
    theirs = splits == "deep_emotion"
    read = load_as_deep_emotion if theirs else load
    faces, title = read(data, split).protocol_a().of(classes), split_title(data, split) + (DIVIDED_SO if theirs else "")
    votes = "one label a face" if theirs else detect(data).labels
    if len(faces) == 0:
        raise TrainingError(f"{title} under '{data}' has no face that people see {_some(classes)} in")
    with tqdm(total=len(faces), desc=title, unit="face", leave=False, mininterval=1) as bar:
        probabilities = answer(model, faces.images, flip=flip, bar=bar)
    probabilities = among(probabilities, classes) if len(classes) < len(LABELS) else probabilities
    scores = score(probabilities, faces.labels(), among(faces.shares(), classes))
    figures = scores.metrics(), intervals(scores)
    parts = tuple(by_group(scores, faces.names, people))
    return Evaluation(model, title, votes, flip, faces, probabilities, scores, *figures, classes, parts)


def _some(classes: Sequence[str]) -> str:
    return "one of the seven emotions" if len(classes) == len(LABELS) else f"one of {', '.join(classes)}"


def text(result: Evaluation) -> str:
    """Return the figures as a table for people."""
    about = result.model.metadata
    lines = [
        f"{result.model.path} ({about.get('architecture', '?')}, version {about.get('version', '?')}) "
        f"on {result.title}, protocol {result.protocol}: {len(result.faces):,} faces, {result.votes}",
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
        if label in result.classes:
            lines.append(f"{label:<18}  {precision} {recall} {row['f1']:8.4f} {row['faces']:8d}")
    lines.append(f"{'their mean':<18}  {' '.join(f'{value:8.4f}' for value in macro(result.metrics).values())}")
    lines += group_lines(result.groups)
    return "\n".join(lines)


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
    add("--card", action="store_true", help="with --robustness: put its table into the model's card, MODEL.md")
    add("--robustness-faces", type=at_least(0), default=0, metavar="N", help="only N faces, drawn (default: all)")
    add("--seed", type=at_least(0), default=0, help="of all that is drawn for it (default: %(default)s)")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the figures were written, 2 after one line on what was wrong."""
    options = parse(arguments)
    suffix = ("-flip" if options.flip else "") + (f"-{len(set(options.classes))}" if options.classes != LABELS else "")
    folder = options.output or Path("runs") / f"evaluate-{options.model.stem}-{options.split}{suffix}"
    try:
        if options.card and not options.robustness:
            raise TrainingError("--card is for the table that --robustness measures: add it, too")
        model = OnnxModel(options.model, options.threads)
        _make(folder)  # now, and not after minutes of work
        result = evaluate(
            model, options.data, options.split,
            flip=options.flip, classes=options.classes, splits=options.splits, groups=options.groups,
        )  # fmt: skip
        print(text(result))
        names = write(result, folder, show_faces=options.show_faces, arguments=arguments or sys.argv[1:])
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
