# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The detectors by name, and which of them 'auto' is."""

from collections.abc import Callable
from typing import Any

import numpy as np

from fer_common.plugins import load_plugin, plugin_names
from fer_perception.detectors.base import BoxGeometry, Detection, FaceDetector
from fer_perception.detectors.haar import Haar
from fer_perception.detectors.yunet import YuNet
from fer_perception.errors import PerceptionError
from fer_perception.wording import reason

ENTRY_POINTS = "fer_perception.detectors"
"""The entry point group through which other packages add a detector: name = what the parameter `detector` says, object
= what makes it, called with `threshold`, `min_face_px`, `detection_width` and `threads` as keywords."""

GREY = np.full((96, 128, 3), 128, np.uint8)

DETECTORS: dict[str, Callable[..., FaceDetector]] = {"yunet": YuNet, "haar": Haar}
"""Name to constructor; what each takes stands in its class."""


def create_detector(
    name: str = "auto",
    *,
    weights: str = "",
    threshold: float = 0.7,
    min_face_px: float = 32.0,
    detection_width: int = 640,
    engine: str = "auto",
    threads: int = 1,
) -> tuple[FaceDetector, str]:
    """Create a detector by name.

    Args:
        name: 'yunet', 'haar', 'auto': YuNet, and Haar where YuNet can't be had, or another package's.
        weights: YuNet's file; empty takes the usual place.
        threshold: the least score, 0 to 1.
        min_face_px: the least side of a face, in pixels of the full image.
        detection_width: the longer side of what is searched, in pixels, at most.
        engine: what runs YuNet; see there.
        threads: for YuNet and for another package's.

    Returns:
        The detector, and a line of warning: empty, or why 'auto' is Haar, what is lost and how to mend it.

    Raises:
        PerceptionError: there is no such detector, or it can't be had.
    """
    common: dict[str, Any] = {
        "threshold": threshold,
        "min_face_px": min_face_px,
        "detection_width": detection_width,
    }
    if name != "auto" and name not in DETECTORS:
        return _of_another_package(name, threads=threads, **common), ""
    if name == "haar":
        return Haar(**common), ""
    try:
        return YuNet(weights, engine=engine, threads=threads, **common), ""
    except PerceptionError as error:
        if name == "yunet":
            raise
        missing = error
    try:
        return Haar(**common), f"Haar finds the faces, about 74 of 100 where YuNet finds 95: {missing}"
    except PerceptionError as error:
        # YuNet's remedy is the one that helps; Haar's would be to take YuNet.
        raise PerceptionError(f"{missing}. Haar can't take its place: {str(error).split(';')[0]}") from error


def _of_another_package(name: str, **settings: Any) -> FaceDetector:
    """Make it, and hold it to what a detector is, on a grey image."""
    maker = load_plugin(ENTRY_POINTS, name, PerceptionError)
    if maker is None:
        known = ", ".join(["auto", *DETECTORS, *plugin_names(ENTRY_POINTS)])
        raise PerceptionError(f"unknown detector '{name}'; choose one of {known}")
    try:
        detector = maker(**settings)
        found = detector.detect(GREY)
    except PerceptionError:
        raise
    except Exception as error:  # another package's, of any kind
        raise PerceptionError(f"the detector '{name}' cannot be used: {reason(error)}; ask its package") from error
    if not (isinstance(detector, FaceDetector) and isinstance(getattr(detector, "geometry", None), BoxGeometry)):
        raise PerceptionError(f"the detector '{name}' is no FaceDetector with a BoxGeometry; ask its package")
    if not (isinstance(found, list) and all(isinstance(one, Detection) for one in found)):
        raise PerceptionError(f"the detector '{name}' answers an image with no list of Detection; ask its package")
    return detector
