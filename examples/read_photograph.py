# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Read the faces of one photograph: python3 examples/read_photograph.py PHOTO."""

import sys

import cv2

from fer_perception import LABELS, Perception, PerceptionError, Settings


def main(path: str) -> int:
    """Print each face's box and its seven probabilities, the largest face first."""
    image = cv2.imread(path)  # BGR, uint8
    if image is None:
        print(f"read_photograph: '{path}' is no picture that OpenCV can read", file=sys.stderr)
        return 2
    try:
        perception = Perception.create(Settings())  # loads the detector and the network that ship
    except PerceptionError as error:
        print(f"read_photograph: {error}", file=sys.stderr)
        return 2
    seen = perception.photograph(image)  # by itself; the images of a film go to process, each with its stamp
    for notice in seen.notices:
        print(f"read_photograph: {notice}", file=sys.stderr)
    for face in seen.faces:
        left, top, width, height = face.box
        print(f"face at {left},{top}, {width}x{height} px")
        for label, probability in sorted(zip(LABELS, face.probabilities), key=lambda pair: -pair[1]):
            print(f"  {label:<9}{probability:6.3f}  {'#' * round(40 * probability)}")
    if not seen.faces:
        print("no face")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else "usage: python3 examples/read_photograph.py PHOTO")
