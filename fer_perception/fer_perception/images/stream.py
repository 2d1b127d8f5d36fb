# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One camera's images, from bytes to pixels and the time that counts for them; remembers what it has seen of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fer_common.ros.stamps import stamp_ns
from fer_common.stamp_judge import StampJudge
from fer_perception.images.compressed import MAX_PIXELS
from fer_perception.images.encodings import Pixels
from fer_perception.images.levels import Levels
from fer_perception.images.messages import message_to_array
from fer_perception.images.raw_image import read_compressed_image, read_image
from fer_perception.images.reduction import Reduction


@dataclass(frozen=True)
class Picture:
    """One image, read."""

    header: Any
    """The std_msgs/Header that it came with."""
    pixels: Pixels
    """BGR uint8 [H, W, 3] or grey uint8 [H, W]; valid as long as its message is, not to be written to."""
    size: tuple[int, int]
    """Width and height of the image as it came, in pixels; `pixels` may be fewer, of a JPEG."""
    time_ns: int
    """When it was taken, nanoseconds, by its stamp or where stamps are doubted by its arrival; see `StampJudge`."""
    stamped: bool
    """Whether `time_ns` is its stamp."""
    notices: tuple[str, ...]
    """Lines of warning, for a log; each is handed out once."""


class ImageStream:
    """Reads one camera's messages. Not thread-safe: one worker uses it.

    Args:
        compressed: whether bytes are a sensor_msgs/CompressedImage, not an Image.
        reduced: whether JPEGs may be decoded smaller than they are, and without colours; then `saw` is to be told of
            their faces.
    """

    def __init__(self, *, compressed: bool = False, reduced: bool = False) -> None:
        """Know nothing of the camera yet."""
        self._read = read_compressed_image if compressed else read_image
        self._stamps, self._levels, self._max_pixels = StampJudge(), Levels(), MAX_PIXELS
        self._reduction = Reduction() if reduced else None

    def configure(self, *, bits: int, max_pixels: int, detection_width: int = 640) -> None:
        """Take over the settings of these names; may be called before every image."""
        self._levels.bits, self._max_pixels = bits, max_pixels
        if self._reduction is not None:
            self._reduction.longest = detection_width

    def saw(self, sides: Iterable[float]) -> None:
        """Take note of the faces of the last image, by their sides in pixels of the image as it came."""
        if self._reduction is not None:
            self._reduction.saw(sides)

    def read(self, message: Any, arrived_ns: int, *, colours: bool = True) -> Picture:
        """Read one message.

        Args:
            message: as a subscription with `raw=True` hands it over, or either kind of image message.
            arrived_ns: when it came, nanoseconds of a steady clock.
            colours: whether they are wanted; a JPEG that may be decoded smaller is decoded in grey where not.

        Raises:
            PerceptionError: the bytes are no whole message, or it can't be read; see `message_to_array`.
        """
        whole = self._read(message) if isinstance(message, bytes) else message
        if self._reduction is not None:
            self._reduction.grey = not colours
        pixels = message_to_array(whole, self._levels, self._max_pixels, self._reduction)
        time_ns = self._stamps.time_of(stamp_ns(whole.header), arrived_ns)
        notices = (self._stamps.notice,) if self._stamps.notice else ()
        return Picture(whole.header, pixels, self._size(whole, pixels), time_ns, not self._stamps.doubted, notices)

    def _size(self, message: Any, pixels: Pixels) -> tuple[int, int]:
        height, width = pixels.shape[:2]
        size = self._reduction.size if self._reduction is not None and not hasattr(message, "encoding") else None
        if self._reduction is not None:
            self._reduction.size = None  # the next one may be no JPEG
        if size is None:
            return width, height
        # A JPEG that says that it is to be turned was turned by the decoder.
        return size if (size[0] >= size[1]) == (width >= height) else (size[1], size[0])
