# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A camera's recorded messages as pixels, at the scale that perception needs."""

from dataclasses import dataclass

from fer_evaluation.bags.bag import Recorded
from fer_evaluation.bags.messages import COMPRESSED
from fer_evaluation.bags.video import VideoDecoder, is_video
from fer_perception import PerceptionError, Settings, message_to_array
from fer_perception.images.encodings import Pixels
from fer_perception.images.levels import Levels
from fer_perception.images.reduction import Reduction


@dataclass(frozen=True)
class Picture:
    """An image of a bag."""

    recorded: Recorded
    pixels: Pixels | None
    """None: it can't be read."""
    jpeg: tuple[int, int] | None = None
    """Width and height that a JPEG's header says; None: it is none."""
    divisor: int = 1
    """By which a JPEG was decoded smaller."""
    fault: str = ""
    """Why it can't be read."""

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

    def read(self, recorded: Recorded, divisor: int | None = None) -> Picture:
        """Read an image, or say why it can't be.

        Args:
            recorded: the message.
            divisor: by which a JPEG is decoded smaller; None: `guess`.
        """
        if recorded.message is None:
            return Picture(recorded, None, fault=recorded.fault)
        given = _Given(self.guess if divisor is None else divisor)
        try:
            if recorded.type == COMPRESSED and is_video(recorded.message):
                return Picture(recorded, self._video.decode(recorded.message))
            pixels = message_to_array(recorded.message, self._levels, self._max_pixels, given)
        except PerceptionError as error:
            return Picture(recorded, None, fault=str(error))
        return Picture(recorded, pixels, given.size, given.divisor(*given.size) if given.size else 1)
