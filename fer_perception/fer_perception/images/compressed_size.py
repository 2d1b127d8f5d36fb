"""What size a JPEG or PNG claims to be, read from its header. Needs no ROS."""

SIZELESS = frozenset({0x01, *range(0xD0, 0xDA)})
"""JPEG markers that no length follows."""
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG markers (SOF) that the size follows."""
SCAN = 0xDA
"""The JPEG marker where the coded pixels begin."""


def claimed_size(content: bytes) -> tuple[int, int] | None:
    """Width and height, in pixels; None where the header is none.

    Decoders reserve memory for what a header claims before they look at the rest: 16 broken bytes can cost
    seconds. So it is looked at first, whether every part fits into the data.

    Args:
        content: starts as a JPEG or PNG does.
    """
    return _png(content) if content[:4] == b"\x89PNG" else _jpeg(content)


def _png(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR":
        return None
    place = 8
    while place + 8 <= len(content):  # each chunk: length, name, data, checksum
        length, name = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        place += 12 + length
        if place > len(content):
            return None
        if name == b"IEND":
            return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF or marker in SIZELESS:  # 0xFF: padding before a marker
            place += 1 if marker == 0xFF else 2
        elif marker in FRAMES:
            height, width = (int.from_bytes(content[place + at : place + at + 2], "big") for at in (5, 7))
            return width, height
        elif marker == SCAN:
            return None
        else:
            place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return None
