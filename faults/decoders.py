# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What lamps are sent, read by the protocols' descriptions, apart from our drivers."""

import contextlib
import json
import re

from faults.promise import Rgb

HEX = re.compile(rb"#([0-9a-f]{6}) ")


def adalight(data: bytes) -> tuple[list[Rgb], bytes]:
    """Decode 'Ada', the count less one, its check, three bytes an LED."""
    colors: list[Rgb] = []
    while len(data) >= 6:
        high, low, check = data[3:6]
        if data[:3] != b"Ada" or check != high ^ low ^ 0x55:
            data = data[1:]
            continue
        end = 6 + 3 * (256 * high + low + 1)
        if len(data) < end:
            break
        colors.append((data[6], data[7], data[8]))
        data = data[end:]
    return colors, data


def tpm2(data: bytes) -> tuple[list[Rgb], bytes]:
    """Decode 0xC9 0xDA, the size, three bytes an LED, 0x36."""
    colors: list[Rgb] = []
    while len(data) >= 4:
        end = 5 + 256 * data[2] + data[3]
        if data[:2] != b"\xc9\xda" or (len(data) >= end and data[end - 1] != 0x36):
            data = data[1:]
            continue
        if len(data) < end:
            break
        colors.append((data[4], data[5], data[6]))
        data = data[end:]
    return colors, data


def ddp(data: bytes) -> Rgb:
    """Decode the first pixel behind a header of ten bytes."""
    if data[0] >> 6 != 1 or len(data) < 13:
        raise ValueError("no DDP")
    return data[10], data[11], data[12]


def artnet(data: bytes) -> Rgb:
    """Decode the first three slots of an ArtDmx packet."""
    if data[:10] != b"Art-Net\0\x00\x50" or len(data) < 21:
        raise ValueError("no ArtDmx")
    return data[18], data[19], data[20]


def sacn(data: bytes) -> Rgb:
    """Decode the first three slots of an E1.31 data packet, behind the start code at 125."""
    if data[4:16] != b"ASC-E1.17\0\0\0" or data[18:22] != b"\0\0\0\x04" or len(data) < 129:
        raise ValueError("no E1.31 data")
    return data[126], data[127], data[128]


def recorded(data: bytes) -> tuple[list[Rgb], bytes]:
    """Decode lines of JSON, each with `rgb`."""
    *lines, rest = data.split(b"\n")
    colors: list[Rgb] = []
    for line in lines:
        with contextlib.suppress(ValueError):  # half of one, from before the node was killed
            red, green, blue = json.loads(line)["rgb"]
            colors.append((red, green, blue))
    return colors, rest


def printed(data: bytes) -> tuple[list[Rgb], bytes]:
    """Decode what a terminal is sent: the colour in hex beside the swatch, as the light of an sRGB screen, 0 to 255."""
    found = list(HEX.finditer(data))
    values = [tuple(255 * _light(byte / 255) for byte in bytes.fromhex(one[1].decode())) for one in found]
    return [(red, green, blue) for red, green, blue in values], data[found[-1].end() if found else -7 :]


def _light(value: float) -> float:
    """IEC 61966-2-1."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
