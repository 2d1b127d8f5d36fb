# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The package `fer` as its users call it; run by the Python of runs/neighbours. For each line read, one image."""

import json
import sys

import cv2
import numpy as np
from fer.fer import FER


def main(scene: str) -> None:
    """Answer each line with {"faces": how many were found in the next image}."""
    cv2.setNumThreads(1)
    images, fer = np.load(scene), FER()
    for number, _ in enumerate(sys.stdin):
        found = fer.detect_emotions(images[7 * number % len(images)])
        print(json.dumps({"faces": len(found)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
