# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""docs/recall.md and docs/images/recall.png from what bench.recall counted."""

import argparse
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench.recalling.backgrounds import KINDS
from bench.recalling.recall_counts import SIZES, STANDING, WAYS, Empty, Report


def write(report: Report, empty: Empty, options: argparse.Namespace) -> None:
    """Write both files into `options.output`."""
    (options.output / "images").mkdir(parents=True, exist_ok=True)
    (options.output / "recall.md").write_text(text(report, empty, options), encoding="utf-8")
    draw(report, options.output / "images" / "recall.png")


def text(report: Report, empty: Empty, options: argparse.Namespace) -> str:
    """Return the page."""
    sides, kinds = np.asarray(report.sides), np.asarray(report.kinds)
    groups = [(f"{low:.0f} to {high:.0f} px", (sides >= low) & (sides < high)) for low, high in pairwise(SIZES)]
    groups += [(kind, kinds == kind) for kind in KINDS] + [("all", sides > 0)]
    rows = [
        f"| {name} | {chosen.sum()} | {report.recall(0, chosen):.3f} | {report.recall(1, chosen):.3f} |"
        for name, chosen in groups
    ]
    whole, search = report.tallies
    waits = [f"{np.median(one.waits):.0f} and {max(one.waits)}" if one.waits else "none" for one in report.tallies]
    images, work = max(1, report.work.images), report.work
    return "\n".join(
        [
            "# Which faces are found",
            f"`python3 -m bench.recall --data FERPLUS --scenes {options.scenes} --images {options.images} "
            f"--empty {options.empty} --seed {options.seed}`: faces of FER2013Valid pasted into {options.scenes} "
            f"scenes of {options.images} images at 30 a second, YuNet's threshold 0.7. {date.today()}. The second look "
            "was chosen on seed 100 ([second_look.md](second_look.md)): other faces and other parts of the same "
            "photographs.",
            "",
            f"| faces, each image counted | how many | {WAYS[0]} | {WAYS[1]} |\n|---|---|---|---|",
            *rows,
            "",
            f"| | {WAYS[0]} | {WAYS[1]} |\n|---|---|---|",
            f"| images until a face is found, median and most | {waits[0]} | {waits[1]} |",
            f"| boxes that are no face | {whole.alarms} | {search.alarms} |",
            f"| second boxes of a face | {whole.twice} | {search.twice} |",
            f"| lost once found, where YuNet finds it | 0 | {report.lost} |",
            f"| detector calls an image | 1 | {work.calls / images:.2f} |",
            f"| pixels shown to the detector, an image | 307200 | {work.pixels / images:.0f} |",
            "",
            f"{empty.images} images without anybody: textures, noise, photographs without people.\n",
            f"| boxes that are no face | {WAYS[0]} | {WAYS[1]} |\n|---|---|---|",
            f"| nobody followed | {empty.whole} | {empty.alone} |",
            f"| one face followed, two remembered, looks elsewhere in turns | | {empty.followed} |",
            f"| images with a box, of {empty.shown}: each fifth one shown {STANDING} times, with its noise | | "
            f"{empty.standing} |",
            f"| pixels shown to the detector, an image | 307200 | {empty.work.pixels / max(1, empty.images):.0f} |",
            "",
            "![recall by size](images/recall.png)",
            "",
        ]
    )


def draw(report: Report, path: Path) -> None:
    """Recall by size, both ways."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sides = np.asarray(report.sides)
    figure, axes = pyplot.subplots(figsize=(6.4, 3.6), layout="constrained")
    places = np.arange(len(SIZES) - 1)
    for way, name in enumerate(WAYS):
        values = [report.recall(way, (sides >= low) & (sides < high)) for low, high in pairwise(SIZES)]
        axes.bar(places + 0.4 * way - 0.2, values, 0.38, label=name)
    axes.set_xticks(places, [f"{low:.0f}-{high:.0f}" for low, high in pairwise(SIZES)])
    axes.set(xlabel="side of the pasted face, pixels", ylabel="recall", ylim=(0, 1.2), yticks=np.arange(0, 1.01, 0.2))
    axes.legend(ncol=2, frameon=False, loc="upper left")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
