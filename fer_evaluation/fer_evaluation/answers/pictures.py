"""A camera's recorded messages as pixels, at the scale that perception needs."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from fer_evaluation.bags.bag import Recorded
from fer_evaluation.bags.messages import COMPRESSED
from fer_evaluation.bags.video import VideoDecoder, is_video
from fer_perception import PerceptionError, Settings, message_to_array
from fer_perception.images.claims import claim_of
from fer_perception.images.encodings import Pixels
from fer_perception.images.levels import Levels

REDUCED = {2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4, 8: cv2.IMREAD_REDUCED_COLOR_8}
SPARE = 1.5
"""Times `detection_width` that a reduced JPEG's longer side has at least: following needs more than searching."""
CROP_PX = 96.0
"""A face of fewer pixels in the whole picture is read from the whole picture."""


@dataclass(frozen=True)
class Picture:
    """An image of a bag."""

    recorded: Recorded
    pixels: Pixels | None
    """None: it can't be read."""
    factor: int = 1
    """By which it is smaller than it was recorded."""
    fault: str = ""
    """Why it can't be read."""


class Pictures:
    """Reads one camera's images in their order, as the node does.

    Args:
        settings: of perception.
    """

    def __init__(self, settings: Settings) -> None:
        """Nothing is known of the camera yet."""
        # A picture that is turned, and Haar, which searches at a scale of its own, get it whole.
        reducible = settings.rotate == "0" and settings.detector != "haar" and not settings.quality_gate
        self._least = SPARE * settings.detection_width if reducible else np.inf
        self._smallest = settings.min_face_px
        self._levels = Levels()
        self._video = VideoDecoder()

    def read(self, recorded: Recorded) -> Picture:
        """Read an image, or say why it can't be."""
        if recorded.message is None:
            return Picture(recorded, None, fault=recorded.fault)
        try:
            if recorded.type == COMPRESSED and is_video(recorded.message):
                return Picture(recorded, self._video.decode(recorded.message))
            if recorded.type == COMPRESSED:
                reduced = self._reduced(recorded.message)
                if reduced is not None:
                    return Picture(recorded, *reduced)
            return Picture(recorded, self.whole(recorded))
        except PerceptionError as error:
            return Picture(recorded, None, fault=str(error))

    def whole(self, recorded: Recorded) -> Pixels:
        """Read an image at its own scale.

        Raises:
            PerceptionError: it can't be read.
        """
        return message_to_array(recorded.message, self._levels)

    def _reduced(self, message: Any) -> tuple[Pixels, int] | None:
        """Decode a large JPEG at a part of its scale; None where it is not one, or anything is odd about it."""
        if len(message.data) < 4 or bytes(message.data[:2]) != b"\xff\xd8" or bytes(message.data[-2:]) != b"\xff\xd9":
            return None
        content = bytes(message.data)
        claim = claim_of(content, "JPEG")
        if claim is None or claim.least > len(content):
            return None
        longer = max(claim.width, claim.height)
        factors = [one for one in REDUCED if longer / one >= self._least and self._smallest / one >= 10]
        if not factors:
            return None
        try:
            image = cv2.imdecode(np.frombuffer(content, np.uint8), REDUCED[factors[-1]])
        except cv2.error:
            return None
        return None if image is None else (np.asarray(image, np.uint8), factors[-1])
