# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Face detectors behind one small interface: `create_detector("yunet")`."""

from fer_perception.detectors.base import BoxGeometry, Detection, FaceDetector
from fer_perception.detectors.registry import DETECTORS, create_detector

__all__ = ["DETECTORS", "BoxGeometry", "Detection", "FaceDetector", "create_detector"]
