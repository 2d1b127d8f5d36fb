"""Image messages as arrays: sensor_msgs/Image and sensor_msgs/CompressedImage, or anything with their fields."""

from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.errors import PerceptionError
from fer_perception.images.compressed_size import claimed_size
from fer_perception.images.cv_bridge import ENCODINGS as BRIDGED
from fer_perception.images.cv_bridge import cv_bridge_converter
from fer_perception.images.encodings import LARGEST, Pixels, to_bgr_or_grey, view


class ImageMessage(Protocol):
    """The fields of sensor_msgs/Image that are read; a message of `rosbags` has them, too."""

    height: int
    width: int
    encoding: str
    is_bigendian: Any
    step: int
    data: Any


class CompressedMessage(Protocol):
    """The fields of sensor_msgs/CompressedImage that are read."""

    format: str
    data: Any


def image_to_array(message: ImageMessage) -> Pixels:
    """Convert the image to BGR uint8 [H, W, 3] or grey uint8 [H, W].

    bgr8 and mono8 are views of the message's own bytes: valid as long as the message is, not to be written to.

    Raises:
        PerceptionError: the encoding is unknown, the image is empty, or its size, step and data contradict
            each other.
    """
    name = message.encoding.strip().lower()
    bigendian = bool(message.is_bigendian)
    encoding, array = view(name, message.height, message.width, message.step, bigendian, message.data)
    convert = cv_bridge_converter() if name in BRIDGED else None
    if convert is not None:
        try:
            return convert(message)
        except Exception:  # whatever a broken cv_bridge raises, the conversion below can do without it
            pass
    return to_bgr_or_grey(encoding, array)


def compressed_to_array(message: CompressedMessage) -> Pixels:
    """Decode a JPEG or PNG to BGR uint8 [H, W, 3] or, where it holds only grey, to grey uint8 [H, W].

    What the bytes are decides; `format` ('jpeg', 'rgb8; jpeg compressed bgr8') only words the error.

    Raises:
        PerceptionError: the data is empty, cut short, or neither JPEG nor PNG.
    """
    data = np.frombuffer(message.data, dtype=np.uint8) if len(message.data) else np.empty(0, np.uint8)
    if data.size == 0:
        raise PerceptionError(f"the compressed image ('{message.format}') is empty; check the camera's driver")
    content = data.tobytes()
    if content[:2] == b"\xff\xd8":
        kind, whole = "JPEG", content.rfind(b"\xff\xd9") > 0  # inside the coded data these two never follow each other
    elif content[:4] == b"\x89PNG":
        kind, whole = "PNG", content.rfind(b"IEND") > 0
    else:
        raise PerceptionError(
            f"the compressed image ('{message.format}', {data.size} bytes) is neither JPEG nor PNG; "
            "set the publisher's format to one of these"
        )
    if not whole:
        raise PerceptionError(f"the {kind} image is torn: its {data.size} bytes lack the end marker")
    size = claimed_size(content)
    if size is not None and size[0] * size[1] > LARGEST:
        raise PerceptionError(
            f"the {kind} image claims {size[0]}x{size[1]} pixels, more than {LARGEST}; its header is broken"
        )
    return _decode(data, kind, size is not None)


def _decode(data: NDArray[np.uint8], kind: str, has_header: bool) -> Pixels:
    try:
        image = cv2.imdecode(data, cv2.IMREAD_ANYCOLOR) if has_header else None
    except cv2.error:
        image = None
    if image is None or image.size == 0:
        raise PerceptionError(f"the {kind} image of {data.size} bytes can't be decoded; check its publisher")
    return np.asarray(image, dtype=np.uint8)


def message_to_array(message: Any) -> Pixels:
    """Either kind of message as BGR uint8 [H, W, 3] or grey uint8 [H, W].

    Raises:
        PerceptionError: as `image_to_array` and `compressed_to_array`.
    """
    return image_to_array(message) if hasattr(message, "encoding") else compressed_to_array(message)
