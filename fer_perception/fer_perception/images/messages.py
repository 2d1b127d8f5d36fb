# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Image messages as arrays: sensor_msgs/Image and sensor_msgs/CompressedImage, or anything with their fields."""

from typing import Any, Protocol

from fer_perception.images.compressed import MAX_PIXELS, CompressedMessage, decode
from fer_perception.images.convert import to_bgr_or_grey
from fer_perception.images.cv_bridge import ENCODINGS as BRIDGED
from fer_perception.images.cv_bridge import cv_bridge_converter
from fer_perception.images.encodings import Pixels, view
from fer_perception.images.levels import Levels
from fer_perception.images.reduction import Reduction


class ImageMessage(Protocol):
    """The fields of sensor_msgs/Image that are read; a message of `rosbags` has them, too."""

    height: int
    width: int
    encoding: str
    is_bigendian: Any
    step: int
    data: Any


def image_to_array(message: ImageMessage, levels: Levels | None = None) -> Pixels:
    """Make BGR uint8 [H, W, 3] or grey uint8 [H, W] of an image.

    bgr8 and mono8 are views of the message's own bytes: valid as long as the message is, not to be written to.

    Args:
        message: the image.
        levels: what is black and white in this camera's images, where they have more than 8 bits; None: what this
            one shows.

    Raises:
        PerceptionError: the encoding is unknown, the image is empty, or its size, step and data contradict
            each other.
    """
    bigendian = bool(message.is_bigendian)
    encoding, array = view(message.encoding, message.height, message.width, message.step, bigendian, message.data)
    convert = cv_bridge_converter() if message.encoding in BRIDGED else None
    if convert is not None:
        try:
            return convert(message)
        except Exception:  # whatever a broken cv_bridge raises, the conversion below can do without it
            pass
    return to_bgr_or_grey(encoding, array, levels or Levels())


def compressed_to_array(
    message: CompressedMessage,
    levels: Levels | None = None,
    max_pixels: int = MAX_PIXELS,
    reduction: Reduction | None = None,
) -> Pixels:
    """Make BGR uint8 [H, W, 3] or grey uint8 [H, W] of a JPEG, PNG, TIFF, WebP or BMP.

    Args:
        message: the compressed image.
        levels: as for `image_to_array`.
        max_pixels: more are not decoded, whatever the header claims.
        reduction: as for `compressed.decode`.

    Raises:
        PerceptionError: as `compressed.decode`.
    """
    return (levels or Levels()).to_8_bits(decode(message, max_pixels, reduction))


def message_to_array(
    message: Any,
    levels: Levels | None = None,
    max_pixels: int = MAX_PIXELS,
    reduction: Reduction | None = None,
) -> Pixels:
    """Either kind of message as BGR uint8 [H, W, 3] or grey uint8 [H, W].

    Raises:
        PerceptionError: as `image_to_array` and `compressed_to_array`.
    """
    if hasattr(message, "encoding"):
        return image_to_array(message, levels)
    return compressed_to_array(message, levels, max_pixels, reduction)
