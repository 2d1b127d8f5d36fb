# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces in images to emotions: find, follow, classify.

    from fer_perception import Perception, Settings
    perception = Perception.create(Settings(filter_time=0.0))
    seen = perception.process(image, stamp_ns)  # BGR or grey uint8, its stamp in nanoseconds
    seen = perception.photograph(image)  # one that is no image of a film

Needs no ROS; `fer_perception.node` is the node around it.
"""

from typing import TYPE_CHECKING

from fer_common.missing import name_missing_of_nodes
from fer_common.offered import offered

if TYPE_CHECKING:
    from fer_common.emotions import LABELS
    from fer_perception.core import Perceived, Perception
    from fer_perception.detectors import Detection, FaceDetector
    from fer_perception.errors import PerceptionError
    from fer_perception.fusion.room import FaceEmotion, RoomEmotion
    from fer_perception.images.messages import compressed_to_array, image_to_array, message_to_array
    from fer_perception.settings import Settings

__all__ = [
    "LABELS",
    "Detection",
    "FaceDetector",
    "FaceEmotion",
    "Perceived",
    "Perception",
    "PerceptionError",
    "RoomEmotion",
    "Settings",
    "compressed_to_array",
    "image_to_array",
    "message_to_array",
]

_HOMES = {
    "Detection": "fer_perception.detectors",
    "FaceDetector": "fer_perception.detectors",
    "FaceEmotion": "fer_perception.fusion.room",
    "LABELS": "fer_common.emotions",
    "Perceived": "fer_perception.core",
    "Perception": "fer_perception.core",
    "PerceptionError": "fer_perception.errors",
    "RoomEmotion": "fer_perception.fusion.room",
    "Settings": "fer_perception.settings",
    "compressed_to_array": "fer_perception.images.messages",
    "image_to_array": "fer_perception.images.messages",
    "message_to_array": "fer_perception.images.messages",
}

# Imported when it is asked for: an executable is to heed Ctrl-C before OpenCV is loaded.
__getattr__ = offered(__name__, _HOMES)

name_missing_of_nodes("fer_perception")
