"""The detectors by name, and which of them 'auto' is."""

from collections.abc import Callable
from typing import Any

from fer_perception.detectors.base import FaceDetector
from fer_perception.detectors.haar import Haar
from fer_perception.detectors.yunet import YuNet
from fer_perception.errors import PerceptionError

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
        name: 'yunet', 'haar', or 'auto': YuNet, and Haar where YuNet can't be had.
        weights: YuNet's file; empty takes the usual place.
        threshold: the least score, 0 to 1.
        min_face_px: the least side of a face, in pixels of the full image.
        detection_width: the longer side of what is searched, in pixels, at most.
        engine: what runs YuNet; see there.
        threads: for YuNet.

    Returns:
        The detector, and a line of warning: empty, or why 'auto' is Haar, what is lost and how to mend it.

    Raises:
        PerceptionError: there is no such detector, or it can't be had.
    """
    if name != "auto" and name not in DETECTORS:
        raise PerceptionError(f"unknown detector '{name}'; choose one of auto, {', '.join(DETECTORS)}")
    common: dict[str, Any] = {
        "threshold": threshold,
        "min_face_px": min_face_px,
        "detection_width": detection_width,
    }
    if name == "haar":
        return Haar(**common), ""
    try:
        return YuNet(weights, engine=engine, threads=threads, **common), ""
    except PerceptionError as error:
        if name == "yunet":
            raise
        return Haar(**common), f"Haar finds the faces, about 74 of 100 where YuNet finds 95: {error}"
