# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.data: says what a data set holds and what is wrong with it. Nothing is downloaded."""

import argparse
import sys
from pathlib import Path

import numpy as np

from fer_common.whole_file import private_files
from fer_training.data.contact_sheet import contact_sheet
from fer_training.data.faces import SPLITS
from fer_training.data.histogram import draw_histogram
from fer_training.data.inspection import Report, inspect, table
from fer_training.data.registry import FORMATS
from fer_training.errors import TrainingError
from fer_training.shell.arguments import Parser


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return the command line's arguments."""
    formats = "\n".join(f"  {each.title}: {each.layout}.\n    {each.licence}." for each in FORMATS)
    parser = Parser(
        prog="python3 -m fer_training.data",
        description=__doc__,
        epilog=f"layouts that are known, and what their authors allow:\n{formats}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("data", type=Path, help="the data set's folder")
    add("--split", choices=tuple(SPLITS), action="append", help="may be given more than once (default: every one)")
    add("--labels-only", action="store_true", help="do not read the images")
    add("--sheet", type=Path, help="write a contact sheet (PNG) there: it shows faces, so keep it to yourself")
    add("--sheet-split", choices=tuple(SPLITS), help="whose faces it shows (default: the first that is read)")
    add("--relabelled", action="store_true", help="on it only faces whose own label people contradicted, by that label")
    add("--histogram", type=Path, help="write the counts as a picture (PNG) there; it shows no face")
    add("--across", type=int, default=10, help="faces of each class on the sheet (default: %(default)s)")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the set can be used, 2 after a line on each thing that is wrong."""
    options = parse(arguments)
    splits = options.split or list(SPLITS)
    sheet = (options.sheet_split or splits[0]) if options.sheet else ""
    try:
        _check(options, splits, sheet)
        report = inspect(
            options.data, splits, images=not options.labels_only, sheet=sheet, across=options.across,
            relabelled=options.relabelled,
        )  # fmt: skip
        print(f"{options.data}: {report.layout.title} ({report.layout.labels})")
        print(f"licence: {report.layout.licence}")
        if report.splits:
            print(f"\n{table(report)}\n")
        for line in report.remarks:
            print(f"note: {line}")
        if options.histogram and report.splits:
            _draw(report, options.histogram)
            print(f"histogram: {options.histogram}")
        if options.sheet:
            _write(report, options.sheet, sheet, options.relabelled)
            print(f"contact sheet: {options.sheet}; it shows faces, mind the licence before you pass it on")
    except TrainingError as error:
        print(f"data: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"data: cannot read '{error.filename}': {error.strerror}", file=sys.stderr)
        return 2
    for line in report.faults:
        print(f"data: {line}", file=sys.stderr)
    if not report.faults:
        print("labels in order" if options.labels_only else "labels and images in order")
    return 2 if report.faults else 0


def _check(options: argparse.Namespace, splits: list[str], sheet: str) -> None:
    if options.relabelled and not sheet:
        raise TrainingError("--relabelled chooses the faces of a contact sheet; add --sheet PICTURE.png")
    if sheet and options.labels_only:
        raise TrainingError("--sheet needs the images; leave out --labels-only")
    if sheet and sheet not in splits:
        raise TrainingError(f"--sheet-split {sheet} is none of the splits that are read ({', '.join(splits)})")
    if options.across < 1:
        raise TrainingError(f"--across is {options.across}; give 1 or more")


def _draw(report: Report, path: Path) -> None:
    parts = report.splits.values()
    votes, words = (np.concatenate([getattr(part, name) for part in parts]) for name in ("labels", "words"))
    try:
        draw_histogram(path, f"{report.layout.title}: {', '.join(report.splits)}", votes, words)
    except OSError as error:
        raise TrainingError(f"cannot write '{path}': {error.strerror}; name another --histogram") from error


def _write(report: Report, path: Path, split: str, relabelled: bool) -> None:
    if not report.chosen and relabelled:
        raise TrainingError(
            f"no face in '{split}' has a label of its own that people contradicted; FER+'s folders have them where "
            "fer2013_words.csv lies beside them"
        )
    if not report.chosen:
        raise TrainingError(f"no faces in '{split}' for the contact sheet")
    faces, counted = sum(report.splits[split].counts), sum(report.chosen_from.values())
    title = f"{report.layout.title}, {split}: {counted:,} faces"
    if relabelled:
        title += f" of {faces:,} whose own label (the row's) people contradicted"
    picture = contact_sheet(title, report.chosen, report.chosen_from)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with private_files(path):
            picture.save(path, format="PNG")
    except OSError as error:
        raise TrainingError(f"cannot write '{path}': {error.strerror}; name another --sheet") from error


if __name__ == "__main__":
    sys.exit(main())
