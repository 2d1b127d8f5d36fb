# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.predict: what a network answers to photographs, folders, videos or a camera, as a table.

One row a face: file, time, box, the seven probabilities and the light's colour. It needs no ROS. Nothing of a picture
is kept unless --annotate asks for it. A table that is there already is gone on with: photographs in it are left out.
"""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
from tqdm import tqdm

from fer_color import ColorError
from fer_common.errors import printable
from fer_common.whole_file import private_files
from fer_perception import PerceptionError, Settings
from fer_training.errors import TrainingError
from fer_training.prediction.drawing import drawn, lines
from fer_training.prediction.media import FILMS, Shot, files, film, photographs
from fer_training.prediction.reader import Reader
from fer_training.prediction.table import UNREADABLE, Answer, Table
from fer_training.shell.arguments import Parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 at the end, 2 after one line on what was wrong, 130 on Ctrl-C."""
    options = parse(arguments)
    try:
        settings = Settings(model=options.model, detector=options.detector, prior=options.prior)
        reader = Reader(settings, options.palette, options.mode)
        counted = run(options, reader)
    except (TrainingError, PerceptionError, ColorError) as error:
        print(f"predict: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"predict: {error.strerror}: '{error.filename}'; name another place, or make room", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("predict: stopped; the same command goes on from here", file=sys.stderr)
        return 130
    print(f"{counted} faces; written: {options.output}" if options.output else f"{counted} faces")
    return 0


def run(options: argparse.Namespace, reader: Reader) -> int:
    """Read everything that was named; how many faces were seen.

    Raises:
        TrainingError: a source can't be read, or a result can't be written.
    """
    one = options.sources[0]
    camera = options.sources == [one] and one.isdigit() and not Path(one).exists()  # a folder may be called 7
    if camera or Path(one).suffix.lower() in FILMS:
        if len(options.sources) > 1:
            raise TrainingError("a video or a camera is read alone; give one of them, or pictures and folders")
        shots, count, rate = film(int(one) if camera else Path(one))
        return _film(options, reader, shots, count, rate, live=camera)
    return _photographs(options, reader)


def _photographs(options: argparse.Namespace, reader: Reader) -> int:
    if not options.output:
        raise TrainingError("give --output FILE.csv; a table is what this command makes")
    names, counted = files(options.sources), 0
    with Table(options.output) as table:
        left = [name for name in names if name not in table.done]
        if len(left) < len(names):
            print(
                f"note: {len(names) - len(left)} of {len(names)} pictures are in '{options.output}' already and stay "
                "as they are, whatever --model, --palette and --annotate say now; for others name another --output",
                file=sys.stderr,
            )
        for number, shot in enumerate(_bar(photographs(left), len(left), "picture")):
            answers = reader.read(shot)
            table.add(shot.name, None, answers, UNREADABLE if shot.image is None else "")
            counted += len(answers)
            if options.annotate and shot.image is not None:
                options.annotate.mkdir(0o700, parents=True, exist_ok=True)
                stem = printable(Path(shot.name).stem)
                to = options.annotate / f"{len(table.done) + number + 1:06d}_{stem}.png"
                with private_files(to):
                    done = cv2.imwrite(str(to), drawn(shot.image, answers))
                if not done:
                    raise TrainingError(f"can't write '{to}'; make room, or name another --annotate")
    return counted


def _film(
    options: argparse.Namespace, reader: Reader, shots: Iterable[Shot], count: int, rate: float, *, live: bool
) -> int:
    if options.output and options.output.exists():
        raise TrainingError(f"'{options.output}' is there already, and a film can't be gone on with; name another")
    if not (options.output or live):
        raise TrainingError("give --output FILE.csv; a table is what this command makes")
    counted, writer = 0, None
    table = Table(options.output) if options.output else None
    try:
        for shot in shots if live else _bar(shots, count, "image"):
            answers = reader.read(shot)
            counted += len(answers)
            if table is not None:
                table.add(shot.name, shot.time, answers)
            if options.annotate and shot.image is not None:
                writer = writer or _writer(options.annotate, shot.image.shape, rate)
                writer.write(drawn(shot.image, answers))
            if live:
                _show(answers)
    finally:
        if table is not None:
            table.__exit__(None, None, None)
        if writer is not None:
            writer.release()
    return counted


def _writer(path: Path, shape: Sequence[int], rate: float) -> Any:
    path.parent.mkdir(parents=True, exist_ok=True)
    with private_files(path):
        writer = cv2.VideoWriter(str(path.absolute()), cv2.VideoWriter.fourcc(*"mp4v"), rate, (shape[1], shape[0]))
    if not writer.isOpened():
        raise TrainingError(f"can't write the video '{path}'; its name must end in .mp4 and its folder be yours")
    return writer


def _bar(shots: Iterable[Shot], count: int, unit: str) -> Iterable[Shot]:
    bar: Iterable[Shot] = tqdm(shots, total=count or None, unit=unit, desc="reading", leave=False)
    return bar


def _show(answers: Sequence[Answer]) -> None:
    """Redraw the terminal's block; a line an image where there is none."""
    text = lines(answers)
    if sys.stdout.isatty():
        print("\x1b[H\x1b[2J" + "\n".join(text), flush=True)
    else:
        print(" ".join(" ".join(line.split()[:2]) for line in text), flush=True)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.predict", description=__doc__)
    add = parser.add_argument
    add("sources", nargs="+", metavar="SOURCE", help="pictures and folders of them; or a video; or a camera's number")
    add("--output", type=Path, metavar="FILE.csv", help="the table; may be left out with a camera")
    add("--annotate", type=Path, metavar="PLACE", help="pictures with bars: a folder, or for a film a file .mp4")
    add("--model", default="", help="as the node's parameter (default: the one that ships)")
    add("--detector", default=Settings().detector, help="as the node's parameter (default: %(default)s)")
    add("--prior", default=Settings().prior, help="as the node's parameter (default: %(default)s)")
    add("--palette", default="paper", help="as the light's (default: %(default)s)")
    add("--mode", choices=("continuous", "discrete"), default="continuous", help="as the light's")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    program.loaded()
    program.run(main)
