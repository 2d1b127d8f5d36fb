# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Picture files to arrays, of which none takes more than a stated amount of memory, whatever its header claims."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_common.whole_file import read_whole
from fer_perception.images.claims import claim_of, kind_of

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
"""Of the files that `read_picture` reads, in small letters."""
LISTED = (*SUFFIXES, ".heic", ".heif", ".avif")
"""What counts as a picture when a folder is listed: a phone's, which can't be read, are told of, not passed over."""
MOST_BYTES = 1 << 30
"""Of a file."""
MOST_PIXELS = 1 << 28
"""Of a picture: more than the largest cameras take, and 800 MB as BGR."""


def read_picture(path: Path, how: int = cv2.IMREAD_COLOR) -> NDArray[np.uint8] | None:
    """Read a JPEG, PNG, TIFF, WebP or BMP; None where it is none, can't be read, or is no regular file.

    Args:
        path: the file.
        how: OpenCV's; by default BGR [H, W, 3], upright as its EXIF says.
    """
    try:
        content = read_whole(path, MOST_BYTES)
    except (OSError, ValueError):
        return None
    return decode_picture(content, how=how)


def decode_picture(
    content: bytes, most_pixels: int = MOST_PIXELS, *, how: int = cv2.IMREAD_COLOR
) -> NDArray[np.uint8] | None:
    """Decode what `read_picture` reads; None where it is none, or claims more than `most_pixels` or than it can hold.

    Args:
        content: the file's bytes.
        most_pixels: more are not decoded.
        how: as of `read_picture`.
    """
    kind = kind_of(content)
    claim = claim_of(content, kind) if kind else None
    if claim is None or claim.width * claim.height > most_pixels or claim.least > len(content):
        return None
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), how)
    except cv2.error:
        return None
    return None if image is None else np.asarray(image, np.uint8)
