# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What was perceived, as the messages of fer_msgs."""

from collections.abc import Sequence

from sensor_msgs.msg import RegionOfInterest
from std_msgs.msg import Header

from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray
from fer_perception.fusion.room import FaceEmotion, RoomEmotion


def to_distribution(header: Header, emotion: FaceEmotion | RoomEmotion) -> EmotionDistribution:
    """Make a message of one face, or of the room; the header is the source image's, unchanged."""
    x, y, width, height = emotion.box
    return EmotionDistribution(
        header=header,
        face_id=emotion.face_id,
        roi=RegionOfInterest(x_offset=x, y_offset=y, width=width, height=height),
        detection_score=float(emotion.detection_score),
        probabilities=emotion.probabilities,
    )


def to_array(header: Header, faces: Sequence[FaceEmotion], width: int, height: int) -> EmotionDistributionArray:
    """Make a message of all faces of an image of that size in pixels, in their order."""
    return EmotionDistributionArray(
        header=header,
        image_width=width,
        image_height=height,
        faces=[to_distribution(header, face) for face in faces],
    )
