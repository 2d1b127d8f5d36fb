# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How many frames of a clip show a face: `python3 -m fer_perception.count_faces CLIP ...`. Needs no ROS."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2

from fer_perception.detectors import DETECTORS, FaceDetector, create_detector
from fer_perception.errors import PerceptionError
from fer_perception.images.encodings import Pixels


def frames_of(clip: Path) -> Iterator[Pixels]:
    """Yield every frame of a clip, BGR.

    Raises:
        PerceptionError: there is no such clip, or OpenCV can't open it.
    """
    capture = cv2.VideoCapture(str(clip.absolute()))  # FFmpeg takes what stands before a colon for a protocol
    if not clip.is_file() or not capture.isOpened():
        raise PerceptionError(f"can't open the clip {clip}; name a video that OpenCV can read")
    try:
        while (answer := capture.read())[0]:
            yield answer[1]  # type: ignore[misc]
    finally:
        capture.release()


def count(detector: FaceDetector, clip: Path) -> tuple[int, int, int]:
    """Count frames, those with a face, and those with more than one."""
    faces = [len(detector.detect(frame)) for frame in frames_of(clip)]
    return len(faces), sum(found > 0 for found in faces), sum(found > 1 for found in faces)


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0, or 1 where a detector or a clip can't be had."""
    parser = argparse.ArgumentParser(prog="count_faces", description="Count the frames of clips that show a face.")
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP")
    parser.add_argument("--weights", default="", metavar="PATH", help="YuNet's file, if it lies elsewhere")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    try:
        for name in DETECTORS:
            for clip in options.clips:
                frames, some, several = count(create_detector(name, weights=options.weights)[0], clip)
                share = 100 * some / max(1, frames)
                print(
                    f"{name:6} {clip.name}: a face in {some} of {frames} frames ({share:.1f} %), several in {several}"
                )
    except PerceptionError as error:
        print(f"count_faces: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
