# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A camera's recorded messages as pixels, at the scale that perception needs."""

from dataclasses import dataclass, replace
from typing import Any

from fer_evaluation.bags.bag import Recorded
from fer_evaluation.bags.messages import COMPRESSED, stamp_ns
from fer_evaluation.bags.video import VideoDecoder, is_video
from fer_perception import PerceptionError, Settings, message_to_array
from fer_perception.images.encodings import Pixels
from fer_perception.images.levels import Levels
from fer_perception.images.reduction import Reduction

JPEG = b"\xff\xd8"
"""How one begins."""


@dataclass(frozen=True)
class Picture:
    """An image of a bag."""

    log_ns: int
    """When it was recorded, nanoseconds."""
    stamp_ns: int
    """Its header's, nanoseconds; 0: it has none."""
    pixels: Pixels | None
    """None: it can't be read, or is not read yet."""
    jpeg: tuple[int, int] | None = None
    """Width and height that a JPEG's header says; None: it is none."""
    divisor: int = 1
    """By which a JPEG was decoded smaller; 0: it is a JPEG that is not decoded yet."""
    fault: str = ""
    """Why it can't be read."""
    message: Any = None
    """Of a JPEG, which may be decoded again."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the image as it came, in pixels."""
        assert self.pixels is not None, "only of an image that was read"
        height, width = self.pixels.shape[:2]
        if self.jpeg is None:
            return width, height
        # A JPEG that says that it is to be turned was turned by the decoder.
        return self.jpeg if (self.jpeg[0] >= self.jpeg[1]) == (width >= height) else (self.jpeg[1], self.jpeg[0])


class _Given(Reduction):
    """Decodes by a divisor that is given."""

    def __init__(self, divisor: int) -> None:
        super().__init__()
        self._given = divisor

    def divisor(self, width: int, height: int) -> int:
        self.size = width, height
        return self._given


class Pictures:
    """Reads one camera's images in their order, as the node does.

    Args:
        settings: of perception.
    """

    def __init__(self, settings: Settings) -> None:
        """Know nothing of the camera yet."""
        self._levels, self._max_pixels = Levels(), settings.max_pixels
        self._levels.bits = settings.bits
        self._video = VideoDecoder()
        self.guess = 1
        """By which the next JPEG will be wanted smaller, as far as is known; what is wanted is known once the image
        before it was searched, and a wrong guess costs a second decoding."""

    def read(self, recorded: Recorded) -> Picture:
        """Read an image, a JPEG smaller by `guess`, or say why it can't be."""
        picture = _plain(recorded)
        if picture.fault:
            return picture
        if _is_jpeg(recorded):
            return self.decoded(replace(picture, message=recorded.message), self.guess)
        try:
            if recorded.type == COMPRESSED and is_video(recorded.message):
                return replace(picture, pixels=self._video.decode(recorded.message))
            return replace(picture, pixels=message_to_array(recorded.message, self._levels, self._max_pixels))
        except PerceptionError as error:
            return replace(picture, fault=str(error))

    def later(self, recorded: Recorded) -> Picture:
        """Leave a JPEG to be decoded by somebody else; anything else is read."""
        if recorded.message is None or not _is_jpeg(recorded):
            return self.read(recorded)
        return replace(_plain(recorded), message=recorded.message, divisor=0)

    def decoded(self, picture: Picture, divisor: int) -> Picture:
        """Decode a JPEG, by a divisor, or say why it can't be; it knows nothing of the images before."""
        given = _Given(divisor)
        try:
            pixels = message_to_array(picture.message, Levels(), self._max_pixels, given)
        except PerceptionError as error:
            return replace(picture, pixels=None, divisor=1, fault=str(error))
        return replace(picture, pixels=pixels, jpeg=given.size, divisor=divisor)


def _plain(recorded: Recorded) -> Picture:
    return Picture(recorded.log_ns, stamp_ns(recorded.message), None, fault=recorded.fault)


def _is_jpeg(recorded: Recorded) -> bool:
    message = recorded.message
    return recorded.type == COMPRESSED and bytes(message.data[:2]) == JPEG and not is_video(message)
