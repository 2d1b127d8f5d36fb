# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a compressed image claims to be, read from its header before anything is decoded. Needs no ROS.

Decoders reserve memory for what a header claims before they look at the rest: 16 broken bytes can cost seconds. So the
claim is read first, and weighed against the bytes that are there.
"""

import struct
from dataclasses import dataclass

SIZELESS = frozenset({0x01, *range(0xD0, 0xDA)})
"""JPEG markers that no length follows."""
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG markers (SOF) that the size follows."""
SCAN = 0xDA
"""The JPEG marker where the coded pixels begin."""
JPEG_PIXELS_A_BYTE = 512
"""At most: every block of 8x8 pixels takes a bit."""
DEFLATED = 1032
"""Bytes that deflate makes of one, at most."""
PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By PNG's colour type."""
TIFF_LONGEST = 4096
"""Entries of a TIFF's directory that are looked at."""


@dataclass(frozen=True)
class Claim:
    """What a header says."""

    width: int
    """Pixels."""
    height: int
    """Pixels."""
    least: int = 0
    """Bytes that such an image takes at least, however well it compresses; 0 where the format sets no limit."""


def kind_of(content: bytes) -> str | None:
    """Tell 'JPEG', 'PNG', 'TIFF', 'WebP' or 'BMP' by the first bytes; None: it is none of these."""
    if content[:2] == b"\xff\xd8":
        return "JPEG"
    if content[:4] == b"\x89PNG":
        return "PNG"
    if content[:4] in (b"II*\0", b"MM\0*"):
        return "TIFF"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP"
    return "BMP" if content[:2] == b"BM" else None


def claim_of(content: bytes, kind: str) -> Claim | None:
    """Read what the header of an image of that kind claims; None where it is none, or does not fit into the data."""
    readers = {"JPEG": _jpeg, "PNG": _png, "TIFF": _tiff, "WebP": _webp, "BMP": _bmp}
    try:
        claim = readers[kind](content)
    except (struct.error, IndexError):
        return None
    return claim if claim is not None and claim.width > 0 and claim.height > 0 else None


def _png(content: bytes) -> Claim | None:
    if content[12:16] != b"IHDR":
        return None
    place = 8
    while place + 8 <= len(content):  # each chunk: length, name, data, checksum
        length, name = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        place += 12 + length
        if place > len(content):
            return None
        if name == b"IEND":
            width, height, depth, colour = struct.unpack_from(">IIBB", content, 16)
            bits = depth * PNG_CHANNELS.get(colour, 1)
            return Claim(width, height, height * (1 + (width * bits + 7) // 8) // DEFLATED)
    return None


def _jpeg(content: bytes) -> Claim | None:
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF or marker in SIZELESS:  # 0xFF: padding before a marker
            place += 1 if marker == 0xFF else 2
        elif marker in FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 5)
            return Claim(width, height, width * height // JPEG_PIXELS_A_BYTE)
        elif marker == SCAN:
            return None
        else:
            place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return None


def _tiff(content: bytes) -> Claim | None:
    order = "<" if content[:2] == b"II" else ">"
    (place,) = struct.unpack_from(order + "I", content, 4)
    (count,) = struct.unpack_from(order + "H", content, place)
    size = {}
    for entry in range(min(count, TIFF_LONGEST)):
        at = place + 2 + 12 * entry
        tag, kind = struct.unpack_from(order + "HH", content, at)
        if tag in (256, 257):  # ImageWidth, ImageLength, as SHORT or LONG
            (size[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "I"), content, at + 8)
    return Claim(size[256], size[257]) if len(size) == 2 else None


def _webp(content: bytes) -> Claim | None:
    kind = content[12:16]
    if kind == b"VP8X":  # width and height of the canvas less one, 24 bits each
        return Claim(*(int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27)))
    if kind == b"VP8L" and content[20] == 0x2F:  # the same in 14 bits each
        (bits,) = struct.unpack_from("<I", content, 21)
        return Claim((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", content, 26)
        return Claim(width & 0x3FFF, height & 0x3FFF)
    return None


def _bmp(content: bytes) -> Claim | None:
    (header,) = struct.unpack_from("<I", content, 14)
    if header == 12:  # OS/2's
        width, height, _, bits = struct.unpack_from("<HHHH", content, 18)
        return Claim(width, height, height * (width * bits // 8))
    width, height, _, bits, packing = struct.unpack_from("<iiHHI", content, 18)
    height = abs(height)  # negative: from the top down
    return Claim(width, height, height * (width * bits // 8) if packing in (0, 3) else 0)
