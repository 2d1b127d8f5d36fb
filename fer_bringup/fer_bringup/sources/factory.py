# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A source by what the user wrote."""

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

from fer_bringup.errors import BringupError
from fer_bringup.sources.address import Address, is_address
from fer_bringup.sources.base import Source
from fer_bringup.sources.camera import CAMERA_SIZE, CameraSource
from fer_bringup.sources.folder import FolderSource
from fer_bringup.sources.photograph import PhotographSource
from fer_bringup.sources.video import VideoSource
from fer_perception.images.picture_file import LISTED

MOST_SHOWN = 400
"""Characters of a name that is none."""


def open_source(
    spec: str, *, rate: float = 10.0, size: tuple[int, int] = CAMERA_SIZE, camera_rate: float = 0.0
) -> Source:
    """Open a source by its name: a camera's index or device, an address, a file, a folder of images, or 'auto'.

    Args:
        spec: what the user wrote; 'auto' is the first camera that gives an image, else the sample clip.
        rate: images a second of a folder or a photograph.
        size: width and height, pixels, that a camera here is asked for.
        camera_rate: images a second that it is asked for; 0: its own.

    Raises:
        BringupError: there is no such camera, file or folder, or nothing to see in it.
    """
    if spec == "auto":
        return default_source(open_camera=lambda index: CameraSource(index, size=size, rate=camera_rate))
    if re.fullmatch("[0-9]{1,9}", spec):
        return CameraSource(int(spec), size=size, rate=camera_rate)
    if is_address(spec):
        return _network_camera(Address.of(spec))
    try:
        path = Path(spec).expanduser()
        if path.is_relative_to("/dev"):
            return CameraSource.named(path, size=size, rate=camera_rate)
        if path.is_dir():
            return FolderSource(path, rate=rate)
        if path.is_file() and path.suffix.lower() in LISTED:
            return PhotographSource(path, rate=rate)
        if path.is_file():
            return VideoSource(path)
        why = ""
    except (OSError, RuntimeError, ValueError) as error:  # too long, not to be entered, nobody's home, no text
        why = f" ({getattr(error, 'strerror', None) or error})"
    raise BringupError(
        f"no source '{spec[:MOST_SHOWN]}'{why}: give a camera's index, an http:// or rtsp:// address, a video file, a "
        "photograph, an image folder or ros:TOPIC (with ros2 launch: source:=none image_topic:=TOPIC)"
    )


def _network_camera(address: Address) -> Source:
    """Open it with what its kind alone needs, HTTP's libraries, say."""
    source: Source
    if address.scheme.startswith("http"):
        from fer_bringup.sources.mjpeg import MjpegSource

        source = MjpegSource(address)
    else:
        from fer_bringup.sources.rtsp import RtspSource

        source = RtspSource(address)
    source.notice = address.notice
    return source


def default_source(devices: Path = Path("/dev"), open_camera: Callable[[int], Source] = CameraSource) -> Source:
    """Open the first camera that gives an image, else the sample clip, with a line where there are devices all the
    same.

    A device named `video10` may be no camera: a Raspberry Pi's codecs have such names. So each is opened and read once.

    Args:
        devices: the folder with the devices `video0`, `video1`, ...
        open_camera: opens one by its number.

    Raises:
        BringupError: no camera gives an image, and the clip isn't there.
    """
    numbers = sorted(int(path.name[5:]) for path in devices.glob("video*") if path.name[5:].isdigit())
    for number in numbers:
        with contextlib.suppress(BringupError):
            return _tried(open_camera(number))
    from fer_bringup.fetch_clip import default_path

    clip = default_path()
    none = f"no device here gives an image (video{', video'.join(map(str, numbers))})" if numbers else "no camera"
    if not clip.is_file():
        raise BringupError(
            f"{none}, and no sample clip ('python3 -m fer_bringup.fetch_clip' fetches it); name a --source"
        )
    if numbers:
        print(f"source: {none}, the sample clip plays; --source NUMBER says what is wrong with a camera", flush=True)
    return VideoSource(clip)


def _tried(camera: Source) -> Source:
    try:
        camera.read()
    except BringupError:
        camera.close()
        raise
    return camera
