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
class Scale:
    """How a JPEG is decoded."""

    divisor: int = 1
    """By which it becomes smaller."""
    grey: bool = False
    """Whether without its colours, which takes half the time."""


LATER = Scale(0)
"""Not yet."""


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
    scale: Scale = Scale()
    """How a JPEG was decoded."""
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


class Guess:
    """How the JPEGs will be wanted, as far as can be told before the images before them were searched."""

    def __init__(self) -> None:
        """Know nothing: as they are."""
        self._told = 0  # images of which it is known
        self._asked = 0
        self._last, self._turns = Scale(), False

    def tell(self, wanted: Scale) -> None:
        """Take in how the next image is wanted of which that was not known; each in turn, from the second one on."""
        self._told += 1
        self._turns = wanted.grey != self._last.grey
        self._last = wanted

    def next(self) -> Scale:
        """Return how the next image will be wanted: faces that keep still are looked for and read in turns."""
        ahead = self._asked - self._told
        self._asked += 1
        return replace(self._last, grey=self._last.grey ^ (self._turns and ahead % 2 == 1))


class _Given(Reduction):
    """Decodes as it is told."""

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self._given, self.grey = scale.divisor, scale.grey

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
        self.guess = Guess()
        """How the JPEGs will be wanted; a wrong guess costs a second decoding."""

    def read(self, recorded: Recorded) -> Picture:
        """Read an image, a JPEG as `guess` says, or say why it can't be."""
        picture, scale = _plain(recorded), self.guess.next()
        if picture.fault:
            return picture
        if _is_jpeg(recorded):
            return self.decoded(replace(picture, message=recorded.message), scale)
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
        self.guess.next()
        return replace(_plain(recorded), message=recorded.message, scale=LATER)

    def decoded(self, picture: Picture, scale: Scale) -> Picture:
        """Decode a JPEG, or say why it can't be; it knows nothing of the images before."""
        given = _Given(scale)
        try:
            pixels = message_to_array(picture.message, Levels(), self._max_pixels, given)
        except PerceptionError as error:
            return replace(picture, pixels=None, scale=Scale(), fault=str(error))
        return replace(picture, pixels=pixels, jpeg=given.size, scale=scale)


def _plain(recorded: Recorded) -> Picture:
    return Picture(recorded.log_ns, stamp_ns(recorded.message), None, fault=recorded.fault)


def _is_jpeg(recorded: Recorded) -> bool:
    message = recorded.message
    return recorded.type == COMPRESSED and bytes(message.data[:2]) == JPEG and not is_video(message)
