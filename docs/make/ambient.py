# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Draw the README's picture from a real run: python3 docs/make/ambient.py CLIP REPORT.json OUTPUT.png.

The report comes from: make ambient ARGS="--source CLIP --light record:light.jsonl --report REPORT.json"
"""

import json
import sys

import cv2
import matplotlib.pyplot as plt
import numpy as np

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
COLORS = ("#e71e24", "#612d91", "#f6911f", "#4ab847", "#d9d9d9", "#1a61af", "#fbe925")
THUMBNAILS = 7


def main(clip: str, report: str, output: str) -> None:
    """Thumbnails of the clip, the probabilities and the light below each other, on one time axis."""
    with open(report) as file:
        rows = [row for row in json.load(file)["rows"] if row["rgb"]]
    times = np.array([row["t"] for row in rows])
    nobody = [float("nan")] * len(LABELS)
    shares = np.array([row["probabilities"] or nobody for row in rows])
    figure, (top, middle, bottom) = plt.subplots(
        3, 1, figsize=(10, 5.2), gridspec_kw={"height_ratios": (1.35, 1.6, 0.6)}, sharex=True, layout="constrained"
    )
    end = times[-1]
    for number in range(THUMBNAILS):
        left, right = end * number / THUMBNAILS, end * (number + 1) / THUMBNAILS
        top.imshow(still(clip, (left + right) / 2), extent=(left, right, 0, 1), aspect="auto")
    top.set_yticks([])
    top.set_xlim(0, end)
    middle.stackplot(times, shares.T, colors=COLORS, linewidth=0)
    middle.set_ylim(0, 1)
    middle.set_ylabel("probability")
    label_widest(middle, times, shares)
    band = np.array([[row["rgb"] for row in rows]]) / 255
    bottom.pcolormesh(np.append(times, end), [0, 1], band)
    bottom.set_yticks([])
    bottom.set_ylabel("light")
    bottom.set_xlabel("seconds")
    for axes in (top, middle, bottom):
        axes.spines[:].set_visible(False)
    figure.savefig(output, dpi=110)


def still(clip: str, second: float) -> np.ndarray:
    """Return the clip at a time, as RGB, cut to where the sample clip's face is."""
    capture = cv2.VideoCapture(clip)
    capture.set(cv2.CAP_PROP_POS_MSEC, 1000 * second)
    image = capture.read()[1]
    height, width = image.shape[:2]
    shown = int(height * 0.8)
    left = int(0.85 * (width - shown))
    return cv2.cvtColor(image[:, left : left + shown], cv2.COLOR_BGR2RGB)


def label_widest(axes: plt.Axes, times: np.ndarray, shares: np.ndarray) -> None:
    """Name each band where it is widest, if it is ever wide enough to hold a word."""
    tops = np.cumsum(shares, axis=1)
    for number, label in enumerate(LABELS):
        smooth = np.convolve(np.nan_to_num(shares[:, number]), np.ones(25) / 25, mode="same")
        row = int(np.argmax(smooth))
        if smooth[row] > 0.12:
            middle = tops[row, number] - shares[row, number] / 2
            dark = label in ("angry", "disgust", "sad")
            axes.text(times[row], middle, label, ha="center", va="center", color="white" if dark else "black")


if __name__ == "__main__":
    main(*sys.argv[1:4])
