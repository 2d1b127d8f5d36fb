# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Compressed images to arrays: what the bytes are, whether their claim can be true, and their pixels. Needs no ROS."""

import re
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.errors import PerceptionError
from fer_perception.images.claims import Claim, claim_of, kind_of
from fer_perception.images.reduction import Reduction
from fer_perception.wording import shown

MAX_PIXELS = 1 << 25
"""Pixels that a compressed image may have unless told: 8192x4096, more than a camera of 8K."""
VIDEO = re.compile(r"h\.?26[45]|hevc|avc1?|av1|vp[89]|mpeg|theora|ffmpeg|libx26[45]")
"""In a format's name: pictures that lean on others."""
REDUCED = {1: cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH, 2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4,
           8: cv2.IMREAD_REDUCED_COLOR_8}  # fmt: skip
"""How OpenCV decodes, by the divisor."""
GREY = {1: cv2.IMREAD_GRAYSCALE, 2: cv2.IMREAD_REDUCED_GRAYSCALE_2, 4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
        8: cv2.IMREAD_REDUCED_GRAYSCALE_8}  # fmt: skip
"""The same without colours, which leaves out a fifth of the work."""
BLOCK = 8
"""Pixels of a JPEG's block."""


class CompressedMessage(Protocol):
    """The fields of sensor_msgs/CompressedImage that are read."""

    format: str
    data: Any


def decode(
    message: CompressedMessage, max_pixels: int = MAX_PIXELS, reduction: Reduction | None = None
) -> NDArray[Any]:
    """Decode a JPEG, PNG, TIFF, WebP or BMP: BGR [H, W, 3] or, where it holds only grey, [H, W].

    What the bytes are decides; `format` ('jpeg', 'rgb8; jpeg compressed bgr8') only words the error.

    Args:
        message: the compressed image.
        max_pixels: more are not decoded, whatever the header claims.
        reduction: by how much a JPEG may be decoded smaller than it is, and whether in grey; None: as it is.

    Returns:
        uint8, or where more bits are in the file uint16 or float32.

    Raises:
        PerceptionError: the data is empty, cut short, none of these, claims what its bytes can't hold, or is larger.
    """
    data = np.frombuffer(message.data, dtype=np.uint8) if len(message.data) else np.empty(0, np.uint8)
    if data.size == 0:
        raise PerceptionError(f"the compressed image ('{shown(message.format)}') is empty; check the camera's driver")
    content = data.tobytes()
    kind = kind_of(content)
    if kind is None:
        raise PerceptionError(_refusal(message.format, content))
    if kind == "PNG" and content.rfind(b"IEND") < 0:
        raise PerceptionError(f"the PNG image is torn: its {data.size} bytes lack the end marker")
    claim = claim_of(content, kind)
    if claim is not None:
        _weigh(claim, kind, data.size, max_pixels)
    # Inside the coded data these two bytes never follow each other. Cameras leave them out; so do torn images.
    endless = kind == "JPEG" and content.rfind(b"\xff\xd9") < 0
    if endless:
        data = np.concatenate([data, np.frombuffer(b"\xff\xd9", np.uint8)])
    divisor = reduction.divisor(claim.width, claim.height) if reduction and claim and kind == "JPEG" else 1
    how = GREY if reduction and reduction.grey and kind == "JPEG" else REDUCED
    image = _decoded(data, how[divisor]) if claim is not None else None
    if image is None or image.size == 0:
        raise PerceptionError(f"the {kind} image of {data.size} bytes can't be decoded; check its publisher")
    if endless and _ends_in_nothing(image):
        raise PerceptionError(f"the JPEG image is torn: its {len(content)} bytes lack end marker and last pixels")
    return image


def _weigh(claim: Claim, kind: str, size: int, max_pixels: int) -> None:
    said = f"the {kind} image claims {claim.width}x{claim.height} pixels"
    if claim.width * claim.height > max_pixels:
        raise PerceptionError(f"{said}, more than max_pixels ({max_pixels}); its header is broken, or raise max_pixels")
    if claim.least > size:
        raise PerceptionError(f"{said}, which its {size} bytes can't hold; its header is broken")


def _decoded(data: NDArray[np.uint8], how: int) -> NDArray[Any] | None:
    try:
        image = cv2.imdecode(data, how)
    except cv2.error:
        return None
    return None if image is None else np.asarray(image)


def _ends_in_nothing(image: NDArray[Any]) -> bool:
    """Whether the last block is what libjpeg puts where data end too soon: a grey of 128, without a trace."""
    height, width = image.shape[:2]
    last = image[(height - 1) // BLOCK * BLOCK :, (width - 1) // BLOCK * BLOCK :]
    return bool((last == 128).all())


def _refusal(name: str, content: bytes) -> str:
    said, low = f"the compressed image ('{shown(name)}', {len(content)} bytes)", name.lower()
    if "compresseddepth" in low:
        return f"{said} is a depth image: it holds distances, not a picture; name the colour camera's topic"
    if VIDEO.search(low) or content[:4] == b"\0\0\0\1" or content[:3] == b"\0\0\1":
        return (
            f"{said} is video, whose images lean on those before; have the camera publish JPEG, or republish it "
            "(image_transport's republish) and name that topic"
        )
    if low.strip() == "zstd":
        return f"{said} is a raw image that image_transport packed by zstd; name the raw topic, or one of JPEG or PNG"
    return f"{said} is neither JPEG, PNG, TIFF, WebP nor BMP; set the publisher's format to one of these"
